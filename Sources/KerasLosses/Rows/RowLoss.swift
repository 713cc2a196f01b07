/// What a function of `keras.losses` demands of the shapes of `y_true` and `y_pred`.
enum ShapeRule {
  /// One shape.
  case same
  /// Shapes that broadcast.
  case broadcast
  /// Shapes that broadcast after ranks that differ by one were repaired.
  case repaired
}

/// One loss for each row along an axis.
///
/// - Throws: `LossError.shapeMismatch` by the rule; `rankTooLow`, `axisOutOfRange`.
/// - Complexity: O(elements of the broadcast shape).
func rowLosses<Label: LossLabel, Kernel: RowKernel>(
  _ yTrue: Tensor<Label>, _ yPred: Tensor<Kernel.Scalar>, _ rule: ShapeRule, axis: Int = -1,
  _ kernel: Kernel
) throws(LossError) -> UnreducedLosses<Kernel.Scalar> {
  let (labels, predictions) = try arranged(
    Tensor(unchecked: yTrue.shape, elements: yTrue.converted(to: Kernel.Scalar.self)), yPred, rule)
  let axis = try ClassAxis(axis, of: predictions.shape)
  let labelRows = axis.rowsLast(labels.elements)
  let predictionRows = axis.rowsLast(predictions.elements)
  var losses = [Kernel.Scalar](repeating: 0, count: axis.rows.count)
  var output = losses.mutableSpan
  rowLosses(kernel, labelRows.span, predictionRows.span, columns: axis.extent, into: &output)
  return UnreducedLosses(losses: Tensor(unchecked: axis.rows, elements: losses))
}

/// One loss for each row along the last axis of arrays that broadcast; scalars where these are accepted.
///
/// - Throws: `LossError.shapeMismatch`, `rankTooLow`.
/// - Complexity: O(elements of the broadcast shape).
func rowLosses<Label: LossLabel, Kernel: RowKernel>(
  _ yTrue: Tensor<Label>, _ yPred: Tensor<Kernel.Scalar>, scalars: Dialect.Scalars,
  _ kernel: Kernel
) throws(LossError) -> UnreducedLosses<Kernel.Scalar> {
  guard scalars == .accepted, yTrue.shape.rank == 0, yPred.shape.rank == 0 else {
    return try rowLosses(yTrue, yPred, .broadcast, kernel)
  }
  let vector = Shape(unchecked: [1])
  return try rowLosses(yTrue.reshaped(to: vector), yPred.reshaped(to: vector), .same, kernel)
}

/// Labels and predictions brought to one shape.
func arranged<Scalar: LossScalar>(
  _ yTrue: Tensor<Scalar>, _ yPred: Tensor<Scalar>, _ rule: ShapeRule
) throws(LossError) -> (yTrue: Tensor<Scalar>, yPred: Tensor<Scalar>) {
  if rule == .same {
    guard yTrue.shape == yPred.shape else {
      throw .shapeMismatch(yTrue: yTrue.shape, yPred: yPred.shape, expected: "the same shape")
    }
    return (yTrue, yPred)
  }
  var (trueShape, predShape) = (yTrue.shape, yPred.shape)
  if rule == .repaired { (trueShape, predShape) = repairedRanks(trueShape, predShape) }
  let labels = yTrue.reshaped(to: trueShape)
  let predictions = yPred.reshaped(to: predShape)
  guard let shape = try trueShape.broadcast(with: predShape) else {
    throw .shapeMismatch(
      yTrue: yTrue.shape, yPred: yPred.shape, expected: "shapes that broadcast")
  }
  return (labels.broadcast(to: shape), predictions.broadcast(to: shape))
}

/// The losses of rows in memory of the caller, lengths checked.
///
/// - Throws: `LossError.elementCount` where a length is not that of its shape.
func rowLosses<Kernel: RowKernel>(
  checking kernel: Kernel, _ yTrue: Span<Kernel.Scalar>, _ yPred: Span<Kernel.Scalar>,
  columns: Int, into losses: inout MutableSpan<Kernel.Scalar>
) throws(LossError) {
  let shape = try Shape([losses.count, columns])
  for count in [yTrue.count, yPred.count] where count != shape.count {
    throw .elementCount(shape: shape, count: count)
  }
  rowLosses(kernel, yTrue, yPred, columns: columns, into: &losses)
}
