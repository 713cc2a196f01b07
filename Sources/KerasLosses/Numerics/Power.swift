// x^y = exp(y log x), with log x in two parts: what is lost of it would be multiplied by y log x.

extension LossScalar {
  /// x^y of each number.
  ///
  /// - Complexity: O(1).
  @inline(__always) static func power(_ x: Lanes, _ y: Self) -> Lanes {
    if y == 2 { return x * x }
    if y == 1 { return x }
    if y == 0 { return Lanes(repeating: 1) }
    var powers = x
    for lane in 0..<Lanes.count { powers[lane] = x[lane].power(y) }
    return powers
  }
}

extension Float {
  /// This number to the power of another, within 1 ulp; special values as C's `pow`.
  ///
  /// - Complexity: O(1).
  public func power(_ exponent: Float) -> Float { Float(Double(self).power(Double(exponent))) }
}

extension Double {
  /// This number to the power of another, within 2 ulp where |y log x| < 100; special values as C's.
  ///
  /// - Complexity: O(1).
  public func power(_ exponent: Double) -> Double {
    if exponent == 0 || self == 1 { return 1 }
    // Correctly rounded, as nearly every implementation has them.
    if exponent == 1 { return self }
    if exponent == 2 { return self * self }
    if isNaN || exponent.isNaN { return .nan }
    if exponent.isInfinite {
      if magnitude == 1 { return 1 }
      return (magnitude > 1) == (exponent > 0) ? .infinity : 0
    }
    let isInteger = exponent.magnitude >= 0x1p53 || exponent == exponent.rounded(.towardZero)
    let isOdd =
      isInteger && exponent.magnitude < 0x1p53
      && exponent.truncatingRemainder(dividingBy: 2) != 0
    let sign: Double = self.sign == .minus && isOdd ? -1 : 1
    if self == 0 { return exponent > 0 ? sign * 0 : sign * .infinity }
    if isInfinite { return exponent > 0 ? sign * .infinity : sign * 0 }
    guard self > 0 || isInteger else { return .nan }
    let (high, low) = magnitude.logarithmInTwoParts
    let product = high * exponent
    guard product.magnitude < 800 else { return product > 0 ? sign * .infinity : sign * 0 }
    let rest = productError(high, exponent, product) + low * exponent
    return sign * (product.exponential * (1 + rest))
  }

  /// The natural logarithm of a positive finite number as the sum of a number and a small rest.
  ///
  /// log m = 2 (s + s^3 / 3 + s^5 / 5 ...), s = (m - 1) / (m + 1) in two parts; the terms after the
  /// first are below a hundredth of it, so that one part does for them.
  private var logarithmInTwoParts: (high: Double, low: Double) {
    let normal = isSubnormal ? self * 0x1p52 : self
    var n = Double(normal.exponent) - (isSubnormal ? 52 : 0)
    var m = normal.significand
    if m > 1.4142135623730951 {
      m *= 0.5
      n += 1
    }
    let (f, divisor) = (m - 1, m + 1)
    let divisorLost = 1 - (divisor - m)
    let s = f / divisor
    let product = s * divisor
    let sLost = ((f - product) - productError(s, divisor, product) - s * divisorLost) / divisor
    let z = s * s
    var series = 0.0
    for odd in stride(from: 27.0, through: 3, by: -2) { series = series * z + 1 / odd }
    let tail = 2 * (s * (z * series) + sLost)
    // n times the first part of ln 2 is exact.
    let whole = n * 0x1.62e42feep-1
    let high = whole + 2 * s
    let highLost =
      whole.magnitude > (2 * s).magnitude ? (whole - high) + 2 * s : (2 * s - high) + whole
    let low = highLost + (tail + n * 0x1.a39ef35793c76p-33)
    let sum = high + low
    return (sum, (high - sum) + low)
  }
}

/// What a rounded product lacks of the product (Dekker 1971); no fused multiply-add is needed.
private func productError(_ a: Double, _ b: Double, _ product: Double) -> Double {
  let (aHigh, aLow) = halves(a)
  let (bHigh, bLow) = halves(b)
  return ((aHigh * bHigh - product) + aHigh * bLow + aLow * bHigh) + aLow * bLow
}

/// A number as the sum of two of at most 26 bits.
private func halves(_ x: Double) -> (high: Double, low: Double) {
  let scaled = 134_217_729 * x
  let high = scaled - (scaled - x)
  return (high, x - high)
}
