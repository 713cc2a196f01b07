/// Logarithm of the hyperbolic cosine: the mean of d + softplus(-2 d) - log 2 along the last axis.
///
/// d = p - t. It is about d^2 / 2 for small and |d| - log 2 for large differences.
///
/// Source: Keras 3.15.1, `keras.losses.LogCosh`.
public struct LogCosh: Loss {
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

  /// One loss for each row, as `keras.losses.log_cosh` returns them.
  ///
  /// - Throws: `LossError.shapeMismatch` unless the shapes broadcast; `rankTooLow`.
  /// - Complexity: O(elements).
  public func unreduced<Label: LossLabel, Scalar: LossScalar>(
    yTrue: Tensor<Label>, yPred: Tensor<Scalar>
  ) throws(LossError) -> UnreducedLosses<Scalar> {
    try rowLosses(
      yTrue, yPred, .repaired, MeanRow(element: LogCoshElement<Scalar>(), flushes: dialect.flushes))
  }
}

/// d + softplus(-2 d) - log 2.
struct LogCoshElement<Scalar: LossScalar>: ElementKernel {
  private let logTwo = Scalar(0.693147180559945309)

  @inline(__always) func losses(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> Scalar.Lanes {
    let d = yPred - yTrue
    return (d + Scalar.softplus(d * -2)) - logTwo
  }
}
