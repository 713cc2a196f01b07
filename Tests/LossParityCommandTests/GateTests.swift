import Foundation
import XCTest

/// Gates as their users see them: exit codes, texts, files.
extension CommandLineTests {
  /// A program that refuses every question.
  private var refusing: String {
    #"sed -u 's/.*"id":"\([^"]*\)".*/{"id":"\1","error":{"code":"rank_too_low"}}/'"#
  }

  private var cases: [String] { ["verify", "--case", "huber.form.*"] }

  private var known: URL { folder.appending(path: "known.json") }

  private func verify(_ arguments: String...) throws -> Result {
    try lossParity(cases + ["--command", refusing] + arguments)
  }

  private func write(_ entries: String...) throws {
    let text =
      #"{"schema": "loss-parity/expected_failures/1", "expected_failures": ["#
      + entries.joined(separator: ", ") + "]}"
    try text.write(to: known, atomically: true, encoding: .utf8)
  }

  func testAPortWithKnownFailuresAdoptsAGate() throws {
    let first = try verify("--write-expected-failures", known.path)
    XCTAssertEqual(first.status, 1, first.output)
    XCTAssertTrue(first.errors.contains("1 expected failures; write the reason of 1"), first.errors)
    let unwritten = try verify("--expected-failures", known.path)
    XCTAssertEqual(unwritten.status, 6, unwritten.output)
    XCTAssertTrue(
      unwritten.output.contains("Expectation 1 of known.json has no reason yet."),
      unwritten.output)
    let text = try String(contentsOf: known, encoding: .utf8)
    XCTAssertTrue(text.contains(#""cause" : "refused: rank_too_low""#), text)
    try text.replacing("TODO: say", with: "We will")
      .write(to: known, atomically: true, encoding: .utf8)
    let written = try verify("--expected-failures", known.path)
    XCTAssertEqual(written.status, 0, written.output)
    XCTAssertTrue(written.output.hasSuffix("GATE PASSED\n"), written.output)
    XCTAssertFalse(written.output.contains("FAIL huber"), written.output)
  }

  func testAnotherCauseIsOneAndAStaleExpectationSix() throws {
    try write(#"{"case": "huber.form.*", "cause": "numerics", "reason": "why"}"#)
    let other = try verify("--expected-failures", known.path)
    XCTAssertEqual(other.status, 1, other.output)
    XCTAssertTrue(other.output.contains("FAIL huber.form."), other.output)
    let words = other.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    XCTAssertTrue(words.contains("otherwise: refused: rank_too_low."), other.output)
    let stale = try lossParity(cases + ["--expected-failures", known.path])
    XCTAssertEqual(stale.status, 6, stale.output)
    XCTAssertTrue(stale.output.contains("is stale: huber.form."), stale.output)
    XCTAssertTrue(stale.output.contains("PASSED: KerasLosses"), stale.output)
  }

  func testAnExpectationExpiresOnAGivenDay() throws {
    try write(
      #"{"case": "huber.form.*", "cause": "refused: rank_too_low", "reason": "why", "#
        + #""expires": "2027-01-31"}"#)
    let late = try verify("--expected-failures", known.path, "--today", "2027-02-01")
    XCTAssertEqual(late.status, 1)
    XCTAssertTrue(late.output.contains("expired on 2027-01-31"), late.output)
    XCTAssertEqual(try verify("--today", "2027-02-30").status, 2)
  }

  func testAWrongFileOfExpectationsIsThree() throws {
    try write(#"{"case": "hubris.*", "cause": "numerics", "reason": "why"}"#)
    let typo = try verify("--expected-failures", known.path)
    XCTAssertEqual(typo.status, 3)
    XCTAssertTrue(typo.errors.contains("no case that matches hubris.*"), typo.errors)
    XCTAssertEqual(typo.output, "")
  }

  func testPoliciesAreSix() throws {
    let arguments = ["verify", "--loss", "huber", "--dialect", "keras-3.15/jax"]
    let result = try lossParity(
      arguments + [
        "--max-tolerance-used", "0.001%", "--min-cases", "100000", "--require-losses", "huber,dice",
      ])
    XCTAssertEqual(result.status, 6)
    for message in [
      "GATE FAILED: 3 problems", "at least 100000 are required", "No case was checked of dice.",
      "more than 0.001 % of a tolerance",
    ] {
      XCTAssertTrue(result.output.contains(message), result.output)
    }
    XCTAssertEqual(
      try lossParity(
        arguments + [
          "--max-tolerance-used", "100%", "--min-cases", "1", "--require-losses", "huber",
        ]
      ).status, 0)
    XCTAssertEqual(try lossParity("verify", "--require-losses", "hubber").status, 2)
    for value in ["50", "-1%", "much"] {
      XCTAssertEqual(try lossParity("verify", "--max-tolerance-used=\(value)").status, 2)
    }
  }
}
