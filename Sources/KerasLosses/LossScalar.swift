/// A dtype that losses compute in: `Float` or `Double`.
///
/// Conforming types round every operation once, to nearest. Kernels work on a fixed
/// number of lanes, whatever the CPU has: the bits of a result depend on nothing but its arguments.
public protocol LossScalar: BinaryFloatingPoint, Codable, LossStorage where Compute == Self {
  /// As many numbers as a kernel works on at a time.
  associatedtype Lanes: LossLanes where Lanes.Number == Self

  /// e to the power of each number.
  static func exponential(_ x: Lanes) -> Lanes

  /// e to the power of it divides 1 to nothing.
  static var exponentialRange: Self { get }

  /// e^x / 2^n of each number, n a whole number for which that is at most 2; NaN passes.
  static func exponential(_ x: Lanes, over power: Self) -> Lanes

  /// The natural logarithm of each number.
  static func logarithm(_ x: Lanes) -> Lanes

  /// The natural logarithm of numbers that are positive and normal, or NaN; anything for others.
  static func logarithmOfNormal(_ x: Lanes) -> Lanes

  /// log(1 + x) of each number from 0 to 1; NaN passes.
  static func logarithmOfOnePlus(_ x: Lanes) -> Lanes

  /// log(1 + x) of each number from 0 on; NaN passes.
  static func logarithmOfOnePlus(ofNonnegative x: Lanes) -> Lanes

  /// log(cosh(d)) of each number from -0.75 to 0.75; anything for others.
  static func logCosh(ofSmall d: Lanes) -> Lanes

  /// This number to the power of another; special values as C's `pow`.
  func power(_ exponent: Self) -> Self
}

extension LossScalar {
  /// e to the power of this number, rounded to the dtype: the same bits as in a lane.
  public var exponential: Self { Self.exponential(Lanes(repeating: self))[0] }

  /// The natural logarithm of this number, rounded to the dtype: the same bits as in a lane.
  public var logarithm: Self { Self.logarithm(Lanes(repeating: self))[0] }

  /// log(1 + this number) for numbers from 0 to 1, rounded to the dtype: as in a lane.
  public var logarithmOfOnePlus: Self { Self.logarithmOfOnePlus(Lanes(repeating: self))[0] }

  /// This number, zero of its sign where it is subnormal: JAX computes so on CPUs.
  ///
  /// Source: measured, Keras 3.15.1 with JAX 0.10.2.
  @inline(__always) var flushed: Self {
    magnitude < Self.leastNormalMagnitude ? Self(signOf: self, magnitudeOf: 0) : self
  }

  /// This number, zero where it is subnormal, if subnormal numbers are flushed.
  @inline(__always) func flushed(if flushes: Bool) -> Self { flushes ? flushed : self }
}

extension LossScalar {
  /// The larger of this number and another; NaN passes.
  func larger(_ other: Self) -> Self {
    isNaN ? self : other.isNaN || other > self ? other : self
  }
}

extension Float: LossScalar {
  /// Itself.
  public typealias Compute = Float
  /// 16 numbers.
  public typealias Lanes = SIMD16<Float>
}

extension Double: LossScalar {
  /// Itself.
  public typealias Compute = Double
  /// 8 numbers.
  public typealias Lanes = SIMD8<Double>
}
