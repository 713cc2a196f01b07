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

  private func pass<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>
  ) throws(LossError) -> RowPass<MeanRow<PoissonElement<Storage.Compute>>> {
    let element = PoissonElement<Storage.Compute>(epsilon: Storage.kerasEpsilon)
    return try RowPass(
      yTrue, yPred, .broadcast, dialect, MeanRow(element: element, flushes: dialect.flushes))
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

  @inline(__always) func lossesAndSlopes(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> (losses: Scalar.Lanes, slopes: Scalar.Lanes) {
    let p = yPred + epsilon
    return (yPred - yTrue * Scalar.logarithm(p), 1 - yTrue / p)
  }
}
