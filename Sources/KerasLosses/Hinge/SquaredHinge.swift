/// Squared hinge loss: the mean of max(1 - t p, 0)^2 along the last axis, t being -1 or 1.
///
/// Labels of 0 and 1 are converted to -1 and 1, if all labels of the call are such; not in Keras 1.
///
/// Source: Keras 3.15.1, `keras.losses.SquaredHinge`.
public struct SquaredHinge: RowLoss {
  /// How the losses of the batch are combined.
  public let reduction: Reduction

  /// The Keras that is followed.
  public let dialect: Dialect

  /// Creates the loss.
  public init(
    reduction: Reduction = .sumOverBatchSize, dialect: Dialect = .keras315JAX
  ) {
    self.reduction = reduction
    self.dialect = dialect
  }

  /// One loss for each row, as `keras.losses.squared_hinge` returns them.
  ///
  /// - Throws: `LossError.shapeMismatch` unless the shapes broadcast; `rankTooLow`.
  /// - Complexity: O(elements).
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
    rows.compute(kernel(rows.yTrue))
  }

  private func kernel<Scalar: LossScalar>(
    _ labels: Span<Scalar>
  ) -> MeanRow<HingeElement<Scalar>> {
    let element = HingeElement<Scalar>(
      isSquared: true, areBinary: dialect.convertsToSigns(labels), dialect)
    return MeanRow(element: element, flushes: dialect.flushes)
  }

  private func pass<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>
  ) throws(LossError) -> RowPass<MeanRow<HingeElement<Storage.Compute>>> {
    let labels = try dialect.cast(yTrue, to: Storage.self)
    return try RowPass(
      labels, yPred, .broadcast, dialect, kernel(labels.widened.storage.span))
  }
}
