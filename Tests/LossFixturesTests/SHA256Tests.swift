import XCTest

@testable import LossFixtures

/// The example values of FIPS 180-4 and what lies at the edges of a block.
final class SHA256Tests: XCTestCase {
  func testPublishedValues() {
    XCTAssertEqual(
      SHA256.hexadecimal([]),
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    XCTAssertEqual(
      SHA256.hexadecimal(Array("abc".utf8)),
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    XCTAssertEqual(
      SHA256.hexadecimal(Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8)),
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    XCTAssertEqual(
      SHA256.hexadecimal(Array(repeating: UInt8(ascii: "a"), count: 1_000_000)),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  func testEveryLengthAroundABlockHasItsOwnHash() {
    let hashes = Set((0...130).map { SHA256.hexadecimal(Array(repeating: 0, count: $0)) })
    XCTAssertEqual(hashes.count, 131)
    for count in 0...300 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * $0 + count) }
      XCTAssertEqual(
        SHA256.hexadecimal(bytes), SHA256.hexadecimal(bytes, portably: true), "\(count) bytes")
    }
    XCTAssertTrue(hashes.allSatisfy { $0.count == 64 })
  }
}
