import KerasLosses
import XCTest

/// The forms on memory of the caller: the same bits as the tensors' forms, lengths checked.
final class SpanFormTests: XCTestCase {
  private func numbers(_ count: Int, _ scale: Float, _ offset: Float) -> [Float] {
    var generator = SystemIndependentGenerator(state: UInt64(count))
    return (0..<count).map { _ in Float(generator.next() >> 40) * 0x1p-24 * scale + offset }
  }

  func testTheSameBitsAsTensors() throws {
    for (rows, classes) in [(3, 1), (4, 15), (5, 16), (6, 33), (2, 1500)] {
      for fromLogits in [false, true] {
        let labels = numbers(rows * classes, 1, 0)
        let predictions = numbers(rows * classes, 0.9, 0.05)
        let ids = (0..<rows).map { Int32($0 % classes) }
        let yTrue = try Tensor(shape: Shape([rows, classes]), elements: labels)
        let yPred = try Tensor(shape: Shape([rows, classes]), elements: predictions)

        let categorical = CategoricalCrossentropy(
          fromLogits: fromLogits, labelSmoothing: 0.25, reduction: .none)
        XCTAssertEqual(
          try filled(rows) { losses throws(LossError) in
            try categoricalCrossentropy(
              yTrue: labels.span, yPred: predictions.span, classes: classes,
              fromLogits: fromLogits, labelSmoothing: 0.25, into: &losses)
          }, try categorical(yTrue: yTrue, yPred: yPred).elements)

        let sparse = SparseCategoricalCrossentropy(
          fromLogits: fromLogits, ignoreClass: 1, reduction: .none)
        let idTensor = try Tensor(shape: Shape([rows]), elements: ids)
        XCTAssertEqual(
          try filled(rows) { losses throws(LossError) in
            try sparseCategoricalCrossentropy(
              yTrue: ids.span, yPred: predictions.span, classes: classes, fromLogits: fromLogits,
              ignoreClass: 1, into: &losses)
          }, try sparse(yTrue: idTensor, yPred: yPred).elements)

        let binary = BinaryCrossentropy(
          fromLogits: fromLogits, labelSmoothing: 0.25, reduction: .none)
        XCTAssertEqual(
          try filled(rows) { losses throws(LossError) in
            try binaryCrossentropy(
              yTrue: labels.span, yPred: predictions.span, features: classes,
              fromLogits: fromLogits, labelSmoothing: 0.25, into: &losses)
          }, try binary(yTrue: yTrue, yPred: yPred).elements)
      }
    }
  }

  /// A gradient is flushed even where it is multiplied by nothing.
  func testSubnormalSlopesAreFlushed() throws {
    let labels: [Float] = [0, 0, 0, 0]
    let predictions: [Float] = [0x1p-126, -0x1p-126, 1, -0x1p-125]
    let shape = try Shape([1, 4])
    let loss = MeanSquaredError(reduction: .sum)
    let tensors = try loss.valueAndGradient(
      yTrue: Tensor(shape: shape, elements: labels),
      yPred: Tensor(shape: shape, elements: predictions))
    var (losses, gradient): ([Float], [Float]) = ([0], [0, 0, 0, 0])
    var lossSpan = losses.mutableSpan
    var gradientSpan = gradient.mutableSpan
    let value = try loss.valueAndGradient(
      yTrue: labels.span, yPred: predictions.span, columns: 4, losses: &lossSpan,
      gradient: &gradientSpan)
    XCTAssertEqual(value, tensors.value.elements[0])
    XCTAssertEqual(gradient.map(\.bitPattern), tensors.gradient.elements.map(\.bitPattern))
    XCTAssertEqual(gradient[0], 0)
    XCTAssertEqual(gradient[2], 0.5)
  }

  /// So are gradients of class ids, of the class and of the function.
  func testSubnormalSlopesOfClassIDsAreFlushed() throws {
    let ids: [Int32] = [0]
    // e^-88 is subnormal.
    let logits: [Float] = [0, -88]
    let loss = SparseCategoricalCrossentropy(fromLogits: true, reduction: .sum)
    let expected = try loss.valueAndGradient(
      yTrue: Tensor(shape: Shape([1]), elements: ids),
      yPred: Tensor(shape: Shape([1, 2]), elements: logits)
    ).gradient.elements
    XCTAssertEqual(expected[1], 0)
    var (losses, gradient): ([Float], [Float]) = ([0], [.nan, .nan])
    var lossSpan = losses.mutableSpan
    var gradientSpan = gradient.mutableSpan
    _ = try loss.valueAndGradient(
      yTrue: ids.span, yPred: logits.span, columns: 2, losses: &lossSpan, gradient: &gradientSpan)
    XCTAssertEqual(gradient.map(\.bitPattern), expected.map(\.bitPattern))
    var (others, slopes): ([Float], [Float]) = ([0], [.nan, .nan])
    var othersSpan = others.mutableSpan
    var slopesSpan = slopes.mutableSpan
    try sparseCategoricalCrossentropy(
      yTrue: ids.span, yPred: logits.span, classes: 2, fromLogits: true, into: &othersSpan,
      gradient: &slopesSpan)
    XCTAssertEqual(slopes.map(\.bitPattern), expected.map(\.bitPattern))
  }

  func testLengthsAreChecked() throws {
    let (six, four) = (numbers(6, 1, 0), numbers(4, 1, 0))
    for (yTrue, yPred, extent, expected) in [
      (six, four, 3, LossError.elementCount(shape: try Shape([2, 3]), count: 4)),
      (four, six, 3, .elementCount(shape: try Shape([2, 3]), count: 4)),
      (six, six, -3, .invalidShape(dimensions: [2, -3])),
      (six, six, .max, .invalidShape(dimensions: [2, .max])),
    ] {
      XCTAssertThrowsError(
        try filled(2) { losses throws(LossError) in
          try categoricalCrossentropy(
            yTrue: yTrue.span, yPred: yPred.span, classes: extent, into: &losses)
        }
      ) { XCTAssertEqual($0 as? LossError, expected) }
      XCTAssertThrowsError(
        try filled(2) { losses throws(LossError) in
          try binaryCrossentropy(
            yTrue: yTrue.span, yPred: yPred.span, features: extent, into: &losses)
        }
      ) { XCTAssertEqual($0 as? LossError, expected) }
    }
    let two = LossError.elementCount(shape: try Shape([2]), count: 3)
    XCTAssertThrowsError(
      try filled(2) { losses throws(LossError) in
        try sparseCategoricalCrossentropy(
          yTrue: [Int](repeating: 0, count: 3).span, yPred: six.span, classes: 3, into: &losses)
      }
    ) { XCTAssertEqual($0 as? LossError, two) }
  }

  func testGradientsHaveTheBitsOfTensorsTimesTheFactor() throws {
    // A power of two: the mean over the rows rounds as the factor does.
    let rows = 4
    for classes in [1, 15, 16, 33, 1500] {
      for fromLogits in [false, true] {
        let labels = numbers(rows * classes, 1, 0)
        let predictions = numbers(rows * classes, 0.9, 0.05)
        let ids = (0..<rows).map { Int32($0 % classes) }
        let yTrue = try Tensor(shape: Shape([rows, classes]), elements: labels)
        let yPred = try Tensor(shape: Shape([rows, classes]), elements: predictions)
        let idTensor = try Tensor(shape: Shape([rows]), elements: ids)
        let factor = 1 / Float(rows)

        let categorical = CategoricalCrossentropy(fromLogits: fromLogits, labelSmoothing: 0.25)
        try assertFilled(
          rows, classes, try categorical.valueAndGradient(yTrue: yTrue, yPred: yPred).gradient,
          try categorical.unreduced(yTrue: yTrue, yPred: yPred).losses
        ) { losses, gradient throws(LossError) in
          try categoricalCrossentropy(
            yTrue: labels.span, yPred: predictions.span, classes: classes, fromLogits: fromLogits,
            labelSmoothing: 0.25, scaledBy: factor, into: &losses, gradient: &gradient)
        }

        // Ignored rows are left out of the mean's divisor, but not of that of the factor.
        let sparse = SparseCategoricalCrossentropy(fromLogits: fromLogits)
        try assertFilled(
          rows, classes, try sparse.valueAndGradient(yTrue: idTensor, yPred: yPred).gradient,
          try sparse.unreduced(yTrue: idTensor, yPred: yPred).losses
        ) { losses, gradient throws(LossError) in
          try sparseCategoricalCrossentropy(
            yTrue: ids.span, yPred: predictions.span, classes: classes, fromLogits: fromLogits,
            scaledBy: factor, into: &losses, gradient: &gradient)
        }

        let binary = BinaryCrossentropy(fromLogits: fromLogits, labelSmoothing: 0.25)
        try assertFilled(
          rows, classes, try binary.valueAndGradient(yTrue: yTrue, yPred: yPred).gradient,
          try binary.unreduced(yTrue: yTrue, yPred: yPred).losses
        ) { losses, gradient throws(LossError) in
          try binaryCrossentropy(
            yTrue: labels.span, yPred: predictions.span, features: classes,
            fromLogits: fromLogits, labelSmoothing: 0.25, scaledBy: factor, into: &losses,
            gradient: &gradient)
        }
      }
    }
  }

  func testAnIgnoredRowIsCleared() throws {
    let (ids, predictions): ([Int], [Float]) = ([1, 0], [0, 0, 0.5, 0.5])
    var losses: [Float] = [7, 7]
    var gradient: [Float] = [7, 7, 7, 7]
    var output = losses.mutableSpan
    var slopes = gradient.mutableSpan
    try sparseCategoricalCrossentropy(
      yTrue: ids.span, yPred: predictions.span, classes: 2, ignoreClass: 1, scaledBy: 2,
      into: &output, gradient: &slopes)
    XCTAssertEqual(losses[0], 0)
    XCTAssertEqual(gradient, [0, 0, -2, 2])
  }

  func testLengthsOfGradientsAreChecked() throws {
    let six = numbers(6, 1, 0)
    let expected = LossError.elementCount(shape: try Shape([2, 3]), count: 5)
    var losses: [Float] = [0, 0]
    var gradient = [Float](repeating: 0, count: 5)
    var output = losses.mutableSpan
    var slopes = gradient.mutableSpan
    do {
      try categoricalCrossentropy(
        yTrue: six.span, yPred: six.span, classes: 3, into: &output, gradient: &slopes)
      XCTFail("a gradient of 5 elements is taken")
    } catch { XCTAssertEqual(error, expected) }
    do {
      try binaryCrossentropy(
        yTrue: six.span, yPred: six.span, features: 3, into: &output, gradient: &slopes)
      XCTFail("a gradient of 5 elements is taken")
    } catch { XCTAssertEqual(error, expected) }
    do {
      try sparseCategoricalCrossentropy(
        yTrue: [0, 1].span, yPred: six.span, classes: 3, into: &output, gradient: &slopes)
      XCTFail("a gradient of 5 elements is taken")
    } catch { XCTAssertEqual(error, expected) }
  }

  /// Compares what a form writes into memory with losses and a gradient, bit by bit.
  private func assertFilled(
    _ rows: Int, _ classes: Int, _ gradient: Tensor<Float>, _ losses: Tensor<Float>,
    line: UInt = #line,
    _ form: (inout MutableSpan<Float>, inout MutableSpan<Float>) throws(LossError) -> Void
  ) throws {
    var filledLosses = [Float](repeating: .nan, count: rows)
    var filledGradient = [Float](repeating: .nan, count: rows * classes)
    var output = filledLosses.mutableSpan
    var slopes = filledGradient.mutableSpan
    try form(&output, &slopes)
    XCTAssertEqual(filledLosses, losses.elements, line: line)
    XCTAssertEqual(filledGradient, gradient.elements, line: line)
  }

  /// The losses that a form writes into memory for some rows.
  private func filled(
    _ rows: Int, _ form: (inout MutableSpan<Float>) throws(LossError) -> Void
  ) throws(LossError) -> [Float] {
    var losses = [Float](repeating: .nan, count: rows)
    var output = losses.mutableSpan
    try form(&output)
    return losses
  }
}
