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
        1 - 2 * $0 / ($1 + epsilon)
      })
  }

  /// From the derivatives by the losses to those by the predictions.
  @Sendable func gradient(_ upstream: Tensor<Scalar>) -> Tensor<Scalar> {
    let shares = zip(upstream.storage, sizes.broadcast(to: upstream.shape).storage)
      .map { (2 * $0 / ($1 + epsilon)).flushed(if: flushes) }
    let quotients = zip(
      common.broadcast(to: upstream.shape).storage, sizes.broadcast(to: upstream.shape).storage
    ).map { $0 / ($1 + epsilon) }
    func summed(_ slopes: [Scalar], to shape: Shape) -> Tensor<Scalar> {
      Tensor(unchecked: upstream.shape, elements: slopes).summed(to: shape, flushes: flushes)
    }
    let byCommon = summed(shares.map(-), to: common.shape)
    let bySizes = summed(zip(shares, quotients).map(*), to: sizes.shape)
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
