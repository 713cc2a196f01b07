import LossConformance
import LossFixtures
import XCTest

/// The comparator catches every error that is planted in a golden, in every case of the fixtures.
final class PlantedErrorTests: XCTestCase {
  private var expectations: [(id: String, expected: FixtureCase.Expected)] {
    get throws {
      try committedSuite().files.flatMap { $0.cases.map { ($0.id, $0.expected) } }
    }
  }

  private var goldens: [(id: String, golden: Golden)] {
    get throws {
      let goldens: [(String, Golden)] = try expectations.compactMap { id, expected in
        guard case .value(let golden) = expected else { return nil }
        return (id, golden)
      }
      XCTAssertGreaterThan(goldens.count, 500)
      return goldens
    }
  }

  func testTheGoldenItselfPasses() throws {
    for (id, golden) in try goldens {
      XCTAssertTrue(Comparison(.value(golden.tensor), .value(golden)).passed, id)
    }
  }

  func testAnyElementOffByTwiceItsToleranceFails() throws {
    var planted = 0
    for (id, golden) in try goldens where golden.tensor.values.count <= 4096 {
      for offset in 0..<golden.tensor.values.count {
        for direction in [1.0, -1.0] {
          guard let values = golden.moved(offset, by: 2 * direction) else { continue }
          planted += 1
          assertFails(golden, shape: golden.tensor.shape, values, "\(id) at \(offset)")
        }
      }
    }
    XCTAssertGreaterThan(planted, 2000)
  }

  func testNaNForANumberAndANumberForNaNFail() throws {
    for (id, golden) in try goldens where golden.tensor.values.count <= 4096 {
      for offset in 0..<golden.tensor.values.count {
        let values = golden.tensor.values.replacing(offset) { $0.isNaN ? 1 : .nan }
        assertFails(golden, shape: golden.tensor.shape, values, "\(id) at \(offset)")
      }
    }
  }

  func testAnInfinityForANumberAndTheOtherInfinityFail() throws {
    for (id, golden) in try goldens where golden.tensor.values.count <= 4096 {
      for offset in 0..<golden.tensor.values.count {
        let values = golden.tensor.values.replacing(offset) {
          $0 == .infinity ? -.infinity : .infinity
        }
        assertFails(golden, shape: golden.tensor.shape, values, "\(id) at \(offset)")
      }
    }
  }

  func testAnotherShapeOfTheSameElementsFails() throws {
    for (id, golden) in try goldens {
      assertFails(golden, shape: golden.tensor.shape + [1], golden.tensor.values, id)
    }
  }

  func testAnotherDtypeOfTheSameElementsFails() throws {
    for (id, golden) in try goldens {
      let values: FixtureTensor.Values =
        switch golden.tensor.values {
        case .float32(let values): .float64(values.map(Double.init))
        case .float64(let values): .float32(values.map { Float($0) })
        default: .bool([])
        }
      assertFails(golden, shape: golden.tensor.shape, values, id)
    }
  }

  func testAnErrorForAValueAndTheReverseFail() throws {
    for (id, expected) in try expectations {
      switch expected {
      case .value:
        let refused = Outcome.error(code: "shape_mismatch", message: "")
        XCTAssertFalse(Comparison(refused, expected).passed, id)
      case .error(let code):
        XCTAssertTrue(Comparison(.error(code: code, message: ""), expected).passed, id)
        let value = FixtureTensor(shape: [], values: .float32([0]))
        XCTAssertFalse(Comparison(.value(value), expected).passed, id)
        XCTAssertFalse(Comparison(.error(code: code + "x", message: ""), expected).passed, id)
      }
    }
  }

  private func assertFails(
    _ golden: Golden, shape: [Int], _ values: FixtureTensor.Values, _ what: String,
    line: UInt = #line
  ) {
    let outcome = Outcome.value(FixtureTensor(shape: shape, values: values))
    XCTAssertFalse(Comparison(outcome, .value(golden)).passed, what, line: line)
  }
}

extension Golden {
  /// The values with one element moved by a multiple of its tolerance, at least to its neighbour;
  /// `nil` where the element is not finite.
  fileprivate func moved(_ offset: Int, by factor: Double) -> FixtureTensor.Values? {
    let distance = factor * tolerance[offset]
    switch tensor.values {
    case .float32(var values):
      let golden = values[offset]
      guard golden.isFinite else { return nil }
      values[offset] = Float(Double(golden) + distance)
      if values[offset] == golden {
        values[offset] = factor > 0 ? golden.nextUp : golden.nextDown
      }
      return .float32(values)
    case .float64(var values):
      let golden = values[offset]
      guard golden.isFinite else { return nil }
      values[offset] += distance
      if values[offset] == golden {
        values[offset] = factor > 0 ? golden.nextUp : golden.nextDown
      }
      return .float64(values)
    default: return nil
    }
  }
}

extension FixtureTensor.Values {
  /// The values with one element replaced.
  fileprivate func replacing(_ offset: Int, _ replacement: (Double) -> Double) -> Self {
    switch self {
    case .float32(var values):
      values[offset] = Float(replacement(Double(values[offset])))
      return .float32(values)
    case .float64(var values):
      values[offset] = replacement(values[offset])
      return .float64(values)
    default: return self
    }
  }
}
