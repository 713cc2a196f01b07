internal import CLossKernels

/// Huber loss: the mean of a^2 / 2 where a <= delta, else delta a - delta^2 / 2, a = |p - t|.
///
/// The mean is along the last axis. Keras does not validate delta, and neither is it here.
///
/// Source: Keras 3.15.1, `keras.losses.Huber`.
public struct Huber: RowLoss {
  /// Where the square becomes a line.
  public let delta: Double
  /// How the losses of the batch are combined.
  public let reduction: Reduction

  /// The Keras that is followed.
  public let dialect: Dialect

  /// Creates the loss; the default is Keras's.
  public init(
    delta: Double = 1, reduction: Reduction = .sumOverBatchSize, dialect: Dialect = .keras315JAX
  ) {
    self.delta = delta
    self.reduction = reduction
    self.dialect = dialect
  }

  /// One loss for each row, as `keras.losses.huber` returns them.
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
    rows.compute(try kernel(Scalar.self))
  }

  private func kernel<Storage: LossStorage>(
    _ type: Storage.Type
  ) throws(LossError) -> MeanRow<HuberElement<Storage.Compute>> {
    try dialect.require(Self.names)
    let element = HuberElement<Storage.Compute>(
      delta: Storage.constant(delta), absoluteValue: AbsoluteValue(dialect))
    return MeanRow(element: element, flushes: dialect.flushes)
  }

  private func pass<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>
  ) throws(LossError) -> RowPass<MeanRow<HuberElement<Storage.Compute>>> {
    try RowPass(yTrue, yPred, .repaired, dialect, try kernel(Storage.self))
  }
}

/// a <= delta ? a^2 / 2 : delta a - delta^2 / 2.
struct HuberElement<Scalar: LossScalar>: ElementKernel {
  let delta: Scalar
  let absoluteValue: AbsoluteValue<Scalar>

  func compiledMean(flushes: Bool) -> CompiledKernel<Scalar>? {
    var compiled = CompiledKernel.withMagnitudes(
      loss_kernel_huber, absoluteValue, flushes: flushes)
    compiled.constant = delta
    return compiled
  }

  @inline(__always) func losses(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> Scalar.Lanes {
    let a = (yPred - yTrue).magnitudes
    let line = a * delta - 0.5 * (delta * delta)
    return line.replacing(a * a * 0.5, whereNoLarger: a, than: delta)
  }

  /// The branch that is not taken counts as well where it is 0 times infinity.
  @inline(__always) func lossesAndSlopes(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> (losses: Scalar.Lanes, slopes: Scalar.Lanes) {
    let difference = yPred - yTrue
    let a = difference.magnitudes
    let slope = Scalar.Lanes(repeating: delta).replacing(a, whereNoLarger: a, than: delta) + (a - a)
    return (losses(yTrue, yPred), slope * absoluteValue.slopes(difference))
  }
}
