/// Crossentropy of one-hot or soft labels: -sum(t log q) along the class axis.
///
/// Probabilities are rescaled, then clipped: q = clip(p / sum(p), 1e-7, 1 - 1e-7), the limits rounded
/// to the dtype. Logits give log q = log_softmax(x), not clipped.
///
/// Source: Keras 3.15.1, `keras.losses.CategoricalCrossentropy`.
public struct CategoricalCrossentropy: RowLoss {
  /// Whether `yPred` holds logits.
  public let fromLogits: Bool
  /// The share s of `t (1 - s) + s / n`, n the last extent of `yTrue`, or that of the axis.
  public let labelSmoothing: Double
  /// The axis of the classes.
  public let axis: Int
  /// How the losses of the batch are combined.
  public let reduction: Reduction

  /// The Keras that is followed.
  public let dialect: Dialect

  /// Creates the loss; the defaults are Keras's.
  public init(
    fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1,
    reduction: Reduction = .sumOverBatchSize, dialect: Dialect = .keras315JAX
  ) {
    self.fromLogits = fromLogits
    self.labelSmoothing = labelSmoothing
    self.axis = axis
    self.reduction = reduction
    self.dialect = dialect
  }

  /// One loss for each row of classes, as `keras.losses.categorical_crossentropy` returns them.
  ///
  /// - Throws: `LossError.shapeMismatch` unless both have one shape, or broadcast in Keras 1;
  ///   `rankTooLow`, `axisOutOfRange`.
  /// - Complexity: O(`yPred.shape.count`).
  public func unreduced<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> UnreducedLosses<Storage.Compute> {
    try pass(yTrue, yPred).losses
  }

  /// The losses of `unreduced`, and the way back to the gradient of `yPred`.
  ///
  /// - Throws: `LossError`, as `unreduced` does.
  /// - Complexity: that of `unreduced`.
  public func differentiated<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> DifferentiableLosses<Storage.Compute> {
    try pass(yTrue, yPred).differentiated
  }

  /// Computes what is asked of rows.
  public func compute<Scalar: LossScalar>(_ rows: LossRows<Scalar>) throws(LossError) {
    rows.compute(try kernel(Scalar.self, classes: rows.columns))
  }

  private func kernel<Storage: LossStorage>(
    _ type: Storage.Type, classes: Int
  ) throws(LossError) -> CategoricalRow<Storage.Compute> {
    try dialect.require(
      Self.names, hasDefaults: !fromLogits && labelSmoothing == 0 && axis == -1)
    return CategoricalRow(
      type, fromLogits: fromLogits, dialect,
      smoothing: LabelSmoothing(labelSmoothing, classes: classes, type))
  }

  private func pass<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>
  ) throws(LossError) -> RowPass<CategoricalRow<Storage.Compute>> {
    let kernel = try kernel(
      Storage.self, classes: dialect.smoothingClassCount.classes(of: yTrue.shape, axis: axis))
    guard dialect.categoricalShapes == .broadcast else {
      return try RowPass(yTrue, yPred, .same, dialect, axis: axis, kernel)
    }
    let labels = try dialect.cast(yTrue, to: Storage.self)
    // Classes that labels alone have are none of the predictions.
    try requireAxes(yPred.shape)
    return try RowPass(
      yPred.shape.extent(of: axis) == 1 ? labels.summed(along: axis) : labels, yPred, .broadcast,
      dialect, axis: axis, kernel)
  }
}

extension Tensor where Element: LossStorage {
  /// The sums along an axis, which stays with an extent of 1.
  ///
  /// Where predictions have one class, rescaled before they are repeated, all labels of a row meet the
  /// same logarithm.
  fileprivate func summed(along axis: Int) -> Tensor {
    guard shape.extent(of: axis) != nil else { return self }
    var dimensions = shape.dimensions
    dimensions[axis < 0 ? axis + shape.rank : axis] = 1
    return widened.summed(to: Shape(unchecked: dimensions), flushes: false).rounded()
  }
}

/// Crossentropy of each row of classes, in memory that the caller owns: -sum(t log q).
///
/// The arrays are rows of classes, one behind the other. See `CategoricalCrossentropy` for q.
///
/// Source: Keras 3.15.1, `keras.losses.categorical_crossentropy`, JAX backend.
///
/// - Parameters:
///   - yTrue: The labels, of shape (rows, classes).
///   - yPred: The predictions, of the same shape.
///   - classes: The number of classes.
///   - fromLogits: Whether `yPred` holds logits.
///   - labelSmoothing: The share s of `t (1 - s) + s / classes`.
///   - losses: Receives one loss a row; its length is the number of rows.
/// - Throws: `LossError.elementCount` where a length is not that of its shape.
/// - Complexity: O(`yPred.count`); no memory is allocated.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func categoricalCrossentropy<Scalar: LossScalar>(
  yTrue: Span<Scalar>, yPred: Span<Scalar>, classes: Int, fromLogits: Bool = false,
  labelSmoothing: Double = 0, into losses: inout MutableSpan<Scalar>
) throws(LossError) {
  try rowLosses(
    checking: categoricalRow(fromLogits, labelSmoothing, classes: classes), yTrue, yPred,
    columns: classes, into: &losses)
}

/// Crossentropy of each row of classes, and its gradient, in memory that the caller owns.
///
/// See the form without gradient. With a factor of 1 / rows the gradient is that of the mean.
///
/// - Parameters:
///   - yTrue: The labels, of shape (rows, classes).
///   - yPred: The predictions, of the same shape.
///   - classes: The number of classes.
///   - fromLogits: Whether `yPred` holds logits.
///   - labelSmoothing: The share s of `t (1 - s) + s / classes`.
///   - factor: What the gradient is multiplied by.
///   - losses: Receives one loss a row; its length is the number of rows.
///   - gradient: Receives the factor times the derivative of the losses' sum, of the shape of `yPred`.
/// - Throws: `LossError.elementCount` where a length is not that of its shape.
/// - Complexity: O(`yPred.count`); no memory is allocated.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func categoricalCrossentropy<Scalar: LossScalar>(
  yTrue: Span<Scalar>, yPred: Span<Scalar>, classes: Int, fromLogits: Bool = false,
  labelSmoothing: Double = 0, scaledBy factor: Scalar = 1,
  into losses: inout MutableSpan<Scalar>, gradient: inout MutableSpan<Scalar>
) throws(LossError) {
  try rowLossesAndSlopes(
    checking: categoricalRow(fromLogits, labelSmoothing, classes: classes), yTrue, yPred,
    columns: classes, scaledBy: factor,
    into: &losses, slopes: &gradient)
}

/// What is made of a row by the forms on memory of the caller.
private func categoricalRow<Scalar: LossScalar>(
  _ fromLogits: Bool, _ labelSmoothing: Double, classes: Int
) -> CategoricalRow<Scalar> {
  CategoricalRow(
    Scalar.self, fromLogits: fromLogits, .keras315JAX,
    smoothing: LabelSmoothing(labelSmoothing, classes: classes, Scalar.self))
}
