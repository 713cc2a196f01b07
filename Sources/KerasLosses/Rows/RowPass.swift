/// What a function of `keras.losses` demands of the shapes of `y_true` and `y_pred`.
enum ShapeRule {
  /// One shape.
  case same
  /// Shapes that broadcast.
  case broadcast
  /// Shapes that broadcast after ranks that differ by one were repaired.
  case repaired

  /// The rule that a dialect makes of it.
  func followed(by dialect: Dialect) -> ShapeRule {
    self == .repaired && dialect.functionRanks == .asGiven ? .broadcast : self
  }

  /// The shapes, their ranks repaired by the rule.
  func ranks(_ yTrue: Shape, _ yPred: Shape) -> (Shape, Shape) {
    self == .repaired ? repairedRanks(yTrue, yPred) : (yTrue, yPred)
  }
}

/// Labels and predictions of one shape, row after row along an axis, and what to make of a row.
struct RowPass<Kernel: RowKernel> {
  /// The dtype that is computed in.
  typealias Scalar = Kernel.Scalar

  private let kernel: Kernel
  private let axis: ClassAxis
  private let labels: Elements<Scalar>
  private let predictions: Elements<Scalar>
  /// The shape of both, broadcast.
  let shape: Shape
  /// The shape of the predictions before broadcasting, their rank repaired.
  private let predShape: Shape
  /// The shape of the predictions as they were given.
  private let givenShape: Shape

  /// Casts the labels to the dtype of the predictions, and brings both to one shape.
  ///
  /// Scalars are rows of one element, where the dialect takes them.
  ///
  /// - Throws: `LossError.shapeMismatch` by the rule; `rankTooLow`, `axisOutOfRange`; `notInDialect`
  ///   where the dialect casts no labels.
  /// - Complexity: O(1) where nothing is cast, moved or broadcast, else O(elements of the shape).
  init<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>, _ rule: ShapeRule, _ dialect: Dialect,
    axis: Int = -1, _ kernel: Kernel
  ) throws(LossError) where Storage.Compute == Scalar {
    let pair = try arranged(
      dialect.cast(yTrue, to: Storage.self).widened, yPred.widened, rule.followed(by: dialect))
    if pair.yPred.shape == .scalar, Kernel.takesScalars(dialect.scalars) {
      shape = .oneElement
      predShape = .oneElement
    } else {
      shape = pair.yPred.shape
      predShape = pair.predShape
    }
    givenShape = yPred.shape
    self.axis = try ClassAxis(axis, of: shape)
    self.kernel = kernel
    labels = self.axis.rowsLast(pair.yTrue.storage)
    predictions = self.axis.rowsLast(pair.yPred.storage)
  }

  /// As the other initialiser, whatever the dialect: scalars are rows of one element.
  init<Label: LossLabel, Storage: LossStorage>(
    scalars yTrue: Tensor<Label>, _ yPred: Tensor<Storage>, _ kernel: Kernel
  ) throws(LossError) where Storage.Compute == Scalar {
    let labels = yTrue.converted(to: Storage.self).widened
    axis = try ClassAxis(-1, of: .oneElement)
    self.kernel = kernel
    (shape, predShape, givenShape) = (.oneElement, .oneElement, yPred.shape)
    (self.labels, predictions) = (labels.storage, yPred.widened.storage)
  }

  /// One loss for each row.
  ///
  /// - Complexity: O(elements).
  var losses: UnreducedLosses<Scalar> {
    var losses = [Scalar](repeating: 0, count: axis.rows.count)
    var output = losses.mutableSpan
    rowLosses(kernel, labels.span, predictions.span, columns: axis.extent, into: &output)
    return UnreducedLosses(losses: Tensor(unchecked: axis.rows, elements: losses))
  }

  /// One loss for each row, and the slopes of its elements.
  ///
  /// - Complexity: O(elements), and so is the pullback.
  var differentiated: DifferentiableLosses<Scalar> {
    var losses = [Scalar](repeating: 0, count: axis.rows.count)
    var slopes = [Scalar](repeating: 0, count: predictions.count)
    var output = losses.mutableSpan
    var slopeOutput = slopes.mutableSpan
    rowLossesAndSlopes(
      kernel, labels.span, predictions.span, columns: axis.extent, scaledBy: nil,
      into: &output, slopes: &slopeOutput)
    let unreduced = UnreducedLosses(losses: Tensor(unchecked: axis.rows, elements: losses))
    return DifferentiableLosses(unreduced) { [slopes] upstream in
      let rows = rows(slopes, times: upstream.elements)
      return Tensor(unchecked: shape, elements: axis.inPlace(rows))
        .summed(to: predShape, flushes: kernel.flushes).reshaped(to: givenShape)
    }
  }

  /// The slopes of each row times what arrives at its loss.
  ///
  /// A slope of 0 times NaN or infinity is NaN, but a branch that is not selected receives 0.
  ///
  /// - Complexity: O(elements).
  private func rows(_ slopes: [Scalar], times upstream: [Scalar]) -> [Scalar] {
    var rows = scaledRows(slopes, by: upstream, flushes: kernel.flushes)
    var output = rows.mutableSpan
    for row in upstream.indices where !upstream[row].isFinite {
      let range = row * axis.extent..<(row + 1) * axis.extent
      var gradient = output._mutatingExtracting(range)
      kernel.dropUntaken(
        labels.span.extracting(range), predictions.span.extracting(range), gradient: &gradient)
    }
    return rows
  }
}

extension Shape {
  /// The shape of a vector of one element.
  fileprivate static var oneElement: Shape { Shape(unchecked: [1]) }
}

/// Labels and predictions brought to one shape, and the shape that predictions had before that, their
/// rank repaired.
func arranged<Scalar: LossScalar>(
  _ yTrue: Tensor<Scalar>, _ yPred: Tensor<Scalar>, _ rule: ShapeRule
) throws(LossError) -> (yTrue: Tensor<Scalar>, yPred: Tensor<Scalar>, predShape: Shape) {
  if yTrue.shape == yPred.shape { return (yTrue, yPred, yPred.shape) }
  guard rule != .same else {
    throw .shapeMismatch(yTrue: yTrue.shape, yPred: yPred.shape, expected: "the same shape")
  }
  let (trueShape, predShape) = rule.ranks(yTrue.shape, yPred.shape)
  let labels = yTrue.reshaped(to: trueShape)
  let predictions = yPred.reshaped(to: predShape)
  guard let shape = try trueShape.broadcast(with: predShape) else {
    throw .shapeMismatch(
      yTrue: yTrue.shape, yPred: yPred.shape, expected: "shapes that broadcast")
  }
  return (labels.broadcast(to: shape), predictions.broadcast(to: shape), predShape)
}

/// The losses of rows in memory of the caller, lengths checked.
///
/// - Throws: `LossError.elementCount` where a length is not that of its shape.
func rowLosses<Kernel: RowKernel>(
  checking kernel: Kernel, _ yTrue: Span<Kernel.Scalar>, _ yPred: Span<Kernel.Scalar>,
  columns: Int, into losses: inout MutableSpan<Kernel.Scalar>
) throws(LossError) {
  try checkLength(yTrue.count, rows: losses.count, columns: columns)
  try checkLength(yPred.count, rows: losses.count, columns: columns)
  rowLosses(kernel, yTrue, yPred, columns: columns, into: &losses)
}

/// The losses of rows in memory of the caller, and their slopes times a factor, lengths checked.
///
/// - Throws: `LossError.elementCount` where a length is not that of its shape.
func rowLossesAndSlopes<Kernel: RowKernel>(
  checking kernel: Kernel, _ yTrue: Span<Kernel.Scalar>, _ yPred: Span<Kernel.Scalar>,
  columns: Int, scaledBy factor: Kernel.Scalar, into losses: inout MutableSpan<Kernel.Scalar>,
  slopes: inout MutableSpan<Kernel.Scalar>
) throws(LossError) {
  try checkLength(yTrue.count, rows: losses.count, columns: columns)
  try checkLength(yPred.count, rows: losses.count, columns: columns)
  try checkLength(slopes.count, rows: losses.count, columns: columns)
  rowLossesAndSlopes(
    kernel, yTrue, yPred, columns: columns, scaledBy: factor, into: &losses, slopes: &slopes)
}

/// Checks that a length is that of rows of columns.
///
/// No shape is made unless it is not: small batches would pay for the array in it.
///
/// - Throws: `LossError.elementCount` where it is not.
func checkLength(_ count: Int, rows: Int, columns: Int) throws(LossError) {
  let product = rows.multipliedReportingOverflow(by: columns)
  guard columns >= 0, !product.overflow, product.partialValue == count else {
    throw .elementCount(shape: try Shape([rows, columns]), count: count)
  }
}
