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
    var sum = LaneSum<Scalar>()
    if fromLogits {
      let (shift, logarithm) = logSumOfExponentials(yPred)
      for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
        let t = smoothing(yTrue.lanes(at: i, padding: 0).flushed(if: flushes))
        let logQ = (yPred.lanes(at: i, padding: 0) - shift) - logarithm
        sum.add(t * logQ, first: yPred.count - i)
      }
    } else {
      let total = total(yPred)
      // Then no quotient is NaN, and a label of 0 costs nothing.
      let skipsZeros = total.isFinite && total != 0
      for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
        let t = smoothing(yTrue.lanes(at: i, padding: 0).flushed(if: flushes))
        if skipsZeros, t.areZero { continue }
        let logQ = logarithm(yPred.lanes(at: i, padding: 0), total)
        sum.add(t * logQ, first: yPred.count - i)
      }
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
    let (peak, total, logarithm) = exponentials(yPred, into: &slopes)
    var sum = LaneSum<Scalar>()
    var labels = LaneSum<Scalar>()
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      let t = smoothing(yTrue.lanes(at: i, padding: 0).flushed(if: flushes))
      let logQ = (yPred.lanes(at: i, padding: 0) - peak) - logarithm
      sum.add(t * logQ, first: yPred.count - i)
      labels.add(t, first: yPred.count - i)
    }
    let share = (slope == .formula ? labels.total : 1) / total
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      let t = smoothing(yTrue.lanes(at: i, padding: 0).flushed(if: flushes))
      slopes.setLanes(slopes.span.lanes(at: i, padding: 0) * share - t, at: i)
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

  /// The maximum of a row of logits, and log(sum(exp(x - maximum))).
  ///
  /// An infinite maximum is not subtracted: -inf - -inf has no meaning. NaN reaches the sum.
  @inline(__always) func logSumOfExponentials(
    _ row: Span<Scalar>
  ) -> (shift: Scalar, logarithm: Scalar) {
    let peak = peak(row)
    var sum = LaneSum<Scalar>()
    guard peak.isFinite else {
      for i in stride(from: 0, to: row.count, by: Scalar.Lanes.count) {
        sum.add(Scalar.exponential(row.lanes(at: i, padding: -.infinity)))
      }
      return (0, sum.total.logarithm)
    }
    var peaks = LaneSum<Scalar>()
    for i in stride(from: 0, to: row.count, by: Scalar.Lanes.count) {
      let d = row.lanes(at: i, padding: peak) - peak
      let e = Scalar.exponentialOfNonpositive(d)
      sum.add(e.replacing(Scalar.Lanes(repeating: 0), whereZero: d), first: row.count - i)
      peaks.add(ones(whereZero: d), first: row.count - i)
    }
    return (peak, logarithm(withPeak: sum.total + (peaks.total - 1)))
  }

  /// log(1 + others): to the last digits where the others are tiny, as they are where the prediction
  /// is confident.
  @inline(__always) private func logarithm(withPeak others: Scalar) -> Scalar {
    others <= 1 ? others.logarithmOfOnePlus : (1 + others).logarithm
  }

  /// 1 where a difference is 0, else 0.
  @inline(__always) private func ones(whereZero difference: Scalar.Lanes) -> Scalar.Lanes {
    Scalar.Lanes(repeating: 0).replacing(Scalar.Lanes(repeating: 1), whereZero: difference)
  }

  /// The maximum of a row of logits, exp(x - maximum), their sum and its logarithm; NaN where the
  /// maximum is infinite.
  ///
  /// The logarithm is that of `logSumOfExponentials`, though tiny exponentials are not cut off here.
  @inline(__always) func exponentials(
    _ row: Span<Scalar>, into exponentials: inout MutableSpan<Scalar>
  ) -> (peak: Scalar, total: Scalar, logarithm: Scalar) {
    let peak = peak(row)
    var sum = LaneSum<Scalar>()
    var peaks = LaneSum<Scalar>()
    for i in stride(from: 0, to: row.count, by: Scalar.Lanes.count) {
      let d = row.lanes(at: i, padding: 0) - peak
      let e = Scalar.exponential(d)
      let term = e.replacing(
        Scalar.Lanes(repeating: 0), whereNoLarger: d, than: Scalar.lowestExponent
      ).replacing(Scalar.Lanes(repeating: 0), whereZero: d)
      sum.add(term, first: row.count - i)
      peaks.add(ones(whereZero: d), first: row.count - i)
      exponentials.setLanes(e, at: i)
    }
    let others = sum.total + (peaks.total - 1)
    return (peak, 1 + others, logarithm(withPeak: others))
  }

  /// The largest of a row of logits; NaN may be passed over.
  @inline(__always) private func peak(_ row: Span<Scalar>) -> Scalar {
    var peaks = Scalar.Lanes(repeating: -.infinity)
    for i in stride(from: 0, to: row.count, by: Scalar.Lanes.count) {
      peaks = peaks.larger(row.lanes(at: i, padding: -.infinity))
    }
    return peaks.largest
  }

  /// Whether all x - shift are finite.
  @inline(__always) func areFinite(_ row: Span<Scalar>, minus shift: Scalar) -> Bool {
    // d - d is 0 where d is finite, NaN elsewhere.
    var poison = Scalar.Lanes(repeating: 0)
    for i in stride(from: 0, to: row.count, by: Scalar.Lanes.count) {
      let d = row.lanes(at: i, padding: 0) - shift
      poison = poison + (d - d)
    }
    return poison.areZero
  }
}
