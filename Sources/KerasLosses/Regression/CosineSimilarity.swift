/// Cosine similarity, negated: -sum(t p / (|t| |p|)) along an axis.
///
/// Vectors shorter than 1e-7 are multiplied by 1e7, not normalised; zero vectors give 0.
///
/// Source: Keras 3.15.1, `keras.losses.CosineSimilarity`, JAX backend.
public struct CosineSimilarity: Loss {
  /// How the losses of the batch are combined.
  public let reduction: Reduction
  /// The axis of the vectors.
  public let axis: Int

  /// Creates the loss; the defaults and the order are Keras's.
  public init(axis: Int = -1, reduction: Reduction = .sumOverBatchSize) {
    self.axis = axis
    self.reduction = reduction
  }

  /// One loss for each vector, as `keras.losses.cosine_similarity` returns them.
  ///
  /// A scalar is a vector of one element.
  ///
  /// - Throws: `LossError.shapeMismatch` unless the shapes broadcast; `axisOutOfRange`.
  /// - Complexity: O(elements).
  public func unreduced<Label: LossLabel, Scalar: LossScalar>(
    yTrue: Tensor<Label>, yPred: Tensor<Scalar>
  ) throws(LossError) -> UnreducedLosses<Scalar> {
    let kernel = CosineSimilarityRow<Scalar>(limit: Scalar(1 / 1e-7))
    guard yTrue.shape.rank > 0 || yPred.shape.rank > 0 || axis < -1 || axis > 0 else {
      let vector = Shape(unchecked: [1])
      return try rowLosses(yTrue.reshaped(to: vector), yPred.reshaped(to: vector), .same, kernel)
    }
    return try rowLosses(yTrue, yPred, .repaired, axis: axis, kernel)
  }
}

/// -sum(t n(t) p n(p)), n(x) = min(1 / sqrt(sum(x^2)), limit).
struct CosineSimilarityRow<Scalar: LossScalar>: RowKernel {
  let limit: Scalar

  @inline(__always) func loss(_ yTrue: Span<Scalar>, _ yPred: Span<Scalar>) -> Scalar {
    let trueFactor = factor(yTrue)
    let predFactor = factor(yPred)
    var sum = LaneSum<Scalar>()
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      let t = yTrue.lanes(at: i, padding: 0).flushed * trueFactor
      let p = yPred.lanes(at: i, padding: 0).flushed * predFactor
      sum.add(t * p, first: yPred.count - i)
    }
    return -sum.total.flushed
  }

  @inline(__always) private func factor(_ vector: Span<Scalar>) -> Scalar {
    var sum = LaneSum<Scalar>()
    for i in stride(from: 0, to: vector.count, by: Scalar.Lanes.count) {
      let x = vector.lanes(at: i, padding: 0).flushed
      sum.add((x * x).flushed)
    }
    let reciprocal = 1 / sum.total.flushed.squareRoot()
    return reciprocal > limit ? limit : reciprocal
  }
}
