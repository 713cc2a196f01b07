/// Mean absolute percentage error: 100 times the mean of |(t - p) / max(|t|, 1e-7)|, last axis.
///
/// Source: Keras 3.15.1, `keras.losses.MeanAbsolutePercentageError`.
public struct MeanAbsolutePercentageError: Loss {
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

  /// One loss for each row, as `keras.losses.mean_absolute_percentage_error` returns them.
  ///
  /// - Throws: `LossError.shapeMismatch` unless the shapes broadcast; `rankTooLow`.
  /// - Complexity: O(elements).
  public func unreduced<Label: LossLabel, Scalar: LossScalar>(
    yTrue: Tensor<Label>, yPred: Tensor<Scalar>
  ) throws(LossError) -> UnreducedLosses<Scalar> {
    let element = AbsolutePercentageErrorElement<Scalar>(epsilon: .kerasEpsilon)
    return try rowLosses(
      yTrue, yPred, .repaired, MeanRow(element: element, flushes: dialect.flushes, factor: 100))
  }
}

/// |(t - p) / max(|t|, epsilon)|.
struct AbsolutePercentageErrorElement<Scalar: LossScalar>: ElementKernel {
  let epsilon: Scalar

  @inline(__always) func losses(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> Scalar.Lanes {
    ((yTrue - yPred) / yTrue.magnitudes.atLeast(epsilon)).magnitudes
  }
}
