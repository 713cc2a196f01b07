import Foundation
import XCTest

/// `loss-parity parity`, from answers and from stored reports.
extension CommandLineTests {
  /// A program that refuses every question.
  private var refusing: String {
    #"sed -u 's/.*"id":"\([^"]*\)".*/{"id":"\1","error":{"code":"rank_too_low"}}/'"#
  }

  private func file(_ name: String) -> String { folder.appending(path: name).path }

  private func store(_ name: String, _ arguments: String...) throws {
    _ = try lossParity(
      ["verify", "--case", "huber.form.*", "--dialect", "keras-3.15/jax"] + arguments
        + ["--report", "json=\(file(name))"])
  }

  func testImplementationsAndTheirReportsStandSideBySide() throws {
    let asked = try lossParity(
      "parity", "--case", "huber.form.*", "--implementation", "swift", "--implementation",
      "port=\(refusing)", "--report", "json=\(file("asked.json"))", "--report",
      "markdown=\(file("asked.md"))")
    XCTAssertEqual(asked.status, 0, asked.output + asked.errors)
    XCTAssertTrue(asked.output.contains("refused with rank_too_low"), asked.output)
    let markdown = try String(contentsOfFile: file("asked.md"), encoding: .utf8)
    XCTAssertTrue(markdown.hasPrefix("| keras-3.15/jax | cases | swift | port |"), markdown)
    try store("swift.json")
    try store("port.json", "--command", refusing)
    let stored = try lossParity(
      "parity", file("swift.json"), file("port.json"), "--report", "json=\(file("stored.json"))",
      "--fail-on-difference")
    XCTAssertEqual(stored.status, 1, stored.errors)
    XCTAssertEqual(stored.output, asked.output)
    XCTAssertEqual(
      try Data(contentsOf: folder.appending(path: "stored.json")),
      try Data(contentsOf: folder.appending(path: "asked.json")))
    try reportsOfTwoVersions()
    try reportsThatDoNotBelongTogether()
  }

  private func reportsOfTwoVersions() throws {
    let worse = try lossParity(
      "parity", "now=\(file("port.json"))", "--baseline", file("swift.json"))
    XCTAssertEqual(worse.status, 1)
    XCTAssertTrue(worse.output.contains("now since swift: 6 new failures\n"), worse.output)
    let better = try lossParity(
      "parity", file("swift.json"), "--baseline", file("port.json"))
    XCTAssertEqual(better.status, 0)
    XCTAssertTrue(better.output.contains("no new failures, 6 fixed\n"), better.output)
  }

  private func reportsThatDoNotBelongTogether() throws {
    let text = try String(contentsOfFile: file("port.json"), encoding: .utf8)
    try text.replacing(/"manifest_sha256" : "[0-9a-f]{12}/, with: #""manifest_sha256" : "0"#)
      .write(toFile: file("other.json"), atomically: true, encoding: .utf8)
    let other = try lossParity("parity", file("swift.json"), file("other.json"))
    XCTAssertEqual(other.status, 7)
    XCTAssertTrue(other.errors.contains("other was run on other fixtures than swift"), other.errors)
    XCTAssertEqual(
      try lossParity("parity", file("swift.json"), file("other.json"), "--across-fixtures").status,
      0)
    try text.replacing("loss-parity/report/", with: "loss-parity/report/9")
      .write(toFile: file("later.json"), atomically: true, encoding: .utf8)
    let later = try lossParity("parity", file("swift.json"), file("later.json"))
    XCTAssertEqual(later.status, 3)
    XCTAssertTrue(later.errors.contains("expected loss-parity/report/"), later.errors)
    XCTAssertEqual(try lossParity("parity", file("none.json")).status, 3)
    let twice = try lossParity("parity", "a=\(file("swift.json"))", "a=\(file("port.json"))")
    XCTAssertEqual(twice.status, 2)
    XCTAssertTrue(twice.errors.contains("two runs are called a"), twice.errors)
  }

  func testParityNeedsSomethingToCompare() throws {
    XCTAssertEqual(try lossParity("parity").status, 2)
    XCTAssertEqual(try lossParity("parity", "--implementation", "python3 port.py").status, 2)
    XCTAssertEqual(try lossParity("parity", "a.json", "--flag", "question").status, 2)
    XCTAssertEqual(try lossParity("parity", "a.json", "--report", "pdf=x").status, 2)
  }
}
