/// Kullback-Leibler divergence: sum(t log(t / p)) along the last axis.
///
/// Both arrays are clipped to [1e-7, 1]; nothing is renormalised.
///
/// Source: Keras 3.15.1, `keras.losses.KLDivergence`.
public struct KLDivergence: Loss {
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
  public func unreduced<Label: LossLabel, Scalar: LossScalar>(
    yTrue: Tensor<Label>, yPred: Tensor<Scalar>
  ) throws(LossError) -> UnreducedLosses<Scalar> {
    let kernel = KLDivergenceRow<Scalar>(epsilon: .kerasEpsilon, flushes: dialect.flushes)
    return try rowLosses(yTrue, yPred, scalars: dialect.scalars, kernel)
  }
}

/// sum(t log(t / p)), both clipped to [epsilon, 1].
struct KLDivergenceRow<Scalar: LossScalar>: RowKernel {
  let epsilon: Scalar
  /// Whether subnormal numbers are zero.
  let flushes: Bool

  @inline(__always) func loss(_ yTrue: Span<Scalar>, _ yPred: Span<Scalar>) -> Scalar {
    var sum = LaneSum<Scalar>()
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      let t = yTrue.lanes(at: i, padding: 1).clipped(epsilon, 1)
      let p = yPred.lanes(at: i, padding: 1).clipped(epsilon, 1)
      sum.add(t * Scalar.logarithmOfNormal(t / p), first: yPred.count - i)
    }
    return sum.total.flushed(if: flushes)
  }
}
