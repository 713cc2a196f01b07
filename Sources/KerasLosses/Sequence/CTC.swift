/// Connectionist temporal classification: -log of the probability of a labelling of a sequence.
///
/// Logits are (batch, time, classes), labels (batch, length). Class 0 is the blank and the padding of
/// labels: their length is the number of those that are not 0. All time steps count. A labelling that
/// does not fit costs about 100,000 on JAX, about 708 on TensorFlow, and is infinite on torch.
///
/// Source: Keras 3.15.1, `keras.losses.CTC` (the forward algorithm on logarithms).
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
  /// - Throws: `LossError.shapeMismatch` unless the shapes are (b, l) and (b, t, c);
  ///   `classIDOutOfRange` where the dialect refuses large ids.
  /// - Complexity: O(b t (c + l)).
  public func unreduced<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> UnreducedLosses<Storage.Compute> {
    let samples = try samples(yTrue, yPred)
    return UnreducedLosses(
      losses: Tensor(
        unchecked: Shape(unchecked: [samples.count]), elements: samples.map { $0.loss }))
  }

  /// The losses of `unreduced`, and the way back to the gradient of `yPred`.
  ///
  /// - Throws: `LossError`, as `unreduced` does.
  /// - Complexity: that of `unreduced`, in O(b t (c + l)) memory; the pullback is O(b t c).
  public func differentiated<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> DifferentiableLosses<Storage.Compute> {
    let samples = try samples(yTrue, yPred)
    // The states of one sample are kept: two for each step and label.
    let (steps, labels) = (yPred.shape.dimensions[1], yTrue.shape.dimensions[1])
    _ = try Shape([2, steps, labels], from: yTrue.shape.count + yPred.shape.count)
    var losses: [Storage.Compute] = []
    var slopes: [Storage.Compute] = []
    slopes.reserveCapacity(yPred.shape.count)
    for sample in samples {
      let (loss, ofLogits) = sample.lossAndSlopes()
      losses.append(loss)
      slopes += ofLogits
    }
    let shape = Shape(unchecked: [samples.count])
    let unreduced = UnreducedLosses(losses: Tensor(unchecked: shape, elements: losses))
    return DifferentiableLosses(unreduced) {
      [slopes, shape = yPred.shape, flushes = dialect.flushes] upstream in
      Tensor(
        unchecked: shape,
        elements: scaledRows(slopes, by: upstream.elements, flushes: flushes))
    }
  }

  /// The labels and logits of each sample.
  private func samples<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>
  ) throws(LossError) -> [LabelledSequence<Storage.Compute>] {
    try dialect.require(Self.names)
    let (ids, logits) = (yTrue.shape.dimensions, yPred.shape.dimensions)
    guard ids.count == 2, logits.count == 3, ids[0] == logits[0] else {
      throw .shapeMismatch(
        yTrue: yTrue.shape, yPred: yPred.shape, expected: "the shapes (b, l) and (b, t, c)")
    }
    try dialect.check(yTrue.storage, classes: logits[2])
    let predictions = yPred.widened.elements
    return (0..<ids[0]).map { sample in
      let labels = yTrue.storage[sample * ids[1]..<(sample + 1) * ids[1]]
      return LabelledSequence(
        labels.map(\.classID),
        // Before they are integers.
        length: labels.count { $0.converted(to: Double.self) != 0 },
        (0..<logits[1]).map { step in
          let start = (sample * logits[1] + step) * logits[2]
          return Array(predictions[start..<start + logits[2]])
        },
        impossible: dialect.ctcImpossible)
    }
  }
}

/// A sequence of logits and its labelling: the forward algorithm on logarithms, and the way back.
private struct LabelledSequence<Scalar: LossScalar> {
  /// The logarithms of the probabilities of having seen n labels so far.
  private struct State {
    /// And last a blank, for n from 0 on.
    var blank: [Scalar]
    /// And last label n, for n from 0 on: one label more.
    var emit: [Scalar]
  }

  /// Two logarithms of probabilities of which one or the other happens.
  private typealias Ways = (first: Scalar, second: Scalar)

  private let labels: [Int]
  private let logits: [[Scalar]]
  /// The number of labels that count: of those that are not 0.
  private let length: Int
  /// What going on from each label to the next one at once costs: that is impossible if it is the same.
  private let atOnce: [Scalar]
  /// What going on from each label to a blank costs here, where it is not the same as at once.
  private let byBlank: [Scalar]
  /// Stands for the logarithm of 0.
  private let logZero: Scalar
  /// What ending with another number of labels costs.
  private let logElsewhere: Scalar

  /// Takes the labels, of which so many count, and the logits, one row a time step.
  init(
    _ labels: [Int], length: Int, _ logits: [[Scalar]], impossible: Dialect.CTCImpossible
  ) {
    self.labels = labels
    self.length = length
    self.logits = logits
    let logZero: Scalar = impossible == .minus1e5 ? -1e5 : -.infinity
    self.logZero = logZero
    // TensorFlow has log(1e-307) as a float32, whatever the dtype.
    logElsewhere =
      impossible == .anyAlignment ? Scalar(Float(Double(1e-307).logarithm)) : -.infinity
    let repeats = labels.indices.map { $0 + 1 < labels.count && labels[$0] == labels[$0 + 1] }
    atOnce = repeats.map { $0 ? logZero : 0 }
    byBlank = repeats.map { $0 ? 0 : logZero }
  }

  /// -log of the probability of the labels.
  ///
  /// - Complexity: O(t (c + l)).
  var loss: Scalar {
    loss(
      logits.reduce(start) { state, row in
        self.state(after: state, softmax(row).logarithms)
      })
  }

  /// The loss, and its derivatives by the logits.
  ///
  /// - Complexity: O(t (c + l)).
  func lossAndSlopes() -> (loss: Scalar, slopes: [Scalar]) {
    let steps = logits.map(softmax)
    var states = [start]
    for step in steps { states.append(state(after: states[states.count - 1], step.logarithms)) }
    var slopes = slopes(ofLast: states[states.count - 1])
    var rows: [[Scalar]] = []
    for (step, state) in zip(steps, states).reversed() {
      let (before, ofLogarithms) = self.slopes(slopes, before: state, step.logarithms)
      let total = sum(ofLogarithms.span)
      rows.append(zip(ofLogarithms, step.sum.shares(flushes: false)).map { $0 - $1 * total })
      slopes = before
    }
    return (loss(states[states.count - 1]), rows.reversed().flatMap(\.self))
  }

  private func softmax(
    _ row: [Scalar]
  ) -> (logarithms: [Scalar], sum: LogSumOfExponentials<Scalar>) {
    let sum = LogSumOfExponentials(row.span)
    // The peak is taken from all of them, of itself as well: infinity - infinity is NaN.
    let logarithm = sum.peak.isFinite ? sum.logarithm : .nan
    return (row.map { ($0 - sum.shift) - logarithm }, sum)
  }

  // MARK: - Forward

  /// Nothing seen.
  private var start: State {
    let impossible = [Scalar](repeating: logZero, count: labels.count)
    return State(blank: [0] + impossible, emit: impossible)
  }

  private func state(after state: State, _ logarithms: [Scalar]) -> State {
    let seen = seen(state, ways: waysToSee)
    let logBlank = logarithms.first ?? 0
    var after = State(blank: [seen[0] + logBlank], emit: [])
    for n in labels.indices {
      after.blank.append(logAddExp(waysToBlank(n, seen, state, logBlank)))
      after.emit.append(logAddExp(waysToEmit(n, seen, state, logarithms)))
    }
    return after
  }

  /// Having seen n labels, for n from 0 on.
  private func seen(_ state: State, ways: (_ n: Int, State) -> Ways) -> [Scalar] {
    [state.blank[0]] + labels.indices.map { logAddExp(ways($0, state)) }
  }

  private func loss(_ last: State) -> Scalar { -ends(last).value }

  /// The alignments that end with each number of labels: the labelling's own, and others at a cost.
  private func ends(_ last: State) -> LogSumOfExponentials<Scalar> {
    let ends = seen(last, ways: waysToEnd).enumerated().map { n, end in
      n == length ? end : end + logElsewhere
    }
    return LogSumOfExponentials(ends.span)
  }

  /// To have seen label n at the end.
  private func waysToEnd(_ n: Int, _ state: State) -> Ways { (state.blank[n + 1], state.emit[n]) }

  /// To have seen label n, ready for the next: that may follow at once, unless it is the same.
  private func waysToSee(_ n: Int, _ state: State) -> Ways {
    (state.blank[n + 1], state.emit[n] + atOnce[n])
  }

  private func waysToBlank(
    _ n: Int, _ seen: [Scalar], _ state: State, _ logBlank: Scalar
  ) -> Ways {
    (seen[n + 1] + logBlank, state.emit[n] + logBlank + byBlank[n])
  }

  private func waysToEmit(
    _ n: Int, _ seen: [Scalar], _ state: State, _ logarithms: [Scalar]
  ) -> Ways {
    // An id that is no class is emitted with probability 1.
    let logLabel = logarithms.indices.contains(labels[n]) ? logarithms[labels[n]] : 0
    return (seen[n] + logLabel, state.emit[n] + logLabel)
  }

  // MARK: - Backward

  /// The derivatives of the loss by the last state.
  private func slopes(ofLast state: State) -> State {
    let shares = ends(state).shares(flushes: false)
    var slopes = State(blank: [-shares[0]], emit: [])
    for n in labels.indices {
      let ways = slopesOfLogAddExp(waysToEnd(n, state), times: -shares[n + 1])
      slopes.blank.append(ways.first)
      slopes.emit.append(ways.second)
    }
    return slopes
  }

  /// From the derivatives by the state after a time step to those by the state before it, and by the
  /// logarithms of the step's probabilities.
  private func slopes(
    _ after: State, before state: State, _ logarithms: [Scalar]
  ) -> (before: State, ofLogarithms: [Scalar]) {
    let seen = seen(state, ways: waysToSee)
    let logBlank = logarithms.first ?? 0
    var before = State(blank: after.blank, emit: [])
    var ofSeen = [Scalar](repeating: 0, count: seen.count)
    var ofLogarithms = [Scalar](repeating: 0, count: logarithms.count)
    func add(_ slope: Scalar, toClass id: Int) {
      if ofLogarithms.indices.contains(id) { ofLogarithms[id] += slope }
    }
    ofSeen[0] = after.blank[0]
    add(after.blank[0], toClass: 0)
    for n in labels.indices {
      let blank = slopesOfLogAddExp(
        waysToBlank(n, seen, state, logBlank), times: after.blank[n + 1])
      let emit = slopesOfLogAddExp(
        waysToEmit(n, seen, state, logarithms), times: after.emit[n])
      ofSeen[n] += emit.first
      ofSeen[n + 1] += blank.first
      before.emit.append(blank.second + emit.second)
      add(blank.first + blank.second, toClass: 0)
      add(emit.first + emit.second, toClass: labels[n])
    }
    before.blank[0] = ofSeen[0]
    for n in labels.indices {
      let ways = slopesOfLogAddExp(waysToSee(n, state), times: ofSeen[n + 1])
      before.blank[n + 1] = ways.first
      before.emit[n] += ways.second
    }
    return (before, ofLogarithms)
  }
}

/// log(exp(a) + exp(b)) = max(a, b) + log1p(exp(-|a - b|)); -infinity of two of these.
///
/// - Complexity: O(1).
private func logAddExp<Scalar: LossScalar>(_ ways: (first: Scalar, second: Scalar)) -> Scalar {
  guard ways.first != -.infinity else { return ways.second }
  let difference = -(ways.first - ways.second).magnitude
  return ways.first.larger(ways.second) + difference.exponential.logarithmOfOnePlus
}

/// The slopes of `logAddExp`, exp(a) / (exp(a) + exp(b)) and the rest to 1, times a factor.
///
/// exp(a - log(exp(a) + exp(b))) would not sum to 1 where the logarithm, as one of next to nothing is,
/// is of few digits behind the point. What is impossible both ways takes the first.
///
/// - Complexity: O(1).
private func slopesOfLogAddExp<Scalar: LossScalar>(
  _ ways: (first: Scalar, second: Scalar), times factor: Scalar
) -> (first: Scalar, second: Scalar) {
  guard ways.second != -.infinity else { return (factor, factor * 0) }
  let exponential = (-(ways.first - ways.second).magnitude).exponential
  let larger = factor / (1 + exponential)
  let smaller = exponential * larger
  return ways.first >= ways.second ? (larger, smaller) : (smaller, larger)
}
