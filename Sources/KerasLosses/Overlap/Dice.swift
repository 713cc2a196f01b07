/// Dice loss: 1 - 2 sum(t p) / (sum(t) + sum(p) + 1e-7), sums over some axes or the whole batch.
///
/// Source: Keras 3.15.1, `keras.losses.Dice`.
public struct Dice: Loss {
  /// How the losses of the batch are combined.
  public let reduction: Reduction
  /// The axes that are summed, or `nil` for all: the whole batch is one loss.
  public let axis: [Int]?

  /// The Keras that is followed.
  public let dialect: Dialect

  /// Creates the loss; the defaults and the order are Keras's.
  public init(
    reduction: Reduction = .sumOverBatchSize, axis: [Int]? = nil, dialect: Dialect = .keras315JAX
  ) {
    self.reduction = reduction
    self.axis = axis
    self.dialect = dialect
  }

  /// The losses as `keras.losses.dice` returns them.
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
  ) throws(LossError) -> DiceSums<Storage.Compute> {
    try dialect.require(Self.names)
    return try DiceSums(
      Overlap(yTrue, yPred, over: axis, flushes: dialect.flushes), over: axis,
      epsilon: Storage.kerasEpsilon, flushes: dialect.flushes)
  }
}

/// The loss of sum(t p) and sum(t) + sum(p).
private func diceLoss<Scalar: LossScalar>(
  common: Scalar, sizes: Scalar, epsilon: Scalar
) -> Scalar {
  1 - 2 * common / (sizes + epsilon)
}

/// The slopes of that by sum(t p) and by sum(t) + sum(p), times what arrives at it.
private func diceSlopes<Scalar: LossScalar>(
  _ upstream: Scalar, common: Scalar, sizes: Scalar, epsilon: Scalar, flushes: Bool
) -> (byCommon: Scalar, bySizes: Scalar) {
  let share = (2 * upstream / (sizes + epsilon)).flushed(if: flushes)
  return (-share, share * (common / (sizes + epsilon)))
}

extension Dice: RowLoss {
  /// Computes what is asked of one row, the whole batch.
  ///
  /// - Throws: `LossError.invalidParameter` for more rows than one, and where axes are named.
  public func compute<Scalar: LossScalar>(_ rows: LossRows<Scalar>) throws(LossError) {
    try dialect.require(Self.names)
    try rows.requireWholeBatch(axis: axis)
    let whole = WholeOverlap<Scalar>(products: .dice, flushes: dialect.flushes)
    let sums = whole.flushedSums(rows.yTrue, rows.yPred)
    let sizes = sums.1 + sums.2
    rows.setOnlyLoss(diceLoss(common: sums.0, sizes: sizes, epsilon: Scalar.kerasEpsilon))
    rows.setSlopes(whole) { upstream in
      diceSlopes(
        upstream, common: sums.0, sizes: sizes, epsilon: Scalar.kerasEpsilon,
        flushes: dialect.flushes)
    }
  }
}

/// The sums that Dice losses are made of.
private struct DiceSums<Scalar: LossScalar>: Sendable {
  private let overlap: Overlap<Scalar>
  /// sum(t p).
  private let common: Tensor<Scalar>
  private let overPredictions: AxisSum
  /// sum(p).
  private let sumOfPredictions: Tensor<Scalar>
  /// sum(t) + sum(p).
  private let sizes: Tensor<Scalar>
  private let epsilon: Scalar
  private let flushes: Bool
  /// The losses.
  let losses: UnreducedLosses<Scalar>

  /// Sums up.
  ///
  /// - Throws: `LossError.weightNotBroadcastable` unless the shapes of the sums broadcast;
  ///   `axisOutOfRange` unless labels and predictions have the axes each.
  init(
    _ overlap: Overlap<Scalar>, over axes: [Int]?, epsilon: Scalar, flushes: Bool
  ) throws(LossError) {
    self.overlap = overlap
    self.epsilon = epsilon
    self.flushes = flushes
    let overLabels = try AxisSum(over: axes, of: overlap.givenLabels.shape, flushes: flushes)
    overPredictions = try AxisSum(
      over: axes, of: overlap.givenPredictions.shape, flushes: flushes)
    let sumOfLabels: Tensor<Scalar>
    if overlap.isWhole {
      (common, sumOfLabels, sumOfPredictions) = overlap.sums(
        WholeOverlap(products: .dice, flushes: flushes))
    } else {
      common = overlap.sum { $0 * $1 }
      sumOfLabels = overLabels(overlap.givenLabels)
      sumOfPredictions = overPredictions(overlap.givenPredictions)
    }
    sizes = try sumOfLabels.combined(with: sumOfPredictions, argument: "y_pred", +)
    losses = UnreducedLosses(
      losses: try common.combined(with: sizes, argument: "y_pred") {
        diceLoss(common: $0, sizes: $1, epsilon: epsilon)
      })
  }

  /// From the derivatives by the losses to those by the predictions.
  @Sendable func gradient(_ upstream: Tensor<Scalar>) -> Tensor<Scalar> {
    let common = common.broadcast(to: upstream.shape)
    let sizes = sizes.broadcast(to: upstream.shape)
    let slopes = upstream.storage.indices.map {
      diceSlopes(
        upstream.storage[$0], common: common.storage[$0], sizes: sizes.storage[$0],
        epsilon: epsilon, flushes: flushes)
    }
    func summed(_ slopes: [Scalar], to shape: Shape) -> Tensor<Scalar> {
      Tensor(unchecked: upstream.shape, elements: slopes).summed(to: shape, flushes: flushes)
    }
    let byCommon = summed(slopes.map(\.byCommon), to: self.common.shape)
    let bySizes = summed(slopes.map(\.bySizes), to: self.sizes.shape)
      .summed(to: sumOfPredictions.shape, flushes: flushes)
    if overlap.isWhole {
      return overlap.slopes(
        WholeOverlap(products: .dice, flushes: flushes), byCommon.storage[0], bySizes.storage[0])
    }
    let ofProducts = overlap.gradient { label, sum in label * byCommon.storage[sum] }
    let ofSums = overPredictions.indicesOfSums.map { bySizes.storage[$0] }
    return Tensor(
      unchecked: ofProducts.shape,
      elements: zip(ofProducts.storage, ofSums).map { ($0 + $1).flushed(if: flushes) })
  }
}
