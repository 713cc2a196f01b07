/// Crossentropy of yes-or-no labels: the mean of -(t log q + (1 - t) log(1 - q)) along an axis.
///
/// Probabilities are clipped, q = clip(p, 1e-7, 1 - 1e-7), the limits rounded to the dtype. Logits stay
/// logits: log q = -softplus(-x), log(1 - q) = -softplus(x).
///
/// Source: Keras 3.15.1, `keras.losses.BinaryCrossentropy`, JAX backend.
public struct BinaryCrossentropy: Loss {
  /// Whether `yPred` holds logits.
  public let fromLogits: Bool
  /// The share s of `t (1 - s) + s / 2`.
  public let labelSmoothing: Double
  /// The axis that is averaged.
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

  /// One loss for each row, as `keras.losses.binary_crossentropy` returns them; NaN for empty rows.
  ///
  /// - Throws: `LossError.shapeMismatch` unless both have one shape; `rankTooLow`, `axisOutOfRange`.
  /// - Complexity: O(`yPred.shape.count`).
  public func unreduced<Label: LossLabel, Scalar: LossScalar>(
    yTrue: Tensor<Label>, yPred: Tensor<Scalar>
  ) throws(LossError) -> UnreducedLosses<Scalar> {
    guard yTrue.shape == yPred.shape else {
      throw .shapeMismatch(yTrue: yTrue.shape, yPred: yPred.shape, expected: "the same shape")
    }
    let averaged = try ClassAxis(axis, of: yPred.shape)
    let kept = Scalar(1 - labelSmoothing)
    let share = Scalar(0.5 * labelSmoothing)
    let elementwise = zip(yTrue.elements, yPred.elements).map { label, prediction in
      var label = label.converted(to: Scalar.self)
      if labelSmoothing != 0 { label = label * kept + share }
      return loss(label, prediction)
    }
    let losses = (0..<averaged.rows.count).map { row in
      var sum = LaneSum<Scalar>()
      for loss in averaged.row(row, of: elementwise) { sum.add(loss) }
      return (sum.total / Scalar(averaged.extent)).flushed
    }
    return UnreducedLosses(losses: Tensor(unchecked: averaged.rows, elements: losses))
  }

  /// The loss of one label and one prediction.
  private func loss<Scalar: LossScalar>(_ label: Scalar, _ prediction: Scalar) -> Scalar {
    if fromLogits {
      return label * softplus(-prediction) + (1 - label) * softplus(prediction)
    }
    let q = LogProbabilities<Scalar>.clipped(prediction)
    return -(label * q.logarithm + (1 - label) * (1 - q).logarithm)
  }
}

/// log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|)).
///
/// - Complexity: O(1).
func softplus<Scalar: LossScalar>(_ x: Scalar) -> Scalar {
  Scalar(0).larger(x) + (-x.magnitude).exponential.logarithmOfOnePlus
}
