/// A number of JSON text, scanned: sign, up to 19 digits, and a power of ten.
struct JSONDecimal {
  private let isNegative: Bool
  /// The digits as an integer; meaningless where `hasAllDigits` is false.
  private let significand: UInt64
  private let exponent: Int
  private let hasAllDigits: Bool

  /// Scans a number in JSON's grammar and moves the position behind it; `nil` where none stands.
  ///
  /// - Complexity: O(digits).
  init?(_ bytes: [UInt8], at position: inout Int) {
    var scan = DigitScan(bytes: bytes, position: position)
    isNegative = scan.take(UInt8(ascii: "-"))
    let integers = scan.digits()
    // No leading zeros: after a 0 there is a point, an exponent or the end.
    guard integers == 1 || integers > 1 && !scan.startsWithZero else { return nil }
    var power = 0
    if scan.take(UInt8(ascii: ".")) {
      power = -scan.digits()
      guard power < 0 else { return nil }
    }
    if scan.take(UInt8(ascii: "e")) || scan.take(UInt8(ascii: "E")) {
      guard let given = scan.exponent() else { return nil }
      power += given
    }
    position = scan.position
    significand = scan.significand
    exponent = power
    hasAllDigits = scan.significantDigits <= 19
  }

  /// The number nearest to the decimal, where a single correctly rounded operation finds it.
  ///
  /// A significand up to 2^53 and a power of ten up to 10^22 are Doubles, so one multiplication or
  /// division rounds once (Clinger 1990). A Float follows from that Double unless it lies on the
  /// middle between two Floats, where the second rounding could differ.
  func exactly<Value: BinaryFloatingPoint>(_ type: Value.Type) -> Value? {
    guard hasAllDigits, significand <= 1 << 53, exponent >= -22, exponent <= 22 else { return nil }
    let power = Self.powersOfTen[abs(exponent)]
    let magnitude =
      exponent < 0 ? Double(significand) / power : Double(significand) * power
    let value = isNegative ? -magnitude : magnitude
    if Value.self == Double.self { return value as? Value }
    guard Value.self == Float.self else { return nil }
    let isMiddle = value.bitPattern & 0x1fff_ffff == 0x1000_0000
    let isNormal = magnitude == 0 || magnitude >= 0x1p-126 && magnitude < 0x1p127
    return isMiddle || !isNormal ? nil : Float(value) as? Value
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}

/// A walk over the characters of a number.
private struct DigitScan {
  let bytes: [UInt8]
  var position: Int
  private(set) var significand: UInt64 = 0
  private(set) var significantDigits = 0
  private(set) var startsWithZero = false

  mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  /// Reads digits into the significand; returns how many there were.
  mutating func digits() -> Int {
    let start = position
    while let digit = digit() {
      if position == start, significantDigits == 0 { startsWithZero = digit == 0 }
      position += 1
      guard digit != 0 || significantDigits > 0 else { continue }
      significantDigits += 1
      significand = significand &* 10 &+ UInt64(digit)
    }
    return position - start
  }

  /// Reads a power of ten, cut where it is far out of every range.
  mutating func exponent() -> Int? {
    let isNegative = take(UInt8(ascii: "-"))
    if !isNegative { _ = take(UInt8(ascii: "+")) }
    let start = position
    var power = 0
    while let digit = digit() {
      power = min(power * 10 + Int(digit), 1_000_000)
      position += 1
    }
    guard position > start else { return nil }
    return isNegative ? -power : power
  }

  private func digit() -> UInt8? {
    guard position < bytes.count else { return nil }
    let digit = bytes[position] &- UInt8(ascii: "0")
    return digit < 10 ? digit : nil
  }
}
