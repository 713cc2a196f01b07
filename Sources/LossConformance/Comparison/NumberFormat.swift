import LossFixtures

/// A binary floating-point format that losses compute in; its numbers are given as Doubles.
enum NumberFormat: String {
  case float16
  case bfloat16
  case float32
  case float64

  /// How many numbers of the format lie from one to another; `nil` where either is not finite.
  ///
  /// - Complexity: O(1).
  func ulps(_ first: Double, _ second: Double) -> UInt64? {
    guard first.isFinite, second.isFinite else { return nil }
    let (low, high) = (min(ordinal(first), ordinal(second)), max(ordinal(first), ordinal(second)))
    return UInt64(bitPattern: high &- low)
  }

  /// The shortest decimal that gives a number of the format back.
  func text(_ number: Double) -> String {
    switch self {
    case .float16: "\(Float16(number))"
    case .bfloat16, .float32: "\(Float(number))"
    case .float64: "\(number)"
    }
  }

  /// The position of a number among all of the format: neighbours differ by 1, both zeros are 0.
  private func ordinal(_ number: Double) -> Int64 {
    let magnitude: UInt64 =
      switch self {
      case .float16: UInt64(Float16(number.magnitude).bitPattern)
      case .bfloat16: UInt64(BFloat16Bits(number.magnitude).bitPattern)
      case .float32: UInt64(Float(number.magnitude).bitPattern)
      case .float64: number.magnitude.bitPattern
      }
    return number.sign == .minus ? -Int64(magnitude) : Int64(magnitude)
  }
}
