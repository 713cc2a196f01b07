internal import CLossKernels

// exp(x) = 2^n exp(r), n = round(x / ln 2), r = x - n ln 2, |r| <= 0.3466, and
// exp(r) = 1 + r + r^2 P(r): P interpolates (exp(r) - 1 - r) / r^2 at Chebyshev's points.
//
// Adding 1.5 * 2^(significand bits) rounds x / ln 2 to an integer, which then stands in the low bits
// of the sum. ln 2 is taken in two parts. 2^n is two factors, as alone it may be no normal number; the
// second rounds subnormal results.

extension Float {
  /// e to the power of each number, within 1 ulp.
  ///
  /// - Complexity: O(1).
  @inline(__always) public static func exponential(_ x: SIMD16<Float>) -> SIMD16<Float> {
    if let y = compiled(loss_elementary_exponential, x) { return y }
    // Beyond these the result is 0 or infinite anyway.
    let (value, exponent) = exponentialParts(x.clipped(-105, 89))
    let half = exponent &>> 1
    let first = unsafeBitCast((half &+ 127) &<< 23, to: SIMD16<Float>.self)
    let second = unsafeBitCast((exponent &- half &+ 127) &<< 23, to: SIMD16<Float>.self)
    return value * first * second
  }

  @inline(__always) static func exponentialParts(
    _ x: SIMD16<Float>
  ) -> (value: SIMD16<Float>, exponent: SIMD16<Int32>) {
    let shifted = x.times(SIMD16(repeating: 0x1.715476p0), plus: 0x1.8p23)
    let n = shifted - 0x1.8p23
    let r = n.times(0x1.05c61p-29, plus: n.times(-0x1.62e43p-1, plus: x))
    var p = SIMD16<Float>(repeating: 0x1.a12a42p-13)
    p = p.times(r, plus: 0x1.6d492p-10)
    p = p.times(r, plus: 0x1.1110ep-7)
    p = p.times(r, plus: 0x1.5554e4p-5)
    p = p.times(r, plus: 0x1.555556p-3)
    p = p.times(r, plus: 0.5)
    p = p.times(r, plus: 1)
    return (
      p.times(r, plus: 1), unsafeBitCast(shifted, to: SIMD16<Int32>.self) &- 0x4b40_0000
    )
  }
}

extension Double {
  /// e to the power of each number, within 1 ulp.
  ///
  /// - Complexity: O(1).
  @inline(__always) public static func exponential(_ x: SIMD8<Double>) -> SIMD8<Double> {
    if let y = compiled(loss_elementary_exponential, x) { return y }
    let (value, exponent) = exponentialParts(x.clipped(-746, 710))
    // A logical shift of a biased number: baseline CPUs have no arithmetic one of 64 bits.
    let half = ((exponent &+ 2048) &>> 1) &- 1024
    let first = unsafeBitCast((half &+ 1023) &<< 52, to: SIMD8<Double>.self)
    let second = unsafeBitCast((exponent &- half &+ 1023) &<< 52, to: SIMD8<Double>.self)
    return value * first * second
  }

  @inline(__always) static func exponentialParts(
    _ x: SIMD8<Double>
  ) -> (value: SIMD8<Double>, exponent: SIMD8<UInt64>) {
    let shifted = x.times(SIMD8(repeating: 0x1.71547652b82fep0), plus: 0x1.8p52)
    let n = shifted - 0x1.8p52
    let r = n.times(-0x1.abc9e3b39803fp-56, plus: n.times(-0x1.62e42fefa39efp-1, plus: x))
    var p = SIMD8<Double>(repeating: 0x1.1f75aba0b1e2ep-29)
    p = p.times(r, plus: 0x1.af52906239de4p-26)
    p = p.times(r, plus: 0x1.27e4da1a3bf04p-22)
    p = p.times(r, plus: 0x1.71ddffef9e7b1p-19)
    p = p.times(r, plus: 0x1.a01a01a741b3cp-16)
    p = p.times(r, plus: 0x1.a01a01aca0134p-13)
    p = p.times(r, plus: 0x1.6c16c16c16212p-10)
    p = p.times(r, plus: 0x1.111111110ff87p-7)
    p = p.times(r, plus: 0x1.5555555555556p-5)
    p = p.times(r, plus: 0x1.5555555555557p-3)
    p = p.times(r, plus: 0.5)
    p = p.times(r, plus: 1)
    return (
      p.times(r, plus: 1),
      unsafeBitCast(shifted, to: SIMD8<UInt64>.self) &- 0x4338_0000_0000_0000
    )
  }
}
