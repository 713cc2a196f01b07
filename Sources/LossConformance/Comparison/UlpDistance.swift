/// A floating-point number whose bit patterns can be counted in order of value.
protocol UlpCountable: BinaryFloatingPoint {
  /// The position of a number among all of its format: neighbours differ by 1, both zeros are 0.
  var ordinal: Int64 { get }
}

extension Float: UlpCountable {
  var ordinal: Int64 {
    let magnitude = Int64(bitPattern & 0x7fff_ffff)
    return sign == .minus ? -magnitude : magnitude
  }
}

extension Double: UlpCountable {
  var ordinal: Int64 {
    let magnitude = Int64(bitPattern & 0x7fff_ffff_ffff_ffff)
    return sign == .minus ? -magnitude : magnitude
  }
}

/// How many numbers of the format lie from one number to another; `nil` where either is not finite.
///
/// - Complexity: O(1).
func ulpDistance<Scalar: UlpCountable>(_ first: Scalar, _ second: Scalar) -> UInt64? {
  guard first.isFinite, second.isFinite else { return nil }
  let (low, high) = (min(first.ordinal, second.ordinal), max(first.ordinal, second.ordinal))
  return UInt64(bitPattern: high &- low)
}
