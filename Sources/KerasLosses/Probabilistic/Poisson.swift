/// Poisson loss: the mean of p - t log(p + 1e-7) along the last axis.
///
/// Source: Keras 3.15.1, `keras.losses.Poisson`.
public struct Poisson: Loss {
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

  /// One loss for each row, as `keras.losses.poisson` returns them.
  ///
  /// - Throws: `LossError.shapeMismatch` unless the shapes broadcast; `rankTooLow`.
  /// - Complexity: O(elements).
  public func unreduced<Label: LossLabel, Scalar: LossScalar>(
    yTrue: Tensor<Label>, yPred: Tensor<Scalar>
  ) throws(LossError) -> UnreducedLosses<Scalar> {
    let element = PoissonElement<Scalar>(epsilon: .kerasEpsilon)
    return try rowLosses(
      yTrue, yPred, .broadcast, MeanRow(element: element, flushes: dialect.flushes))
  }
}

/// p - t log(p + epsilon).
struct PoissonElement<Scalar: LossScalar>: ElementKernel {
  let epsilon: Scalar

  @inline(__always) func losses(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> Scalar.Lanes {
    yPred - yTrue * Scalar.logarithm(yPred + epsilon)
  }
}
