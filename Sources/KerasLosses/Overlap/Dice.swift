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
    let overlap = try Overlap(
      yTrue.converted(to: Storage.self).widened, yPred.widened, flushes: dialect.flushes)
    let intersection = try overlap.sum(axis) { $0 * $1 }
    let sizes = try overlap.sumOfLabels(axis).combined(
      with: overlap.sumOfPredictions(axis), argument: "y_pred", +)
    let epsilon = Storage.kerasEpsilon
    let losses = try intersection.combined(with: sizes, argument: "y_pred") {
      1 - 2 * $0 / ($1 + epsilon)
    }
    return UnreducedLosses(losses: losses)
  }
}

/// Labels and predictions of a batch, and sums of products of theirs.
struct Overlap<Scalar: LossScalar> {
  private let flushes: Bool
  private let labels: Tensor<Scalar>
  private let predictions: Tensor<Scalar>
  private let pairs: (yTrue: Tensor<Scalar>, yPred: Tensor<Scalar>)

  /// Brings both arrays to one shape for products.
  ///
  /// - Throws: `LossError.shapeMismatch` unless the shapes broadcast.
  init(_ yTrue: Tensor<Scalar>, _ yPred: Tensor<Scalar>, flushes: Bool) throws(LossError) {
    self.flushes = flushes
    labels = Tensor(
      unchecked: yTrue.shape, elements: yTrue.elements.map { $0.flushed(if: flushes) })
    predictions = Tensor(
      unchecked: yPred.shape, elements: yPred.elements.map { $0.flushed(if: flushes) })
    let pair = try arranged(labels, predictions, .broadcast)
    pairs = (pair.yTrue, pair.yPred)
  }

  /// The sums of what a product makes of each label and prediction.
  func sum(
    _ axes: [Int]?, _ product: (Scalar, Scalar) -> Scalar
  ) throws(LossError) -> Tensor<Scalar> {
    let products = zip(pairs.yTrue.elements, pairs.yPred.elements).map {
      product($0, $1).flushed(if: flushes)
    }
    return try Tensor(unchecked: pairs.yTrue.shape, elements: products).summed(
      over: axes, flushes: flushes)
  }

  /// The sums of the labels, in their own shape.
  func sumOfLabels(_ axes: [Int]?) throws(LossError) -> Tensor<Scalar> {
    try labels.summed(over: axes, flushes: flushes)
  }

  /// The sums of the predictions, in their own shape.
  func sumOfPredictions(_ axes: [Int]?) throws(LossError) -> Tensor<Scalar> {
    try predictions.summed(over: axes, flushes: flushes)
  }
}
