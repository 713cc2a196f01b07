// log(1 + x) for x from 0 to 1 as in `logarithm`, with f = x and s = x / (2 + x) up to 1/3: nothing is
// added to 1, so tiny numbers keep their digits.

extension Float {
  /// log(1 + x) of each number from 0 to 1, within 1.5 ulp; NaN passes.
  ///
  /// - Complexity: O(1).
  @inline(__always) public static func logarithmOfOnePlus(_ x: SIMD16<Float>) -> SIMD16<Float> {
    let s = x / (2 + x)
    let z = s * s
    var r = SIMD16<Float>(repeating: 0x1.dcd99p-3)
    r = r * z + 0x1.bc506p-3
    r = r * z + 0x1.24caf4p-2
    r = r * z + 0x1.9998ccp-2
    r = r * z + 0x1.555556p-1
    r = r * z
    let half = 0.5 * x * x
    return x - (half - s * (half + r))
  }
}

extension Double {
  /// log(1 + x) of each number from 0 to 1, within 1.5 ulp; NaN passes.
  ///
  /// - Complexity: O(1).
  @inline(__always) public static func logarithmOfOnePlus(_ x: SIMD8<Double>) -> SIMD8<Double> {
    let s = x / (2 + x)
    let z = s * s
    var r = SIMD8<Double>(repeating: 0x1.4214afaf42db5p-3)
    r = r * z + 0x1.30cb851f5e5a9p-4
    r = r * z + 0x1.bcafa2a7f460fp-4
    r = r * z + 0x1.e094024181c8cp-4
    r = r * z + 0x1.111b4b4a8dd0bp-3
    r = r * z + 0x1.3b134ade7ed21p-3
    r = r * z + 0x1.745d19c1d7c07p-3
    r = r * z + 0x1.c71c71be21e16p-3
    r = r * z + 0x1.249249249a965p-2
    r = r * z + 0x1.999999999993ap-2
    r = r * z + 0x1.5555555555555p-1
    r = r * z
    let half = 0.5 * x * x
    return x - (half - s * (half + r))
  }
}
