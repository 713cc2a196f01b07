internal import CLossKernels

// log(cosh(d)) = d^2 P(d^2): P is of least relative error (Float), or interpolates at Chebyshev's
// points (Double).

extension Float {
  /// log(cosh(d)) of each number from -0.75 to 0.75, within 2 ulp.
  ///
  /// - Complexity: O(1).
  @inline(__always) public static func logCosh(ofSmall d: SIMD16<Float>) -> SIMD16<Float> {
    if let y = compiled(loss_elementary_log_cosh_of_small, d) { return y }
    let z = d * d
    var p = SIMD16<Float>(repeating: -0x1.c703f4p-12)
    p = p.times(z, plus: 0x1.08d818p-9)
    p = p.times(z, plus: -0x1.b73d4p-8)
    p = p.times(z, plus: 0x1.6c012ap-6)
    p = p.times(z, plus: -0x1.55552p-4)
    p = p.times(z, plus: 0.5)
    return z * p
  }
}

extension Double {
  /// log(cosh(d)) of each number from -0.75 to 0.75, within 2 ulp.
  ///
  /// - Complexity: O(1).
  @inline(__always) public static func logCosh(ofSmall d: SIMD8<Double>) -> SIMD8<Double> {
    if let y = compiled(loss_elementary_log_cosh_of_small, d) { return y }
    let z = d * d
    var p = SIMD8<Double>(repeating: 0x1.6fdc1f30c8c9cp-23)
    p = p.times(z, plus: -0x1.23fc3e594c7afp-20)
    p = p.times(z, plus: 0x1.094bd8d582cd3p-18)
    p = p.times(z, plus: -0x1.88adfa23b571dp-17)
    p = p.times(z, plus: 0x1.1224c7de8449fp-15)
    p = p.times(z, plus: -0x1.7d868f78fdb17p-14)
    p = p.times(z, plus: 0x1.0d09f848498d9p-12)
    p = p.times(z, plus: -0x1.833d868c592d5p-11)
    p = p.times(z, plus: 0x1.1ea5d329188f7p-9)
    p = p.times(z, plus: -0x1.ba1ba1b74f630p-8)
    p = p.times(z, plus: 0x1.6c16c16c12343p-6)
    p = p.times(z, plus: -0x1.5555555555527p-4)
    p = p.times(z, plus: 0.5)
    return z * p
  }
}
