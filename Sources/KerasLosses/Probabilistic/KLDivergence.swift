internal import CLossKernels

/// Kullback-Leibler divergence: sum(t log(t / p)) along the last axis.
///
/// Both arrays are clipped to [1e-7, 1]; nothing is renormalised.
///
/// Source: Keras 3.15.1, `keras.losses.KLDivergence`.
public struct KLDivergence: RowLoss {
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

  /// One loss for each row, as `keras.losses.kl_divergence` returns them.
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
  ) -> KLDivergenceRow<Storage.Compute> {
    KLDivergenceRow<Storage.Compute>(
      limits: ClipLimits(byOps: Storage.self, high: 1, dialect), flushes: dialect.flushes)
  }

  private func pass<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>
  ) throws(LossError) -> RowPass<KLDivergenceRow<Storage.Compute>> {
    try RowPass(yTrue, yPred, .broadcast, dialect, kernel(Storage.self))
  }
}

/// sum(t log(t / p)), both clipped to [epsilon, 1].
struct KLDivergenceRow<Scalar: LossScalar>: RowKernel {
  /// epsilon and 1.
  let limits: ClipLimits<Scalar>
  /// Whether subnormal numbers are zero.
  let flushes: Bool

  static func takesScalars(_ choice: Dialect.Scalars) -> Bool { choice.inSums }

  var compiled: CompiledKernel<Scalar>? {
    .clipping(loss_kernel_kl_divergence, to: limits, flushes: flushes)
  }

  @inline(__always) func loss(_ yTrue: Span<Scalar>, _ yPred: Span<Scalar>) -> Scalar {
    var sum = LaneSum<Scalar>()
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      let t = limits.clipped(yTrue.lanes(at: i, padding: 1))
      let p = limits.clipped(yPred.lanes(at: i, padding: 1))
      sum.add(t * Scalar.logarithmOfNormal(t / p), first: yPred.count - i)
    }
    return sum.total.flushed(if: flushes)
  }

  @inline(__always) func loss(
    _ yTrue: Span<Scalar>, _ yPred: Span<Scalar>, slopes: inout MutableSpan<Scalar>
  ) -> Scalar {
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      let t = limits.clipped(yTrue.lanes(at: i, padding: 1))
      let p = yPred.lanes(at: i, padding: 1)
      slopes.setLanes(limits.passed(-(t / limits.clipped(p)), at: p), at: i)
    }
    return loss(yTrue, yPred)
  }

  func dropUntaken(
    _ yTrue: Span<Scalar>, _ yPred: Span<Scalar>, gradient: inout MutableSpan<Scalar>
  ) {
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      let arrived = gradient.span.lanes(at: i, padding: 0)
      gradient.setLanes(limits.taken(arrived, at: yPred.lanes(at: i, padding: 1)), at: i)
    }
  }
}
