extension Tensor where Element: LossStorage {
  /// What a class makes of the losses of a batch: weighted, masked, and reduced.
  ///
  /// For losses that this library does not have.
  ///
  /// Source: Keras 3.15.1, `reduce_weighted_values`.
  ///
  /// - Parameters:
  ///   - reduction: How the losses are combined.
  ///   - sampleWeight: Weights that broadcast against the losses.
  ///   - mask: Which losses count.
  ///   - dialect: The Keras that is followed.
  /// - Returns: The reduced loss, or the weighted losses where nothing reduces them.
  /// - Throws: `LossError.weightNotBroadcastable`; `notInDialect` and `invalidParameter` where the Keras
  ///   that is followed has no classes, or no such reduction.
  /// - Complexity: O(elements of the weighted losses).
  public func reduced(
    by reduction: Reduction, sampleWeight: Tensor? = nil, mask: Tensor<Bool>? = nil,
    dialect: Dialect = .keras315JAX
  ) throws(LossError) -> Tensor {
    try dialect.requireClass(reducedBy: reduction)
    let losses = UnreducedLosses(losses: widened)
    return try WeightedLosses(losses, sampleWeight, mask, reduction, dialect).reduced.rounded()
  }
}

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
    var given = sampleWeight.map { Self.flushed($0.widened, dialect) }
    if let mask = try Self.merged(mask, unreduced.mask) {
      given = try Self.masked(given, mask, reduction, dialect)
    }
    if let given {
      let (lossShape, weightShape) = try Self.weighable(losses.shape, given.shape, dialect)
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
    // The shape () stays as it is, and so may (0,).
    isReduced =
      reduction != .none && values.shape != .scalar
      && (values.shape.dimensions != [0] || dialect.emptyLosses == .zero)
    let count = Storage.constant(Double(values.shape.count))
    switch reduction {
    case .none, .sum: divisor = nil
    case .sumOverBatchSize, .mean: divisor = count
    case .meanWithSampleWeight:
      divisor = weight.map { KerasLosses.sum($0.storage.span) } ?? count
    }
  }

  /// The weighted losses reduced.
  var reduced: Tensor<Scalar> {
    guard isReduced else { return values }
    let sum = KerasLosses.sum(values.storage.span)
    return Tensor(scalar: divisor.map { divided(sum, by: $0) } ?? sum)
  }

  /// The derivative of the sum of the reduced losses by each loss before weights.
  var upstream: Tensor<Scalar> {
    let divisor = isReduced ? divisor : nil
    func share(_ factor: Scalar) -> Scalar { divisor.map { divided(factor, by: $0) } ?? factor }
    guard let weight else { return Tensor(repeating: share(1), shape: losses.shape) }
    let shares = Tensor(unchecked: weight.shape, elements: weight.storage.map(share))
    return shares.broadcast(to: values.shape).summed(to: lossShape, flushes: flushes)
      .reshaped(to: losses.shape)
  }

  /// A number by another, 0 where the other is 0.
  private func divided(_ number: Scalar, by divisor: Scalar) -> Scalar {
    divisor == 0 ? 0 : (number / divisor).flushed(if: flushes)
  }

  /// Weights as numbers that the dialect computes with.
  private static func flushed(_ weight: Tensor<Scalar>, _ dialect: Dialect) -> Tensor<Scalar> {
    guard dialect.flushes, weight.storage.contains(where: \.isSubnormal) else { return weight }
    return Tensor(unchecked: weight.shape, elements: weight.storage.map { $0.flushed(if: true) })
  }

  /// The caller's mask and the one that the loss attaches, both where both are given.
  private static func merged(
    _ given: Tensor<Bool>?, _ attached: Tensor<Bool>?
  ) throws(LossError) -> Tensor<Bool>? {
    guard let given, let attached else { return given ?? attached }
    return try attached.combined(with: given, argument: "mask") { $0 && $1 }
  }

  /// The shapes of losses and weight, by the dialect's rule for ranks that differ by one.
  ///
  /// Source: Keras 3.15.1, `squeeze_or_expand_to_same_rank`; tf-keras 2.21,
  /// `squeeze_or_expand_dimensions`.
  private static func weighable(
    _ losses: Shape, _ weight: Shape, _ dialect: Dialect
  ) throws(LossError) -> (losses: Shape, weight: Shape) {
    switch dialect.weightRanks {
    case .mended:
      return repairedRanks(losses, weight)
    case .perSample where weight.rank == losses.rank + 1:
      guard weight.dimensions.last == 1 else {
        throw .weightNotBroadcastable(argument: "sample_weight", shape: weight, losses: losses)
      }
      return (losses, weight.withoutLastAxis)
    case .perSample where losses.rank == weight.rank + 1 && weight.rank > 0:
      return (losses, weight.withTrailingOne)
    case .perSample:
      return (losses, weight)
    }
  }

  /// The mask as a weight: kept positions count total / valid for means, 1 otherwise.
  private static func masked(
    _ weight: Tensor<Scalar>?, _ mask: Tensor<Bool>, _ reduction: Reduction, _ dialect: Dialect
  ) throws(LossError) -> Tensor<Scalar> {
    var (kept, dropped): (Scalar, Scalar) = (1, 0)
    if reduction == .mean || reduction == .sumOverBatchSize {
      let valid = mask.storage.count { $0 }
      if valid > 0 {
        kept = Storage.constant(Double(mask.shape.count)) / Storage.constant(Double(valid))
      } else if dialect.fullyMasked == .nan {
        // 0 * (total / 0).
        dropped = .nan
      }
    }
    let factors = Tensor(
      unchecked: mask.shape, elements: mask.storage.map { $0 ? kept : dropped })
    guard let weight else { return factors }
    let (factorShape, weightShape) = try weighable(factors.shape, weight.shape, dialect)
    let product = try factors.reshaped(to: factorShape)
      .combined(with: weight.reshaped(to: weightShape), argument: "sample_weight", *)
    guard dialect.maskAndWeight == .broadcast || product.shape == weightShape else {
      throw .weightNotBroadcastable(
        argument: "mask", shape: factorShape, losses: weightShape)
    }
    return product
  }
}
