/// Crossentropy of class ids: -log q of the labelled class.
///
/// q is that of `CategoricalCrossentropy`; on TensorFlow probabilities are clipped before they are
/// rescaled. An id that is no class matches none and costs 0, or is refused: see
/// `Dialect.sparseClassIDs`.
///
/// Source: Keras 3.15.1, `keras.losses.SparseCategoricalCrossentropy`.
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
  /// - Throws: `LossError.shapeMismatch` unless the ids have the shape of `yPred` without the class
  ///   axis, on JAX also without the last one; `classIDOutOfRange` where the dialect refuses ids that
  ///   are no class; `notInDialect` for an axis that it has not; `rankTooLow`, `axisOutOfRange`.
  /// - Complexity: O(`yPred.shape.count`).
  public func unreduced<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> UnreducedLosses<Storage.Compute> {
    let (classes, predictions, labels, kernel) = try rows(yTrue, yPred)
    var losses = [Storage.Compute](repeating: 0, count: yTrue.storage.count)
    var output = losses.mutableSpan
    sparseRows(
      kernel, labels, yTrue.storage.span, predictions.span, classes: classes.extent, &output)
    return unreduced(yTrue, losses, classes, labels)
  }

  /// The losses of `unreduced`, and the way back to the gradient of `yPred`.
  ///
  /// - Throws: `LossError`, as `unreduced` does.
  /// - Complexity: that of `unreduced`.
  public func differentiated<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> DifferentiableLosses<Storage.Compute> {
    let (classes, predictions, labels, kernel) = try rows(yTrue, yPred)
    var losses = [Storage.Compute](repeating: 0, count: yTrue.storage.count)
    var slopes = [Storage.Compute](repeating: 0, count: predictions.count)
    var output = losses.mutableSpan
    var slopeOutput = slopes.mutableSpan
    sparseRowsAndSlopes(
      kernel, labels, yTrue.storage.span, predictions.span, classes: classes.extent, scaledBy: nil,
      &output, &slopeOutput)
    let unreduced = unreduced(yTrue, losses, classes, labels)
    return DifferentiableLosses(unreduced) {
      [slopes, classes, shape = yPred.shape, flushes = dialect.flushes] upstream in
      // Nothing passes a row that is left out, not even NaN.
      let factors =
        unreduced.mask.map { zip(upstream.storage, $0.storage).map { $1 ? $0 : 0 } }
        ?? upstream.elements
      let rows = scaledRows(slopes, by: factors, flushes: flushes)
      return Tensor(unchecked: shape, elements: classes.inPlace(rows))
    }
  }

  /// The class axis, the predictions row after row along it, how labels are read, and what to make of
  /// a row.
  ///
  /// - Throws: `LossError`, as `unreduced` does.
  private func rows<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>
  ) throws(LossError) -> (
    classes: ClassAxis, predictions: Elements<Storage.Compute>, labels: SparseLabels<Storage>,
    kernel: SparseCategoricalRow<Storage.Compute>
  ) {
    try dialect.require(
      Self.names, hasDefaults: !fromLogits && ignoreClass == nil && axis == -1)
    let predictions = mended(yPred.shape, ids: yTrue.shape)
    let classes = try ClassAxis(axis, of: predictions)
    if dialect.sparseAxis == .lastOnly, axis != -1, axis != predictions.rank - 1 {
      throw .notInDialect(what: "class axis but the last", dialect: dialect.id)
    }
    let leading = Array(predictions.dimensions.dropLast())
    guard idsFit(yTrue.shape, classes.rows, of: predictions),
      dialect.sparseAxis != .leadingIDs || classes.rows.dimensions == leading
    else {
      let without = dialect.sparseAxis == .leadingIDs ? "last" : "class"
      throw .shapeMismatch(
        yTrue: yTrue.shape, yPred: yPred.shape,
        expected: "the same shape but for y_pred's \(without) axis")
    }
    let labels = SparseLabels(Storage.self, dialect, ignoring: ignoreClass)
    try labels.check(yTrue.storage.span, classes: classes.extent)
    let kernel = SparseCategoricalRow(Storage.self, fromLogits: fromLogits, dialect)
    return (classes, classes.rowsLast(yPred.widened.storage), labels, kernel)
  }

  /// The losses with the mask of ids that are not ignored.
  private func unreduced<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ losses: [Storage.Compute], _ classes: ClassAxis,
    _ labels: SparseLabels<Storage>
  ) -> UnreducedLosses<Storage.Compute> {
    let mask = ignoreClass.map { _ in yTrue.storage.map { !labels.isIgnored($0) } }
    return UnreducedLosses(
      losses: Tensor(unchecked: classes.rows, elements: losses),
      mask: mask.map { Tensor(unchecked: classes.rows, elements: $0) })
  }

  /// The shape that predictions are taken to have: one row of classes where ids are flattened, and
  /// rows of classes alone where Keras 1 does that.
  private func mended(_ predictions: Shape, ids: Shape) -> Shape {
    let always = dialect.sparseIDs == .alwaysFlattened
    switch predictions.rank {
    case 1 where always || (dialect.sparseIDs == .flattened && ids.rank == 1):
      return Shape(unchecked: [1] + predictions.dimensions)
    case 4... where always:
      let rows = predictions.dimensions.dropLast().reduce(1, *)
      return Shape(unchecked: [rows] + predictions.dimensions.suffix(1))
    default:
      return predictions
    }
  }

  /// Whether there is an id for each row: of their shape, but for an axis of 1 instead of the classes
  /// or behind; where ids are flattened, with another rank only as many.
  private func idsFit(_ ids: Shape, _ rows: Shape, of predictions: Shape) -> Bool {
    if dialect.sparseIDs != .matched, ids.rank != rows.rank { return ids.count == rows.count }
    guard ids.rank == predictions.rank else { return ids == rows }
    let position = axis < 0 ? axis + ids.rank : axis
    var remaining = ids.dimensions
    if let squeezed = [position, ids.rank - 1].first(where: { remaining[$0] == 1 }) {
      remaining.remove(at: squeezed)
    }
    return remaining == rows.dimensions
  }
}

extension SparseCategoricalCrossentropy {
  /// The reduced loss of a batch, in memory that the caller owns.
  ///
  /// - Parameters:
  ///   - yTrue: The class ids, of shape (rows,).
  ///   - yPred: The predictions, of shape (rows, columns).
  ///   - columns: The number of classes.
  ///   - losses: Receives one loss a row; its length is the number of rows.
  /// - Returns: The losses reduced as the loss says, but for those of the ignored class; their sum
  ///   where it does not reduce.
  /// - Throws: `LossError.elementCount` where a length is not that of its shape; else as `unreduced`.
  /// - Complexity: O(`yPred.count`); no memory is allocated.
  public func value<Scalar: LossScalar>(
    yTrue: Span<Int32>, yPred: Span<Scalar>, columns: Int, losses: inout MutableSpan<Scalar>
  ) throws(LossError) -> Scalar {
    try checkLengths(yTrue.count, yPred.count, rows: losses.count, classes: columns)
    // The dtype is chosen first, as `RowLoss` does.
    if Scalar.self == Float.self {
      let memory = unsafe RowMemory<Float>(
        ids: yTrue, yPred, columns: columns, losses: &losses)
      return unsafe unsafeBitCast(try reduced(memory), to: Scalar.self)
    }
    precondition(Scalar.self == Double.self)
    let memory = unsafe RowMemory<Double>(ids: yTrue, yPred, columns: columns, losses: &losses)
    return unsafe unsafeBitCast(try reduced(memory), to: Scalar.self)
  }

  /// The reduced loss of a batch and its gradient, in memory that the caller owns.
  ///
  /// - Parameters:
  ///   - yTrue: The class ids, of shape (rows,).
  ///   - yPred: The predictions, of shape (rows, columns).
  ///   - columns: The number of classes.
  ///   - losses: Receives one loss a row; its length is the number of rows.
  ///   - gradient: Receives the derivative of what is returned, of the shape of `yPred`.
  /// - Returns: As the form without gradient.
  /// - Throws: `LossError.elementCount` where a length is not that of its shape; else as
  ///   `differentiated`.
  /// - Complexity: O(`yPred.count`); no memory is allocated.
  public func valueAndGradient<Scalar: LossScalar>(
    yTrue: Span<Int32>, yPred: Span<Scalar>, columns: Int, losses: inout MutableSpan<Scalar>,
    gradient: inout MutableSpan<Scalar>
  ) throws(LossError) -> Scalar {
    try dialect.requireGradients()
    try checkLengths(yTrue.count, yPred.count, rows: losses.count, classes: columns)
    try checkLength(gradient.count, rows: losses.count, columns: columns)
    if Scalar.self == Float.self {
      let memory = unsafe RowMemory<Float>(
        ids: yTrue, yPred, columns: columns, losses: &losses
      ).writing(slopes: &gradient)
      return unsafe unsafeBitCast(try reduced(memory), to: Scalar.self)
    }
    precondition(Scalar.self == Double.self)
    let memory = unsafe RowMemory<Double>(ids: yTrue, yPred, columns: columns, losses: &losses)
      .writing(slopes: &gradient)
    return unsafe unsafeBitCast(try reduced(memory), to: Scalar.self)
  }

  /// The reduced loss of rows of ids; the slopes, where there is a place for them, are its derivative.
  @inline(never)
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func reduced<Scalar: LossScalar>(
    _ memory: RowMemory<Scalar>
  ) throws(LossError) -> Scalar {
    try dialect.require(
      Self.names, hasDefaults: !fromLogits && ignoreClass == nil && axis == -1)
    let rows = LossRows(memory: memory)
    let labels = SparseLabels(Scalar.self, dialect, ignoring: ignoreClass)
    try labels.check(rows.ids, classes: memory.columns)
    let kernel = SparseCategoricalRow(Scalar.self, fromLogits: fromLogits, dialect)
    let kept: Scalar = kept(of: rows.ids, labels)
    var losses = unsafe UnsafeMutableBufferPointer(start: memory.losses, count: memory.rows)
      .mutableSpan
    if let start = unsafe memory.slopes {
      var slopes = unsafe UnsafeMutableBufferPointer(start: start, count: rows.yPred.count)
        .mutableSpan
      sparseRowsAndSlopes(
        kernel, labels, rows.ids, rows.yPred, classes: memory.columns,
        scaledBy: share(of: memory.rows, kept: kept), &losses, &slopes)
    } else {
      sparseRows(kernel, labels, rows.ids, rows.yPred, classes: memory.columns, &losses)
    }
    return reduced(losses.span, kept: kept)
  }

  /// What rows that count are multiplied by: the number of rows by that of those that count.
  private func kept<Scalar: LossScalar>(
    of ids: Span<Int32>, _ labels: SparseLabels<Scalar>
  ) -> Scalar {
    guard ignoreClass != nil else { return 1 }
    var counting = 0
    for row in ids.indices where !labels.isIgnored(ids[row]) { counting += 1 }
    if counting == 0 { return dialect.fullyMasked == .nan ? .nan : 1 }
    return Scalar(ids.count) / Scalar(counting)
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
@specialized(where Label == Int, Scalar == Float)
@specialized(where Label == Int32, Scalar == Float)
@specialized(where Label == Int, Scalar == Double)
@specialized(where Label == Int32, Scalar == Double)
public func sparseCategoricalCrossentropy<Label: LossLabel, Scalar: LossScalar>(
  yTrue: Span<Label>, yPred: Span<Scalar>, classes: Int, fromLogits: Bool = false,
  ignoreClass: Int? = nil, into losses: inout MutableSpan<Scalar>
) throws(LossError) {
  try checkLengths(yTrue.count, yPred.count, rows: losses.count, classes: classes)
  sparseRows(
    SparseCategoricalRow(Scalar.self, fromLogits: fromLogits, .keras315JAX),
    SparseLabels(Scalar.self, .keras315JAX, ignoring: ignoreClass), yTrue, yPred, classes: classes,
    &losses)
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
@specialized(where Label == Int, Scalar == Float)
@specialized(where Label == Int32, Scalar == Float)
@specialized(where Label == Int, Scalar == Double)
@specialized(where Label == Int32, Scalar == Double)
public func sparseCategoricalCrossentropy<Label: LossLabel, Scalar: LossScalar>(
  yTrue: Span<Label>, yPred: Span<Scalar>, classes: Int, fromLogits: Bool = false,
  ignoreClass: Int? = nil, scaledBy factor: Scalar = 1, into losses: inout MutableSpan<Scalar>,
  gradient: inout MutableSpan<Scalar>
) throws(LossError) {
  try checkLengths(yTrue.count, yPred.count, rows: losses.count, classes: classes)
  try checkLength(gradient.count, rows: losses.count, columns: classes)
  sparseRowsAndSlopes(
    SparseCategoricalRow(Scalar.self, fromLogits: fromLogits, .keras315JAX),
    SparseLabels(Scalar.self, .keras315JAX, ignoring: ignoreClass), yTrue, yPred, classes: classes,
    scaledBy: factor, &losses, &gradient)
}

/// Checks the lengths of ids and of predictions.
///
/// - Throws: `LossError.elementCount` where a length is not that of its shape.
private func checkLengths(
  _ ids: Int, _ predictions: Int, rows: Int, classes: Int
) throws(LossError) {
  guard ids == rows else { throw .elementCount(shape: try Shape([rows]), count: ids) }
  try checkLength(predictions, rows: rows, columns: classes)
}

/// The losses of rows, lengths known to fit.
@specialized(where Label == Int, Storage == Float)
@specialized(where Label == Int32, Storage == Float)
@specialized(where Label == Int, Storage == Double)
@specialized(where Label == Int32, Storage == Double)
private func sparseRows<Label: LossLabel, Storage: LossStorage>(
  _ kernel: SparseCategoricalRow<Storage.Compute>, _ labels: SparseLabels<Storage>,
  _ yTrue: Span<Label>, _ yPred: Span<Storage.Compute>, classes: Int,
  _ losses: inout MutableSpan<Storage.Compute>
) {
  if CompiledKernels.areUsed, var compiled = kernel.compiled {
    labels.withIDs(yTrue, classes: classes) { ids, ignored in
      compiled.ignored = ignored
      unsafe compiled.compute(RowMemory(ids: ids, yPred, columns: classes, losses: &losses))
    }
    return
  }
  for row in 0..<losses.count {
    let label = yTrue[row]
    guard !labels.isIgnored(label) else {
      losses[row] = 0
      continue
    }
    let range = row * classes..<(row + 1) * classes
    losses[row] = kernel.loss(ofClass: labels.id(of: label), yPred.extracting(range))
  }
}

/// The losses and slopes of rows, lengths known to fit; the slopes times a factor, if there is one.
@specialized(where Label == Int, Storage == Float)
@specialized(where Label == Int32, Storage == Float)
@specialized(where Label == Int, Storage == Double)
@specialized(where Label == Int32, Storage == Double)
private func sparseRowsAndSlopes<Label: LossLabel, Storage: LossStorage>(
  _ kernel: SparseCategoricalRow<Storage.Compute>, _ labels: SparseLabels<Storage>,
  _ yTrue: Span<Label>, _ yPred: Span<Storage.Compute>, classes: Int,
  scaledBy factor: Storage.Compute?, _ losses: inout MutableSpan<Storage.Compute>,
  _ slopes: inout MutableSpan<Storage.Compute>
) {
  if CompiledKernels.areUsed, var compiled = kernel.compiled {
    labels.withIDs(yTrue, classes: classes) { ids, ignored in
      compiled.ignored = ignored
      let memory = unsafe RowMemory<Storage.Compute>(
        ids: ids, yPred, columns: classes, losses: &losses)
      unsafe compiled.compute(memory.writing(slopes: &slopes, times: factor))
    }
    return
  }
  for row in 0..<losses.count {
    let label = yTrue[row]
    let range = row * classes..<(row + 1) * classes
    var rowSlopes = slopes._mutatingExtracting(range)
    guard !labels.isIgnored(label) else {
      losses[row] = 0
      for index in rowSlopes.indices { rowSlopes[index] = 0 }
      continue
    }
    losses[row] = kernel.loss(
      ofClass: labels.id(of: label), yPred.extracting(range), slopes: &rowSlopes)
    if let factor { scale(&rowSlopes, by: factor, flushes: kernel.flushes) }
  }
}
