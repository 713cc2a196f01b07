internal import CLossKernels

/// Logarithm of the hyperbolic cosine: the mean of d + softplus(-2 d) - log 2 along the last axis.
///
/// d = p - t. It is about d^2 / 2 for small and |d| - log 2 for large differences. Where the dtype has
/// log 2 to its last digit, small differences keep their digits.
///
/// Source: Keras 3.15.1, `keras.losses.LogCosh`.
public struct LogCosh: RowLoss {
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
  ) throws(LossError) -> MeanRow<LogCoshElement<Storage.Compute>> {
    try dialect.require(Self.names)
    let element = LogCoshElement<Storage.Compute>(
      logTwo: Storage.constant(dialect.logTwo.rounded(0.693147180559945309)),
      softplus: dialect.softplus)
    return MeanRow(element: element, flushes: dialect.flushes)
  }

  private func pass<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>
  ) throws(LossError) -> RowPass<MeanRow<LogCoshElement<Storage.Compute>>> {
    try RowPass(yTrue, yPred, .repaired, dialect, kernel(Storage.self))
  }
}

/// d + softplus(-2 d) - log 2.
struct LogCoshElement<Scalar: LossScalar>: ElementKernel {
  private let logTwo: Scalar
  /// Where softplus is linear.
  private let softplus: Dialect.Softplus
  /// Whether the loss is log(cosh(d)), the logarithm of 2 being exact to the dtype.
  private let isLogCosh: Bool

  init(logTwo: Scalar, softplus: Dialect.Softplus) {
    self.logTwo = logTwo
    self.softplus = softplus
    isLogCosh = softplus == .exact && logTwo == Scalar(0x1.62e42fefa39efp-1)
  }

  func compiledMean(flushes: Bool) -> CompiledKernel<Scalar>? {
    guard isLogCosh else { return nil }
    return CompiledKernel(kernel: loss_kernel_log_cosh, flushes: flushes, constant: logTwo)
  }

  @inline(__always) func losses(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> Scalar.Lanes {
    let d = yPred - yTrue
    guard isLogCosh else { return (d + Scalar.softplus(d * -2, softplus)) - logTwo }
    let magnitudes = d.magnitudes
    let e = Scalar.exponential(magnitudes * -2)
    // |d|, NaN for -infinity as by Keras's softplus.
    let size = d + (d * -2).positivePart
    let large = (size - logTwo) + Scalar.logarithmOfOnePlus(e)
    return large.replacing(Scalar.logCosh(ofSmall: d), whereNoLarger: magnitudes, than: 0.75)
  }

  /// The slope is tanh(d) = sign(d) (1 - 2 exp(-2 |d|) / (1 + exp(-2 |d|))), or -1 by a linear softplus.
  @inline(__always) func lossesAndSlopes(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> (losses: Scalar.Lanes, slopes: Scalar.Lanes) {
    let d = yPred - yTrue
    let e = softplus.selected(
      Scalar.exponential(d.magnitudes * -2), whereLinear: Scalar.Lanes(repeating: 0), at: d * -2)
    let slopes = d.slopeOfMagnitude(atZero: 0, ofNaN: .nan) * (1 - (e + e) / (e + 1))
    return (losses(yTrue, yPred), slopes)
  }
}
