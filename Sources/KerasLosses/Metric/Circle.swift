/// Circle loss: pulls embeddings of one label together and pushes others apart.
///
/// softplus(logsumexp(-gamma w_p (margin - D)) + logsumexp(gamma w_n (1 - margin - D))) for each
/// sample, D = max(1 - p p^T, 0), w_p = margin + D over the samples of its label, w_n = max(1 + margin -
/// D, 0) over the others. Embeddings are not normalised. A sample without partners costs 0, and losses
/// that are not positive do not count in means.
///
/// Source: Keras 3.15.1, `keras.losses.Circle`.
public struct Circle: Loss {
  /// The scale of the similarities.
  public let gamma: Double
  /// The relaxation.
  public let margin: Double
  /// Whether a sample is no partner of itself.
  public let removeDiagonal: Bool
  /// How the losses of the batch are combined.
  public let reduction: Reduction

  /// The Keras that is followed.
  public let dialect: Dialect

  /// Creates the loss; the defaults and the order are Keras's.
  public init(
    gamma: Double = 80, margin: Double = 0.4, removeDiagonal: Bool = true,
    reduction: Reduction = .sumOverBatchSize, dialect: Dialect = .keras315JAX
  ) {
    self.gamma = gamma
    self.margin = margin
    self.removeDiagonal = removeDiagonal
    self.reduction = reduction
    self.dialect = dialect
  }

  /// One loss for each sample, as `keras.losses.circle` returns them.
  ///
  /// `yTrue` holds labels, (n,) or (n, 1); `yPred` embeddings, (n, d).
  ///
  /// - Throws: `LossError.shapeMismatch` for other shapes.
  /// - Complexity: O(n^2 d).
  public func unreduced<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> UnreducedLosses<Storage.Compute> {
    let count = yPred.shape.dimensions.first ?? 0
    guard yPred.shape.rank == 2, [[count], [count, 1]].contains(yTrue.shape.dimensions) else {
      throw .shapeMismatch(
        yTrue: yTrue.shape, yPred: yPred.shape, expected: "labels (n,) and embeddings (n, d)")
    }
    let labels = yTrue.converted(to: Storage.self).widened.elements
    let predictions = yPred.widened
    let losses = (0..<count).map { loss(of: $0, labels, predictions, Storage.self) }
    let shape = Shape(unchecked: [count])
    return UnreducedLosses(
      losses: Tensor(unchecked: shape, elements: losses),
      mask: Tensor(unchecked: shape, elements: losses.map { $0 > 0 }))
  }

  private func loss<Scalar: LossScalar, Storage: LossStorage>(
    of sample: Int, _ labels: [Scalar], _ embeddings: Tensor<Scalar>, _ type: Storage.Type
  ) -> Scalar where Storage.Compute == Scalar {
    let (gamma, margin) = (Storage.constant(gamma), Storage.constant(margin))
    let (otherMargin, reach) = (
      Storage.constant(1 - self.margin), Storage.constant(1 + self.margin)
    )
    var positive: [Scalar] = []
    var negative: [Scalar] = []
    for other in labels.indices {
      let distance = (1 - product(sample, other, embeddings)).larger(0)
      if labels[other] != labels[sample] {
        negative.append(gamma * (reach - distance).larger(0) * (otherMargin - distance))
      } else if other != sample || !removeDiagonal {
        positive.append(-gamma * (margin + distance).larger(0) * (margin - distance))
      }
    }
    let x = logSumOfExponentials(positive) + logSumOfExponentials(negative)
    return Scalar.softplus(Scalar.Lanes(repeating: x))[0].flushed(if: dialect.flushes)
  }

  private func product<Scalar: LossScalar>(
    _ first: Int, _ second: Int, _ embeddings: Tensor<Scalar>
  ) -> Scalar {
    let width = embeddings.shape.dimensions[1]
    let products = (0..<width).map {
      embeddings.elements[first * width + $0].flushed(if: dialect.flushes)
        * embeddings.elements[second * width + $0].flushed(if: dialect.flushes)
    }
    return sum(products.span)
  }
}

/// log(sum(exp(x))), -infinity for no numbers.
///
/// - Complexity: O(`numbers.count`).
private func logSumOfExponentials<Scalar: LossScalar>(_ numbers: [Scalar]) -> Scalar {
  guard let first = numbers.first else { return -.infinity }
  let peak = numbers.reduce(first) { $0.larger($1) }
  let shift = peak.isFinite ? peak : 0
  let exponentials = numbers.map { ($0 - shift).exponential }
  return sum(exponentials.span).logarithm + shift
}
