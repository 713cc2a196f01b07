/// Tversky loss: 1 - I / (I + alpha sum(t (1 - p)) + beta sum(p (1 - t)) + 1e-7), I = sum(t p).
///
/// Up to Keras 3.15 alpha weighs the false negatives and beta the false positives, the reverse of the
/// usual definition.
///
/// Source: Keras 3.15.1, `keras.losses.Tversky`.
public struct Tversky: Loss {
  /// The weight of what is labelled and not predicted; from Keras 3.16 on, the reverse.
  public let alpha: Double
  /// The weight of what is predicted and not labelled; from Keras 3.16 on, the reverse.
  public let beta: Double
  /// How the losses of the batch are combined.
  public let reduction: Reduction
  /// The axes that are summed, or `nil` for all: the whole batch is one loss.
  public let axis: [Int]?

  /// The Keras that is followed.
  public let dialect: Dialect

  /// Creates the loss; the defaults and the order are Keras's.
  public init(
    alpha: Double = 0.5, beta: Double = 0.5, reduction: Reduction = .sumOverBatchSize,
    axis: [Int]? = nil, dialect: Dialect = .keras315JAX
  ) {
    self.alpha = alpha
    self.beta = beta
    self.reduction = reduction
    self.axis = axis
    self.dialect = dialect
  }

  /// The losses as `keras.losses.tversky` returns them.
  ///
  /// - Throws: `LossError.shapeMismatch` unless the shapes broadcast; `axisOutOfRange`.
  /// - Complexity: O(rank * elements).
  public func unreduced<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> UnreducedLosses<Storage.Compute> {
    let overlap = try Overlap(
      yTrue.converted(to: Storage.self).widened, yPred.widened, flushes: dialect.flushes)
    let intersection = try overlap.sum(axis) { $0 * $1 }
    let negatives = try overlap.sum(axis) { $0 * (1 - $1) }
    let positives = try overlap.sum(axis) { $1 * (1 - $0) }
    let swaps = dialect.tverskyAlpha == .falsePositives
    let (alpha, beta) = (
      Storage.constant(swaps ? beta : alpha), Storage.constant(swaps ? alpha : beta)
    )
    let epsilon = Storage.kerasEpsilon
    let losses = intersection.elements.indices.map { index in
      let common = intersection.elements[index]
      let wrong = alpha * negatives.elements[index] + beta * positives.elements[index]
      return 1 - common / (common + wrong + epsilon)
    }
    return UnreducedLosses(losses: Tensor(unchecked: intersection.shape, elements: losses))
  }
}
