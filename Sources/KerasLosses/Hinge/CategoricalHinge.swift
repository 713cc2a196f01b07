internal import CLossKernels

/// Categorical hinge loss: max(max((1 - t) p) - sum(t p) + 1, 0) along the last axis.
///
/// The inner maximum takes in the labelled class's own product, 0.
///
/// Source: Keras 3.15.1, `keras.losses.CategoricalHinge`.
public struct CategoricalHinge: RowLoss {
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

  /// One loss for each row, as `keras.losses.categorical_hinge` returns them.
  ///
  /// - Throws: `LossError.shapeMismatch` unless the shapes broadcast; `rankTooLow`; `emptyMaximum`
  ///   for rows without elements, where the dialect refuses them.
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
  ) throws(LossError) -> CategoricalHingeRow<Storage.Compute> {
    try dialect.require(Self.names)
    return CategoricalHingeRow(positivePart: PositivePart(dialect), flushes: dialect.flushes)
  }

  private func pass<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>
  ) throws(LossError) -> RowPass<CategoricalHingeRow<Storage.Compute>> {
    let pass = try RowPass(yTrue, yPred, .broadcast, dialect, kernel(Storage.self))
    try dialect.requireMaximum(of: pass.shape)
    return pass
  }
}

/// max(max((1 - t) p) - sum(t p) + 1, 0); NaN passes both maxima.
struct CategoricalHingeRow<Scalar: LossScalar>: RowKernel {
  /// The outer maximum.
  let positivePart: PositivePart<Scalar>
  /// Whether subnormal numbers are zero.
  let flushes: Bool

  static func takesScalars(_ choice: Dialect.Scalars) -> Bool { choice.inSums }

  var compiled: CompiledKernel<Scalar>? {
    CompiledKernel(
      kernel: loss_kernel_categorical_hinge, flushes: flushes, tie: positivePart.tie,
      ofNaN: positivePart.ofNaN)
  }

  @inline(__always) func loss(_ yTrue: Span<Scalar>, _ yPred: Span<Scalar>) -> Scalar {
    let (excess, _) = excess(yTrue, yPred)
    return Scalar(0).larger(excess)
  }

  /// s ((1 - t) / n - t), s the slope of the outer maximum; the first term for the n products alone
  /// that are the largest.
  @inline(__always) func loss(
    _ yTrue: Span<Scalar>, _ yPred: Span<Scalar>, slopes: inout MutableSpan<Scalar>
  ) -> Scalar {
    let (excess, largest) = excess(yTrue, yPred)
    var count = LaneSum<Scalar>()
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      let t = yTrue.lanes(at: i, padding: 0).flushed(if: flushes)
      let p = yPred.lanes(at: i, padding: 0).flushed(if: flushes)
      let isLargest = ((1 - t) * p).slopeOfMaximum(largest, tie: 1)
      count.add(isLargest, first: yPred.count - i)
      slopes.setLanes(isLargest, at: i)
    }
    let slope = positivePart.share(excess)
    // NaN where the largest product is NaN, which no product is equal to.
    let share = slope / count.total
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      let t = yTrue.lanes(at: i, padding: 0).flushed(if: flushes)
      let ofLargest = slopes.span.lanes(at: i, padding: 0) * share * (1 - t)
      slopes.setLanes((ofLargest - t * slope).flushed(if: flushes), at: i)
    }
    return Scalar(0).larger(excess)
  }

  func dropUntaken(
    _ yTrue: Span<Scalar>, _ yPred: Span<Scalar>, gradient: inout MutableSpan<Scalar>
  ) {
    guard positivePart.isDropped(at: excess(yTrue, yPred).excess) else { return }
    for i in gradient.indices { gradient[i] = 0 }
  }

  /// max((1 - t) p) - sum(t p) + 1, and the maximum.
  @inline(__always) private func excess(
    _ yTrue: Span<Scalar>, _ yPred: Span<Scalar>
  ) -> (excess: Scalar, largest: Scalar) {
    var sum = LaneSum<Scalar>()
    var largest = Scalar.Lanes(repeating: -.infinity)
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      let t = yTrue.lanes(at: i, padding: 0).flushed(if: flushes)
      let p = yPred.lanes(at: i, padding: -.infinity).flushed(if: flushes)
      // Behind the row's end the other products are -infinity, which no maximum is.
      sum.add(t * p, first: yPred.count - i)
      largest = largest.largerOrNaN((1 - t) * p)
    }
    var negative = -Scalar.infinity
    for lane in 0..<Scalar.Lanes.count { negative = negative.larger(largest[lane]) }
    return (negative - sum.total + 1, negative)
  }
}
