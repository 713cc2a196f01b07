import LossConformance
import LossFixtures
import XCTest

/// The order of the checks, and what passes an element.
final class ComparisonTests: XCTestCase {
  private func golden(_ values: [Float], _ tolerance: [Double], shape: [Int]? = nil) -> Golden {
    Golden(
      tensor: FixtureTensor(shape: shape ?? [values.count], values: .float32(values)),
      tolerance: tolerance)
  }

  private func compare(_ actual: [Float], _ golden: Golden, limit: Int = 5) -> Comparison {
    let tensor = FixtureTensor(shape: golden.tensor.shape, values: .float32(actual))
    return Comparison(.value(tensor), .value(golden), limit: limit)
  }

  func testWithinTheToleranceIsBothSidesOfIt() {
    let expected = golden([1, 1, 1], [0.25, 0.25, 0.25])
    XCTAssertTrue(compare([1, 0.75, 1.25], expected).passed)
    let above = compare([1, 1, Float(1.25).nextUp], expected)
    XCTAssertEqual(above.failures, [.value])
    XCTAssertEqual(above.value?.elements?.mismatched, 1)
    XCTAssertEqual(compare([Float(0.75).nextDown, 1, 1], expected).value?.elements?.mismatched, 1)
  }

  func testEachElementHasItsOwnTolerance() {
    let expected = golden([1, 1], [0, 0.5])
    XCTAssertTrue(compare([1, 1.5], expected).passed)
    XCTAssertFalse(compare([Float(1).nextUp, 1], expected).passed)
  }

  func testZerosOfEitherSignAreEqual() {
    XCTAssertTrue(compare([-0.0], golden([0], [0])).passed)
  }

  func testNaNMatchesNaNOnly() throws {
    XCTAssertTrue(compare([.nan], golden([.nan], [0])).passed)
    let missing = try XCTUnwrap(compare([1, 2], golden([.nan, 2], [1, 1])).value?.elements)
    XCTAssertEqual(missing.mismatchedNaN, 1)
    XCTAssertEqual(missing.worst.first?.toleranceUsed, .infinity)
    XCTAssertNil(missing.worst.first?.ulps)
    XCTAssertEqual(compare([.nan], golden([1], [1e300])).value?.elements?.mismatchedNaN, 1)
  }

  func testAnInfinityMatchesItselfOnly() {
    XCTAssertTrue(compare([-.infinity], golden([-.infinity], [0])).passed)
    for actual in [-Float.infinity, .greatestFiniteMagnitude, .nan] {
      XCTAssertFalse(compare([actual], golden([.infinity], [1e300])).passed, "\(actual)")
    }
    XCTAssertFalse(compare([.infinity], golden([.greatestFiniteMagnitude], [1e300])).passed)
  }

  func testTheFurthestOutsideItsToleranceComesFirst() throws {
    let expected = golden([0, 0, 0, 0, 0, 0], [1, 0.5, 1, 1, 1, 1], shape: [2, 3])
    let elements = try XCTUnwrap(
      compare([2, 1.5, 3, 0.5, 0, 4], expected, limit: 3).value?.elements)
    XCTAssertEqual(elements.mismatched, 4)
    XCTAssertEqual(elements.worst.map(\.index), [[1, 2], [0, 1], [0, 2]])
    XCTAssertEqual(elements.worst.map(\.toleranceUsed), [4, 3, 3])
    XCTAssertEqual(elements.worstPassing?.index, [1, 0])
    XCTAssertEqual(elements.worstPassing?.toleranceUsed, 0.5)
  }

  func testTheUlpDistanceCountsNumbersAcrossZero() throws {
    let least = Float.leastNonzeroMagnitude
    let elements = try XCTUnwrap(
      compare([1.0000002, least, -1], golden([1, -least, 1], [0, 0, 0])).value?.elements)
    let distances = Dictionary(
      uniqueKeysWithValues: elements.worst.map { ($0.index, $0.ulps) })
    XCTAssertEqual(distances[[0]], 2)
    XCTAssertEqual(distances[[1]], 2)
    XCTAssertEqual(distances[[2]], 2 * 0x3f80_0000)
  }

  func testDoubleNumbersFarApartAreCounted() throws {
    let one = FixtureTensor(shape: [], values: .float64([.greatestFiniteMagnitude]))
    let golden = Golden(
      tensor: FixtureTensor(shape: [], values: .float64([-.greatestFiniteMagnitude])),
      tolerance: [1])
    let worst = try XCTUnwrap(
      Comparison(.value(one), .value(golden)).value?.elements?.worst.first)
    XCTAssertEqual(worst.index, [])
    XCTAssertEqual(worst.ulps, 2 * 0x7fef_ffff_ffff_ffff)
  }

  func testDtypeThenShapeThenElements() {
    let expected = golden([1, 2], [0, 0])
    let double = FixtureTensor(shape: [1], values: .float64([9]))
    XCTAssertEqual(
      Comparison(.value(double), .value(expected)).value,
      .dtype(actual: "float64", expected: "float32"))
    let row = FixtureTensor(shape: [1, 2], values: .float32([9, 9]))
    XCTAssertEqual(
      Comparison(.value(row), .value(expected)).value,
      .shape(actual: [1, 2], expected: [2]))
  }

  func testTheUlpDistanceIsThatOfTheDtype() throws {
    let one = BFloat16Bits(1)
    for (actual, expected) in [
      (FixtureTensor.Values.float16([Float16(1).nextUp]), FixtureTensor.Values.float16([1])),
      (.bfloat16([BFloat16Bits(bitPattern: one.bitPattern + 1)]), .bfloat16([one])),
    ] {
      let golden = Golden(tensor: FixtureTensor(shape: [1], values: expected), tolerance: [0])
      let answer = FixtureTensor(shape: [1], values: actual)
      let worst = Comparison(.value(answer), .value(golden)).value?.elements?.worst.first
      XCTAssertEqual(worst?.ulps, 1, actual.dtype)
    }
  }

  func testTheGradientIsComparedAfterTheValue() {
    let expected = FixtureCase.Expected.value(
      golden([1], [0.5]), gradient: golden([2, 3], [0, 0.25]))
    func compare(_ value: [Float], _ gradient: FixtureTensor?) -> Comparison {
      Comparison(
        .value(FixtureTensor(shape: [1], values: .float32(value)), gradient: gradient), expected)
    }
    func gradient(_ values: [Float]) -> FixtureTensor {
      FixtureTensor(shape: [values.count], values: .float32(values))
    }
    XCTAssertTrue(compare([1.5], gradient([2, 3.25])).passed)
    XCTAssertEqual(compare([1.75], gradient([2, 3])).failures, [.value])
    let off = compare([1], gradient([2.5, 3.25]))
    XCTAssertEqual(off.failures, [.gradient])
    XCTAssertEqual(off.gradient?.elements?.worst.map(\.index), [[0]])
    XCTAssertEqual(off.gradient?.elements?.worstPassing?.toleranceUsed, 1)
    XCTAssertEqual(compare([2], gradient([2, 4])).failures, [.value, .gradient])
    XCTAssertEqual(
      compare([1], gradient([2])).gradient, .shape(actual: [1], expected: [2]))
    XCTAssertEqual(
      compare([1], FixtureTensor(shape: [2], values: .float64([2, 3]))).gradient,
      .dtype(actual: "float64", expected: "float32"))
  }

  func testAGradientThatIsNotAnsweredFailsWhereItIsRequired() {
    let expected = FixtureCase.Expected.value(golden([1], [0]), gradient: golden([2], [0]))
    func compare(_ value: Float, _ gradients: GradientPolicy) -> Comparison {
      Comparison(
        .value(FixtureTensor(shape: [1], values: .float32([value]))), expected,
        gradients: gradients)
    }
    XCTAssertTrue(compare(1, .optional).passed)
    XCTAssertEqual(compare(1, .optional).gradient, .unanswered)
    XCTAssertEqual(compare(2, .optional).failures, [.value])
    XCTAssertEqual(compare(1, .required).failures, [.gradient])
    XCTAssertEqual(compare(2, .required).failures, [.value, .gradient])
  }

  func testAGradientThatIsNotAskedForIsNotLookedAt() {
    let tensor = FixtureTensor(shape: [1], values: .float32([1]))
    let comparison = Comparison(
      .value(tensor, gradient: tensor), .value(golden([1], [0])), gradients: .required)
    XCTAssertTrue(comparison.passed)
    XCTAssertNil(comparison.gradient)
  }

  func testErrorsAreComparedByCode() {
    let refused = Outcome.error(code: "shape_mismatch", message: "why")
    XCTAssertTrue(Comparison(refused, .error("shape_mismatch")).passed)
    XCTAssertEqual(
      Comparison(refused, .error("rank_too_low")).mismatch,
      .errorCode(actual: "shape_mismatch", expected: "rank_too_low", message: "why"))
    XCTAssertEqual(
      Comparison(refused, .value(golden([1], [0]))).mismatch,
      .refused(code: "shape_mismatch", message: "why"))
    let value = FixtureTensor(shape: [], values: .float32([1]))
    XCTAssertEqual(
      Comparison(.value(value), .error("rank_too_low")).mismatch,
      .accepted(expectedCode: "rank_too_low"))
  }

  func testAnEmptyTensorPasses() {
    let empty = compare([], golden([], [], shape: [0, 3]))
    XCTAssertTrue(empty.passed)
    XCTAssertEqual(empty.value?.elements?.count, 0)
  }
}
