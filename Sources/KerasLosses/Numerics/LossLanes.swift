/// A fixed number of lanes of a dtype: `SIMD16<Float>` or `SIMD8<Double>`.
///
/// Kernels are generic over dtypes. In generic code the standard library's SIMD operators are loops
/// over lanes; through these requirements they are the CPU's vector instructions.
public protocol LossLanes: BitwiseCopyable, Sendable {
  /// The dtype.
  associatedtype Number: LossScalar where Number.Lanes == Self

  /// The number of lanes: the same on every machine, as it decides the order of sums.
  static var count: Int { get }

  /// The same number in every lane.
  init(repeating number: Number)

  /// The number in a lane.
  subscript(lane: Int) -> Number { get set }

  /// Lane by lane: the sum, rounded once.
  static func + (_ a: Self, _ b: Self) -> Self
  /// Lane by lane: the difference, rounded once.
  static func - (_ a: Self, _ b: Self) -> Self
  /// Lane by lane: the product, rounded once.
  static func * (_ a: Self, _ b: Self) -> Self
  /// Lane by lane: the quotient, rounded once.
  static func / (_ a: Self, _ b: Self) -> Self
  /// Lane by lane: the other sign.
  static prefix func - (_ a: Self) -> Self

  /// Lane by lane: the number without its sign.
  var magnitudes: Self { get }

  /// Lane by lane: at least `low` and at most `high`; NaN passes.
  func clipped(_ low: Number, _ high: Number) -> Self

  /// Lane by lane: zero where the number is subnormal.
  var flushed: Self { get }

  /// Lane by lane: the larger of two numbers; a NaN of the other is passed over.
  func larger(_ other: Self) -> Self

  /// Lane by lane: the larger of two numbers; NaN of either passes.
  func largerOrNaN(_ other: Self) -> Self

  /// Lane by lane: the number, or a limit that is larger; NaN passes.
  func atLeast(_ limit: Number) -> Self

  /// Lane by lane: another number where a number is not larger than a limit.
  func replacing(_ other: Self, whereNoLarger number: Self, than limit: Number) -> Self

  /// Lane by lane: the larger of the number and 0; NaN passes.
  var positivePart: Self { get }

  /// Lane by lane: the slope of |x|, x the number: its sign, and what is given for 0 and for NaN.
  func slopeOfMagnitude(atZero: Number, ofNaN: Number) -> Self

  /// Lane by lane: the slope of max(x, limit), x the number: 1 above, a tie's at, 0 below; 0 for NaN.
  func slopeOfMaximum(_ limit: Number, tie: Number) -> Self

  /// Lane by lane: the slope of a clip: 1 between the limits, a tie's at one, else 0, also for NaN.
  func slopeOfClip(_ low: Number, _ high: Number, tie: Number) -> Self

  /// Lane by lane: another number where a number is 0.
  func replacing(_ other: Self, whereZero number: Self) -> Self

  /// The first lanes, and `-0` behind them.
  func first(_ count: Int) -> Self

  /// Whether every lane is 0.
  var areZero: Bool { get }

  /// The largest lane; NaN may be passed over.
  var largest: Number { get }

  /// The sum of the lanes: halves onto halves, down to one number.
  var total: Number { get }
}

extension LossLanes {
  /// Lane by lane: zero where the number is subnormal, if subnormal numbers are flushed.
  @inline(__always) func flushed(if flushes: Bool) -> Self { flushes ? flushed : self }

  @_disfavoredOverload @inline(__always) static func + (_ a: Self, _ b: Number) -> Self {
    a + Self(repeating: b)
  }
  @_disfavoredOverload @inline(__always) static func - (_ a: Self, _ b: Number) -> Self {
    a - Self(repeating: b)
  }
  @_disfavoredOverload @inline(__always) static func - (_ a: Number, _ b: Self) -> Self {
    Self(repeating: a) - b
  }
  @_disfavoredOverload @inline(__always) static func * (_ a: Self, _ b: Number) -> Self {
    a * Self(repeating: b)
  }
  @_disfavoredOverload @inline(__always) static func / (_ a: Self, _ b: Number) -> Self {
    a / Self(repeating: b)
  }
}
