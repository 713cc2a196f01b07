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

  /// The binary digits of a normal number.
  var significantBits: Int {
    switch self {
    case .float16: 11
    case .bfloat16: 8
    case .float32: 24
    case .float64: 53
    }
  }

  /// The number of the format that is nearest to one.
  func rounded(_ number: Double) -> Double {
    switch self {
    case .float16: Double(Float16(number))
    case .bfloat16: BFloat16Bits(number).double
    case .float32: Double(Float(number))
    case .float64: number
    }
  }

  /// Whether a number is one of the format.
  func represents(_ number: Double) -> Bool { number.isNaN || rounded(number) == number }

  /// Whether a number of the format has at most some significant binary digits: it then is one of
  /// most formats.
  func hasFew(_ bits: Int, _ number: Double) -> Bool { number.significandWidth < bits }

  /// How far the numbers of the format lie apart at a number of it.
  func ulp(_ number: Double) -> Double {
    switch self {
    case .float16: Double(Float16(number).ulp)
    // bfloat16 has 16 bits less than Float.
    case .bfloat16: Double(Float(number).ulp) * 0x1p16
    case .float32: Double(Float(number).ulp)
    case .float64: number.ulp
    }
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
