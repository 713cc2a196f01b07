internal import CLossKernels

/// Mean squared logarithmic error: the mean of (log(p + 1) - log(t + 1))^2 along the last axis.
///
/// Labels and predictions below 1e-7 count as 1e-7.
///
/// Source: Keras 3.15.1, `keras.losses.MeanSquaredLogarithmicError`.
public struct MeanSquaredLogarithmicError: RowLoss {
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
  ) -> MeanRow<SquaredLogarithmicErrorElement<Storage.Compute>> {
    let element = SquaredLogarithmicErrorElement(
      epsilon: Storage.constant(dialect.msleEpsilon.rounded(1e-7)),
      tie: Storage.Compute(dialect.maximumTie.slope), branchSlopes: dialect.branchSlopes)
    return MeanRow(element: element, flushes: dialect.flushes)
  }

  private func pass<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>
  ) throws(LossError) -> RowPass<MeanRow<SquaredLogarithmicErrorElement<Storage.Compute>>> {
    try RowPass(yTrue, yPred, .repaired, dialect, kernel(Storage.self))
  }
}

/// (log(max(p, epsilon) + 1) - log(max(t, epsilon) + 1))^2.
struct SquaredLogarithmicErrorElement<Scalar: LossScalar>: ElementKernel {
  let epsilon: Scalar
  /// The slope of max(p, epsilon) where p is epsilon.
  let tie: Scalar
  /// What passes max(p, epsilon) where p is smaller.
  let branchSlopes: Dialect.BranchSlopes

  func compiledMean(flushes: Bool) -> CompiledKernel<Scalar>? {
    guard branchSlopes == .multiplied else { return nil }
    return CompiledKernel(
      kernel: loss_kernel_squared_logarithmic_error, flushes: flushes, low: epsilon, tie: tie)
  }

  @inline(__always) func losses(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> Scalar.Lanes {
    let magnitude = distance(yTrue, yPred).magnitude
    return magnitude * magnitude
  }

  @inline(__always) func lossesAndSlopes(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> (losses: Scalar.Lanes, slopes: Scalar.Lanes) {
    let (difference, magnitude) = distance(yTrue, yPred)
    let slope = magnitude * 2 / (yPred.atLeast(epsilon) + 1)
    let slopes = branchSlopes.passed(
      (-slope).replacing(slope, whereNoLarger: -difference, than: 0), share: share(yPred))
    return (magnitude * magnitude, slopes)
  }

  func taken(
    _ gradient: Scalar.Lanes, _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> Scalar.Lanes {
    branchSlopes.taken(gradient, share: share(yPred))
  }

  /// The slopes of max(p, epsilon).
  @inline(__always) private func share(_ yPred: Scalar.Lanes) -> Scalar.Lanes {
    yPred.slopeOfMaximum(epsilon, tie: tie)
  }

  /// p - t, and |log(p + 1) - log(t + 1)| = log1p(|p - t| / (min(p, t) + 1)), which keeps the digits
  /// of small differences.
  @inline(__always) private func distance(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> (difference: Scalar.Lanes, magnitude: Scalar.Lanes) {
    let (p, t) = (yPred.atLeast(epsilon), yTrue.atLeast(epsilon))
    let difference = p - t
    let smaller = t.replacing(p, whereNoLarger: difference, than: 0)
    return (
      difference, Scalar.logarithmOfOnePlus(ofNonnegative: difference.magnitudes / (smaller + 1))
    )
  }
}
