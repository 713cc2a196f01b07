internal import CLossKernels

// x = 2^n m, f = m - 1, log x = n log 2 + log(1 + f), ln 2 in two parts.
//
// Float: m from 2/3 to 4/3, log(1 + f) = f - f^2/2 + f^3 P(f), P of least relative error.
//
// Double: m from 0.707 to 1.414, s = f / (2 + f), log(1 + f) = f - (f^2/2 - s (f^2/2 + R)),
// R = log((1 + s) / (1 - s)) / s - 2, a polynomial in s^2 that interpolates at Chebyshev's points.
//
// Subtracting the bits of the least m leaves n above the significand's bits and m less it in them.

extension Float {
  /// The natural logarithm of each number, within 1 ulp.
  ///
  /// - Complexity: O(1).
  @inline(__always) public static func logarithm(_ x: SIMD16<Float>) -> SIMD16<Float> {
    if let y = compiled(loss_elementary_logarithm, x) { return y }
    let isSubnormal = x .< leastNormalMagnitude
    let scaled = x.replacing(with: x * 0x1p23, where: isSubnormal)
    let (n, f) = logarithmParts(scaled)
    return logarithmCombined(n.replacing(with: n - 23, where: isSubnormal), f)
      .replacing(with: -infinity, where: x .== 0)
      .replacing(with: infinity, where: x .== infinity)
      .replacing(with: nan, where: .!(x .>= 0))
  }

  /// The natural logarithm of numbers that are positive and normal, or NaN, within 1 ulp.
  ///
  /// - Complexity: O(1).
  @inline(__always) public static func logarithmOfNormal(_ x: SIMD16<Float>) -> SIMD16<Float> {
    if let y = compiled(loss_elementary_logarithm_of_normal, x) { return y }
    let (n, f) = logarithmParts(x)
    // x - x is 0, or NaN for NaN.
    return logarithmCombined(n, f) + (x - x)
  }

  @inline(__always) static func logarithmParts(
    _ x: SIMD16<Float>
  ) -> (n: SIMD16<Float>, f: SIMD16<Float>) {
    let bits = unsafeBitCast(x, to: SIMD16<Int32>.self) &- 0x3f2a_aaab
    let m = unsafeBitCast((bits & 0x007f_ffff) &+ 0x3f2a_aaab, to: SIMD16<Float>.self)
    let n = unsafeBitCast((bits &>> 23) &+ 0x4b40_0000, to: SIMD16<Float>.self) - 0x1.8p23
    return (n, m - 1)
  }

  @inline(__always) static func logarithmCombined(
    _ n: SIMD16<Float>, _ f: SIMD16<Float>
  ) -> SIMD16<Float> {
    var p = SIMD16<Float>(repeating: -0x1.07e5f4p-3)
    p = p.times(f, plus: 0x1.1e73ap-3)
    p = p.times(f, plus: -0x1.f32078p-4)
    p = p.times(f, plus: 0x1.1ed424p-3)
    p = p.times(f, plus: -0x1.559d36p-3)
    p = p.times(f, plus: 0x1.99d05ep-3)
    p = p.times(f, plus: -0x1.fffef4p-3)
    p = p.times(f, plus: 0x1.555506p-2)
    p = p.times(f, plus: -0.5)
    return n.times(0x1.62e43p-1, plus: f + n.times(-0x1.05c61p-29, plus: f * f * p))
  }
}

extension Double {
  /// The natural logarithm of each number, within 1 ulp.
  ///
  /// - Complexity: O(1).
  @inline(__always) public static func logarithm(_ x: SIMD8<Double>) -> SIMD8<Double> {
    if let y = compiled(loss_elementary_logarithm, x) { return y }
    let isSubnormal = x .< leastNormalMagnitude
    let scaled = x.replacing(with: x * 0x1p52, where: isSubnormal)
    let (n, f) = logarithmParts(scaled)
    return logarithmCombined(n.replacing(with: n - 52, where: isSubnormal), f)
      .replacing(with: -infinity, where: x .== 0)
      .replacing(with: infinity, where: x .== infinity)
      .replacing(with: nan, where: .!(x .>= 0))
  }

  /// The natural logarithm of numbers that are positive and normal, or NaN, within 1 ulp.
  ///
  /// - Complexity: O(1).
  @inline(__always) public static func logarithmOfNormal(_ x: SIMD8<Double>) -> SIMD8<Double> {
    if let y = compiled(loss_elementary_logarithm_of_normal, x) { return y }
    let (n, f) = logarithmParts(x)
    return logarithmCombined(n, f) + (x - x)
  }

  @inline(__always) static func logarithmParts(
    _ x: SIMD8<Double>
  ) -> (n: SIMD8<Double>, f: SIMD8<Double>) {
    // Unsigned and biased by 2048, as baseline CPUs have no arithmetic shift of 64 bits.
    let bits =
      unsafeBitCast(x, to: SIMD8<UInt64>.self) &- 0x3fe6_a09e_667f_3bcd &+ 0x8000_0000_0000_0000
    let m = unsafeBitCast(
      (bits & 0x000f_ffff_ffff_ffff) &+ 0x3fe6_a09e_667f_3bcd, to: SIMD8<Double>.self)
    let n =
      unsafeBitCast((bits &>> 52) &+ 0x4338_0000_0000_0000, to: SIMD8<Double>.self)
      - (0x1.8p52 + 2048)
    return (n, m - 1)
  }

  @inline(__always) static func logarithmCombined(
    _ n: SIMD8<Double>, _ f: SIMD8<Double>
  ) -> SIMD8<Double> {
    let s = f / (2 + f)
    let z = s * s
    var r = SIMD8<Double>(repeating: 0x1.2b9f7fb3de73fp-3)
    r = r.times(z, plus: 0x1.39f8963ccbdc2p-3)
    r = r.times(z, plus: 0x1.7462e17b4cdd0p-3)
    r = r.times(z, plus: 0x1.c71c6247410e3p-3)
    r = r.times(z, plus: 0x1.2492492e6dfddp-2)
    r = r.times(z, plus: 0x1.9999999994e76p-2)
    r = r.times(z, plus: 0x1.5555555555558p-1)
    r = r * z
    let half = 0.5 * f * f
    let rest = s.times(half + r, plus: n * 0x1.a39ef35793c76p-33)
    return n.times(0x1.62e42feep-1, plus: f - (half - rest))
  }
}
