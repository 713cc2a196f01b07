internal import CLossKernels

/// Focal crossentropy of yes-or-no labels: the mean of (1 - p_t)^gamma times the crossentropy.
///
/// p_t = t p + (1 - t) (1 - p) takes p as it is, the crossentropy clips it as `BinaryCrossentropy`
/// does. Logits pass the sigmoid first; on TensorFlow the crossentropy takes them as they are. Class
/// balancing multiplies by t alpha + (1 - t) (1 - alpha).
///
/// Source: Keras 3.15.1, `keras.losses.BinaryFocalCrossentropy`.
public struct BinaryFocalCrossentropy: RowLoss {
  /// Whether the losses of ones and zeros are weighed by alpha and 1 - alpha.
  public let applyClassBalancing: Bool
  /// The weight of ones.
  public let alpha: Double
  /// How much less is paid for what is nearly right.
  public let gamma: Double
  /// Whether `yPred` holds logits.
  public let fromLogits: Bool
  /// The share s of `t (1 - s) + s / 2`.
  public let labelSmoothing: Double
  /// The axis that is averaged.
  public let axis: Int
  /// How the losses of the batch are combined.
  public let reduction: Reduction

  /// The Keras that is followed.
  public let dialect: Dialect

  /// Creates the loss; the defaults and the order are Keras's.
  public init(
    applyClassBalancing: Bool = false, alpha: Double = 0.25, gamma: Double = 2,
    fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1,
    reduction: Reduction = .sumOverBatchSize, dialect: Dialect = .keras315JAX
  ) {
    self.applyClassBalancing = applyClassBalancing
    self.alpha = alpha
    self.gamma = gamma
    self.fromLogits = fromLogits
    self.labelSmoothing = labelSmoothing
    self.axis = axis
    self.reduction = reduction
    self.dialect = dialect
  }

  /// One loss for each row, as `keras.losses.binary_focal_crossentropy` returns them.
  ///
  /// - Throws: `LossError.shapeMismatch` unless both have one shape (in tf.keras 2 probabilities
  ///   broadcast); `rankTooLow`, `axisOutOfRange`; on torch `valueOutOfRange` for labels outside [0, 1]
  ///   and probabilities that are NaN.
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
    let kernel = try kernel(Scalar.self)
    let element = kernel.element
    try element.terms.requireDomain(
      rows.yTrue, smoothing: element.smoothing, rows.yPred, fromLogits: element.takesLogits)
    rows.compute(kernel)
  }

  private func kernel<Storage: LossStorage>(
    _ type: Storage.Type
  ) throws(LossError) -> MeanRow<BinaryFocalCrossentropyElement<Storage.Compute>> {
    try dialect.require(Self.names)
    let element = BinaryFocalCrossentropyElement<Storage.Compute>(
      fromLogits: fromLogits, focalLogits: dialect.binaryFocalLogits,
      terms: BinaryTerms(Storage.self, dialect),
      smoothing: LabelSmoothing(binary: labelSmoothing, Storage.self),
      gamma: Storage.constant(dialect.opsNumbers.rounded(gamma)),
      zerothPower: dialect.zerothPowerSlope,
      balance: applyClassBalancing ? (Storage.constant(alpha), Storage.constant(1 - alpha)) : nil)
    return MeanRow(element: element, flushes: dialect.flushes)
  }

  private func pass<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>
  ) throws(LossError) -> RowPass<MeanRow<BinaryFocalCrossentropyElement<Storage.Compute>>> {
    let kernel = try kernel(Storage.self)
    let element = kernel.element
    let pass = try RowPass(
      yTrue, yPred, element.terms.shapes(fromLogits: element.takesLogits), dialect, axis: axis,
      kernel)
    try element.terms.requireDomain(
      yTrue, smoothing: element.smoothing, yPred, fromLogits: element.takesLogits)
    return pass
  }
}

/// (1 - p_t)^gamma times the crossentropy of one label.
struct BinaryFocalCrossentropyElement<Scalar: LossScalar>: ElementKernel {
  let fromLogits: Bool
  let focalLogits: Dialect.BinaryFocalLogits
  let terms: BinaryTerms<Scalar>
  let smoothing: LabelSmoothing<Scalar>
  let gamma: Scalar
  /// The slope of x^0.
  let zerothPower: Dialect.ZerothPowerSlope
  /// The weights of ones and of zeros.
  let balance: (ones: Scalar, zeros: Scalar)?

  /// Whether the crossentropy is that of logits.
  var takesLogits: Bool { fromLogits && focalLogits == .logits }

  func compiledMean(flushes: Bool) -> CompiledKernel<Scalar>? {
    guard !fromLogits, gamma == 2 else { return nil }
    var compiled = terms.compiled(
      loss_kernel_binary_focal_crossentropy, fromLogits: false, smoothing: smoothing,
      flushes: flushes)
    compiled?.balance = balance
    return compiled
  }

  @inline(__always) func losses(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> Scalar.Lanes {
    let t = smoothing(yTrue)
    let p = fromLogits ? Scalar.sigmoid(yPred) : yPred
    let loss =
      Scalar.power(rest(t, p), gamma)
      * terms.losses(t, takesLogits ? yPred : p, fromLogits: takesLogits)
    guard let balance else { return loss }
    return (t * balance.ones + (1 - t) * balance.zeros) * loss
  }

  @inline(__always) func lossesAndSlopes(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> (losses: Scalar.Lanes, slopes: Scalar.Lanes) {
    let t = smoothing(yTrue)
    let no = 1 - t
    let p = fromLogits ? Scalar.sigmoid(yPred) : yPred
    let crossentropy = terms.losses(t, takesLogits ? yPred : p, fromLogits: takesLogits)
    let rest = rest(t, p)
    let factor = Scalar.power(rest, gamma)
    // The factor's slope is -gamma rest^(gamma - 1), that of p_t is t - (1 - t); as two terms, 0 times
    // an infinite one is NaN.
    let byRest = zerothPower.slopes(ofPower: gamma, rest) * crossentropy
    let byCrossentropy =
      factor * terms.slopes(t, takesLogits ? yPred : p, fromLogits: takesLogits)
    var slopes = no * byRest - t * byRest
    if !takesLogits { slopes = slopes + byCrossentropy }
    if fromLogits { slopes = slopes * (p * Scalar.sigmoid(-yPred)) }
    if takesLogits { slopes = slopes + byCrossentropy }
    let loss = factor * crossentropy
    guard let balance else { return (loss, slopes) }
    let weights = t * balance.ones + no * balance.zeros
    return (weights * loss, weights * slopes)
  }

  /// 1 - p_t.
  @inline(__always) private func rest(_ t: Scalar.Lanes, _ p: Scalar.Lanes) -> Scalar.Lanes {
    1 - (t * p + (1 - t) * (1 - p))
  }
}
