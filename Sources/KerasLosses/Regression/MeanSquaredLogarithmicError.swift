/// Mean squared logarithmic error: the mean of (log(p + 1) - log(t + 1))^2 along the last axis.
///
/// Labels and predictions below 1e-7 count as 1e-7.
///
/// Source: Keras 3.15.1, `keras.losses.MeanSquaredLogarithmicError`.
public struct MeanSquaredLogarithmicError: Loss {
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

  /// One loss for each row, as `keras.losses.mean_squared_logarithmic_error` returns them.
  ///
  /// - Throws: `LossError.shapeMismatch` unless the shapes broadcast; `rankTooLow`.
  /// - Complexity: O(elements).
  public func unreduced<Label: LossLabel, Scalar: LossScalar>(
    yTrue: Tensor<Label>, yPred: Tensor<Scalar>
  ) throws(LossError) -> UnreducedLosses<Scalar> {
    let element = SquaredLogarithmicErrorElement<Scalar>(epsilon: .kerasEpsilon)
    return try rowLosses(
      yTrue, yPred, .repaired, MeanRow(element: element, flushes: dialect.flushes))
  }
}

/// (log(max(p, epsilon) + 1) - log(max(t, epsilon) + 1))^2.
struct SquaredLogarithmicErrorElement<Scalar: LossScalar>: ElementKernel {
  let epsilon: Scalar

  @inline(__always) func losses(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> Scalar.Lanes {
    let p = Scalar.logarithm(yPred.atLeast(epsilon) + 1)
    let t = Scalar.logarithm(yTrue.atLeast(epsilon) + 1)
    let difference = p - t
    return difference * difference
  }
}
