/// One row of yes-or-no labels: what the binary crossentropies make of its predictions.
struct BinaryRow<Scalar: LossScalar>: Sendable {
  /// Whether predictions are logits.
  let fromLogits: Bool
  /// The limits of probabilities.
  let limits: ClipLimits<Scalar>

  /// The mean losses of rows of features, lengths known to fit.
  ///
  /// - Complexity: O(`yPred.count`).
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func meanLosses(
    _ yTrue: Span<Scalar>, _ yPred: Span<Scalar>, features: Int,
    _ smoothing: LabelSmoothing<Scalar>, into losses: inout MutableSpan<Scalar>
  ) {
    for row in 0..<losses.count {
      let range = row * features..<(row + 1) * features
      losses[row] = meanLoss(yTrue.extracting(range), yPred.extracting(range), smoothing)
    }
  }

  /// The mean of the losses of a row, NaN where it is empty; both spans have one length.
  @inline(__always) private func meanLoss(
    _ yTrue: Span<Scalar>, _ yPred: Span<Scalar>, _ smoothing: LabelSmoothing<Scalar>
  ) -> Scalar {
    var sum = LaneSum<Scalar>()
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      let labels = smoothing(yTrue.lanes(at: i, padding: 0))
      sum.add(losses(labels, yPred.lanes(at: i, padding: 0.5)), first: yPred.count - i)
    }
    return (sum.total / Scalar(yPred.count)).flushed
  }

  /// The loss of each label and prediction.
  @inline(__always) private func losses(
    _ labels: Scalar.Lanes, _ predictions: Scalar.Lanes
  ) -> Scalar.Lanes {
    if fromLogits {
      // softplus(x) = max(x, 0) + log1p(exp(-|x|)).
      let magnitude = predictions.magnitudes
      let tail = Scalar.logarithmOfOnePlus(Scalar.exponential(-magnitude))
      let negative = (-predictions).positivePart + tail
      let positive = predictions.positivePart + tail
      return labels * negative + (1 - labels) * positive
    }
    let q = limits.clipped(predictions)
    let no = (1 - labels) * Scalar.logarithmOfNormal(1 - q)
    return -(labels * Scalar.logarithmOfNormal(q) + no)
  }
}
