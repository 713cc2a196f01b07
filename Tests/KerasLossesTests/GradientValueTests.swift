import KerasLosses
import XCTest

/// Gradients where a formula does not decide: ties, kinks, limits, NaN and infinities.
///
/// Expected is what Keras 3.15.1 gives on JAX 0.10.2 in float32.
final class GradientValueTests: XCTestCase {
  private let epsilon = Float(1e-7)

  func testKinks() throws {
    try assertGradient(Hinge(), [1], [1], [-0.5])
    try assertGradient(SquaredHinge(), [1], [1], [0])
    try assertGradient(MeanAbsoluteError(), [2], [2], [-1])
    try assertGradient(MeanAbsolutePercentageError(), [1], [1], [-100])
    try assertGradient(MeanAbsolutePercentageError(), [0], [0], [-1e9])
    try assertGradient(Huber(), [0], [1], [1])
    try assertGradient(Huber(), [0], [-1], [-1])
    try assertGradient(MeanSquaredLogarithmicError(), [1], [epsilon], [-0.6931471])
    try assertGradient(MeanSquaredLogarithmicError(), [1], [-5], [0])
    try assertGradient(CosineSimilarity(), [1, 0], [epsilon, 0], [-5e6, 0])
    try assertGradient(CosineSimilarity(), [1, 0], [1e-8, 0], [-1e7, 0])
  }

  func testLimitsOfClips() throws {
    let high = Float(1 - 1e-7)
    try assertGradient(KLDivergence(), [0.5], [1], [-0.25])
    try assertGradient(KLDivergence(), [0.5], [epsilon], [-2.5e6])
    try assertGradient(KLDivergence(), [0.5], [0], [0])
    try assertGradient(BinaryCrossentropy(), [1], [epsilon], [-5e6])
    try assertGradient(BinaryCrossentropy(), [0], [high], [4_194_304])
    try assertGradient(BinaryCrossentropy(), [1], [0], [0])
    try assertGradient(BinaryCrossentropy(), [0], [1], [0])
    // The row sums to 1, and its first quotient is the limit: half of the label counts.
    try assertGradient(CategoricalCrossentropy(), [1, 0], [epsilon, high], [-5e6, 0.5])
    try assertGradient(CategoricalCrossentropy(), [0, 1], [1, 0], [0, 0])
    try assertGradient(CategoricalCrossentropy(), [0, 1], [1, 1e-9], [0, 0])
  }

  func testLogits() throws {
    try assertGradient(BinaryCrossentropy(fromLogits: true), [1], [0], [-0.5])
    try assertGradient(BinaryFocalCrossentropy(fromLogits: true), [0], [40], [0])
    try assertGradient(CategoricalCrossentropy(fromLogits: true), [1, 1], [0, 0], [0, 0])
    try assertGradient(CategoricalCrossentropy(fromLogits: true), [0, 0], [1, 0], [0, 0])
    try assertGradient(LogCosh(), [0], [-50], [-1])
    try assertGradient(LogCosh(), [0], [1e-3], [0.00100005])
  }

  func testConfidentLogitsKeepTheirTinySlopes() throws {
    for x in [Float(20), 40, 80] {
      let exact = -Float((-Double(x)).exponential)
      let gradient = try gradient(BinaryCrossentropy(fromLogits: true), [1], [x])
      XCTAssertEqual(gradient[0], exact, accuracy: 2 * exact.ulp)
    }
  }

  func testTheGradientPassesTheRescaling() throws {
    for (scale, expected) in [
      (0.5, [2, -2.4444444, 2]), (1, [1, -1.2222222, 1]), (2, [0.5, -0.6111111, 0.5]),
      (10, [0.1, -0.1222222, 0.1]),
    ] as [(Float, [Float])] {
      let row = [0.25, 0.45, 0.3].map { $0 * scale }
      try assertGradient(CategoricalCrossentropy(), [0, 1, 0], row, expected)
      try assertSparseGradient(1, row, expected)
    }
    try assertSparseGradient(0, [3, 1], [-1 / 12, 0.25])
  }

  func testNotANumber() throws {
    let nan = Float.nan
    try assertGradient(MeanSquaredError(), [0, 0], [nan, 1], [nan, 1])
    // |x| has the slope -1 where x is not a number, and max(x, 0) has 0.
    try assertGradient(MeanAbsoluteError(), [0, 0], [nan, 1], [0.5, 0.5])
    try assertGradient(Hinge(), [1, -1], [nan, 1], [0, 0.5])
    try assertGradient(SquaredHinge(), [1, -1], [nan, 1], [nan, 2])
    try assertGradient(Huber(), [0, 0], [.infinity, 0.5], [nan, 0.25])
    try assertGradient(MeanSquaredLogarithmicError(), [0, 1], [.infinity, 1], [nan, 0])
    try assertGradient(LogCosh(), [0, 0], [.infinity, -.infinity], [0.5, -0.5])
    try assertGradient(BinaryCrossentropy(), [1, 0], [nan, 0.5], [nan, 1])
    try assertGradient(CosineSimilarity(), [1, 0], [0, 0], [nan, nan])
    try assertGradient(CategoricalCrossentropy(), [1, 0], [0, 0], [nan, nan])
    try assertGradient(CategoricalCrossentropy(), [1, 0], [.infinity, 1], [nan, nan])
    try assertGradient(
      CategoricalCrossentropy(fromLogits: true), [1, 0], [0, .infinity], [nan, nan])
    try assertGradient(
      CategoricalCrossentropy(fromLogits: true), [1, 0], [-.infinity, 0], [-1, 1])
    try assertSparseGradient(0, [0, 0], [nan, nan])
    try assertGradient(Poisson(), [1], [-epsilon], [-.infinity])
    try assertGradient(Poisson(), [0], [-epsilon], [nan])
    try assertGradient(BinaryFocalCrossentropy(gamma: 0), [1], [1], [nan])
    try assertGradient(BinaryFocalCrossentropy(gamma: 0.5), [1], [1], [nan])
  }

  func testAWeightOfZeroHidesNothing() throws {
    let yTrue: Tensor<Float> = [[0], [0]]
    let yPred = try Tensor(shape: Shape([2, 1]), elements: [Float.infinity, 1])
    let gradient = try MeanSquaredError().valueAndGradient(
      yTrue: yTrue, yPred: yPred, sampleWeight: [0, 1]
    ).gradient
    XCTAssertTrue(gradient.elements[0].isNaN)
    XCTAssertEqual(gradient.elements[1], 1)
  }

  func testAnIgnoredRowHasNoGradient() throws {
    let yTrue: Tensor<Int32> = [7, 0, 7]
    let yPred = try Tensor(shape: Shape([3, 2]), elements: [Float.nan, 1, 0.5, 0.5, 0, 0])
    let result = try SparseCategoricalCrossentropy(ignoreClass: 7).valueAndGradient(
      yTrue: yTrue, yPred: yPred)
    XCTAssertEqual(result.gradient.elements, [0, 0, -1, 1, 0, 0])
  }

  func testADivisorOfZeroHasNoGradient() throws {
    let yTrue: Tensor<Float> = [[0], [0]]
    let yPred: Tensor<Float> = [[1], [3]]
    let result = try MeanSquaredError(reduction: .meanWithSampleWeight).valueAndGradient(
      yTrue: yTrue, yPred: yPred, sampleWeight: [-1, 1])
    XCTAssertEqual(result.value.item, 0)
    XCTAssertEqual(result.gradient.elements, [0, 0])
  }

  func testEmptyBatches() throws {
    let empty = try Tensor<Float>(shape: Shape([0, 3]), elements: [])
    let result = try CategoricalCrossentropy().valueAndGradient(yTrue: empty, yPred: empty)
    XCTAssertEqual(result.value.shape.dimensions, [0])
    XCTAssertEqual(result.gradient.shape.dimensions, [0, 3])
    let row = try Tensor<Float>(shape: Shape([1, 3]), elements: [1, 2, 3])
    let broadcast = try MeanSquaredError().valueAndGradient(yTrue: empty, yPred: row)
    XCTAssertEqual(broadcast.gradient, try Tensor(shape: Shape([1, 3]), elements: [0, 0, 0]))
  }

  func testAVectorOfOneElementIsNormalisedBeforeItIsRepeated() throws {
    let yTrue: Tensor<Float> = [[1, 2, 2]]
    let yPred: Tensor<Float> = [[-4]]
    let result = try CosineSimilarity().valueAndGradient(yTrue: yTrue, yPred: yPred)
    XCTAssertEqual(try XCTUnwrap(result.value.item), 5 / 3, accuracy: 3e-7)
    XCTAssertEqual(try XCTUnwrap(result.gradient.item), 0, accuracy: 1e-7)
    let swapped = try CosineSimilarity().valueAndGradient(yTrue: yPred, yPred: yTrue)
    XCTAssertEqual(try XCTUnwrap(swapped.value.item), 5 / 3, accuracy: 3e-7)
    for (a, b) in zip(swapped.gradient.elements, [4.0 / 27, -1.0 / 27, -1.0 / 27]) {
      XCTAssertEqual(Double(a), b, accuracy: 1e-6)
    }
  }

  func testADialectWithoutGradientsSaysSo() {
    let rows: Tensor<Float> = [[1]]
    XCTAssertThrowsError(
      try MeanSquaredError(dialect: .keras315NumPy).valueAndGradient(yTrue: rows, yPred: rows)
    ) {
      XCTAssertEqual("\($0)", "keras-3.15/numpy has no gradients")
      XCTAssertEqual(($0 as? LossError)?.code, .notInDialect)
    }
    XCTAssertThrowsError(
      try Hinge(dialect: .keras315NumPy).unreducedValueAndGradient(yTrue: rows, yPred: rows)
    ) { XCTAssertEqual(($0 as? LossError)?.code.rawValue, "not_in_dialect") }
  }

  // MARK: - One row

  private func gradient(
    _ loss: any Loss, _ yTrue: [Float], _ yPred: [Float]
  ) throws -> [Float] {
    let shape = try Shape([1, yPred.count])
    return try loss.valueAndGradient(
      yTrue: Tensor(shape: shape, elements: yTrue), yPred: Tensor(shape: shape, elements: yPred)
    ).gradient.elements
  }

  private func assertGradient(
    _ loss: any Loss, _ yTrue: [Float], _ yPred: [Float], _ expected: [Float],
    line: UInt = #line
  ) throws {
    assertEqual(try gradient(loss, yTrue, yPred), expected, line)
  }

  private func assertSparseGradient(
    _ id: Int, _ yPred: [Float], _ expected: [Float], line: UInt = #line
  ) throws {
    let gradient = try SparseCategoricalCrossentropy().valueAndGradient(
      yTrue: Tensor(shape: Shape([1]), elements: [id]),
      yPred: Tensor(shape: Shape([1, yPred.count]), elements: yPred)
    ).gradient
    assertEqual(gradient.elements, expected, line)
  }

  private func assertEqual(_ actual: [Float], _ expected: [Float], _ line: UInt) {
    XCTAssertEqual(actual.count, expected.count, line: line)
    for (a, b) in zip(actual, expected) {
      if b.isNaN {
        XCTAssertTrue(a.isNaN, "\(actual) is not \(expected)", line: line)
      } else if b.isInfinite {
        XCTAssertEqual(a, b, line: line)
      } else {
        XCTAssertEqual(a, b, accuracy: 1e-6 * max(1, b.magnitude), "\(actual)", line: line)
      }
    }
  }
}
