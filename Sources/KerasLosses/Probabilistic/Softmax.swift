/// exp(x) / sum(exp(x)) over a row of logits, and the logarithm of the sum.
struct Softmax<Scalar: LossScalar> {
  /// The largest logit; infinite where no logit is finite, and where one is infinity.
  let peak: Scalar
  /// The exponentials, divided by a power of two.
  let exponentials: ScaledExponential<Scalar>
  /// The sum of `exponentials`; NaN where a logit is, or the peak is not finite.
  let total: Scalar
  /// log(sum(exp(x - peak))).
  let logarithm: Scalar

  /// Finds the maximum and the sum.
  ///
  /// - Complexity: O(`row.count`).
  @inline(__always) init(_ row: Span<Scalar>) {
    var peaks = Scalar.Lanes(repeating: -.infinity)
    for i in stride(from: 0, to: row.count, by: Scalar.Lanes.count) {
      peaks = peaks.larger(row.lanes(at: i, padding: -.infinity))
    }
    peak = peaks.largest
    exponentials = ScaledExponential(peak: peak)
    let zeros = Scalar.Lanes(repeating: 0)
    var others = LaneSum<Scalar>()
    var peakCount = LaneSum<Scalar>()
    for i in stride(from: 0, to: row.count, by: Scalar.Lanes.count) {
      let x = row.lanes(at: i, padding: 0)
      let difference = x - peak
      others.add(
        exponentials(x).replacing(zeros, whereZero: difference), first: row.count - i)
      peakCount.add(
        zeros.replacing(Scalar.Lanes(repeating: 1), whereZero: difference), first: row.count - i)
    }
    let ofPeak = exponentials(Scalar.Lanes(repeating: peak))[0]
    total = peakCount.total * ofPeak + others.total
    // log(1 + ratio): to the last digits where the ratio is tiny, as it is where the prediction is
    // confident.
    let ratio = (peakCount.total - 1) + others.total / ofPeak
    logarithm = ratio <= 1 ? ratio.logarithmOfOnePlus : (1 + ratio).logarithm
  }

  /// The probabilities of some logits of the row.
  @inline(__always) func probabilities(_ logits: Scalar.Lanes) -> Scalar.Lanes {
    exponentials(logits) / total
  }
}
