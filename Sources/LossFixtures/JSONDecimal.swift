/// A number of JSON text, scanned: sign, up to 19 digits, and a power of ten.
package struct JSONDecimal {
  private let isNegative: Bool
  /// The digits as an integer; meaningless where `hasAllDigits` is false.
  private let significand: UInt64
  private let exponent: Int
  private let hasAllDigits: Bool

  /// Scans a number in JSON's grammar and moves the position behind it; `nil` where none stands.
  ///
  /// - Complexity: O(digits).
  @inline(__always)
  init?(_ bytes: UnsafeBufferPointer<UInt8>, at position: inout Int) {
    var scan = DigitScan(bytes: bytes, position: position)
    isNegative = scan.take(UInt8(ascii: "-"))
    let start = scan.position
    let integers = scan.digits()
    // No leading zeros: after a 0 there is a point, an exponent or the end.
    guard integers == 1 || integers > 1 && bytes[start] != UInt8(ascii: "0") else { return nil }
    var fractions = 0
    if scan.take(UInt8(ascii: ".")) {
      fractions = scan.digits()
      guard fractions > 0 else { return nil }
    }
    let end = scan.position
    var power = -fractions
    if scan.take(UInt8(ascii: "e")) || scan.take(UInt8(ascii: "E")) {
      guard let given = scan.exponent() else { return nil }
      power += given
    }
    position = scan.position
    significand = scan.significand
    exponent = power
    hasAllDigits =
      integers + fractions <= 19 || Self.significantDigits(bytes[start..<end]) <= 19
  }

  /// How many digits there are from the first one that is not 0.
  private static func significantDigits(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
    text.drop { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") }
      .count { $0 != UInt8(ascii: ".") }
  }

  /// The nearest Double, ties to even; `nil` where it is not found from what was scanned.
  ///
  /// - Complexity: O(1).
  @inline(__always)
  var double: Double? {
    guard hasAllDigits, PowerOfFive.exponents.contains(exponent) else { return nil }
    let magnitude = PowerOfFive.nearest(significand, exponent)
    return isNegative ? -magnitude : magnitude
  }

  /// The nearest Float, ties to even; `nil` where it is not found from what was scanned.
  ///
  /// It follows from the nearest Double unless that lies on the middle between two Floats, where the
  /// second rounding could differ.
  ///
  /// - Complexity: O(1).
  @inline(__always)
  var float: Float? {
    guard let value = double else { return nil }
    let magnitude = value.magnitude
    let isMiddle = value.bitPattern & 0x1fff_ffff == 0x1000_0000
    let isNormal = magnitude == 0 || magnitude >= 0x1p-126 && magnitude < 0x1p127
    return isMiddle || !isNormal ? nil : Float(value)
  }
}

/// A walk over the characters of a number.
private struct DigitScan {
  let bytes: UnsafeBufferPointer<UInt8>
  var position: Int
  /// All digits as an integer, modulo 2^64.
  private(set) var significand: UInt64 = 0

  @inline(__always)
  init(bytes: UnsafeBufferPointer<UInt8>, position: Int) {
    self.bytes = bytes
    self.position = position
  }

  @inline(__always)
  mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  /// Reads digits into the significand; returns how many there were.
  @inline(__always)
  mutating func digits() -> Int {
    let start = position
    while let eight = eightDigits() {
      significand = significand &* 100_000_000 &+ eight
      position += 8
    }
    while let digit = digit() {
      significand = significand &* 10 &+ UInt64(digit)
      position += 1
    }
    return position - start
  }

  /// Reads a power of ten, cut where it is far out of every range.
  @inline(__always)
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

  @inline(__always)
  private func digit() -> UInt8? {
    guard position < bytes.count else { return nil }
    let digit = bytes[position] &- UInt8(ascii: "0")
    return digit < 10 ? digit : nil
  }

  /// The next eight characters as a number, where all are digits: pairs, then fours, then all.
  @inline(__always)
  private func eightDigits() -> UInt64? {
    guard position <= bytes.count - 8, let base = bytes.baseAddress else { return nil }
    let text = UInt64(
      littleEndian: UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self))
    let high: UInt64 = 0xf0f0_f0f0_f0f0_f0f0
    // Digits are 0x30 to 0x39: adding 6 must not change the upper half of any.
    guard text & high == 0x3030_3030_3030_3030,
      (text &+ 0x0606_0606_0606_0606) & high == 0x3030_3030_3030_3030
    else { return nil }
    let digits = text &- 0x3030_3030_3030_3030
    let pairs = (digits &* 10 &+ digits >> 8) & 0x00ff_00ff_00ff_00ff
    let fours = (pairs &* 100 &+ pairs >> 16) & 0x0000_ffff_0000_ffff
    return (fours &* 10_000 &+ fours >> 32) & 0xffff_ffff
  }
}
