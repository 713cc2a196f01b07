/// Crossentropy of one-hot or soft labels: -sum(t log q) along the class axis.
///
/// Probabilities are rescaled, then clipped: q = clip(p / sum(p), 1e-7, 1 - 1e-7), the limits rounded
/// to the dtype. Logits give log q = log_softmax(x), not clipped.
///
/// Source: Keras 3.15.1, `keras.losses.CategoricalCrossentropy`, JAX backend.
public struct CategoricalCrossentropy: Loss {
  /// Whether `yPred` holds logits.
  public let fromLogits: Bool
  /// The share s of `t (1 - s) + s / n`, n the last extent of `yTrue`.
  public let labelSmoothing: Double
  /// The axis of the classes.
  public let axis: Int
  /// How the losses of the batch are combined.
  public let reduction: Reduction

  /// Creates the loss; the defaults are Keras's.
  public init(
    fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1,
    reduction: Reduction = .sumOverBatchSize
  ) {
    self.fromLogits = fromLogits
    self.labelSmoothing = labelSmoothing
    self.axis = axis
    self.reduction = reduction
  }

  /// One loss for each row of classes, as `keras.losses.categorical_crossentropy` returns them.
  ///
  /// - Throws: `LossError.shapeMismatch` unless both have one shape; `rankTooLow`, `axisOutOfRange`.
  /// - Complexity: O(`yPred.shape.count`).
  public func unreduced<Label: LossLabel, Scalar: LossScalar>(
    yTrue: Tensor<Label>, yPred: Tensor<Scalar>
  ) throws(LossError) -> UnreducedLosses<Scalar> {
    guard yTrue.shape == yPred.shape else {
      throw .shapeMismatch(yTrue: yTrue.shape, yPred: yPred.shape, expected: "the same shape")
    }
    let classes = try ClassAxis(axis, of: yPred.shape)
    var labels = yTrue.elements.map { $0.converted(to: Scalar.self) }
    if labelSmoothing != 0 {
      let count = Scalar(yTrue.shape.dimensions.last ?? 1)
      let kept = Scalar(1 - labelSmoothing)
      let share = Scalar(labelSmoothing) / count
      labels = labels.map { $0 * kept + share }
    }
    let logarithms = LogProbabilities<Scalar>(fromLogits: fromLogits)
    let losses = (0..<classes.rows.count).map { row in
      crossentropy(
        classes.row(row, of: labels), logarithms.of(classes.row(row, of: yPred.elements)))
    }
    return UnreducedLosses(losses: Tensor(unchecked: classes.rows, elements: losses))
  }
}
