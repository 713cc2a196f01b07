/// Hinge loss: the mean of max(1 - t p, 0) along the last axis, t being -1 or 1.
///
/// Labels of 0 and 1 are converted to -1 and 1, if all labels of the call are such; not in Keras 1.
///
/// Source: Keras 3.15.1, `keras.losses.Hinge`.
public struct Hinge: Loss {
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

  /// One loss for each row, as `keras.losses.hinge` returns them.
  ///
  /// - Throws: `LossError.shapeMismatch` unless the shapes broadcast; `rankTooLow`.
  /// - Complexity: O(elements).
  public func unreduced<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> UnreducedLosses<Storage.Compute> {
    try pass(yTrue, yPred).losses
  }

  /// The losses of `unreduced`, and the way back to the gradient of `yPred`.
  ///
  /// - Throws: `LossError`, as `unreduced` does.
  /// - Complexity: that of `unreduced`.
  public func differentiated<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> DifferentiableLosses<Storage.Compute> {
    try pass(yTrue, yPred).differentiated
  }

  private func pass<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>
  ) throws(LossError) -> RowPass<MeanRow<HingeElement<Storage.Compute>>> {
    let labels = dialect.signedLabels(try dialect.cast(yTrue, to: Storage.self).widened)
      .rounded(to: Storage.self)
    let element = HingeElement<Storage.Compute>(isSquared: false, dialect)
    return try RowPass(
      labels, yPred, .broadcast, dialect, MeanRow(element: element, flushes: dialect.flushes))
  }
}

/// max(1 - t p, 0), or its square.
struct HingeElement<Scalar: LossScalar>: ElementKernel {
  private let isSquared: Bool
  private let positivePart: PositivePart<Scalar>

  /// The maximum, or its square, with the slopes of a dialect.
  init(isSquared: Bool, _ dialect: Dialect) {
    self.isSquared = isSquared
    positivePart = PositivePart(dialect)
  }

  @inline(__always) func losses(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> Scalar.Lanes {
    let loss = (1 - yTrue * yPred).positivePart
    return isSquared ? loss * loss : loss
  }

  @inline(__always) func lossesAndSlopes(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> (losses: Scalar.Lanes, slopes: Scalar.Lanes) {
    let rest = 1 - yTrue * yPred
    let loss = rest.positivePart
    guard isSquared else { return (loss, -(positivePart.shares(rest) * yTrue)) }
    return (loss * loss, -(positivePart.passed(loss * 2, at: rest) * yTrue))
  }

  @inline(__always) func taken(
    _ gradient: Scalar.Lanes, _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> Scalar.Lanes {
    positivePart.taken(gradient, at: 1 - yTrue * yPred)
  }
}

extension Dialect {
  /// 2 t - 1 where every label of the call is 0 or 1, else, or in Keras 1, the labels as they are.
  ///
  /// Source: Keras 3.15.1, `convert_binary_labels_to_hinge`.
  ///
  /// - Complexity: O(elements).
  func signedLabels<Scalar: LossScalar>(_ yTrue: Tensor<Scalar>) -> Tensor<Scalar> {
    let labels = yTrue.storage
    guard hingeLabels == .converted,
      labels.allSatisfy({ $0.flushed(if: flushes) == 0 || $0 == 1 })
    else { return yTrue }
    return Tensor(unchecked: yTrue.shape, elements: labels.map { 2 * $0.flushed(if: flushes) - 1 })
  }
}
