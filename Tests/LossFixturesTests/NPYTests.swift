import ArrayFiles
import XCTest

@testable import LossFixtures

/// The NPY format: what is read, and what is refused.
final class NPYTests: XCTestCase {
  private func file(
    _ header: String, _ elements: [UInt8], magic: [UInt8] = [0x93] + Array("NUMPY".utf8),
    version: [UInt8] = [1, 0]
  ) -> [UInt8] {
    let length = header.utf8.count
    let size: [UInt8] =
      version[0] == 2
      ? [UInt8(length & 0xff), UInt8(length >> 8), 0, 0]
      : [UInt8(length & 0xff), UInt8(length >> 8)]
    return magic + version + size + Array(header.utf8) + elements
  }

  private func values(
    _ bytes: [UInt8], _ dtype: String, _ shape: [Int]
  ) throws -> FixtureTensor.Values {
    do throws(ArrayFileError) {
      return try FixtureTensor.Values(npy: bytes, dtype: dtype, shape: shape)
    } catch {
      throw Refused(message: error.message)
    }
  }

  private struct Refused: Error { let message: String }

  private let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }   \n"
  private let two: [UInt8] = [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]

  func testBothVersionsAreRead() throws {
    XCTAssertEqual(try values(file(header, two), "float32", [2, 1]), .float32([1, -2]))
    XCTAssertEqual(
      try values(file(header, two, version: [2, 0]), "float32", [2, 1]), .float32([1, -2]))
    let integers = "{'shape': (2,), 'descr': '<i4', 'fortran_order': False}\n"
    XCTAssertEqual(
      try values(file(integers, [1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]), "int32", [2]),
      .int32([1, -1]))
    let scalar = "{'descr': '|b1', 'fortran_order': False, 'shape': (), }\n"
    XCTAssertEqual(try values(file(scalar, [1]), "bool", []), .bool([true]))
    let halves = "{'descr': '<f2', 'fortran_order': False, 'shape': (2,), }\n"
    XCTAssertEqual(
      try values(file(halves, [0, 0x3c, 0xff, 0xfb]), "float16", [2]), .float16([1, -65504]))
    let shorts = "{'descr': '<u2', 'fortran_order': False, 'shape': (1,), }\n"
    XCTAssertEqual(try values(file(shorts, [1, 0x80]), "uint16", [1]), .uint16([0x8001]))
    let bytes = "{'descr': '|i1', 'fortran_order': False, 'shape': (1,), }\n"
    XCTAssertEqual(try values(file(bytes, [0xff]), "int8", [1]), .int8([-1]))
  }

  func testBfloat16IsRefusedAsTheFormatHasNoNameForIt() {
    XCTAssertThrowsError(try values(file(header, two), "bfloat16", [2, 1])) {
      XCTAssertEqual(
        ($0 as? Refused)?.message, "NPY files have no bfloat16: its values must stand in the JSON")
    }
  }

  func testWhatIsNotTheArrayIsRefused() {
    let cases: [(bytes: [UInt8], message: String)] = [
      ([], "not an NPY file"),
      (file(header, two, magic: Array("NUMPY!".utf8)), "not an NPY file"),
      (file(header, two, version: [4, 0]), "version 4.0"),
      (Array(file(header, two).prefix(40)), "cut off"),
      (file(header, Array(two.dropLast())), "7 bytes"),
      (file(header, two + [0]), "9 bytes"),
      (file(header.replacing("<f4", with: ">f4"), two), "dtype is >f4"),
      (file(header.replacing("<f4", with: "<f8"), two), "dtype is <f8"),
      (file(header.replacing("False", with: "True "), two), "Fortran order"),
      (file(header.replacing("(2, 1)", with: "(1, 2)"), two), "shape is [1, 2]"),
      (file(header.replacing("(2, 1)", with: "(2, x)"), two), "not understood"),
      (file(header.replacing("(2, 1)", with: "(99999999999999999999,)"), two), "not understood"),
      (file(header.replacing("'descr'", with: "'other'"), two), "not understood"),
      (file("{'descr': '<f4', ", two), "not understood"),
      (file(header + "x", two), "not understood"),
    ]
    for (bytes, message) in cases {
      XCTAssertThrowsError(try values(bytes, "float32", [2, 1]), message) {
        XCTAssertTrue(($0 as? Refused)?.message.contains(message) == true, "\($0) for \(message)")
      }
    }
  }

  func testARandomChangeOfBytesNeverTraps() {
    var generator = SplitMix64(state: 9)
    for _ in 0..<20_000 {
      var bytes = file(header, two)
      for _ in 0..<2 {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
          in: 0...255, using: &generator)
      }
      _ = try? values(bytes, "float32", [2, 1])
    }
  }
}
