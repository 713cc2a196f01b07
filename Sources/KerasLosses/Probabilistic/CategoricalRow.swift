internal import CLossKernels

/// One row of classes: what crossentropy makes of its predictions.
struct CategoricalRow<Scalar: LossScalar>: RowKernel {
  /// Whether predictions are logits.
  let fromLogits: Bool
  /// The limits of probabilities.
  let limits: ClipLimits<Scalar>
  /// Whether subnormal numbers are zero.
  let flushes: Bool
  /// The slope of the crossentropy of a softmax.
  let slope: Dialect.SoftmaxSlope
  /// What becomes of dense labels.
  let smoothing: LabelSmoothing<Scalar>

  /// A row of a dtype as a dialect has it.
  init<Storage: LossStorage>(
    _ type: Storage.Type, fromLogits: Bool, _ dialect: Dialect,
    smoothing: LabelSmoothing<Scalar> = .none
  ) where Storage.Compute == Scalar {
    self.fromLogits = fromLogits
    self.smoothing = smoothing
    limits = ClipLimits(type, dialect)
    flushes = dialect.flushes
    slope = dialect.softmaxSlope
  }

  var compiled: CompiledKernel<Scalar>? {
    guard slope == .formula else { return nil }
    return .clipping(
      fromLogits
        ? loss_kernel_categorical_crossentropy_logits : loss_kernel_categorical_crossentropy,
      to: limits, flushes: flushes, smoothing: smoothing)
  }

  // MARK: - Dense labels

  /// -sum(t log q) over a row; both spans have one length.
  ///
  /// - Complexity: O(`yPred.count`).
  @inline(__always) func loss(_ yTrue: Span<Scalar>, _ yPred: Span<Scalar>) -> Scalar {
    if fromLogits { return loss(yTrue, yPred, Softmax(yPred)).loss }
    var sum = LaneSum<Scalar>()
    let total = total(yPred)
    // Then no quotient is NaN, and a label of 0 costs nothing.
    let skipsZeros = total.isFinite && total != 0
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      let t = smoothing(yTrue.lanes(at: i, padding: 0).flushed(if: flushes))
      if skipsZeros, t.areZero { continue }
      let logQ = logarithm(yPred.lanes(at: i, padding: 0), total)
      sum.add(t * logQ, first: yPred.count - i)
    }
    return -sum.total.flushed(if: flushes)
  }

  /// -sum(t log q) over a row, and its slopes; all spans have one length.
  ///
  /// - Complexity: O(`yPred.count`).
  @inline(__always) func loss(
    _ yTrue: Span<Scalar>, _ yPred: Span<Scalar>, slopes: inout MutableSpan<Scalar>
  ) -> Scalar {
    fromLogits
      ? lossOfLogits(yTrue, yPred, slopes: &slopes)
      : lossOfProbabilities(yTrue, yPred, slopes: &slopes)
  }

  /// The slopes are sum(t) softmax(x) - t.
  @inline(__always) private func lossOfLogits(
    _ yTrue: Span<Scalar>, _ yPred: Span<Scalar>, slopes: inout MutableSpan<Scalar>
  ) -> Scalar {
    let softmax = Softmax(yPred)
    let (loss, labels) = loss(yTrue, yPred, softmax)
    let labelled = slope == .formula ? labels : 1
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      let t = smoothing(yTrue.lanes(at: i, padding: 0).flushed(if: flushes))
      let probabilities = softmax.probabilities(yPred.lanes(at: i, padding: 0))
      slopes.setLanes(probabilities * labelled - t, at: i)
    }
    return loss
  }

  /// sum(t) log(sum(exp(x - peak))) - sum(t (x - peak)), and sum(t).
  @inline(__always) private func loss(
    _ yTrue: Span<Scalar>, _ yPred: Span<Scalar>, _ softmax: Softmax<Scalar>
  ) -> (loss: Scalar, labels: Scalar) {
    if yPred.isEmpty { return (0, 0) }
    var sum = LaneSum<Scalar>()
    var labels = LaneSum<Scalar>()
    var negated = Scalar.Lanes(repeating: -smoothing.share)
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      let t = smoothing(yTrue.lanes(at: i, padding: 0).flushed(if: flushes))
      negated = negated.larger(-t)
      sum.add(t * (yPred.lanes(at: i, padding: 0) - softmax.peak), first: yPred.count - i)
      labels.add(t, first: yPred.count - i)
    }
    guard labels.total.isFinite, negated.largest <= Scalar.largeLabel else {
      return (lossOfEach(yTrue, yPred, softmax), labels.total)
    }
    let loss = labels.total * softmax.logarithm - sum.total
    return (loss.flushed(if: flushes), labels.total)
  }

  /// -sum(t (x - peak - log(sum(exp(x - peak))))): of labels whose products or sum may be infinite, or no
  /// number.
  ///
  /// Others have products of one sign, or small ones: none cancels an infinite one.
  private func lossOfEach(
    _ yTrue: Span<Scalar>, _ yPred: Span<Scalar>, _ softmax: Softmax<Scalar>
  ) -> Scalar {
    var sum = LaneSum<Scalar>()
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      let t = smoothing(yTrue.lanes(at: i, padding: 0).flushed(if: flushes))
      let logQ = (yPred.lanes(at: i, padding: 0) - softmax.peak) - softmax.logarithm
      sum.add(t * logQ, first: yPred.count - i)
    }
    return -sum.total.flushed(if: flushes)
  }

  /// The slopes are sum(t) / sum(p) - t / p, with the labels of the classes that are not clipped.
  @inline(__always) private func lossOfProbabilities(
    _ yTrue: Span<Scalar>, _ yPred: Span<Scalar>, slopes: inout MutableSpan<Scalar>
  ) -> Scalar {
    let total = total(yPred)
    let skipsZeros = total.isFinite && total != 0
    var sum = LaneSum<Scalar>()
    var labels = LaneSum<Scalar>()
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      let t = smoothing(yTrue.lanes(at: i, padding: 0).flushed(if: flushes))
      if skipsZeros, t.areZero {
        slopes.setLanes(t, at: i)
        continue
      }
      let p = yPred.lanes(at: i, padding: 0).flushed(if: flushes)
      let quotient = p / total
      let q = limits.clipped(quotient)
      sum.add(t * Scalar.logarithmOfNormal(q), first: yPred.count - i)
      // q - q is 0, or NaN for NaN.
      let label = limits.passed(t, at: quotient) + (q - q)
      labels.add(label, first: yPred.count - i)
      let divisor = p.replacing(
        Scalar.Lanes(repeating: 1), whereZero: limits.slopes(quotient))
      slopes.setLanes(-(label / divisor), at: i)
    }
    // Where 1 / sum(p) is infinite, labels of 0 are multiplied by it, others taken from infinity.
    let share = (1 / total).isInfinite ? .nan : labels.total / total
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      slopes.setLanes(slopes.span.lanes(at: i, padding: 0) + share, at: i)
    }
    return -sum.total.flushed(if: flushes)
  }

  // MARK: - Steps

  /// The sum of a row of probabilities.
  @inline(__always) func total(_ row: Span<Scalar>) -> Scalar {
    var sum = LaneSum<Scalar>()
    for i in stride(from: 0, to: row.count, by: Scalar.Lanes.count) {
      sum.add(row.lanes(at: i, padding: -0.0).flushed(if: flushes))
    }
    return sum.total.flushed(if: flushes)
  }

  /// log(clip(p / total)).
  @inline(__always) private func logarithm(
    _ probabilities: Scalar.Lanes, _ total: Scalar
  ) -> Scalar.Lanes {
    Scalar.logarithmOfNormal(limits.clipped(probabilities.flushed(if: flushes) / total))
  }

  /// log(clip(p / total)): the same bits as in a lane.
  @inline(__always) func logarithm(_ probability: Scalar, _ total: Scalar) -> Scalar {
    logarithm(Scalar.Lanes(repeating: probability), total)[0]
  }

  /// Whether all x - peak are finite.
  @inline(__always) func areFinite(_ row: Span<Scalar>, minus peak: Scalar) -> Bool {
    // d - d is 0 where d is finite, NaN elsewhere.
    var poison = Scalar.Lanes(repeating: 0)
    for i in stride(from: 0, to: row.count, by: Scalar.Lanes.count) {
      let d = row.lanes(at: i, padding: 0) - peak
      poison = poison + (d - d)
    }
    return poison.areZero
  }
}

extension LossScalar {
  /// Labels beyond that may overflow what they are multiplied by: 2^88, or 2^984.
  fileprivate static var largeLabel: Self { greatestFiniteMagnitude.binade / 0x1p39 }
}
