/// One element of an answer beside what is expected of it.
public struct ElementDifference: Equatable, Sendable {
  /// The position along each axis; empty for a scalar.
  public let index: [Int]
  /// What the implementation answered.
  public let actual: Double
  /// The golden.
  public let expected: Double
  /// The tolerance: how far from the golden the answer may be.
  public let allowed: Double
  /// How many numbers of the dtype lie between the two; `nil` where either is not finite,
  /// or the dtype is no floating-point format.
  public let ulps: UInt64?
  /// Whether the golden is at a kink, of which rounding alone decides the side: either passes.
  public var isOnEdge = false

  /// |actual - expected|; NaN or infinite where either is.
  public var error: Double { (actual - expected).magnitude }

  /// Whether the element passes: equal, both NaN, or |actual - expected| <= allowed.
  ///
  /// Where everything is allowed, NaN and infinities are as well.
  public var isWithin: Bool { toleranceUsed <= 1 }

  /// error / allowed.
  ///
  /// Infinite where NaN or infinities differ, and where nothing is allowed.
  public var toleranceUsed: Double {
    Self.toleranceUsed(actual, expected, allowed: allowed)
  }

  /// error / allowed of an element.
  static func toleranceUsed(_ actual: Double, _ expected: Double, allowed: Double) -> Double {
    if actual == expected || allowed == .infinity || actual.isNaN && expected.isNaN { return 0 }
    let error = (actual - expected).magnitude
    // A quotient may round to 1 where the error is larger.
    if error <= allowed { return min(error / allowed, 1) }
    let used = error / allowed
    return used.isNaN ? .infinity : max(used, 1.0.nextUp)
  }

  /// Whether NaN, an infinity or a number stands where another of these is expected.
  public var kind: Kind {
    if actual.isNaN != expected.isNaN { return .nan }
    if actual.isInfinite || expected.isInfinite { return .infinity }
    return .number
  }

  /// What differs.
  public enum Kind: String, CaseIterable, Sendable {
    /// NaN against anything else.
    case nan
    /// An infinity against a number or the other infinity.
    case infinity
    /// Two numbers.
    case number
  }
}
