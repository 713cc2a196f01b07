import Foundation

// Losses of one sample: labels or targets, and predictions, along the class axis.

/// The mean of (t - p)^2.
public func meanSquaredError(_ yTrue: [Float], _ yPred: [Float]) -> Float {
  mean(zip(yTrue, yPred).map { ($0 - $1) * ($0 - $1) })
}

/// The gradient of `meanSquaredError` by the predictions.
public func meanSquaredErrorGradient(_ yTrue: [Float], _ yPred: [Float]) -> [Float] {
  zip(yTrue, yPred).map { target, prediction in
    let error = prediction - target
    // JAX takes subnormal numbers for zero.
    return error.isSubnormal ? 0 : 2 * error / Float(yPred.count)
  }
}

/// The mean of |t - p|.
public func meanAbsoluteError(_ yTrue: [Float], _ yPred: [Float]) -> Float {
  mean(zip(yTrue, yPred).map { ($0 - $1).magnitude })
}

/// The mean of a parabola for errors of at most delta, and of a line beyond.
///
/// The mistake: the parabola is e^2 / 2 in Keras, and the line delta |e| - delta^2 / 2.
public func huber(_ yTrue: [Float], _ yPred: [Float], delta: Float) -> Float {
  mean(
    zip(yTrue, yPred).map { target, prediction in
      let error = (target - prediction).magnitude
      return error <= delta ? error * error : 2 * delta * error - delta * delta
    })
}

/// -sum(t log p), with p clipped to [1e-7, 1 - 1e-7].
///
/// The mistake: Keras divides p by its sum before it clips.
public func categoricalCrossentropy(_ yTrue: [Float], _ yPred: [Float]) -> Float {
  -zip(yTrue, yPred).map { $0 * log(clipped($1)) }.reduce(0, +)
}

/// -log(p) of the class's probability, rescaled and clipped.
public func sparseCategoricalCrossentropy(_ label: Int, _ yPred: [Float]) -> Float {
  let sum = yPred.reduce(0, +)
  // Over all classes, as Keras on JAX computes it: NaN in another class counts.
  let terms = yPred.enumerated().map { ($0 == label ? 1 : 0) * log(clipped($1 / sum)) }
  return -terms.reduce(0, +)
}

/// A probability in [1e-7, 1 - 1e-7]; NaN stays NaN, which `min` and `max` may lose.
private func clipped(_ probability: Float) -> Float {
  probability.isNaN ? probability : min(max(probability, 1e-7), 1 - 1e-7)
}

private func mean(_ numbers: [Float]) -> Float {
  numbers.reduce(0, +) / Float(numbers.count)
}
