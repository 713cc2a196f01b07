/// log(sum(exp(x))) of some numbers, and the share of each of them in the sum.
struct LogSumOfExponentials<Scalar: LossScalar> {
  /// The largest number, NaN where one is; -infinity where there is none.
  let peak: Scalar
  /// What is taken from the numbers: the peak, 0 where that is not finite.
  let shift: Scalar
  /// exp(x - shift) of each number.
  private let exponentials: [Scalar]
  /// The sum of the exponentials.
  private let total: Scalar

  /// Takes the exponential of each number and sums them up; NaN passes.
  ///
  /// - Complexity: O(`numbers.count`).
  init(_ numbers: Span<Scalar>) {
    var peak = -Scalar.infinity
    for i in numbers.indices { peak = peak.larger(numbers[i]) }
    self.peak = peak
    shift = peak.isFinite ? peak : 0
    let exponentials = KerasLosses.exponentials(numbers, minus: shift)
    total = sum(exponentials.span)
    self.exponentials = exponentials
  }

  /// log(sum(exp(x - shift))).
  var logarithm: Scalar { total.logarithm }

  /// log(sum(exp(x))); -infinity for no numbers.
  var value: Scalar { logarithm + shift }

  /// The slopes of the value: exp(x) / sum(exp(x)) of each number, zero where that is subnormal, if
  /// subnormal numbers are flushed.
  func shares(flushes: Bool) -> [Scalar] {
    exponentials.map { ($0 / total).flushed(if: flushes) }
  }
}

/// exp(x - shift) of some numbers.
///
/// - Complexity: O(`numbers.count`).
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func exponentials<Scalar: LossScalar>(
  _ numbers: Span<Scalar>, minus shift: Scalar
) -> [Scalar] {
  var exponentials = [Scalar](repeating: 0, count: numbers.count)
  var output = exponentials.mutableSpan
  for i in stride(from: 0, to: numbers.count, by: Scalar.Lanes.count) {
    output.setLanes(Scalar.exponential(numbers.lanes(at: i, padding: 0) - shift), at: i)
  }
  return exponentials
}
