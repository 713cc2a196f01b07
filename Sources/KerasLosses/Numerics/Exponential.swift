/// e to the power of a number, by our own polynomial: the same bits on every machine.
///
/// With n = round(x / ln 2) and r = x - n ln 2, |r| <= 0.347: exp(x) = 2^n exp(r), and exp(r) is its
/// Taylor polynomial of degree 13, whose remainder is below 2^-57.
///
/// - Complexity: O(1).
func exponential(_ x: Double) -> Double {
  guard x < 709.782712893384 else { return x.isNaN ? x : .infinity }
  guard x > -745.1332191019412 else { return x.isNaN ? x : 0 }
  // Adding and subtracting 1.5 * 2^52 rounds to an integer.
  let shift = 0x1.8p52
  let n = (x * 1.4426950408889634 + shift) - shift
  // ln 2 in two parts; the first has 20 trailing zeros, so that n times it is exact.
  let r = (x - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33
  var polynomial = 1.0 / 6_227_020_800
  for divisor in taylorDivisors {
    polynomial = polynomial * r + 1 / divisor
  }
  let value = 1 + (r + r * r * polynomial)
  // Two factors: 2^n alone may not be a normal number.
  let exponent = Int(n)
  let half = exponent / 2
  return value * powerOfTwo(half) * powerOfTwo(exponent - half)
}

/// 12! down to 2!: the Taylor coefficients of degree 12 to 2 are their reciprocals.
private let taylorDivisors: [Double] = [
  479_001_600, 39_916_800, 3_628_800, 362_880, 40320, 5040, 720, 120, 24, 6, 2,
]

/// 2^n for n from -1022 to 1023.
private func powerOfTwo(_ n: Int) -> Double {
  Double(bitPattern: UInt64(n + 1023) << 52)
}
