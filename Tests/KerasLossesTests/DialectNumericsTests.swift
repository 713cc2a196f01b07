import KerasLosses
import XCTest

/// Values and gradients by which the dialects differ, from the smallest inputs that tell them apart.
///
/// Expected is what Keras 3.15.1 gives on each backend, tf-keras 2.21 and Keras 1.2.2, in float32 where
/// nothing else is said.
final class DialectNumericsTests: XCTestCase {
  private let epsilon = Float(1e-7)
  private let high = Float(1 - 1e-7)

  // MARK: - Binary crossentropy

  func testFormsOfBinaryLogits() throws {
    for (dialect, expected) in [
      (Dialect.keras315JAX, 2.0611537e-9), (.keras315TensorFlow, 2.0611537e-9),
      (.keras315NumPy, 1.1920930e-7), (.keras315Torch, 0), (.tfKeras2, 2.0611537e-9),
    ] as [(Dialect, Float)] {
      let loss = BinaryCrossentropy(fromLogits: true, dialect: dialect)
      try assertEqual(value(loss, [0], [-20]), expected, dialect)
    }
    for (dialect, atInfinity, atMinusInfinity) in [
      (Dialect.keras315JAX, .infinity, .nan), (.keras315TensorFlow, .nan, .nan),
      (.keras315NumPy, 15.942385, 1.1920930e-7),
    ] as [(Dialect, Float, Float)] {
      let loss = BinaryCrossentropy(fromLogits: true, dialect: dialect)
      try assertEqual(value(loss, [0], [.infinity]), atInfinity, dialect)
      try assertEqual(value(loss, [0], [-.infinity]), atMinusInfinity, dialect)
    }
  }

  func testLogarithmsOfBinaryProbabilities() throws {
    for (dialect, missed, wrong, even, rejected, accepted) in [
      (Dialect.keras315JAX, 16.118095, 15.942385, 0.69314718, 1.1920929e-7, 1.1920929e-7),
      (.keras315TensorFlow, 16.118095, 15.942385, 0.69314718, 1.1920929e-7, 1.1920929e-7),
      (.keras315Torch, 16.118095, 15.942385, 0.69314718, 1.0000001e-7, 1.1920929e-7),
      (.tfKeras2, 15.4249487, 15.3332386, 0.693146944, 0, 0),
      (.keras1, 16.1180954, 15.9423847, 0.693147182, 1.00000015e-7, 1.19209332e-7),
    ] as [(Dialect, Float, Float, Float, Float, Float)] {
      let loss = BinaryCrossentropy(dialect: dialect)
      try assertEqual(value(loss, [1], [0]), missed, dialect)
      try assertEqual(value(loss, [0], [1]), wrong, dialect)
      try assertEqual(value(loss, [1], [0.5]), even, dialect)
      try assertEqual(value(loss, [0], [0]), rejected, dialect)
      try assertEqual(value(loss, [1], [1]), accepted, dialect)
    }
  }

  func testBinaryLogarithmsWhereTheHighLimitIsOne() throws {
    for (dialect, accepted, wrong) in [
      (Dialect.keras315JAX, .nan, .infinity), (.keras315TensorFlow, .nan, .infinity),
      (.keras315Torch, 0, 100), (.tfKeras2, 0, 15.942385), (.keras1, .nan, .nan),
    ] as [(Dialect, Float, Float)] {
      let loss = BinaryCrossentropy(dialect: dialect)
      for (label, expected) in [(Float16(1), accepted), (0, wrong)] {
        let losses = try loss.unreduced(
          yTrue: vector([label]), yPred: vector([Float16(1)])
        ).losses.elements[0]
        if expected.isFinite {
          // Computed in Float, in which 1 + epsilon is not 1.
          XCTAssertEqual(losses, expected, accuracy: 1e-3, dialect.id)
        } else {
          assertEqual(losses, expected, dialect)
        }
      }
    }
  }

  func testTorchRefusesWhatIsOutsideTheUnitInterval() throws {
    let smoothed = BinaryCrossentropy(labelSmoothing: -0.5, dialect: .keras315Torch)
    let loss = BinaryCrossentropy(dialect: .keras315Torch)
    let focal = BinaryFocalCrossentropy(dialect: .keras315Torch)
    for (loss, label, prediction) in [
      (loss, 2, 0.5), (loss, -1, 0.5), (loss, .nan, 0.5), (loss, 1, .nan), (smoothed, 1, 0.5),
      (focal, 2, 0.5), (focal, 0, .nan),
    ] as [(any Loss, Float, Float)] {
      XCTAssertThrowsError(try value(loss, [label], [prediction])) {
        XCTAssertEqual(($0 as? LossError)?.code, .valueOutOfRange)
      }
      XCTAssertThrowsError(try gradient(loss, [label], [prediction]))
    }
    // A clipped prediction is inside, and a logit may be any number.
    XCTAssertEqual(try value(loss, [0], [-3]), 1.0000001e-7, accuracy: 1e-13)
    let logits = BinaryCrossentropy(fromLogits: true, dialect: .keras315Torch)
    XCTAssertEqual(try value(logits, [2], [3]), -2.9514127, accuracy: 1e-6)
    XCTAssertNoThrow(try value(BinaryCrossentropy(), [2], [.nan]))
  }

  func testBinaryProbabilitiesBroadcastInTfKeras2() throws {
    let labels: Tensor<Float> = [0, 1]
    let predictions: Tensor<Float> = [[0.5], [0.25]]
    let loss = BinaryCrossentropy(dialect: .tfKeras2)
    let losses = try loss.unreduced(yTrue: labels, yPred: predictions).losses.elements
    XCTAssertEqual(losses[0], 0.6931469, accuracy: 1e-6)
    XCTAssertEqual(losses[1], 0.8369880, accuracy: 1e-6)
    for loss in [BinaryCrossentropy(fromLogits: true, dialect: .tfKeras2), BinaryCrossentropy()] {
      XCTAssertThrowsError(try loss.unreduced(yTrue: labels, yPred: predictions)) {
        XCTAssertEqual(($0 as? LossError)?.code, .shapeMismatch)
      }
    }
  }

  func testTheFocalLossOfLogits() throws {
    for (dialect, expected, slope) in [
      (Dialect.keras315JAX, 15.942385, 0), (.keras315TensorFlow, 40, 1),
      (.keras315Torch, 15.942385, 0), (.tfKeras2, 40, 1),
    ] as [(Dialect, Float, Float)] {
      let loss = BinaryFocalCrossentropy(fromLogits: true, dialect: dialect)
      try assertEqual(value(loss, [0], [40]), expected, dialect)
      assertGradient(loss, [0], [40], [slope])
    }
    let ofProbabilities = BinaryFocalCrossentropy(dialect: .tfKeras2)
    XCTAssertEqual(try value(ofProbabilities, [1], [0.3]), 0.589946508, accuracy: 6e-8)
  }

  // MARK: - Categorical crossentropy

  func testCategoricalCrossentropyBroadcastsInKeras1() throws {
    let labels: Tensor<Float> = [1, 0, 1]
    let predictions: Tensor<Float> = [[0.2], [0.5], [3]]
    // Each row has one class, which is all of it.
    let loss = CategoricalCrossentropy(dialect: .keras1)
    for number in try loss.unreduced(yTrue: labels, yPred: predictions).losses.elements {
      XCTAssertEqual(number, 2.384186e-7, accuracy: 1e-13)
    }
    let row: Tensor<Float> = [[0.25, 0.25, 0.5]]
    let column: Tensor<Float> = [[1], [2]]
    let sums = try loss.unreduced(yTrue: column, yPred: row).losses.elements
    XCTAssertEqual(sums[0], 3.4657359, accuracy: 1e-6)
    XCTAssertEqual(sums[1], 6.9314718, accuracy: 2e-6)
    XCTAssertThrowsError(
      try CategoricalCrossentropy().unreduced(yTrue: labels, yPred: predictions)
    ) { XCTAssertEqual(($0 as? LossError)?.code, .shapeMismatch) }
  }

  func testSmoothingCountsTheClassesOfAnAxis() throws {
    let labels: Tensor<Double> = [[1, 0, 0.5], [0, 1, 0.5]]
    let predictions: Tensor<Double> = [[0.25, 0.5, 0.75], [0.75, 0.5, 0.25]]
    func smoothed(over classes: Double) throws -> Tensor<Double> {
      try Tensor(shape: labels.shape, elements: labels.elements.map { $0 * 0.6 + 0.4 / classes })
    }
    for (dialect, classes, focalClasses) in [
      (Dialect.keras315JAX, 3, 3), (.keras315TensorFlow, 3, 3), (.keras316DevJAX, 2, 2),
      (.tfKeras2, 2, 3),
    ] as [(Dialect, Double, Double)] {
      let plain = CategoricalCrossentropy(axis: 0, dialect: dialect)
      let loss = CategoricalCrossentropy(labelSmoothing: 0.4, axis: 0, dialect: dialect)
      XCTAssertEqual(
        try loss(yTrue: labels, yPred: predictions).elements[0],
        try plain(yTrue: smoothed(over: classes), yPred: predictions).elements[0],
        accuracy: 1e-15, dialect.id)
      let plainFocal = CategoricalFocalCrossentropy(axis: 0, dialect: dialect)
      let focal = CategoricalFocalCrossentropy(labelSmoothing: 0.4, axis: 0, dialect: dialect)
      XCTAssertEqual(
        try focal(yTrue: labels, yPred: predictions).elements[0],
        try plainFocal(yTrue: smoothed(over: focalClasses), yPred: predictions).elements[0],
        accuracy: 1e-15, dialect.id)
    }
  }

  // MARK: - What numbers are rounded to

  func testConstantsThatAreFloat32() throws {
    let rounded = Double(epsilon)
    for dialect in Dialect.all where dialect.gradients == .computed {
      // epsilon in both logarithms of MSLE: log(1 + e) is about e.
      let e = dialect.msleEpsilon == .float32 ? rounded : 1e-7
      let distance = (e - e * e / 2) - 0.69314718055994531
      XCTAssertEqual(
        try wideValue(MeanSquaredLogarithmicError(dialect: dialect), [1], [0]),
        distance * distance, accuracy: 4e-16, dialect.id)
      let floor = dialect.opsNumbers == .float32 ? rounded : 1e-7
      XCTAssertEqual(
        try wideValue(KLDivergence(dialect: dialect), [1, 0], [0, 1]),
        -floor.logarithm + floor * floor.logarithm, accuracy: 1e-14, dialect.id)
      let limit = dialect.clipEpsilon == .float32 ? rounded : 1e-7
      XCTAssertEqual(
        try wideValue(CategoricalCrossentropy(dialect: dialect), [1, 0], [0, 1]),
        -limit.logarithm, accuracy: 1e-14, dialect.id)
      XCTAssertEqual(
        try wideValue(MeanAbsolutePercentageError(dialect: dialect), [0], [1]), 100 / limit,
        accuracy: 1e-6, dialect.id)
    }
    XCTAssertEqual(
      try wideValue(KLDivergence(dialect: .keras315Torch), [1, 0], [0, 1]), 16.11809402746264,
      accuracy: 1e-14)
  }

  func testLogCoshOfEachDialect() throws {
    let logTwo = 0.69314718055994531
    let short = Double(Float(logTwo))
    for (dialect, expected) in [
      (Dialect.keras315JAX, 15 - logTwo + 9.357622968840e-14),
      (.keras315TensorFlow, 15 - short + 9.357622968840e-14), (.keras315Torch, 15 - short),
      (.tfKeras2, 15 - short + 9.357622968840e-14),
    ] {
      let loss = LogCosh(dialect: dialect)
      XCTAssertEqual(try wideValue(loss, [15], [0]), expected, accuracy: 4e-15, dialect.id)
    }
    // softplus(x) is x above 20.
    let gradient = try LogCosh(dialect: .keras315Torch).valueAndGradient(
      yTrue: vector([15, 10, 9.5]), yPred: vector([Double](repeating: 0, count: 3))
    ).gradient.elements.map { $0 * 3 }
    XCTAssertEqual(gradient[0], -1)
    XCTAssertEqual(gradient[1], -0.9999999958776928, accuracy: 1e-15)
    XCTAssertEqual(gradient[2], -0.9999999887944070, accuracy: 1e-15)
  }

  // MARK: - Slopes

  func testSlopesOfAbsoluteValues() throws {
    for (dialect, atZero, ofNaN) in [
      (Dialect.keras315JAX, -1, 1), (.keras315TensorFlow, 0, .nan), (.keras315Torch, 0, 0),
      (.tfKeras2, 0, .nan),
    ] as [(Dialect, Float, Float)] {
      assertGradient(MeanAbsoluteError(dialect: dialect), [2], [2], [atZero])
      assertGradient(MeanAbsolutePercentageError(dialect: dialect), [1], [1], [100 * atZero])
      assertGradient(MeanAbsoluteError(dialect: dialect), [2], [.nan], [ofNaN])
      assertGradient(Huber(dialect: dialect), [2], [.nan], [.nan])
      assertGradient(LogCosh(dialect: dialect), [2], [.nan], [.nan])
    }
  }

  func testSlopesAtLimits() throws {
    for (dialect, maximum, atOne, atEpsilon) in [
      (Dialect.keras315JAX, -0.6931471, -0.25, -2.5e6),
      (.keras315TensorFlow, -1.3862942, -0.5, -5e6), (.keras315Torch, -0.6931471, -0.25, -2.5e6),
      (.tfKeras2, -1.3862942, -0.5, -5e6),
    ] as [(Dialect, Float, Float, Float)] {
      assertGradient(MeanSquaredLogarithmicError(dialect: dialect), [1], [epsilon], [maximum])
      assertGradient(KLDivergence(dialect: dialect), [0.5], [1], [atOne])
      assertGradient(KLDivergence(dialect: dialect), [0.5], [epsilon], [atEpsilon])
    }
    for (dialect, atLow, atHigh, ofRow) in [
      (Dialect.keras315JAX, -5e6, 4_194_300, [-5e6, 0.5]),
      (.keras315TensorFlow, -1e7, 8_388_610, [-1e7, 1]), (.keras315Torch, 0, 0, [0, 0]),
    ] as [(Dialect, Float, Float, [Float])] {
      assertGradient(BinaryCrossentropy(dialect: dialect), [1], [epsilon], [atLow])
      assertGradient(BinaryCrossentropy(dialect: dialect), [0], [high], [atHigh])
      assertGradient(CategoricalCrossentropy(dialect: dialect), [1, 0], [epsilon, high], ofRow)
    }
  }

  func testSlopesOfBranchesThatAreLeftOut() throws {
    for (dialect, expected) in [(Dialect.keras315JAX, .nan), (.keras315TensorFlow, 0)]
      as [(Dialect, Float)]
    {
      assertGradient(BinaryCrossentropy(dialect: dialect), [1], [.nan], [expected])
      assertGradient(KLDivergence(dialect: dialect), [0.5], [.nan], [expected])
      assertGradient(MeanSquaredLogarithmicError(dialect: dialect), [1], [.nan], [expected])
      let half = try BinaryCrossentropy(dialect: dialect).valueAndGradient(
        yTrue: vector([Float16(1)]), yPred: vector([Float16(1)])
      ).gradient.elements[0]
      XCTAssertTrue(half.isNaN, "the limit is 1: 0 / 0")
      // The clip passes 0 on, which the rescaling divides by 0.
      assertGradient(CategoricalCrossentropy(dialect: dialect), [1, 0], [0, 0], [.nan, .nan])
    }
    // torch's slope of crossentropy is finite where 1 - q is 0.
    XCTAssertEqual(
      try BinaryCrossentropy(dialect: .keras315Torch).valueAndGradient(
        yTrue: vector([BFloat16(rounding: 1)]), yPred: vector([BFloat16(rounding: 1)])
      ).gradient.elements[0].widened, 0)
  }

  func testNothingArrivesAtWhatIsLeftOutEvenIfTheLossIsNaN() throws {
    // The mean over no position is NaN in tf.keras 2.
    for (loss, label) in [
      (BinaryCrossentropy(dialect: .tfKeras2), 1), (KLDivergence(dialect: .tfKeras2), 1),
      (MeanSquaredLogarithmicError(dialect: .tfKeras2), 1),
    ] as [(any Loss, Float)] {
      let gradient = try loss.valueAndGradient(
        yTrue: Tensor(shape: Shape([1, 2]), elements: [label, label]),
        yPred: Tensor(shape: Shape([1, 2]), elements: [Float(0.5), -2]), mask: vector([false])
      ).gradient.elements
      XCTAssertTrue(gradient[0].isNaN, "\(loss)")
      XCTAssertEqual(gradient[1], 0, "\(loss)")
    }
  }

  func testTheSlopeOfTheZerothPower() throws {
    for (dialect, expected) in [
      (Dialect.keras315JAX, .nan), (.keras315TensorFlow, .nan), (.keras315Torch, 0),
    ] as [(Dialect, Float)] {
      assertGradient(BinaryFocalCrossentropy(gamma: 0, dialect: dialect), [1], [1], [expected])
      assertGradient(
        BinaryFocalCrossentropy(gamma: 0.5, dialect: dialect), [1], [1], [.nan])
    }
  }

  func testTheSlopeOfTheSoftmax() throws {
    for (dialect, ofTwo, ofNone) in [
      (Dialect.keras315JAX, [0, 0], [0, 0]), (.keras315Torch, [0, 0], [0, 0]),
      (.keras315TensorFlow, [-0.5, -0.5], [0.7310586, 0.2689414]),
    ] as [(Dialect, [Float], [Float])] {
      let loss = CategoricalCrossentropy(fromLogits: true, dialect: dialect)
      assertGradient(loss, [1, 1], [0, 0], ofTwo)
      assertGradient(loss, [0, 0], [1, 0], ofNone)
    }
  }

  func testSubnormalRowsOnTorch() throws {
    // 1 / sum(p) is infinite.
    let tiny = Double.leastNormalMagnitude / 256
    let gradient = try CategoricalCrossentropy(dialect: .keras315Torch).unreducedValueAndGradient(
      yTrue: vector([0.0, 1]), yPred: vector([tiny, tiny]))
    XCTAssertEqual(gradient.value.elements[0], 0.69314718055994531, accuracy: 1e-15)
    XCTAssertTrue(gradient.gradient.elements.allSatisfy(\.isNaN))
  }

  // MARK: - One row

  private func vector<Element>(_ elements: [Element]) throws -> Tensor<Element> {
    try Tensor(shape: Shape([elements.count]), elements: elements)
  }

  /// The loss of one row, by the function.
  private func value(_ loss: any Loss, _ yTrue: [Float], _ yPred: [Float]) throws -> Float {
    try loss.unreduced(yTrue: vector(yTrue), yPred: vector(yPred)).losses.elements[0]
  }

  private func wideValue(_ loss: any Loss, _ yTrue: [Double], _ yPred: [Double]) throws -> Double {
    try loss.unreduced(yTrue: vector(yTrue), yPred: vector(yPred)).losses.elements[0]
  }

  private func gradient(
    _ loss: any Loss, _ yTrue: [Float], _ yPred: [Float]
  ) throws -> [Float] {
    try loss.unreducedValueAndGradient(yTrue: vector(yTrue), yPred: vector(yPred))
      .gradient.elements
  }

  private func assertGradient(
    _ loss: any Loss, _ yTrue: [Float], _ yPred: [Float], _ expected: [Float],
    line: UInt = #line
  ) {
    do {
      for (a, b) in zip(try gradient(loss, yTrue, yPred), expected) {
        assertEqual(a, b, loss.dialect, line: line)
      }
    } catch {
      XCTFail("\(error)", line: line)
    }
  }

  private func assertEqual(
    _ actual: Float, _ expected: Float, _ dialect: Dialect, line: UInt = #line
  ) {
    if expected.isNaN || expected.isInfinite {
      XCTAssertEqual(
        actual.isNaN ? "nan" : "\(actual)", expected.isNaN ? "nan" : "\(expected)", dialect.id,
        line: line)
    } else {
      XCTAssertEqual(
        actual, expected, accuracy: max(1e-6 * expected.magnitude, 1e-12), dialect.id, line: line)
    }
  }
}
