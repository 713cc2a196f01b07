/// The natural logarithm, by our own series: the same bits on every machine.
///
/// With x = 2^n (1 + f), 1 + f from 0.707 to 1.414, and s = f / (2 + f):
/// log(1 + f) = f - s (f - R), R = 2 (s^2/3 + s^4/5 + ...), cut where terms are below 2^-57.
///
/// - Complexity: O(1).
func logarithm(_ x: Double) -> Double {
  guard x > 0, x < .infinity else {
    return x == 0 ? -.infinity : x == .infinity ? x : .nan
  }
  var n = Double(x.exponent)
  var significand = x.significand
  if significand > 1.4142135623730951 {
    significand *= 0.5
    n += 1
  }
  return combined(n: n, f: significand - 1, correction: 0)
}

/// log(1 + x) for x from 0 to 1, accurate near 0.
///
/// - Complexity: O(1).
func logarithmOfOnePlus(_ x: Double) -> Double {
  guard x != 0, x < 1 else { return x == 0 ? x : logarithm(1 + x) }
  let sum = 1 + x
  // What the addition lost.
  let lost = x - (sum - 1)
  if sum > 1.4142135623730951 {
    return combined(n: 1, f: sum * 0.5 - 1, correction: lost / sum)
  }
  return combined(n: 0, f: sum - 1, correction: lost / sum)
}

/// n ln 2 + log(1 + f) + correction.
private func combined(n: Double, f: Double, correction: Double) -> Double {
  let s = f / (2 + f)
  let square = s * s
  var series = 1.0 / 23
  for divisor in oddDivisors {
    series = series * square + 1 / divisor
  }
  let remainder = 2 * square * series
  let small = n * 0x1.a39ef35793c76p-33 + correction
  return n * 0x1.62e42feep-1 + (f - (s * (f - remainder) - small))
}

/// The divisors of the series, highest degree first.
private let oddDivisors: [Double] = [21, 19, 17, 15, 13, 11, 9, 7, 5, 3]
