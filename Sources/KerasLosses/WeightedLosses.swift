/// Losses times their weights, and what a reduction makes of them.
///
/// Source: Keras 3.15.1, `reduce_weighted_values`, `apply_mask`, `reduce_values`.
struct WeightedLosses<Storage: LossStorage> {
  /// The dtype that is computed in.
  typealias Scalar = Storage.Compute

  /// The losses before weights.
  private let losses: Tensor<Scalar>
  /// The shape of the losses once their rank fits that of the weights.
  private let lossShape: Shape
  /// The losses times their weights, broadcast.
  private let values: Tensor<Scalar>
  /// The weights, the mask among them, before broadcasting.
  private let weight: Tensor<Scalar>?
  /// What the sum of the values is divided by, or `nil` where it is not.
  private let divisor: Scalar?
  /// Whether the values are summed.
  private let isReduced: Bool
  /// Whether subnormal numbers are zero.
  private let flushes: Bool

  /// Merges the masks into the weights and multiplies the losses by them.
  ///
  /// - Throws: `LossError.weightNotBroadcastable`.
  init(
    _ unreduced: UnreducedLosses<Scalar>, _ sampleWeight: Tensor<Storage>?, _ mask: Tensor<Bool>?,
    _ reduction: Reduction, _ dialect: Dialect
  ) throws(LossError) {
    // A loss that Keras has as infinity is not hidden by a weight of 0.
    losses = unreduced.losses.inRange(of: Storage.self)
    flushes = dialect.flushes
    var given = sampleWeight?.widened
    if let mask = try Self.merged(mask, unreduced.mask) {
      given = try Self.masked(given, mask, reduction, dialect)
    }
    if let given {
      let (lossShape, weightShape) = repairedRanks(losses.shape, given.shape)
      let repaired = given.reshaped(to: weightShape)
      self.lossShape = lossShape
      values = try losses.reshaped(to: lossShape)
        .combined(with: repaired, argument: "sample_weight") { [flushes] in
          ($0 * $1).flushed(if: flushes)
        }
      weight = repaired
    } else {
      (lossShape, values, weight) = (losses.shape, losses, nil)
    }
    // The shapes () and (0,) stay as they are.
    isReduced =
      reduction != .none && values.shape != .scalar && values.shape.dimensions != [0]
    let count = Storage.constant(Double(values.shape.count))
    switch reduction {
    case .none, .sum: divisor = nil
    case .sumOverBatchSize, .mean: divisor = count
    case .meanWithSampleWeight:
      divisor = weight.map { KerasLosses.sum($0.elements.span) } ?? count
    }
  }

  /// The weighted losses reduced.
  var reduced: Tensor<Scalar> {
    guard isReduced else { return values }
    let sum = KerasLosses.sum(values.elements.span)
    return Tensor(scalar: divisor.map { divided(sum, by: $0) } ?? sum)
  }

  /// The derivative of the sum of the reduced losses by each loss before weights.
  var upstream: Tensor<Scalar> {
    let divisor = isReduced ? divisor : nil
    func share(_ factor: Scalar) -> Scalar { divisor.map { divided(factor, by: $0) } ?? factor }
    guard let weight else { return Tensor(repeating: share(1), shape: losses.shape) }
    let shares = Tensor(unchecked: weight.shape, elements: weight.elements.map(share))
    return shares.broadcast(to: values.shape).summed(to: lossShape, flushes: flushes)
      .reshaped(to: losses.shape)
  }

  /// A number by another, 0 where the other is 0.
  private func divided(_ number: Scalar, by divisor: Scalar) -> Scalar {
    divisor == 0 ? 0 : (number / divisor).flushed(if: flushes)
  }

  /// The caller's mask and the one that the loss attaches, both where both are given.
  private static func merged(
    _ given: Tensor<Bool>?, _ attached: Tensor<Bool>?
  ) throws(LossError) -> Tensor<Bool>? {
    guard let given, let attached else { return given ?? attached }
    return try attached.combined(with: given, argument: "mask") { $0 && $1 }
  }

  /// The mask as a weight: kept positions count total / valid for means, 1 otherwise.
  private static func masked(
    _ weight: Tensor<Scalar>?, _ mask: Tensor<Bool>, _ reduction: Reduction, _ dialect: Dialect
  ) throws(LossError) -> Tensor<Scalar> {
    var kept: Scalar = 1
    if reduction == .mean || reduction == .sumOverBatchSize {
      let valid = mask.elements.count { $0 }
      kept =
        valid == 0
        ? 0 : Storage.constant(Double(mask.shape.count)) / Storage.constant(Double(valid))
    }
    let factors = Tensor(unchecked: mask.shape, elements: mask.elements.map { $0 ? kept : 0 })
    guard let weight else { return factors }
    let (factorShape, weightShape) = repairedRanks(factors.shape, weight.shape)
    let product = try factors.reshaped(to: factorShape)
      .combined(with: weight.reshaped(to: weightShape), argument: "sample_weight", *)
    guard dialect.maskAndWeight == .broadcast || product.shape == weightShape else {
      throw .weightNotBroadcastable(
        argument: "mask", shape: factorShape, losses: weightShape)
    }
    return product
  }
}
