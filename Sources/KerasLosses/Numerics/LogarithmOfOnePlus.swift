internal import CLossKernels

// log(1 + x) for x from 0 to 1: nothing is added to 1, so tiny numbers keep their digits.
//
// Float: x + x^2 P(x), P of least relative error. Double: as in `logarithm`, with f = x and
// s = x / (2 + x) up to 1/3.
//
// For x from 0 on: log of 1 + x rounded, with what rounding took from it.

extension Float {
  /// log(1 + x) of each number from 0 to 1, within 1.5 ulp; NaN passes.
  ///
  /// - Complexity: O(1).
  @inline(__always) public static func logarithmOfOnePlus(_ x: SIMD16<Float>) -> SIMD16<Float> {
    if let y = compiled(loss_elementary_logarithm_of_one_plus, x) { return y }
    var p = SIMD16<Float>(repeating: -0x1.b1ee3ep-9)
    p = p.times(x, plus: 0x1.4a6fd6p-6)
    p = p.times(x, plus: -0x1.d7cf8ep-5)
    p = p.times(x, plus: 0x1.b52c4ap-4)
    p = p.times(x, plus: -0x1.3a62aap-3)
    p = p.times(x, plus: 0x1.9353f2p-3)
    p = p.times(x, plus: -0x1.ff2518p-3)
    p = p.times(x, plus: 0x1.554dd8p-2)
    p = p.times(x, plus: -0x1.ffffd2p-2)
    return (x * x).times(p, plus: x)
  }

  /// log(1 + x) of each number from 0 on, within 2 ulp; NaN passes.
  ///
  /// - Complexity: O(1).
  @inline(__always) public static func logarithmOfOnePlus(
    ofNonnegative x: SIMD16<Float>
  ) -> SIMD16<Float> {
    if let y = compiled(loss_elementary_logarithm_of_one_plus_nonnegative, x) { return y }
    let sum = x + 1
    // Nothing that counts where the sum is x.
    let lost = (1 - (sum - x)).replacing(with: x - (sum - 1), where: x .<= 1)
      .replacing(with: 0, where: sum .== x)
    let (n, f) = logarithmParts(sum)
    let exponent = (unsafeBitCast(sum, to: SIMD16<Int32>.self) &- 0x3f2a_aaab) &>> 23
    let power = unsafeBitCast((127 &- (exponent & 63)) &<< 23, to: SIMD16<Float>.self)
    return logarithmCombined(n, lost.times(power, plus: f))
      .replacing(with: infinity, where: x .== infinity)
  }
}

extension Double {
  /// log(1 + x) of each number from 0 to 1, within 1.5 ulp; NaN passes.
  ///
  /// - Complexity: O(1).
  @inline(__always) public static func logarithmOfOnePlus(_ x: SIMD8<Double>) -> SIMD8<Double> {
    if let y = compiled(loss_elementary_logarithm_of_one_plus, x) { return y }
    let s = x / (2 + x)
    let z = s * s
    var r = SIMD8<Double>(repeating: 0x1.4214afaf42db5p-3)
    r = r.times(z, plus: 0x1.30cb851f5e5a9p-4)
    r = r.times(z, plus: 0x1.bcafa2a7f460fp-4)
    r = r.times(z, plus: 0x1.e094024181c8cp-4)
    r = r.times(z, plus: 0x1.111b4b4a8dd0bp-3)
    r = r.times(z, plus: 0x1.3b134ade7ed21p-3)
    r = r.times(z, plus: 0x1.745d19c1d7c07p-3)
    r = r.times(z, plus: 0x1.c71c71be21e16p-3)
    r = r.times(z, plus: 0x1.249249249a965p-2)
    r = r.times(z, plus: 0x1.999999999993ap-2)
    r = r.times(z, plus: 0x1.5555555555555p-1)
    r = r * z
    let half = 0.5 * x * x
    return x - s.times(-(half + r), plus: half)
  }

  /// log(1 + x) of each number from 0 on, within 2 ulp; NaN passes.
  ///
  /// - Complexity: O(1).
  @inline(__always) public static func logarithmOfOnePlus(
    ofNonnegative x: SIMD8<Double>
  ) -> SIMD8<Double> {
    if let y = compiled(loss_elementary_logarithm_of_one_plus_nonnegative, x) { return y }
    let sum = x + 1
    // Nothing that counts where the sum is x.
    let lost = (1 - (sum - x)).replacing(with: x - (sum - 1), where: x .<= 1)
      .replacing(with: 0, where: sum .== x)
    let (n, f) = logarithmParts(sum)
    let biased =
      (unsafeBitCast(sum, to: SIMD8<UInt64>.self) &- 0x3fe6_a09e_667f_3bcd
        &+ 0x8000_0000_0000_0000) &>> 52
    let power = unsafeBitCast((1023 &- (biased & 127)) &<< 52, to: SIMD8<Double>.self)
    return logarithmCombined(n, lost.times(power, plus: f))
      .replacing(with: infinity, where: x .== infinity)
  }
}
