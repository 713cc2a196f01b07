/// A `bfloat16` number as its bits, the upper half of a `Float`'s: files need no arithmetic in it.
public struct BFloat16Bits: Equatable, Sendable {
  /// Sign, 8 bits of exponent, 7 bits of significand.
  public let bitPattern: UInt16

  /// Creates the number of a bit pattern.
  public init(bitPattern: UInt16) { self.bitPattern = bitPattern }

  /// Creates the number nearest to a Double, ties to even; beyond the range it is an infinity.
  public init(_ number: Double) {
    guard !number.isNaN else {
      bitPattern = 0x7fc0
      return
    }
    // Cut to a Float, with a last bit that says whether anything was cut off: rounding that Float is
    // then rounding the Double, once.
    let nearest = Float(number)
    var bits = nearest.bitPattern
    if Double(nearest).magnitude > number.magnitude { bits -= 1 }
    if Double(nearest) != number { bits |= 1 }
    bitPattern = UInt16((bits + 0x7fff + (bits >> 16 & 1)) >> 16)
  }

  /// The number, exactly.
  public var float: Float { Float(bitPattern: UInt32(bitPattern) << 16) }
}
