import KerasLosses
import XCTest

/// Where backends and versions of Keras disagree about one loss, by the smallest inputs.
///
/// Expected is what Keras 3.15.1 gives on TensorFlow 2.21 and torch 2.15, tf-keras 2.21 and Keras 1.2.2,
/// in float32.
final class DialectValueTests: XCTestCase {
  private let nan = Float.nan

  // MARK: - Class ids

  func testTensorFlowClipsBeforeItRescales() throws {
    for dialect in [Dialect.keras315TensorFlow, .tfKeras2, .keras1] {
      let loss = SparseCategoricalCrossentropy(dialect: dialect)
      try assertLoss(loss, id: 0, [3, 1], 0.6931472, gradient: [0, 0])
      try assertLoss(loss, id: 0, [0.5, 1.5], 1.0986121, gradient: [-1.3333333, 0])
      try assertLoss(loss, id: 1, [0, 0], 0.6931472, gradient: [0, 0])
    }
    let torch = SparseCategoricalCrossentropy(dialect: .keras315Torch)
    try assertLoss(torch, id: 0, [3, 1], 0.28768206, gradient: [-1 / 12, 0.25])
    try assertLoss(torch, id: 1, [0, 0], nan, gradient: [nan, nan])
  }

  func testLogarithmsAreLookedUp() throws {
    for dialect in [Dialect.keras315TensorFlow, .keras315Torch, .tfKeras2] {
      let loss = SparseCategoricalCrossentropy(fromLogits: true, dialect: dialect)
      try assertLoss(loss, id: 0, [0, -.infinity], 0, gradient: [0, 0])
      try assertLoss(loss, id: 0, [0, .infinity], nan, gradient: nil)
    }
    let jax = SparseCategoricalCrossentropy(fromLogits: true)
    try assertLoss(jax, id: 0, [0, -.infinity], nan, gradient: nil)
  }

  func testIDsThatAreNoClass() throws {
    for dialect in [Dialect.keras315TensorFlow, .keras315Torch, .tfKeras2, .keras1] {
      let loss = SparseCategoricalCrossentropy(dialect: dialect)
      for id in [2, -1] {
        assertThrows(.classIDOutOfRange(id: id, classes: 2), try loss.unreduced(id: id))
      }
    }
    let torch = SparseCategoricalCrossentropy(dialect: .keras315Torch)
    try assertLoss(torch, id: -100, [0.5, 0.25], 0, gradient: [0, 0])
    let tensorFlow = SparseCategoricalCrossentropy(dialect: .keras315TensorFlow)
    assertThrows(.classIDOutOfRange(id: -100, classes: 2), try tensorFlow.unreduced(id: -100))
    // NaN is class 0 on JAX, and no class elsewhere.
    let label: Tensor<Float> = [Tensor(scalar: nan)]
    assertThrows(
      .classIDOutOfRange(id: -1, classes: 2),
      try torch.unreduced(yTrue: label, yPred: [[0.5, 0.5]] as Tensor<Float>))
  }

  func testIgnoredIDsAreNotRefused() throws {
    let tensorFlow = SparseCategoricalCrossentropy(
      ignoreClass: 7, reduction: .none, dialect: .keras315TensorFlow)
    let predictions: Tensor<Float> = [[0.25, 0.75], [0.5, 0.5]]
    let losses = try tensorFlow.unreduced(yTrue: [7, 0] as Tensor<Int>, yPred: predictions)
    XCTAssertEqual(losses.mask?.elements, [false, true])
    assertEqual(losses.losses.elements, [0, 0.6931472])
    // tf.keras truncates labels before it compares them.
    for (dialect, isIgnored) in [(Dialect.tfKeras2, true), (.keras315TensorFlow, false)] {
      let loss = SparseCategoricalCrossentropy(ignoreClass: 1, dialect: dialect)
      let mask = try loss.unreduced(yTrue: [1.5, 0] as Tensor<Float>, yPred: predictions).mask
      XCTAssertEqual(mask?.elements, [!isIgnored, true])
    }
  }

  func testAxisOfClasses() throws {
    let predictions: Tensor<Float> = [[[0.25, 0.5], [0.75, 0.5]]]
    let ids: Tensor<Int> = [[0, 1]]
    for dialect in [Dialect.keras315Torch, .tfKeras2] {
      let loss = SparseCategoricalCrossentropy(axis: 1, dialect: dialect)
      let pair = try loss.unreducedValueAndGradient(yTrue: ids, yPred: predictions)
      assertEqual(pair.value.elements, [1.3862944, 0.6931472])
      assertEqual(pair.gradient.elements, [-3, 1, 1, -1])
    }
    let loss = SparseCategoricalCrossentropy(axis: 1, dialect: .keras315TensorFlow)
    assertThrows(
      .notInDialect(what: "class axis but the last", dialect: "keras-3.15/tensorflow"),
      try loss.unreduced(yTrue: ids, yPred: predictions))
  }

  func testFlattenedIDs() throws {
    let predictions: Tensor<Float> = [
      [[0.25, 0.75], [0.5, 0.5]], [[0.125, 0.875], [0.75, 0.25]],
    ]
    let ids: Tensor<Int> = [0, 1, 1, 0]
    let expected: [Float] = [1.3862944, 0.6931472, 0.13353133, 0.28768203]
    for dialect in [Dialect.tfKeras2, .keras1] {
      let loss = SparseCategoricalCrossentropy(dialect: dialect)
      let pair = try loss.unreducedValueAndGradient(yTrue: ids, yPred: predictions)
      XCTAssertEqual(pair.value.shape.dimensions, [2, 2])
      XCTAssertEqual(pair.gradient.shape.dimensions, [2, 2, 2])
      assertEqual(pair.value.elements, expected)
      let row = try loss.unreduced(yTrue: [0] as Tensor<Int>, yPred: [0.5, 0.5] as Tensor<Float>)
      XCTAssertEqual(row.losses.shape.dimensions, [1])
    }
    // Keras 1 leaves three axes alone, and no more.
    let four = try Tensor(shape: Shape([1, 2, 2, 2]), elements: predictions.elements)
    let flat = SparseCategoricalCrossentropy(dialect: .keras1)
    let losses = try flat.unreduced(yTrue: ids, yPred: four).losses
    XCTAssertEqual(losses.shape.dimensions, [4])
    assertEqual(losses.elements, expected)
    XCTAssertThrowsError(
      try SparseCategoricalCrossentropy().unreduced(yTrue: ids, yPred: predictions))
  }

  func testGeneralizedCrossEntropy() throws {
    let torch = try CategoricalGeneralizedCrossEntropy(dialect: .keras315Torch)
    assertThrows(.classIDOutOfRange(id: 2, classes: 2), try torch.unreduced(id: 2))
    // torch takes 0.1 for the float32 next to it: an exponent of 0.10000000149011612.
    let loss = try CategoricalGeneralizedCrossEntropy(q: 0.1, dialect: .keras315Torch)
    let losses = try loss.unreduced(
      yTrue: [0] as Tensor<Int>, yPred: [[0.5, 0.5]] as Tensor<Double>)
    let expected = (1 - (0.5).power(Double(Float(0.1)))) / 0.1
    XCTAssertEqual(losses.losses.elements[0], expected, accuracy: 1e-15)
    XCTAssertNotEqual(losses.losses.elements[0], (1 - (0.5).power(0.1)) / 0.1, accuracy: 1e-9)
  }

  // MARK: - Norms and margins

  func testTheFloorOfNorms() throws {
    let tensorFlow = CosineSimilarity(dialect: .keras315TensorFlow)
    try assertLoss(tensorFlow, [1, 0], [0, 0], 0, gradient: [-1e7, 0])
    try assertLoss(tensorFlow, [1, 0], [1e-7, 0], -1, gradient: [0, 0])
    let torch = CosineSimilarity(dialect: .keras315Torch)
    try assertLoss(torch, [1, 0], [0, 0], 0, gradient: [nan, nan])
    try assertLoss(torch, [1, 0], [1e-7, 0], -1, gradient: [-5e6, 0])
    // 1 / |x|^2 is beyond float32.
    try assertLoss(torch, [1, 0], [1e-22, 0], -1e-15, gradient: [nan, nan])
    let tfKeras = CosineSimilarity(dialect: .tfKeras2)
    try assertLoss(tfKeras, [1, 0], [1e-7, 0], -0.1, gradient: [-1e6, 0])
    try assertLoss(tfKeras, [1, 0], [0, 0], 0, gradient: [-1e6, 0])
  }

  func testKeras1TakesTheMeanOfCosines() throws {
    let loss = CosineSimilarity(dialect: .keras1)
    try assertLoss(loss, [3, 4], [3, 4], -0.5, gradient: [0, 0])
    // Half of -(t^ - cos p^) / |p|.
    try assertLoss(loss, [1, 0], [3, 4], -0.3, gradient: [-0.064, 0.048])
  }

  func testScalarsAreNoVectorsEverywhere() throws {
    let one = Tensor<Float>(scalar: 1)
    for dialect in [Dialect.keras315JAX, .keras315TensorFlow, .keras315Torch] {
      let losses = try CosineSimilarity(dialect: dialect).unreduced(yTrue: one, yPred: one)
      XCTAssertEqual(losses.losses.item, -1)
    }
    for dialect in [Dialect.keras315NumPy, .tfKeras2, .keras1] {
      assertThrows(
        .rankTooLow(yPred: .scalar, minimum: 1),
        try CosineSimilarity(dialect: dialect).unreduced(yTrue: one, yPred: one))
    }
  }

  func testHingeLabels() throws {
    try assertLoss(Hinge(dialect: .keras1), [0, 1], [0.5, 0.5], 0.75, gradient: [0, -0.5])
    try assertLoss(
      SquaredHinge(dialect: .keras1), [0, 1], [0.5, 0.5], 0.625, gradient: [0, -0.5])
    try assertLoss(Hinge(dialect: .tfKeras2), [0, 1], [0.5, 0.5], 1, gradient: [0.5, -0.5])
  }

  func testHingeAtItsKink() throws {
    try assertLoss(Hinge(dialect: .keras315TensorFlow), [1], [1], 0, gradient: [-1])
    try assertLoss(Hinge(dialect: .keras315Torch), [1], [1], 0, gradient: [-0.5])
    for dialect in [Dialect.keras315TensorFlow, .keras315Torch] {
      // The branch is not taken: its slope is 0, and 0 times a label that is no number is none.
      for label in [nan, .infinity] {
        try assertLoss(
          Hinge(dialect: dialect), [label], [0.5], label.isNaN ? nan : 0, gradient: [nan])
        try assertLoss(
          SquaredHinge(dialect: dialect), [label], [0.5], label.isNaN ? nan : 0, gradient: [nan])
      }
    }
    // JAX multiplies 0 by the slope of the square, NaN; TensorFlow drops it.
    try assertLoss(SquaredHinge(), [0.5], [nan], nan, gradient: [nan])
    try assertLoss(SquaredHinge(dialect: .keras315TensorFlow), [0.5], [nan], nan, gradient: [0])
  }

  // MARK: - Sequences

  func testLabellingsThatDoNotFit() throws {
    let logits: Tensor<Float> = [[[0, 1, 2]]]
    let labels: Tensor<Int> = [[1, 2]]
    func loss(_ dialect: Dialect) throws -> ValueAndGradient<Float> {
      try CTC(dialect: dialect).unreducedValueAndGradient(yTrue: labels, yPred: logits)
    }
    assertEqual(try loss(.keras315TensorFlow).value.elements, [707.98798])
    assertEqual(try loss(.keras315Torch).value.elements, [.infinity])
    assertEqual(try loss(.keras315Torch).gradient.elements, [nan, nan, nan])
    XCTAssertEqual(try loss(.keras315JAX).value.elements[0], 100_000, accuracy: 2)
  }

  func testLabellingsThatFitAgree() throws {
    let logits: Tensor<Float> = [[[0, 0, 0], [0, 0, 0], [0, 0, 0]]]
    let labels: Tensor<Int> = [[1, 2, 0]]
    // 5 of 27 alignments.
    let expected = Float(Double(5.4).logarithm)
    let gradient = try CTC().unreducedValueAndGradient(yTrue: labels, yPred: logits).gradient
    for dialect in [Dialect.keras315TensorFlow, .keras315Torch] {
      let pair = try CTC(dialect: dialect).unreducedValueAndGradient(yTrue: labels, yPred: logits)
      assertEqual(pair.value.elements, [expected])
      assertEqual(pair.gradient.elements, gradient.elements)
    }
  }

  // MARK: - Circle

  func testSoftplusOfTorchIsLinear() throws {
    let labels: Tensor<Int> = [0, 0, 1]
    let embeddings: Tensor<Double> = [[1, 0], [0.5, 0.5], [0.75, 0]]
    func losses(_ dialect: Dialect) throws -> [Double] {
      try Circle(gamma: 50, dialect: dialect).unreduced(yTrue: labels, yPred: embeddings)
        .losses.elements
    }
    // 50 (0.5^2 - 0.4^2 + 1.15 * 0.35), and 50 (0.5^2 - 0.4^2 - 0.775 * 0.025) for the second.
    let (exact, linear) = (try losses(.keras315JAX), try losses(.keras315Torch))
    XCTAssertEqual(linear[0], 24.625, accuracy: 1e-13)
    XCTAssertEqual(exact[0] - linear[0], (-24.625).exponential, accuracy: 1e-13)
    XCTAssertEqual(linear[1], 3.53125 + (1 + (-3.53125).exponential).logarithm, accuracy: 1e-13)
    XCTAssertEqual(linear[1], exact[1])
  }

  // MARK: - Assertions

  private func assertLoss(
    _ loss: some Loss, id: Int, _ predictions: [Float], _ expected: Float,
    gradient: [Float]?, file: StaticString = #filePath, line: UInt = #line
  ) throws {
    let pair = try loss.unreducedValueAndGradient(
      yTrue: [Tensor(scalar: id)],
      yPred: Tensor(shape: Shape([1, predictions.count]), elements: predictions))
    assertEqual(pair.value.elements, [expected], file: file, line: line)
    if let gradient {
      assertEqual(pair.gradient.elements, gradient, file: file, line: line)
    }
  }

  private func assertLoss(
    _ loss: some Loss, _ labels: [Float], _ predictions: [Float], _ expected: Float,
    gradient: [Float], file: StaticString = #filePath, line: UInt = #line
  ) throws {
    let row = try Shape([1, labels.count])
    let pair = try loss.unreducedValueAndGradient(
      yTrue: Tensor(shape: row, elements: labels), yPred: Tensor(shape: row, elements: predictions))
    assertEqual(pair.value.elements, [expected], file: file, line: line)
    assertEqual(pair.gradient.elements, gradient, file: file, line: line)
  }

  /// Equal to 8 units in the last place; NaN equals NaN.
  private func assertEqual(
    _ actual: [Float], _ expected: [Float], file: StaticString = #filePath, line: UInt = #line
  ) {
    XCTAssertEqual(actual.count, expected.count, file: file, line: line)
    for (actual, expected) in zip(actual, expected) {
      guard expected.isFinite else {
        XCTAssertTrue(
          expected.isNaN ? actual.isNaN : actual == expected, "\(actual), not \(expected)",
          file: file, line: line)
        continue
      }
      let accuracy = max(8 * expected.ulp, 1e-7)
      XCTAssertEqual(actual, expected, accuracy: accuracy, file: file, line: line)
    }
  }

  private func assertThrows(
    _ expected: LossError, _ expression: @autoclosure () throws -> UnreducedLosses<Float>,
    file: StaticString = #filePath, line: UInt = #line
  ) {
    XCTAssertThrowsError(try expression(), file: file, line: line) {
      XCTAssertEqual($0 as? LossError, expected, file: file, line: line)
    }
  }
}

extension Loss {
  /// The loss of one row of two classes.
  fileprivate func unreduced(id: Int) throws -> UnreducedLosses<Float> {
    try unreduced(yTrue: [Tensor(scalar: id)], yPred: [[0.5, 0.5]] as Tensor<Float>)
  }
}
