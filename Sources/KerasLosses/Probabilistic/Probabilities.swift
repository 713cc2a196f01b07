/// How the crossentropies turn a row of predictions into logarithms of probabilities.
struct LogProbabilities<Scalar: LossScalar> {
  /// Whether predictions are logits.
  let fromLogits: Bool

  /// Keras's epsilon, rounded to the dtype.
  static var low: Scalar { Scalar(1e-7) }

  /// 1 - epsilon, computed as Python does and rounded to the dtype.
  static var high: Scalar { Scalar(1.0 - 1e-7) }

  /// x cut to [epsilon, 1 - epsilon]; NaN passes.
  static func clipped(_ x: Scalar) -> Scalar { x < low ? low : x > high ? high : x }

  /// log(clip(p / sum(p))), or the logarithm of the softmax of logits.
  ///
  /// Source: Keras 3.15.1, `keras.ops.categorical_crossentropy` on JAX.
  ///
  /// - Complexity: O(row.count).
  func of(_ row: [Scalar]) -> [Scalar] {
    var sum = LaneSum<Scalar>()
    guard fromLogits else {
      let values = row.map(\.flushed)
      for value in values { sum.add(value) }
      let total = sum.total.flushed
      return values.map { Self.clipped($0 / total).logarithm }
    }
    var peak = -Scalar.infinity
    for logit in row { peak = peak.larger(logit) }
    // An infinite maximum is not subtracted: -inf - -inf has no meaning.
    let shift = peak.isFinite ? peak : 0
    for logit in row { sum.add((logit - shift).exponential) }
    let logarithm = sum.total.logarithm
    return row.map { ($0 - shift) - logarithm }
  }
}

/// -sum(t * log q) over a row.
func crossentropy<Scalar: LossScalar>(_ labels: [Scalar], _ logarithms: [Scalar]) -> Scalar {
  var sum = LaneSum<Scalar>()
  for (label, logarithm) in zip(labels, logarithms) { sum.add(label * logarithm) }
  return -sum.total.flushed
}
