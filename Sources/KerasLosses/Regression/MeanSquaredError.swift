internal import CLossKernels

/// Mean squared error: the mean of (t - p)^2 along the last axis.
///
/// Source: Keras 3.15.1, `keras.losses.MeanSquaredError`.
public struct MeanSquaredError: RowLoss {
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
  ) -> MeanRow<SquaredErrorElement<Storage.Compute>> {
    MeanRow(element: SquaredErrorElement(), flushes: dialect.flushes)
  }

  private func pass<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>
  ) throws(LossError) -> RowPass<MeanRow<SquaredErrorElement<Storage.Compute>>> {
    try RowPass(yTrue, yPred, .repaired, dialect, kernel(Storage.self))
  }
}

/// (t - p)^2.
struct SquaredErrorElement<Scalar: LossScalar>: ElementKernel {
  func compiledMean(flushes: Bool) -> CompiledKernel<Scalar>? {
    CompiledKernel(kernel: loss_kernel_squared_error, flushes: flushes)
  }

  @inline(__always) func losses(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> Scalar.Lanes {
    let difference = yTrue - yPred
    return difference * difference
  }

  @inline(__always) func lossesAndSlopes(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> (losses: Scalar.Lanes, slopes: Scalar.Lanes) {
    let difference = yTrue - yPred
    return (difference * difference, difference * -2)
  }
}
