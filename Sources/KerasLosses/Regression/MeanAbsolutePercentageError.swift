internal import CLossKernels

/// Mean absolute percentage error: 100 times the mean of |(t - p) / max(|t|, 1e-7)|, last axis.
///
/// Source: Keras 3.15.1, `keras.losses.MeanAbsolutePercentageError`.
public struct MeanAbsolutePercentageError: RowLoss {
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
    rows.compute(kernel(Scalar.self))
  }

  private func kernel<Storage: LossStorage>(
    _ type: Storage.Type
  ) -> MeanRow<AbsolutePercentageErrorElement<Storage.Compute>> {
    let element = AbsolutePercentageErrorElement<Storage.Compute>(
      epsilon: Storage.constant(dialect.clipEpsilon.rounded(1e-7)),
      absoluteValue: AbsoluteValue(dialect))
    return MeanRow(element: element, flushes: dialect.flushes, factor: 100)
  }

  private func pass<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>
  ) throws(LossError) -> RowPass<MeanRow<AbsolutePercentageErrorElement<Storage.Compute>>> {
    try RowPass(yTrue, yPred, .repaired, dialect, kernel(Storage.self))
  }
}

/// |(t - p) / max(|t|, epsilon)|.
struct AbsolutePercentageErrorElement<Scalar: LossScalar>: ElementKernel {
  let epsilon: Scalar
  let absoluteValue: AbsoluteValue<Scalar>

  func compiledMean(flushes: Bool) -> CompiledKernel<Scalar>? {
    var compiled = CompiledKernel.withMagnitudes(
      loss_kernel_absolute_percentage_error, absoluteValue, flushes: flushes)
    compiled.low = epsilon
    return compiled
  }

  @inline(__always) func losses(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> Scalar.Lanes {
    ((yTrue - yPred) / yTrue.magnitudes.atLeast(epsilon)).magnitudes
  }

  @inline(__always) func lossesAndSlopes(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> (losses: Scalar.Lanes, slopes: Scalar.Lanes) {
    let divisor = yTrue.magnitudes.atLeast(epsilon)
    let share = (yTrue - yPred) / divisor
    return (share.magnitudes, -absoluteValue.slopes(share) / divisor)
  }
}
