/// Connectionist temporal classification: -log of the probability of a labelling of a sequence.
///
/// Logits are (batch, time, classes), labels (batch, length). Class 0 is the blank and the padding of
/// labels: their length is the number of those that are not 0. All time steps count. A labelling that
/// does not fit costs about 100,000.
///
/// Source: Keras 3.15.1, `keras.losses.CTC`, JAX backend (the forward algorithm on logarithms).
public struct CTC: Loss {
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

  /// One loss for each sample, as `keras.losses.ctc` returns them.
  ///
  /// - Throws: `LossError.shapeMismatch` unless the shapes are (b, l) and (b, t, c).
  /// - Complexity: O(b t (c + l)).
  public func unreduced<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> UnreducedLosses<Storage.Compute> {
    let (ids, logits) = (yTrue.shape.dimensions, yPred.shape.dimensions)
    guard ids.count == 2, logits.count == 3, ids[0] == logits[0] else {
      throw .shapeMismatch(
        yTrue: yTrue.shape, yPred: yPred.shape, expected: "labels (b, l) and logits (b, t, c)")
    }
    try dialect.check(yTrue.elements, classes: logits[2])
    let predictions = yPred.widened.elements
    let losses = (0..<ids[0]).map { sample in
      let labels = yTrue.elements[sample * ids[1]..<(sample + 1) * ids[1]].map(\.classID)
      let steps = (0..<logits[1]).map { step in
        let start = (sample * logits[1] + step) * logits[2]
        return logSoftmax(predictions[start..<start + logits[2]])
      }
      return loss(labels, steps)
    }
    return UnreducedLosses(
      losses: Tensor(unchecked: Shape(unchecked: [ids[0]]), elements: losses))
  }

  /// The loss of one labelling, from the logarithms of the probabilities at each time step.
  ///
  /// `blank[n]` is the logarithm of the probability of having seen n labels and last a blank,
  /// `emit[n]` of having seen label n last.
  private func loss<Scalar: LossScalar>(_ labels: [Int], _ steps: [[Scalar]]) -> Scalar {
    let logZero: Scalar = -1e5
    let repeats = labels.indices.map { $0 + 1 < labels.count && labels[$0] == labels[$0 + 1] }
    var blank = [0] + [Scalar](repeating: logZero, count: labels.count)
    var emit = [Scalar](repeating: logZero, count: labels.count)
    for step in steps {
      // A label may be followed by another one at once, unless that is the same.
      var before = blank
      for n in labels.indices {
        let added = repeats[n] ? emit[n] + logZero : emit[n]
        before[n + 1] = logAddExp(blank[n + 1], added)
      }
      let logBlank = step.first ?? 0
      blank[0] = before[0] + logBlank
      for n in labels.indices {
        let added = repeats[n] ? emit[n] + logBlank : emit[n] + logBlank + logZero
        blank[n + 1] = logAddExp(before[n + 1] + logBlank, added)
        // An id that is no class is emitted with probability 1.
        let logLabel = step.indices.contains(labels[n]) ? step[labels[n]] : 0
        emit[n] = logAddExp(before[n] + logLabel, emit[n] + logLabel)
      }
    }
    let length = labels.count { $0 != 0 }
    guard length > 0 else { return -blank[0] }
    return -logAddExp(blank[length], emit[length - 1])
  }

  private func logSoftmax<Scalar: LossScalar>(_ row: ArraySlice<Scalar>) -> [Scalar] {
    var peak = -Scalar.infinity
    for x in row { peak = peak.larger(x) }
    let shift = peak.isFinite ? peak : 0
    let exponentials = row.map { ($0 - shift).exponential }
    let logarithm = sum(exponentials.span).logarithm
    return row.map { ($0 - shift) - logarithm }
  }
}

/// log(exp(a) + exp(b)) = max(a, b) + log1p(exp(-|a - b|)).
///
/// - Complexity: O(1).
private func logAddExp<Scalar: LossScalar>(_ a: Scalar, _ b: Scalar) -> Scalar {
  let difference = -(a - b).magnitude
  return a.larger(b) + difference.exponential.logarithmOfOnePlus
}
