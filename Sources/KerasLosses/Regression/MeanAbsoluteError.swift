/// Mean absolute error: the mean of |t - p| along the last axis.
///
/// Source: Keras 3.15.1, `keras.losses.MeanAbsoluteError`.
public struct MeanAbsoluteError: Loss {
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

  /// One loss for each row, as `keras.losses.mean_absolute_error` returns them.
  ///
  /// - Throws: `LossError.shapeMismatch` unless the shapes broadcast; `rankTooLow`.
  /// - Complexity: O(elements).
  public func unreduced<Label: LossLabel, Scalar: LossScalar>(
    yTrue: Tensor<Label>, yPred: Tensor<Scalar>
  ) throws(LossError) -> UnreducedLosses<Scalar> {
    try rowLosses(
      yTrue, yPred, .repaired,
      MeanRow(element: AbsoluteErrorElement<Scalar>(), flushes: dialect.flushes))
  }
}

/// |t - p|.
struct AbsoluteErrorElement<Scalar: LossScalar>: ElementKernel {
  @inline(__always) func losses(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> Scalar.Lanes {
    (yTrue - yPred).magnitudes
  }
}
