import Foundation
import XCTest

/// Reports in files and on standard output.
extension CommandLineTests {
  private static let huber = ["verify", "--loss", "huber", "--dialect", "keras-3.15/jax"]

  private func report(_ format: String, _ file: String) -> [String] {
    ["--report", "\(format)=\(folder.appending(path: file).path)"]
  }

  func testSeveralReportsOfARunAreWritten() throws {
    let first = ["a", "b"]
    for run in first {
      let result = try lossParity(
        Self.huber + report("json", "\(run).json") + report("junit", "\(run).xml")
          + report("markdown", "\(run).md") + report("html", "\(run).html")
          + report("annotations", "\(run).txt"))
      XCTAssertEqual(result.status, 0, result.errors)
      XCTAssertTrue(result.output.contains("PASSED"), result.output)
    }
    for (ending, start) in [
      ("json", "{\n"), ("xml", "<?xml "), ("md", "## "), ("html", "<!doctype html>"), ("txt", ""),
    ] {
      let (one, other) = try (
        Data(contentsOf: folder.appending(path: "a.\(ending)")),
        Data(contentsOf: folder.appending(path: "b.\(ending)"))
      )
      XCTAssertEqual(one, other, "the same run gives the same bytes: \(ending)")
      XCTAssertTrue(String(decoding: one, as: UTF8.self).hasPrefix(start), ending)
    }
  }

  func testAReportOnStandardOutputIsAlone() throws {
    let result = try lossParity(Self.huber + ["--report", "json=-"])
    XCTAssertEqual(result.status, 0)
    XCTAssertNotNil(try JSONSerialization.jsonObject(with: Data(result.output.utf8)))
  }

  func testAnnotationsStandBeforeTheTerminalsText() throws {
    let result = try lossParity(
      "verify", "--case", "huber.form.function.float32", "--command", "exit 3", "--report",
      "annotations=-")
    XCTAssertEqual(result.status, 1)
    XCTAssertTrue(result.output.hasPrefix("::error title="), result.output)
    XCTAssertTrue(result.output.contains("\nFAILED: exit 3 differs"), result.output)
  }

  func testTwoReportsDoNotShareAFile() throws {
    let link = folder.appending(path: "link")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: folder)
    for reports in [
      report("json", "a") + report("html", "a"),
      report("json", "a") + report("json", "./a"),
      report("json", "a") + report("html", "link/a"),
      ["--report", "json=-", "--report", "annotations=-"],
    ] {
      let result = try lossParity(Self.huber + reports)
      XCTAssertEqual(result.status, 2, "\(reports)")
      XCTAssertEqual(result.output, "", "nothing was run")
      XCTAssertTrue(result.errors.contains("cannot both go to"), result.errors)
    }
  }

  func testAFolderIsNoPlaceForAReport() throws {
    let result = try lossParity(Self.huber + ["--report", "json=\(folder.path)"])
    XCTAssertEqual(result.status, 2)
    XCTAssertEqual(result.output, "")
    XCTAssertTrue(result.errors.contains("it is a folder"), result.errors)
  }

  func testADeviceIsWrittenNotReplaced() throws {
    let result = try lossParity(Self.huber + ["--report", "junit=/dev/stderr"])
    XCTAssertEqual(result.status, 0, result.errors)
    XCTAssertTrue(result.errors.contains("<testsuites "), result.errors)
    XCTAssertTrue(result.output.contains("PASSED"), result.output)
  }
}
