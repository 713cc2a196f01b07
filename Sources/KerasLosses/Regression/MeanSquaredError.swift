/// Mean squared error: the mean of (t - p)^2 along the last axis.
///
/// Source: Keras 3.15.1, `keras.losses.MeanSquaredError`.
public struct MeanSquaredError: Loss {
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

  /// One loss for each row, as `keras.losses.mean_squared_error` returns them.
  ///
  /// - Throws: `LossError.shapeMismatch` unless the shapes broadcast; `rankTooLow`.
  /// - Complexity: O(elements).
  public func unreduced<Label: LossLabel, Scalar: LossScalar>(
    yTrue: Tensor<Label>, yPred: Tensor<Scalar>
  ) throws(LossError) -> UnreducedLosses<Scalar> {
    try rowLosses(
      yTrue, yPred, .repaired,
      MeanRow(element: SquaredErrorElement<Scalar>(), flushes: dialect.flushes))
  }
}

/// (t - p)^2.
struct SquaredErrorElement<Scalar: LossScalar>: ElementKernel {
  @inline(__always) func losses(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> Scalar.Lanes {
    let difference = yTrue - yPred
    return difference * difference
  }
}
