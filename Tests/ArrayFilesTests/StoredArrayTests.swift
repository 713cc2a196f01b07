import XCTest

@testable import ArrayFiles

/// NPY files and NPZ archives: what is read, in which order, and what is refused.
final class StoredArrayTests: XCTestCase {
  private func npy(
    _ descriptor: String, _ shape: String, isFortranOrder: Bool = false, _ elements: [UInt8]
  ) -> [UInt8] {
    let order = isFortranOrder ? "True" : "False"
    let header = "{'descr': \(descriptor), 'fortran_order': \(order), 'shape': \(shape), }\n"
    return NPYHeader.magic + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8) + elements
  }

  private func array(_ bytes: [UInt8]) throws -> StoredArray {
    guard case .one(let array) = try StoredArray.content(of: FileBytes(bytes)) else {
      throw ArrayFileError("it is not an NPY file")
    }
    return array
  }

  func testHeaders() throws {
    let big = try array(npy("'>i2'", "(2, 1)", [0, 1, 1, 0]))
    XCTAssertEqual(big.dtype, .int16)
    XCTAssertTrue(big.isBigEndian)
    XCTAssertEqual(big.shape, [2, 1])
    XCTAssertFalse(try array(npy("'>u1'", "(1,)", [1])).isBigEndian, "one byte has no order")
    XCTAssertEqual(try array(npy("'<V2'", "(1,)", [0, 0])).dtype, .bfloat16)
    XCTAssertEqual(try array(npy("\"<c8\"", "()", [UInt8](repeating: 0, count: 8))).count, 1)
    XCTAssertEqual(try array(npy("'<f4'", "(3L, 0L)", [])).shape, [3, 0], "as Python 2 wrote")
    XCTAssertEqual(NPYHeader.elementCount([1 << 62, 4]), nil)
    XCTAssertEqual(NPYHeader.elementCount([1 << 62, 0]), 0)
  }

  func testFortranOrderIsReadInCOrder() throws {
    // [[1, 2, 3], [4, 5, 6]], column by column.
    let stored = try array(npy("'|u1'", "(2, 3)", isFortranOrder: true, [1, 4, 2, 5, 3, 6]))
    let inOrder = try stored.inCOrder()
    XCTAssertEqual(inOrder.withPlainBytes { Array($0) }, [1, 2, 3, 4, 5, 6])
    XCTAssertEqual(try elements(stored, transposed: true, 2, 3), [3, 4, 5])
    XCTAssertEqual(try elements(stored, transposed: false, 0, 2), [1, 4])
    let inC = try array(npy("'|u1'", "(2, 3)", [1, 2, 3, 4, 5, 6]))
    XCTAssertEqual(try elements(inC, transposed: true, 0, 6), [1, 4, 2, 5, 3, 6])
  }

  private func elements(
    _ array: StoredArray, transposed: Bool, _ start: Int, _ count: Int
  ) throws -> [UInt8] {
    let reader = ArrayReader(array, transposed: transposed)
    let block = try reader.block(start, count)
    return withExtendedLifetime(reader) { Array(block) }
  }

  func testFilesThatAreNoArraysAreToldFromDamagedOnes() throws {
    guard case .other = try StoredArray.content(of: FileBytes(Array("[1]".utf8))) else {
      return XCTFail("text is neither")
    }
    let cases: [(bytes: [UInt8], message: String)] = [
      (npy("'<f4'", "(2,)", [0, 0, 0]), "3 bytes of elements"),
      (npy("'<f4'", "(9223372036854775807,)", []), "more elements"),
      (npy("[('a', '<f4'), ('b', '(')]", "(1,)", []), "structured"),
      (npy("'<f16'", "(1,)", []), "longdouble"),
      (npy("'<q9'", "(1,)", []), "is not read"),
      ([0x50, 0x4b, 3, 4], "ZIP archive that is cut off"),
    ]
    for (bytes, message) in cases {
      XCTAssertThrowsError(try StoredArray.content(of: FileBytes(bytes)), message) {
        let text = ($0 as? ArrayFileError)?.message ?? ""
        XCTAssertTrue(text.contains(message), "\(text) for \(message)")
      }
    }
    XCTAssertThrowsError(try FileBytes(path: "/no/such/file"))
    XCTAssertThrowsError(try FileBytes(path: "/"))
  }
}
