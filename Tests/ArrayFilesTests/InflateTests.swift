import XCTest

@testable import ArrayFiles

/// The DEFLATE format, and the check value of ZIP archives.
final class InflateTests: XCTestCase {
  /// 0 to 15 eight times, then "abc" 140 times.
  private static let plain =
    (0..<8).flatMap { _ in Array(0..<16 as Range<UInt8>) }
    + (0..<140).flatMap { _ in Array("abc".utf8) }

  /// By zlib: with the fixed code, and with codes of its own.
  private static let deflated = [
    "6360646266616563e7e0e4e2e6e1e5e367a0333f312979140d720400",
    "05c187018300008030b7d67923f0ff0f4d86719a9775db8fdf79ddcffb0de3342febb61fbff3ba9ff71bc6695ed66d"
      + "3f7ee7753fef378cd3bcacdb7efcceeb7ede6f18a77959b7fdf89dd7fdbcdf304ef3b26efbf13baffb79bf619ce665"
      + "ddf6e3775ef7f37ec338cdcbbaedc7efbceee7fd300cc3300cc3300cc3300cc3300cc3300cc3300cc3300cc3300cc3"
      + "300cc3300cc3300cc3300cc3300cc3300cc3300cc3300cc3300cc3300cc3300cc3300cc3300cc3300cc3300cc3300c"
      + "c3300cc3300cc3300cc3300cc3300cc3300cc3300cc3300cc3300cc3300cc3fe",
  ]

  private func inflated(_ bytes: [UInt8]) throws -> [UInt8] {
    try bytes.withUnsafeBytes { buffer in
      var inflate = Inflate(buffer)
      var output: [UInt8] = []
      while try inflate.next({ (piece) throws(ArrayFileError) in output += piece }) {}
      XCTAssertLessThanOrEqual(inflate.inputCount, bytes.count)
      return output
    }
  }

  private func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = Array(hexadecimal)
    return stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)
    }
  }

  func testWhatZlibDeflatedIsInflated() throws {
    for text in Self.deflated { XCTAssertEqual(try inflated(bytes(text)), Self.plain) }
    let stored: [UInt8] = [1, 3, 0, 0xfc, 0xff, 7, 8, 9]
    XCTAssertEqual(try inflated(stored), [7, 8, 9])
    XCTAssertEqual(try inflated([3, 0]), [], "the fixed code, nothing in it")
  }

  func testPiecesGoOnWhereOthersEnd() throws {
    // A megabyte of copies from one byte on: "\0", then lengths of 258 at distance 1.
    var bits: [UInt8] = [1, 1, 0]
    func code(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(value >> (count - 1 - $0) & 1) }
    }
    bits += code(0x30, 8)
    for _ in 0..<4096 { bits += code(0xc0 + 285 - 280, 8) + code(0, 5) }
    bits += code(0, 7)
    while bits.count % 8 != 0 { bits.append(0) }
    let packed = stride(from: 0, to: bits.count, by: 8).map { start in
      (0..<8).reduce(UInt8(0)) { $0 | bits[start + $1] << UInt8($1) }
    }
    let output = try inflated(packed)
    XCTAssertEqual(output.count, 1 + 4096 * 258)
    XCTAssertTrue(output.allSatisfy { $0 == 0 })
  }

  func testWhatIsNoDeflatedDataIsRefused() {
    let cases: [(bytes: [UInt8], message: String)] = [
      ([], "cut off"), ([1, 3, 0], "cut off"), ([1, 3, 0, 0, 0, 1, 2, 3], "stored block"),
      ([7], "no type"), ([3, 2, 0], "before the start"),
      (bytes(Self.deflated[1]).dropLast(), "cut off"),
    ]
    for (bytes, message) in cases {
      XCTAssertThrowsError(try inflated(bytes), message) {
        let text = ($0 as? ArrayFileError)?.message ?? ""
        XCTAssertTrue(text.contains(message), "\(text) for \(message)")
      }
    }
  }

  func testARandomChangeOfBytesNeverTraps() {
    var state: UInt64 = 7
    func random(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    for round in 0..<4000 {
      var data = bytes(Self.deflated[round % 2])
      for _ in 0..<2 { data[random(data.count)] = UInt8(random(256)) }
      _ = try? inflated(data)
    }
  }

  func testCheckValues() {
    var crc = CRC32()
    Array("123456789".utf8).withUnsafeBytes { crc.update($0) }
    XCTAssertEqual(crc.value, 0xcbf4_3926)
    var parts = CRC32()
    for part in [Self.plain[..<13], Self.plain[13...]] {
      Array(part).withUnsafeBytes { parts.update($0) }
    }
    XCTAssertEqual(parts.value, 0x10bd_223a)
  }
}
