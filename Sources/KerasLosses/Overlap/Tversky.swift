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
    try sums(yTrue, yPred).losses
  }

  /// The losses of `unreduced`, and the way back to the gradient of `yPred`.
  ///
  /// - Throws: `LossError`, as `unreduced` does.
  /// - Complexity: that of `unreduced`, and so is the pullback.
  public func differentiated<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> DifferentiableLosses<Storage.Compute> {
    let sums = try sums(yTrue, yPred)
    return DifferentiableLosses(sums.losses, pullback: sums.gradient)
  }

  private func sums<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>
  ) throws(LossError) -> TverskySums<Storage.Compute> {
    try dialect.require(Self.names)
    let weights = weights(Storage.self)
    return TverskySums(
      try Overlap(yTrue, yPred, over: axis, flushes: dialect.flushes),
      alpha: weights.alpha, beta: weights.beta,
      epsilon: Storage.kerasEpsilon, flushes: dialect.flushes)
  }
}

/// The loss of I and of what is wrong, alpha sum(t (1 - p)) + beta sum(p (1 - t)).
private func tverskyLoss<Scalar: LossScalar>(
  common: Scalar, wrong: Scalar, epsilon: Scalar
) -> Scalar {
  1 - common / (common + wrong + epsilon)
}

/// The slopes of that by the prediction for a label of 1 and of 0, times what arrives at it.
///
/// With S = I + wrong + epsilon, a label t has the slope
/// -t ((wrong + epsilon) / S + alpha I / S) / S + (1 - t) beta I / S / S:
/// what 1 - I / S loses of its digits near 1 is not asked for.
private func tverskySlopes<Scalar: LossScalar>(
  _ upstream: Scalar, common: Scalar, wrong: Scalar, alpha: Scalar, beta: Scalar,
  epsilon: Scalar
) -> (ofLabelled: Scalar, ofOthers: Scalar) {
  let sum = common + wrong + epsilon
  let quotient = common / sum
  let share = upstream / sum
  return (-((wrong + epsilon) / sum + alpha * quotient) * share, beta * quotient * share)
}

extension Tversky: RowLoss {
  /// Computes what is asked of one row, the whole batch.
  ///
  /// - Throws: `LossError.invalidParameter` for more rows than one, and where axes are named.
  public func compute<Scalar: LossScalar>(_ rows: LossRows<Scalar>) throws(LossError) {
    try dialect.require(Self.names)
    try rows.requireWholeBatch(axis: axis)
    let weights = weights(Scalar.self)
    let whole = WholeOverlap<Scalar>(products: .tversky, flushes: dialect.flushes)
    let sums = whole.flushedSums(rows.yTrue, rows.yPred)
    let wrong = weights.alpha * sums.1 + weights.beta * sums.2
    rows.setOnlyLoss(
      tverskyLoss(common: sums.0, wrong: wrong, epsilon: Scalar.kerasEpsilon))
    rows.setSlopes(whole) { upstream in
      tverskySlopes(
        upstream, common: sums.0, wrong: wrong, alpha: weights.alpha, beta: weights.beta,
        epsilon: Scalar.kerasEpsilon)
    }
  }

  /// The weights of the false negatives and of the false positives.
  fileprivate func weights<Storage: LossStorage>(
    _ type: Storage.Type
  ) -> (alpha: Storage.Compute, beta: Storage.Compute) {
    let swaps = dialect.tverskyAlpha == .falsePositives
    return (Storage.constant(swaps ? beta : alpha), Storage.constant(swaps ? alpha : beta))
  }
}

/// The sums that Tversky losses are made of.
private struct TverskySums<Scalar: LossScalar>: Sendable {
  private let overlap: Overlap<Scalar>
  /// The weight of the false negatives.
  private let alpha: Scalar
  /// The weight of the false positives.
  private let beta: Scalar
  /// I = sum(t p).
  private let common: Tensor<Scalar>
  /// alpha sum(t (1 - p)) + beta sum(p (1 - t)).
  private let wrong: [Scalar]
  private let epsilon: Scalar
  private let flushes: Bool

  /// Sums up.
  init(_ overlap: Overlap<Scalar>, alpha: Scalar, beta: Scalar, epsilon: Scalar, flushes: Bool) {
    self.overlap = overlap
    self.flushes = flushes
    self.alpha = alpha
    self.beta = beta
    self.epsilon = epsilon
    let negatives: Tensor<Scalar>
    let positives: Tensor<Scalar>
    if overlap.isWhole {
      (common, negatives, positives) = overlap.sums(
        WholeOverlap(products: .tversky, flushes: flushes))
    } else {
      common = overlap.sum { $0 * $1 }
      negatives = overlap.sum { $0 * (1 - $1) }
      positives = overlap.sum { $1 * (1 - $0) }
    }
    wrong = zip(negatives.storage, positives.storage).map { alpha * $0 + beta * $1 }
  }

  /// The losses.
  var losses: UnreducedLosses<Scalar> {
    let losses = zip(common.storage, wrong).map {
      tverskyLoss(common: $0, wrong: $1, epsilon: epsilon)
    }
    return UnreducedLosses(losses: Tensor(unchecked: common.shape, elements: losses))
  }

  /// From the derivatives by the losses to those by the predictions.
  @Sendable func gradient(_ upstream: Tensor<Scalar>) -> Tensor<Scalar> {
    var ofLabelled: [Scalar] = []
    var ofOthers: [Scalar] = []
    for (index, factor) in upstream.storage.enumerated() {
      let slopes = tverskySlopes(
        factor, common: common.storage[index], wrong: wrong[index], alpha: alpha, beta: beta,
        epsilon: epsilon)
      ofLabelled.append(slopes.ofLabelled)
      ofOthers.append(slopes.ofOthers)
    }
    if overlap.isWhole {
      return overlap.slopes(
        WholeOverlap(products: .tversky, flushes: flushes), ofLabelled[0], ofOthers[0])
    }
    return overlap.gradient { label, sum in
      label * ofLabelled[sum] + (1 - label) * ofOthers[sum]
    }
  }
}
