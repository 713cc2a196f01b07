import Foundation
import XCTest

@testable import LossFixtures

/// Ledgers, and what is none: refused with file, line and field.
final class LedgerTests: XCTestCase {
  private let small = """
    {
      "schema": "loss-parity/ledger/1",
      "decisions": {
        "0123abcd": {"decision": "accepted", "reason": "R.", "by": "", "date": "2025-01-02"},
        "00000000": {"decision": "rejected", "reason": "No.", "by": "A", "date": "2025-01-02"}
      },
      "answers": {
        "keras-1/huber": "00112233445566ff"
      },
      "cases": {
        "huber.a": ["0011223344556677", "0011223344556688", "0123abcd"]
      },
      "rejected": {
        "huber.a": ["", "", "00000000"]
      },
      "retired": {
        "huber.b": ["0011223344556699", "00112233445566aa", "0123abcd"]
      }
    }

    """

  private func decode(_ text: String) throws(FixtureError) -> Ledger {
    try Ledger(file: "ledger.json", bytes: Array(text.utf8))
  }

  /// The error of the small ledger with a text replaced.
  private func error(_ old: String, _ new: String, line: UInt = #line) -> String {
    XCTAssertTrue(small.contains(old), "no \(old)", line: line)
    do throws(FixtureError) {
      _ = try decode(small.replacing(old, with: new, maxReplacements: 1))
      XCTFail("accepted: \(new)", line: line)
      return ""
    } catch {
      return "\(error)"
    }
  }

  func testTheSmallLedgerIsRead() throws {
    let ledger = try decode(small)
    XCTAssertEqual(ledger.reason(of: "huber.a")?.reason, "R.")
    XCTAssertNil(ledger.reason(of: "huber.b"), "it is not a case any more")
    XCTAssertEqual(ledger.rejected["huber.a"]?.question, "")
    XCTAssertEqual(Array(ledger.retired.keys), ["huber.b"])
    XCTAssertEqual(ledger.answers, ["keras-1/huber": "00112233445566ff"])
  }

  func testEveryTruncationIsRefused() {
    let bytes = Array(small.utf8)
    let end = bytes.lastIndex(of: UInt8(ascii: "}")) ?? 0
    for length in 0...end {
      XCTAssertThrowsError(try Ledger(file: "cut.json", bytes: Array(bytes[..<length])))
    }
  }

  func testWhatIsNoLedgerIsRefused() {
    XCTAssertEqual(
      error("0011223344556677", "001122334455667"),
      "ledger.json:11: cases.huber.a: \"001122334455667\" is not a digest of 16 hexadecimal digits")
    XCTAssertTrue(error("\"0011223344556677\"", "\"\"").contains("is not a digest"))
    XCTAssertTrue(error("5566ff", "5566FF").contains("answers.keras-1/huber: \"00112233445566FF\""))
    XCTAssertTrue(error(", \"0123abcd\"]", "]").contains("and a decision"))
    XCTAssertTrue(error(", \"0123abcd\"]", ", \"0123abcd\", \"\"]").contains("and a decision"))
    XCTAssertTrue(
      error("\"0123abcd\"]", "\"0123abce\"]").contains(
        "cases.huber.a: there is no decision 0123abce"))
    XCTAssertTrue(
      error("\"huber.b\"", "\"huber.a\"").contains("huber.a is both a case and retired"))
    XCTAssertTrue(error("\"accepted\"", "\"perhaps\"").contains("decision is perhaps"))
    XCTAssertTrue(error("ledger/1", "ledger/2").contains("expected loss-parity/ledger/1"))
    for field in ["decisions", "answers", "cases", "rejected", "retired"] {
      XCTAssertTrue(error("\"\(field)\": {", "\"other\": {").contains("other: an unknown field"))
    }
    for field in ["reason", "by", "date"] {
      XCTAssertTrue(error("\"\(field)\"", "\"why\"").contains("why: an unknown field"))
    }
    XCTAssertTrue(error(", \"by\": \"\"", "").contains("by is missing"))
  }

  func testALedgerIsThatOfTheManifest() throws {
    let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "ledger-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { XCTAssertNoThrow(try FileManager.default.removeItem(at: folder)) }

    /// Loads a folder of one case; the error if there is one.
    func load(ledger: String, retired: [String], isListed: Bool = true) throws -> String? {
      var listed: [String: [String: String]] = [:]
      for (name, text) in others.merging(["ledger": ledger], uniquingKeysWith: { $1 }) {
        let path = "\(name).json"
        try Data(text.utf8).write(to: folder.appending(path: path))
        listed[name] = ["path": path, "sha256": SHA256.hexadecimal(Array(text.utf8))]
      }
      var entry: [String: Any] = try XCTUnwrap(listed.removeValue(forKey: "huber"))
      entry.merge(
        [
          "schema": FixtureFile.schema, "loss": "huber", "dialect": "keras-3.15/jax",
          "case_count": 1, "diagnosis": listed.removeValue(forKey: "diagnosis") ?? [:],
        ], uniquingKeysWith: { $1 })
      if !isListed { listed["ledger"] = nil }
      var manifest: [String: Any] = listed
      manifest.merge(
        [
          "schema": Manifest.schema, "generator": ["name": "n", "version": "1"],
          "case_count": 1, "files": [entry], "retired_ids": retired,
        ], uniquingKeysWith: { $1 })
      try JSONSerialization.data(withJSONObject: manifest)
        .write(to: folder.appending(path: "manifest.json"))
      do throws(FixtureError) {
        let suite = try FixtureSuite.load(directory: folder.path)
        XCTAssertEqual(try suite.ledger()?.reason(of: "huber.a")?.reason, "R.")
        return nil
      } catch {
        return "\(error)"
      }
    }

    XCTAssertNil(try load(ledger: small, retired: ["huber.b"]))
    XCTAssertEqual(
      try load(ledger: small, retired: ["huber.c", "huber.b"]),
      "ledger.json: it and manifest.json do not agree whether huber.c is retired; "
        + "run tools/fixtures generate")
    XCTAssertEqual(
      try load(ledger: small, retired: [])?.contains("whether huber.b is retired"), true)
    XCTAssertEqual(
      try load(ledger: small, retired: ["huber.b"], isListed: false),
      "ledger.json: manifest.json does not list this file; run tools/fixtures generate")
    XCTAssertEqual(
      try load(ledger: "{}", retired: []),
      "ledger.json:1: schema is missing, expected \(Ledger.schema)")
    XCTAssertNil(try load(ledger: small, retired: ["huber.b"]))
    try Data("{}\n".utf8).write(to: folder.appending(path: "ledger.json"))
    XCTAssertThrowsError(try FixtureSuite.load(directory: folder.path)) {
      XCTAssertTrue("\($0)".hasPrefix("ledger.json: its SHA-256 is not"), "\($0)")
    }
    let huber = try FixtureSuite.load(directory: folder.path, losses: ["huber"])
    XCTAssertEqual(huber.caseCount, 1, "one loss needs no ledger")
  }

  /// The files of a folder of one case, by their names.
  private let others = [
    "huber": """
    {
      "schema": "loss-parity/fixtures/1", "loss": "huber", "dialect": "keras-3.15/jax",
      "notes": {},
      "cases": [{
        "id": "huber.a", "comment": "A.", "flags": [], "form": "class", "config": {},
        "dtype": "float32",
        "inputs": {
          "y_true": {"dtype": "float32", "shape": [1], "values": [0.0]},
          "y_pred": {"dtype": "float32", "shape": [1], "values": [0.0]}
        },
        "expected": {"error": "rank_too_low"}
      }]
    }
    """,
    "diagnosis": "{}",
    "mistakes": "{\"schema\": \"loss-parity/mistakes/1\", \"mistakes\": [], \"pairs\": []}",
    "kill_matrix": "{\"schema\": \"loss-parity/kill-matrix/1\", \"kills\": {}}",
  ]
}
