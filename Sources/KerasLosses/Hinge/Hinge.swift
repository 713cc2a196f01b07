internal import CLossKernels

/// Hinge loss: the mean of max(1 - t p, 0) along the last axis, t being -1 or 1.
///
/// Labels of 0 and 1 are converted to -1 and 1, if all labels of the call are such; not in Keras 1.
///
/// Source: Keras 3.15.1, `keras.losses.Hinge`.
public struct Hinge: RowLoss {
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

  /// Computes what is asked of rows.
  public func compute<Scalar: LossScalar>(_ rows: LossRows<Scalar>) throws(LossError) {
    rows.compute(kernel(rows.yTrue))
  }

  private func kernel<Scalar: LossScalar>(
    _ labels: Span<Scalar>
  ) -> MeanRow<HingeElement<Scalar>> {
    let element = HingeElement<Scalar>(
      isSquared: false, areBinary: dialect.convertsToSigns(labels), dialect)
    return MeanRow(element: element, flushes: dialect.flushes)
  }

  private func pass<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>
  ) throws(LossError) -> RowPass<MeanRow<HingeElement<Storage.Compute>>> {
    let labels = try dialect.cast(yTrue, to: Storage.self)
    return try RowPass(
      labels, yPred, .broadcast, dialect, kernel(labels.widened.storage.span))
  }
}

/// max(1 - t p, 0), or its square.
struct HingeElement<Scalar: LossScalar>: ElementKernel {
  private let isSquared: Bool
  /// 2 t - 1, where labels are 0 and 1.
  private let signs: LabelSmoothing<Scalar>
  private let positivePart: PositivePart<Scalar>

  /// The maximum, or its square, with the slopes of a dialect.
  init(isSquared: Bool, areBinary: Bool, _ dialect: Dialect) {
    self.isSquared = isSquared
    signs = areBinary ? .signs : .none
    positivePart = PositivePart(dialect)
  }

  func compiledMean(flushes: Bool) -> CompiledKernel<Scalar>? {
    guard !isSquared || positivePart.branchSlopes == .multiplied else { return nil }
    return CompiledKernel(
      kernel: isSquared ? loss_kernel_squared_hinge : loss_kernel_hinge, flushes: flushes,
      smoothing: signs, tie: positivePart.tie, ofNaN: positivePart.ofNaN)
  }

  @inline(__always) func losses(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> Scalar.Lanes {
    let loss = (1 - signs(yTrue) * yPred).positivePart
    return isSquared ? loss * loss : loss
  }

  @inline(__always) func lossesAndSlopes(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> (losses: Scalar.Lanes, slopes: Scalar.Lanes) {
    let labels = signs(yTrue)
    let rest = 1 - labels * yPred
    let loss = rest.positivePart
    guard isSquared else { return (loss, -(positivePart.shares(rest) * labels)) }
    return (loss * loss, -(positivePart.passed(loss * 2, at: rest) * labels))
  }

  @inline(__always) func taken(
    _ gradient: Scalar.Lanes, _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> Scalar.Lanes {
    positivePart.taken(gradient, at: 1 - signs(yTrue) * yPred)
  }
}

extension Dialect {
  /// Whether labels stand for signs, 2 t - 1: every label of the call is 0 or 1; not in Keras 1.
  ///
  /// Source: Keras 3.15.1, `convert_binary_labels_to_hinge`.
  ///
  /// - Complexity: O(`labels.count`).
  func convertsToSigns<Scalar: LossScalar>(_ labels: Span<Scalar>) -> Bool {
    hingeLabels == .converted && areBinary(labels, flushes: flushes)
  }
}

/// Whether all labels are 0 or 1.
///
/// - Complexity: O(`labels.count`).
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func areBinary<Scalar: LossScalar>(_ labels: Span<Scalar>, flushes: Bool) -> Bool {
  for i in stride(from: 0, to: labels.count, by: Scalar.Lanes.count) {
    let t = labels.lanes(at: i, padding: 0).flushed(if: flushes)
    // 0 for 0 and 1 alone; 1 - t rounds to 0 for 1 alone.
    guard (t * (1 - t)).areZero else { return false }
  }
  return true
}
