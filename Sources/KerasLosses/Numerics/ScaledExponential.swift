// e^(x - peak) as e^x / 2^n, 2^n the power of two next to e^peak: the difference x - peak would be
// rounded, and e to a power of -40 has that error 40 times. Large peaks are subtracted: all x whose
// exponentials count are then so near that the differences are exact.

/// The exponentials of a row of logits, divided by a power of two: that of the largest is about 1.
struct ScaledExponential<Scalar: LossScalar> {
  /// What is taken from the logits: 0, or a large peak.
  private let shift: Scalar
  /// The smallest x - shift that is looked at; the exponentials of it and of all below are 0.
  private let floor: Scalar
  /// The power of two.
  private let power: Scalar

  /// The exponentials of logits of which none is larger than a peak; NaN where that is not finite.
  @inline(__always) init(peak: Scalar) {
    shift = peak.magnitude < 2 * Scalar.exponentialRange ? 0 : peak
    floor = (peak - shift) - Scalar.exponentialRange
    power = ((peak - shift) * Scalar(0x1.71547652b82fep0)).rounded(.toNearestOrEven)
  }

  /// The exponentials of some logits.
  @inline(__always) func callAsFunction(_ logits: Scalar.Lanes) -> Scalar.Lanes {
    Scalar.exponential((logits - shift).atLeast(floor), over: power)
  }
}

extension Float {
  /// e to the power of it divides 1 to nothing.
  public static var exponentialRange: Float { 105 }

  /// e^x / 2^n of each number, n a whole number for which that is at most 2; NaN passes.
  ///
  /// - Complexity: O(1).
  @inline(__always) public static func exponential(
    _ x: SIMD16<Float>, over power: Float
  ) -> SIMD16<Float> {
    if let y = compiledExponential(x, over: power) { return y }
    let (value, exponent) = exponentialParts(x)
    // The whole number in the low bits, as in exponentialParts; any for NaN.
    let scale = exponent &- Int32(bitPattern: (power + 0x1.8p23).bitPattern &- 0x4b40_0000)
    let half = scale &>> 1
    let first = unsafeBitCast((half &+ 127) &<< 23, to: SIMD16<Float>.self)
    let second = unsafeBitCast((scale &- half &+ 127) &<< 23, to: SIMD16<Float>.self)
    return value * first * second
  }
}

extension Double {
  /// e to the power of it divides 1 to nothing.
  public static var exponentialRange: Double { 746 }

  /// e^x / 2^n of each number, n a whole number for which that is at most 2; NaN passes.
  ///
  /// - Complexity: O(1).
  @inline(__always) public static func exponential(
    _ x: SIMD8<Double>, over power: Double
  ) -> SIMD8<Double> {
    if let y = compiledExponential(x, over: power) { return y }
    let (value, exponent) = exponentialParts(x)
    let scale = exponent &- ((power + 0x1.8p52).bitPattern &- 0x4338_0000_0000_0000)
    let half = ((scale &+ 2048) &>> 1) &- 1024
    let first = unsafeBitCast((half &+ 1023) &<< 52, to: SIMD8<Double>.self)
    let second = unsafeBitCast((scale &- half &+ 1023) &<< 52, to: SIMD8<Double>.self)
    return value * first * second
  }
}
