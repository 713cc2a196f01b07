import Foundation
import XCTest

/// `loss-parity compare`: verdicts by exit code, and where they are told.
extension CommandLineTests {
  private func file(_ name: String, _ text: String) throws -> String {
    let file = folder.appending(path: name)
    try Data(text.utf8).write(to: file)
    return file.path
  }

  func testComparedFilesAreJudgedByExitCodes() throws {
    let expected = try file("expected.json", "[[0.5, 1], [2, NaN]]")
    let same = try lossParity("compare", expected, expected)
    XCTAssertEqual(same.status, 0, same.output + same.errors)
    XCTAssertTrue(same.output.contains("PASSED"), same.output)
    let double = try file("double.json", "[[1, 2], [4, NaN]]")
    let other = try lossParity("compare", double, expected)
    XCTAssertEqual(other.status, 1)
    XCTAssertTrue(
      other.output.hasPrefix("PATTERN each mismatched element is 2 (2, the extent of axis 0)"),
      other.output)
    XCTAssertTrue(
      other.output.contains("3 of 4 elements (75 %) are not within that"), other.output)
    let empty = try file("empty.json", "[[], []]")
    XCTAssertEqual(try lossParity("compare", empty, empty).status, 4)
    let missing = try lossParity("compare", expected, folder.path + "/missing.npy")
    XCTAssertEqual(missing.status, 3)
    XCTAssertTrue(missing.errors.contains("missing.npy: there is no such file"), missing.errors)
    XCTAssertEqual(try lossParity("compare", expected, try file("bad.json", "[1, [2]]")).status, 3)
  }

  func testTolerancesOfAComparisonAreChecked() throws {
    let numbers = try file("numbers.json", "[1.5]")
    for wrong in [
      ["--rtol=-1"], ["--atol", "nan"], ["--ulp", "99999999999999999"], ["--worst", "0"],
      ["--tolerance", numbers, "--rtol", "1"], ["--report", "html=x.html"], ["--array", "x"],
    ] {
      let result = try lossParity(["compare", numbers, numbers] + wrong)
      XCTAssertEqual(result.status, 2, "\(wrong): \(result.output)\(result.errors)")
    }
    let twice = try lossParity("compare", "-", "-")
    XCTAssertEqual(twice.status, 2, twice.errors)
    let near = try file("near.json", "[1.75]")
    XCTAssertEqual(try lossParity("compare", near, numbers, "--tolerance", near).status, 0)
    let report = try lossParity("compare", near, numbers, "--report", "json=-")
    XCTAssertEqual(report.status, 1)
    let json = try XCTUnwrap(
      JSONSerialization.jsonObject(with: Data(report.output.utf8)) as? [String: Any])
    XCTAssertEqual(json["schema"] as? String, "loss-parity/comparison/1")
    XCTAssertEqual(json["verdict"] as? String, "failed")
  }

  func testAFileThatIsCutWhileItIsReadIsDamaged() throws {
    // Sparse: a gigabyte of zeros.
    let count = 1 << 28
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(count),), }"
    header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    let start = [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8)
    let file = folder.appending(path: "long.npy")
    try Data(start).write(to: file)
    try FileHandle(forWritingTo: file).truncate(atOffset: UInt64(start.count + 4 * count))
    let other = folder.appending(path: "other.npy")
    try FileManager.default.copyItem(at: file, to: other)

    let process = Process()
    process.executableURL = Self.products.appending(path: "loss-parity")
    process.arguments = ["compare", file.path, other.path]
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let maps = "/proc/\(process.processIdentifier)/maps"
    while process.isRunning,
      (try? String(contentsOfFile: maps, encoding: .utf8))?.contains("other.npy") != true
    { usleep(1000) }
    try FileHandle(forWritingTo: file).truncate(atOffset: 1 << 20)
    process.waitUntilExit()
    let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    XCTAssertEqual(process.terminationReason, .exit)
    XCTAssertEqual(process.terminationStatus, 3, said)
    XCTAssertTrue(said.contains("a file was cut while it was read"), said)
  }
}
