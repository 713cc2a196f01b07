internal import CLossKernels

/// Crossentropy of yes-or-no labels: the mean of -(t log q + (1 - t) log(1 - q)) along an axis.
///
/// Probabilities are clipped, q = clip(p, 1e-7, 1 - 1e-7), the limits rounded to the dtype. Logits stay
/// logits: log q = -softplus(-x), log(1 - q) = -softplus(x). Dialects differ in the form of both.
///
/// Source: Keras 3.15.1, `keras.losses.BinaryCrossentropy`.
public struct BinaryCrossentropy: RowLoss {
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

  /// Creates the loss; the defaults are Keras's.
  public init(
    fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1,
    reduction: Reduction = .sumOverBatchSize, dialect: Dialect = .keras315JAX
  ) {
    self.fromLogits = fromLogits
    self.labelSmoothing = labelSmoothing
    self.axis = axis
    self.reduction = reduction
    self.dialect = dialect
  }

  /// One loss for each row, as `keras.losses.binary_crossentropy` returns them; NaN for empty rows.
  ///
  /// - Throws: `LossError.shapeMismatch` unless both have one shape (in tf.keras 2 probabilities
  ///   broadcast); `rankTooLow`, `axisOutOfRange`; on torch `valueOutOfRange` for labels outside [0, 1]
  ///   and probabilities that are NaN.
  /// - Complexity: O(`yPred.shape.count`).
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
    try kernel.element.terms.requireDomain(
      rows.yTrue, smoothing: kernel.element.smoothing, rows.yPred, fromLogits: fromLogits)
    rows.compute(kernel)
  }

  private func kernel<Storage: LossStorage>(
    _ type: Storage.Type
  ) throws(LossError) -> MeanRow<BinaryCrossentropyElement<Storage.Compute>> {
    try dialect.require(
      Self.names, hasDefaults: !fromLogits && labelSmoothing == 0 && axis == -1)
    let element = BinaryCrossentropyElement<Storage.Compute>(
      fromLogits: fromLogits, terms: BinaryTerms(Storage.self, dialect),
      smoothing: LabelSmoothing(binary: labelSmoothing, Storage.self))
    return MeanRow(element: element, flushes: dialect.flushes)
  }

  private func pass<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>
  ) throws(LossError) -> RowPass<MeanRow<BinaryCrossentropyElement<Storage.Compute>>> {
    let kernel = try kernel(Storage.self)
    let element = kernel.element
    let pass = try RowPass(
      yTrue, yPred, element.terms.shapes(fromLogits: fromLogits), dialect, axis: axis, kernel)
    try element.terms.requireDomain(
      yTrue, smoothing: element.smoothing, yPred, fromLogits: fromLogits)
    return pass
  }
}

/// The mean binary crossentropy of each row, in memory that the caller owns.
///
/// The arrays are rows of features, one behind the other. See `BinaryCrossentropy` for the formula.
///
/// Source: Keras 3.15.1, `keras.losses.binary_crossentropy`, JAX backend.
///
/// - Parameters:
///   - yTrue: The labels, of shape (rows, features).
///   - yPred: The predictions, of the same shape.
///   - features: The number of features that are averaged.
///   - fromLogits: Whether `yPred` holds logits.
///   - labelSmoothing: The share s of `t (1 - s) + s / 2`.
///   - losses: Receives one loss a row; its length is the number of rows.
/// - Throws: `LossError.elementCount` where a length is not that of its shape.
/// - Complexity: O(`yPred.count`); no memory is allocated.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func binaryCrossentropy<Scalar: LossScalar>(
  yTrue: Span<Scalar>, yPred: Span<Scalar>, features: Int, fromLogits: Bool = false,
  labelSmoothing: Double = 0, into losses: inout MutableSpan<Scalar>
) throws(LossError) {
  try rowLosses(
    checking: binaryRow(fromLogits, labelSmoothing), yTrue, yPred, columns: features, into: &losses)
}

/// The mean binary crossentropy of each row, and its gradient, in memory that the caller owns.
///
/// See the form without gradient. With a factor of 1 / rows the gradient is that of the mean.
///
/// - Parameters:
///   - yTrue: The labels, of shape (rows, features).
///   - yPred: The predictions, of the same shape.
///   - features: The number of features that are averaged.
///   - fromLogits: Whether `yPred` holds logits.
///   - labelSmoothing: The share s of `t (1 - s) + s / 2`.
///   - factor: What the gradient is multiplied by.
///   - losses: Receives one loss a row; its length is the number of rows.
///   - gradient: Receives the factor times the derivative of the losses' sum, of the shape of `yPred`.
/// - Throws: `LossError.elementCount` where a length is not that of its shape.
/// - Complexity: O(`yPred.count`); no memory is allocated.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func binaryCrossentropy<Scalar: LossScalar>(
  yTrue: Span<Scalar>, yPred: Span<Scalar>, features: Int, fromLogits: Bool = false,
  labelSmoothing: Double = 0, scaledBy factor: Scalar = 1,
  into losses: inout MutableSpan<Scalar>, gradient: inout MutableSpan<Scalar>
) throws(LossError) {
  try rowLossesAndSlopes(
    checking: binaryRow(fromLogits, labelSmoothing), yTrue, yPred, columns: features,
    scaledBy: factor,
    into: &losses, slopes: &gradient)
}

/// What is made of a row by the forms on memory of the caller.
private func binaryRow<Scalar: LossScalar>(
  _ fromLogits: Bool, _ labelSmoothing: Double
) -> MeanRow<BinaryCrossentropyElement<Scalar>> {
  let dialect = Dialect.keras315JAX
  let element = BinaryCrossentropyElement<Scalar>(
    fromLogits: fromLogits, terms: BinaryTerms(Scalar.self, dialect),
    smoothing: LabelSmoothing(binary: labelSmoothing, Scalar.self))
  return MeanRow(element: element, flushes: dialect.flushes)
}

/// The crossentropy of one label.
struct BinaryCrossentropyElement<Scalar: LossScalar>: ElementKernel {
  let fromLogits: Bool
  let terms: BinaryTerms<Scalar>
  let smoothing: LabelSmoothing<Scalar>

  func compiledMean(flushes: Bool) -> CompiledKernel<Scalar>? {
    terms.compiled(
      fromLogits
        ? loss_kernel_binary_crossentropy_logits : loss_kernel_binary_crossentropy,
      fromLogits: fromLogits, smoothing: smoothing, flushes: flushes)
  }

  @inline(__always) func losses(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> Scalar.Lanes {
    terms.losses(smoothing(yTrue), yPred, fromLogits: fromLogits)
  }

  @inline(__always) func lossesAndSlopes(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> (losses: Scalar.Lanes, slopes: Scalar.Lanes) {
    let labels = smoothing(yTrue)
    return (
      terms.losses(labels, yPred, fromLogits: fromLogits),
      terms.slopes(labels, yPred, fromLogits: fromLogits)
    )
  }

  func taken(
    _ gradient: Scalar.Lanes, _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> Scalar.Lanes {
    terms.taken(gradient, yPred, fromLogits: fromLogits)
  }
}
