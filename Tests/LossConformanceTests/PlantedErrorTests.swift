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

  /// Values and gradients, each of which may stand for the value of an answer.
  private var goldens: [(id: String, golden: Golden)] {
    get throws {
      let goldens = try expectations.flatMap { id, expected -> [(String, Golden)] in
        guard case .value(let value, let gradient) = expected else { return [] }
        return [("value of \(id)", value)] + (gradient.map { [("gradient of \(id)", $0)] } ?? [])
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
        case .float64(let values): .float32(values.map { Float($0) })
        case let values: .float64(values.doubles)
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
    let golden = tensor.values.doubles[offset]
    guard golden.isFinite else { return nil }
    let moved = tensor.values.replacing(offset) { $0 + factor * tolerance[offset] }
    guard moved.doubles[offset] == golden else { return moved }
    return tensor.values.moved(offset, up: factor > 0)
  }
}

extension FixtureTensor.Values {
  /// The values with one element replaced.
  fileprivate func replacing(_ offset: Int, _ replacement: (Double) -> Double) -> Self {
    var doubles = doubles
    doubles[offset] = replacement(doubles[offset])
    switch self {
    case .float16: return .float16(doubles.map { Float16($0) })
    case .bfloat16: return .bfloat16(doubles.map(BFloat16Bits.init))
    case .float32: return .float32(doubles.map { Float($0) })
    default: return .float64(doubles)
    }
  }

  /// The values with one element replaced by its neighbour in the dtype.
  fileprivate func moved(_ offset: Int, up: Bool) -> Self {
    replacing(offset) { number in
      switch self {
      case .float16: Double(up ? Float16(number).nextUp : Float16(number).nextDown)
      // bfloat16 has 16 bits less than Float.
      case .bfloat16: number + (up ? 1 : -1) * max(Double(Float(number).ulp) * 0x1p16, 0x1p-133)
      case .float32: Double(up ? Float(number).nextUp : Float(number).nextDown)
      default: up ? number.nextUp : number.nextDown
      }
    }
  }
}
