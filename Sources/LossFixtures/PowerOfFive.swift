/// The 128 leading bits of a power of five, from which a decimal's nearest Double is found.
///
/// As in D. Lemire, "Number parsing at a gigabyte per second", 2021, and N. Mushtak and D. Lemire, "Fast
/// number parsing without fallback", 2023.
struct PowerOfFive {
  private let high: UInt64
  private let low: UInt64

  /// The exponents of powers that are 128 bits or less, or one over such a number.
  static let exponents = -55...55

  /// The nearest Double to significand * 10^exponent, ties to even.
  ///
  /// - Precondition: The exponent is one of `exponents`.
  /// - Complexity: O(1).
  @inline(__always)
  static func nearest(_ significand: UInt64, _ exponent: Int) -> Double {
    guard significand != 0 else { return 0 }
    let power = all[exponent - exponents.lowerBound]
    let zeros = significand.leadingZeroBitCount
    let normal = significand << UInt64(zeros)
    var (upper, lower) = normal.multipliedFullWidth(by: power.high)
    if upper & 0x1ff == 0x1ff {
      // The bits behind could carry into those that count.
      let more = normal.multipliedFullWidth(by: power.low).high
      lower = lower &+ more
      if more > lower { upper &+= 1 }
    }
    let carried = Int(upper >> 63)
    let shift = UInt64(carried + 64 - 52 - 3)
    var mantissa = upper >> shift
    // The floor of exponent * log2(10), and the bias.
    var binary = (217_706 &* exponent) >> 16 + 63 + carried - zeros + 1023
    let isTie = lower <= 1 && (-4...23).contains(exponent) && mantissa & 3 == 1
    if isTie, mantissa << shift == upper { mantissa &= ~1 }
    mantissa = (mantissa + mantissa & 1) >> 1
    if mantissa >= 1 << 53 {
      mantissa = 1 << 52
      binary += 1
    }
    return Double(bitPattern: UInt64(binary) << 52 | mantissa & (1 << 52 - 1))
  }

  private init(_ bits: UInt128) {
    high = UInt64(truncatingIfNeeded: bits >> 64)
    low = UInt64(truncatingIfNeeded: bits)
  }

  private static let all: [PowerOfFive] = exponents.map { exponent in
    let power = (0..<exponent.magnitude).reduce(1 as UInt128) { power, _ in power * 5 }
    guard exponent < 0 else {
      return PowerOfFive(power << UInt128(power.leadingZeroBitCount))
    }
    let quotient = reciprocal(power)
    // Rounded up where a product of 64 bits tells a tie from what is beside it, else cut.
    return PowerOfFive(exponent >= -27 ? quotient + 1 : quotient)
  }

  /// The 128 leading bits of one over an odd number, by long division.
  private static func reciprocal(_ number: UInt128) -> UInt128 {
    // The largest power of two below the number is the first remainder.
    var remainder = UInt128(1) << UInt128(127 - number.leadingZeroBitCount)
    var quotient: UInt128 = 0
    for _ in 0..<128 {
      let overflows = remainder >> 127 == 1
      remainder <<= 1
      quotient <<= 1
      if overflows || remainder >= number {
        remainder &-= number
        quotient |= 1
      }
    }
    return quotient
  }
}
