/// Crossentropy of class ids: -log q of the labelled class.
///
/// q is that of `CategoricalCrossentropy`. An id that is no class matches none and costs 0.
///
/// Source: Keras 3.15.1, `keras.losses.SparseCategoricalCrossentropy`, JAX backend.
public struct SparseCategoricalCrossentropy: Loss {
  /// Whether `yPred` holds logits.
  public let fromLogits: Bool
  /// The id of positions that are left out, and out of the mean's divisor.
  public let ignoreClass: Int?
  /// How the losses of the batch are combined.
  public let reduction: Reduction
  /// The axis of the classes.
  public let axis: Int

  /// The Keras that is followed.
  public let dialect: Dialect

  /// Creates the loss; the defaults and the order are Keras's.
  public init(
    fromLogits: Bool = false, ignoreClass: Int? = nil,
    reduction: Reduction = .sumOverBatchSize, axis: Int = -1, dialect: Dialect = .keras315JAX
  ) {
    self.fromLogits = fromLogits
    self.ignoreClass = ignoreClass
    self.reduction = reduction
    self.axis = axis
    self.dialect = dialect
  }

  /// One loss for each id, as `keras.losses.sparse_categorical_crossentropy` returns them.
  ///
  /// - Throws: `LossError.shapeMismatch` unless the ids have the shape of `yPred` without its last
  ///   axis and without the class axis; `rankTooLow`, `axisOutOfRange`.
  /// - Complexity: O(`yPred.shape.count`).
  public func unreduced<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> UnreducedLosses<Storage.Compute> {
    let (classes, predictions, kernel) = try rows(yTrue, yPred)
    var losses = [Storage.Compute](repeating: 0, count: yTrue.elements.count)
    var output = losses.mutableSpan
    sparseRows(
      kernel, Storage.self, yTrue.elements.span, predictions.span,
      classes: classes.extent, ignoreClass, dialect, &output)
    return unreduced(yTrue, losses, classes, Storage.self)
  }

  /// The losses of `unreduced`, and the way back to the gradient of `yPred`.
  ///
  /// - Throws: `LossError`, as `unreduced` does.
  /// - Complexity: that of `unreduced`.
  public func differentiated<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> DifferentiableLosses<Storage.Compute> {
    let (classes, predictions, kernel) = try rows(yTrue, yPred)
    var losses = [Storage.Compute](repeating: 0, count: yTrue.elements.count)
    var slopes = [Storage.Compute](repeating: 0, count: predictions.count)
    var output = losses.mutableSpan
    var slopeOutput = slopes.mutableSpan
    sparseRowsAndSlopes(
      kernel, Storage.self, yTrue.elements.span, predictions.span,
      classes: classes.extent, ignoreClass, dialect, scaledBy: 1, &output, &slopeOutput)
    return DifferentiableLosses(unreduced(yTrue, losses, classes, Storage.self)) {
      [slopes, classes, shape = yPred.shape, flushes = dialect.flushes] upstream in
      let rows = scaledRows(slopes, by: upstream.elements, flushes: flushes)
      return Tensor(unchecked: shape, elements: classes.inPlace(rows))
    }
  }

  /// The class axis, the predictions row after row along it, and what to make of a row.
  ///
  /// - Throws: `LossError`, as `unreduced` does.
  private func rows<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>
  ) throws(LossError) -> (
    classes: ClassAxis, predictions: [Storage.Compute], kernel: CategoricalRow<Storage.Compute>
  ) {
    let classes = try ClassAxis(axis, of: yPred.shape)
    let leading = Array(yPred.shape.dimensions.dropLast())
    guard idShapes(yTrue.shape, yPred.shape).contains(leading), classes.rows.dimensions == leading
    else {
      throw .shapeMismatch(
        yTrue: yTrue.shape, yPred: yPred.shape,
        expected: "y_true of y_pred's shape without its last axis")
    }
    try dialect.check(yTrue.elements, ignoring: ignoreClass, classes: classes.extent)
    let kernel = CategoricalRow(Storage.self, fromLogits: fromLogits, dialect)
    return (classes, classes.rowsLast(yPred.widened.elements), kernel)
  }

  /// The losses with the mask of ids that are not ignored.
  private func unreduced<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ losses: [Storage.Compute], _ classes: ClassAxis,
    _ type: Storage.Type
  ) -> UnreducedLosses<Storage.Compute> {
    let ignored = ignoreClass.map { Storage($0).widened }
    let mask = ignored.map { ignored in
      yTrue.elements.map { $0.converted(to: type).widened != ignored }
    }
    return UnreducedLosses(
      losses: Tensor(unchecked: classes.rows, elements: losses),
      mask: mask.map { Tensor(unchecked: classes.rows, elements: $0) })
  }

  /// The shapes that ids may be taken to have: as they are, and without an axis of 1.
  private func idShapes(_ ids: Shape, _ predictions: Shape) -> [[Int]] {
    guard ids.rank == predictions.rank else { return [ids.dimensions] }
    let position = axis < 0 ? axis + ids.rank : axis
    return [position, ids.rank - 1].filter { ids.dimensions[$0] == 1 }.map {
      var remaining = ids.dimensions
      remaining.remove(at: $0)
      return remaining
    }
  }
}

/// Crossentropy of the class id of each row, in memory that the caller owns: -log q.
///
/// Predictions are rows of classes, one behind the other. See `CategoricalCrossentropy` for q.
///
/// Source: Keras 3.15.1, `keras.losses.sparse_categorical_crossentropy`, JAX backend.
///
/// - Parameters:
///   - yTrue: The class ids, of shape (rows,).
///   - yPred: The predictions, of shape (rows, classes).
///   - classes: The number of classes.
///   - fromLogits: Whether `yPred` holds logits.
///   - ignoreClass: The id of rows that cost 0.
///   - losses: Receives one loss a row; its length is the number of rows.
/// - Throws: `LossError.elementCount` where a length is not that of its shape.
/// - Complexity: O(`yPred.count`); no memory is allocated.
public func sparseCategoricalCrossentropy<Label: LossLabel, Scalar: LossScalar>(
  yTrue: Span<Label>, yPred: Span<Scalar>, classes: Int, fromLogits: Bool = false,
  ignoreClass: Int? = nil, into losses: inout MutableSpan<Scalar>
) throws(LossError) {
  try checkLengths(yTrue.count, yPred.count, rows: losses.count, classes: classes)
  sparseRows(
    CategoricalRow(Scalar.self, fromLogits: fromLogits, .keras315JAX), Scalar.self, yTrue, yPred,
    classes: classes,
    ignoreClass, .keras315JAX, &losses)
}

/// Crossentropy of the class id of each row, and its gradient, in memory that the caller owns.
///
/// See the form without gradient. With a factor of 1 / rows the gradient is that of the mean.
///
/// - Parameters:
///   - yTrue: The class ids, of shape (rows,).
///   - yPred: The predictions, of shape (rows, classes).
///   - classes: The number of classes.
///   - fromLogits: Whether `yPred` holds logits.
///   - ignoreClass: The id of rows that cost 0, and whose gradient is 0.
///   - factor: What the gradient is multiplied by.
///   - losses: Receives one loss a row; its length is the number of rows.
///   - gradient: Receives the factor times the derivative of the losses' sum, of shape (rows, classes).
/// - Throws: `LossError.elementCount` where a length is not that of its shape.
/// - Complexity: O(`yPred.count`); no memory is allocated.
public func sparseCategoricalCrossentropy<Label: LossLabel, Scalar: LossScalar>(
  yTrue: Span<Label>, yPred: Span<Scalar>, classes: Int, fromLogits: Bool = false,
  ignoreClass: Int? = nil, scaledBy factor: Scalar = 1, into losses: inout MutableSpan<Scalar>,
  gradient: inout MutableSpan<Scalar>
) throws(LossError) {
  try checkLengths(yTrue.count, yPred.count, rows: losses.count, classes: classes)
  guard gradient.count == yPred.count else {
    throw .elementCount(shape: try Shape([losses.count, classes]), count: gradient.count)
  }
  sparseRowsAndSlopes(
    CategoricalRow(Scalar.self, fromLogits: fromLogits, .keras315JAX), Scalar.self, yTrue, yPred,
    classes: classes,
    ignoreClass, .keras315JAX, scaledBy: factor, &losses, &gradient)
}

/// Checks the lengths of ids and of predictions.
///
/// - Throws: `LossError.elementCount` where a length is not that of its shape.
private func checkLengths(
  _ ids: Int, _ predictions: Int, rows: Int, classes: Int
) throws(LossError) {
  let vector = try Shape([rows])
  let matrix = try Shape([rows, classes])
  guard ids == vector.count else { throw .elementCount(shape: vector, count: ids) }
  guard predictions == matrix.count else {
    throw .elementCount(shape: matrix, count: predictions)
  }
}

/// The losses of rows, lengths known to fit.
@specialized(where Label == Int, Storage == Float)
@specialized(where Label == Int32, Storage == Float)
@specialized(where Label == Int, Storage == Double)
@specialized(where Label == Int32, Storage == Double)
private func sparseRows<Label: LossLabel, Storage: LossStorage>(
  _ kernel: CategoricalRow<Storage.Compute>, _ type: Storage.Type, _ yTrue: Span<Label>,
  _ yPred: Span<Storage.Compute>, classes: Int, _ ignoreClass: Int?, _ dialect: Dialect,
  _ losses: inout MutableSpan<Storage.Compute>
) {
  let ignored = ignoreClass.map { Storage($0).widened }
  for row in 0..<losses.count {
    let label = yTrue[row]
    if let ignored, label.converted(to: type).widened == ignored {
      losses[row] = 0
      continue
    }
    let range = row * classes..<(row + 1) * classes
    losses[row] = kernel.loss(ofClass: dialect.classID(label), yPred.extracting(range))
  }
}

/// The losses and slopes of rows, lengths known to fit; the slopes times a factor.
@specialized(where Label == Int, Storage == Float)
@specialized(where Label == Int32, Storage == Float)
@specialized(where Label == Int, Storage == Double)
@specialized(where Label == Int32, Storage == Double)
private func sparseRowsAndSlopes<Label: LossLabel, Storage: LossStorage>(
  _ kernel: CategoricalRow<Storage.Compute>, _ type: Storage.Type, _ yTrue: Span<Label>,
  _ yPred: Span<Storage.Compute>, classes: Int, _ ignoreClass: Int?, _ dialect: Dialect,
  scaledBy factor: Storage.Compute, _ losses: inout MutableSpan<Storage.Compute>,
  _ slopes: inout MutableSpan<Storage.Compute>
) {
  let ignored = ignoreClass.map { Storage($0).widened }
  for row in 0..<losses.count {
    let label = yTrue[row]
    let range = row * classes..<(row + 1) * classes
    var rowSlopes = slopes._mutatingExtracting(range)
    if let ignored, label.converted(to: type).widened == ignored {
      losses[row] = 0
      for index in rowSlopes.indices { rowSlopes[index] = 0 }
      continue
    }
    losses[row] = kernel.loss(
      ofClass: dialect.classID(label), yPred.extracting(range), slopes: &rowSlopes)
    if factor != 1 { scale(&rowSlopes, by: factor, flushes: kernel.flushes) }
  }
}
