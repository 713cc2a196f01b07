/// A number of 16 bits with the range of `Float` and 8 significant bits: the upper half of a `Float`.
///
/// It stores numbers; arithmetic is done in `Float`. Equality and hashing are those of floats: zeros
/// are equal, NaN is not equal to itself.
public struct BFloat16: Sendable, BitwiseCopyable {
  /// The sign, 8 bits of exponent and 7 of the significand.
  public let bitPattern: UInt16

  /// Creates a number from its bits.
  public init(bitPattern: UInt16) { self.bitPattern = bitPattern }

  /// Creates the nearest number, the even one of two; NaN stays NaN.
  ///
  /// - Complexity: O(1).
  public init(_ number: Float) {
    let bits = number.bitPattern
    guard !number.isNaN else {
      // A signalling NaN becomes a quiet one: its upper half may be that of an infinity.
      bitPattern = UInt16(truncatingIfNeeded: bits >> 16) | 0x0040
      return
    }
    let even = (bits >> 16) & 1
    bitPattern = UInt16(truncatingIfNeeded: (bits + 0x7fff + even) >> 16)
  }

  /// Creates the nearest number, the even one of two; NaN stays NaN.
  ///
  /// - Complexity: O(1).
  public init<Source: BinaryFloatingPoint>(_ source: Source) {
    let nearest = Float(source)
    guard nearest.isFinite, Source(nearest) != source else {
      self.init(nearest)
      return
    }
    // What is lost is kept in the last bit, so that rounding twice is as rounding once.
    let isBeyond = Source(nearest).magnitude > source.magnitude
    self.init(Float(bitPattern: (nearest.bitPattern - (isBeyond ? 1 : 0)) | 1))
  }

  /// Creates the nearest number, the even one of two.
  ///
  /// - Complexity: O(`source.bitWidth`).
  public init<Source: BinaryInteger>(_ source: Source) {
    var magnitude = source.magnitude
    var exponent = 0
    var lost: Source.Magnitude = 0
    // 24 bits are a Float, the last of them the trace of what was shifted out.
    while magnitude > UInt32(0xff_ffff) {
      lost |= magnitude & 1
      magnitude >>= 1
      exponent += 1
    }
    let number = Float(magnitude | lost)
    self.init(
      Float(sign: source < 0 ? .minus : .plus, exponent: exponent, significand: number))
  }
}

extension Float {
  /// Creates the same number.
  ///
  /// - Complexity: O(1).
  public init(_ number: BFloat16) {
    self.init(bitPattern: UInt32(number.bitPattern) << 16)
  }
}

extension BFloat16: Hashable {
  /// Whether both are the same number; zeros are, NaN is not.
  public static func == (_ a: BFloat16, _ b: BFloat16) -> Bool { Float(a) == Float(b) }

  /// Feeds the number to a hasher: zeros are equal.
  public func hash(into hasher: inout Hasher) { hasher.combine(Float(self)) }
}

extension BFloat16: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  /// Creates the nearest number.
  public init(floatLiteral value: Double) { self.init(value) }

  /// Creates the nearest number.
  public init(integerLiteral value: Int) { self.init(value) }
}

extension BFloat16: CustomStringConvertible {
  /// The number as a `Float` prints it.
  public var description: String { Float(self).description }
}
