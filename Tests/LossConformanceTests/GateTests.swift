import Foundation
import LossConformance
import LossFixtures
import XCTest

/// Which failures a gate accepts, and what else it asks for.
final class GateTests: XCTestCase {
  private let loss = "categorical_crossentropy"
  private let today = CalendarDate(daysSince1970: 20_000)
  private let skipped: [CauseName] = [.candidate(.mistake("rescale_skipped"))]

  /// Of all cases of the loss.
  private func report(_ mistake: String?) throws -> Report {
    switch mistake {
    case nil: try Self.right.get()
    case "rescale_skipped": try Self.notRescaling.get()
    default: try Self.run(mistake)
    }
  }

  private static let right = Result { try run(nil) }
  private static let notRescaling = Result { try run("rescale_skipped") }

  private static func run(
    _ mistake: String?, _ selection: Selection = Selection(losses: ["categorical_crossentropy"])
  ) throws -> Report {
    var selection = selection
    selection.dialects = [FixtureFile.defaultDialect]
    return try Verification(Port("categorical_crossentropy", mistake), selection: selection)
      .run(committedSuite())
  }

  /// What a port with a mistake is expected to fail, with a reason.
  private func expectations(
    _ mistake: String, expires: CalendarDate? = nil
  ) throws -> ExpectedFailures {
    let written = ExpectedFailures(
      file: "known.json", of: try report(mistake), in: try committedSuite())
    return ExpectedFailures(
      file: "known.json",
      expectations: written.expectations.map {
        ExpectedFailure(
          cases: $0.cases, dialects: $0.dialects, causes: $0.causes, reason: "Ours never rescales.",
          expires: expires)
      })
  }

  // MARK: - Expected failures

  func testFailuresForTheExpectedCausePass() throws {
    let report = try report("rescale_skipped")
    let gate = Gate(expectedFailures: try expectations("rescale_skipped"))
    let result = gate.result(of: report, today: today)
    XCTAssertEqual(result.problems, [])
    XCTAssertTrue(result.passed)
    XCTAssertEqual(Set(result.cases.map(\.id)), Set(report.failures.map(\.id)))
    XCTAssertEqual(report.verdict, .failed, "the verdict is about the cases")
    XCTAssertTrue(result.cases.allSatisfy { $0.standing == .expected }, "\(result.cases)")
  }

  func testLittleEvidenceDoesNotContradict() throws {
    let id = "categorical_crossentropy.question.row_sums_1_99.class.float32"
    let report = try Self.run("rescale_skipped", Selection(casePatterns: [id]))
    XCTAssertEqual(report.diagnoses.map(\.verdict), [.ambiguous])
    let gate = Gate(expectedFailures: try expectations("rescale_skipped"))
    let result = gate.result(of: report, today: today)
    XCTAssertEqual(result.problems, [])
    XCTAssertEqual(result.cases.map(\.standing), [.notContradicted])
  }

  func testAFailureForAnotherCauseIsUnexpected() throws {
    var report = try report("clip_skipped")
    report.gate = Gate(expectedFailures: try expectations("rescale_skipped"))
      .result(of: report, today: today)
    let result = try XCTUnwrap(report.gate)
    XCTAssertTrue(result.hasUnexpectedFailures)
    let others = result.cases.filter { $0.standing == .otherCause }
    XCTAssertFalse(others.isEmpty)
    XCTAssertTrue(
      others.allSatisfy { $0.cause == .candidate(.mistake("clip_skipped")) }, "\(others)")
    XCTAssertEqual(
      Set(report.unexpectedFailures.map(\.id)), Set(report.failures.map(\.id)))
    let problem = try XCTUnwrap(result.problems.first { $0.kind == .otherCause })
    XCTAssertTrue(
      problem.message.contains("is rescale_skipped, but categorical_crossentropy."),
      problem.message)
    XCTAssertTrue(problem.message.hasSuffix("otherwise: clip_skipped."), problem.message)
  }

  func testAFailureThatNobodyExpectsIsUnexpected() throws {
    let report = try report("rescale_skipped")
    let whole = try expectations("rescale_skipped")
    let first = try XCTUnwrap(whole.expectations.first)
    let some = ExpectedFailure(
      cases: Array(first.cases.dropFirst()), dialects: first.dialects, causes: first.causes,
      reason: "why")
    let result = Gate(expectedFailures: ExpectedFailures(file: "f", expectations: [some]))
      .result(of: report, today: today)
    XCTAssertEqual(result.problems.map(\.kind), [.unexpectedFailure])
    XCTAssertTrue(result.hasUnexpectedFailures)
  }

  func testAnExpectedFailureThatPassesIsStale() throws {
    let gate = Gate(expectedFailures: try expectations("rescale_skipped"))
    let result = gate.result(of: try report(nil), today: today)
    XCTAssertEqual(result.problems.map(\.kind), [.passes])
    XCTAssertEqual(result.problems.first?.advice, "Remove the expectation.")
    XCTAssertFalse(result.hasUnexpectedFailures)
    XCTAssertTrue(result.cases.allSatisfy { $0.standing == .passes && $0.cause == nil })
    // One of many cases is enough.
    let pattern = ExpectedFailure(
      cases: ["\(loss).*"], causes: skipped, reason: "a pattern that is too wide")
    let wide = Gate(expectedFailures: ExpectedFailures(file: "f", expectations: [pattern]))
      .result(of: try report("rescale_skipped"), today: today)
    XCTAssertEqual(wide.problems.map(\.kind), [.passes])
    XCTAssertTrue(
      wide.problems[0].advice.hasPrefix("Name only the cases that fail"), wide.problems[0].advice)
  }

  func testAnExpectationExpires() throws {
    let report = try report("rescale_skipped")
    let day = try XCTUnwrap(CalendarDate("2027-02-28"))
    let gate = Gate(expectedFailures: try expectations("rescale_skipped", expires: day))
    XCTAssertTrue(gate.result(of: report, today: day).passed, "the last day counts")
    let after = gate.result(of: report, today: try XCTUnwrap(CalendarDate("2027-03-01")))
    XCTAssertEqual(after.problems.map(\.kind), [.expired])
    XCTAssertTrue(after.problems[0].message.contains("expired on 2027-02-28"))
    XCTAssertTrue(after.hasUnexpectedFailures)
  }

  func testWhatIsNotAskedIsNotJudged() throws {
    let gate = Gate(expectedFailures: try expectations("rescale_skipped"))
    let huber = try Self.run(nil, Selection(losses: ["huber"]))
    XCTAssertEqual(gate.result(of: huber, today: today).problems, [])
    XCTAssertEqual(gate.result(of: huber, today: today).cases, [])
  }

  func testAReasonHasToBeWritten() throws {
    let report = try report("rescale_skipped")
    let written = ExpectedFailures(file: "f", of: report, in: try committedSuite())
    let result = Gate(expectedFailures: written).result(of: report, today: today)
    XCTAssertEqual(result.problems.map(\.kind), [.noReason])
    XCTAssertFalse(result.hasUnexpectedFailures)
  }

  func testAgreementOfCauses() throws {
    func cause(_ names: [String], rivals: [String] = [], isCertain: Bool = true) -> CaseCause {
      CaseCause(
        names: names.map { .candidate(.mistake($0)) },
        rivals: rivals.map { .candidate(.mistake($0)) }, isCertain: isCertain)
    }
    func expected(_ names: String...) -> [CauseName] { names.map { .candidate(.mistake($0)) } }
    XCTAssertEqual(cause(["a", "b"]).agreement(with: expected("b")), .confirmed)
    XCTAssertEqual(cause(["a"], isCertain: false).agreement(with: expected("a")), .possible)
    XCTAssertEqual(cause(["a"], rivals: ["b"]).agreement(with: expected("b")), .possible)
    XCTAssertEqual(cause(["a"]).agreement(with: expected("c")), .contradicted)
    XCTAssertEqual(cause(["a+b"]).agreement(with: expected("a", "b")), .confirmed)
    XCTAssertEqual(cause(["a+b"]).agreement(with: expected("a")), .contradicted)
    XCTAssertEqual(cause(["a"]).agreement(with: [.plain(.unexplained)]), .contradicted)
  }

  // MARK: - Policies

  func testPolicies() throws {
    let report = try report(nil)
    let checked = report.cases.count
    let used = report.totals.map(\.largestToleranceUsed).max() ?? 0
    func kinds(_ gate: Gate) -> [GateResult.Problem.Kind] {
      gate.result(of: report, today: today).problems.map(\.kind)
    }
    XCTAssertGreaterThan(used, 0.1)
    XCTAssertEqual(kinds(Gate(minCases: checked)), [])
    XCTAssertEqual(kinds(Gate(minCases: checked + 1)), [.tooFewCases])
    XCTAssertEqual(kinds(Gate(maxToleranceUsed: used)), [])
    XCTAssertEqual(kinds(Gate(maxToleranceUsed: used.nextDown)), [.toleranceUsed])
    XCTAssertEqual(kinds(Gate(requiredLosses: [loss])), [])
    XCTAssertEqual(kinds(Gate(requiredLosses: [loss, "dice"])), [.lossMissing])
  }

  func testSkippedCasesAreNotChecked() throws {
    let report = try Verification(
      Silent(), selection: Selection(losses: [loss], dialects: [FixtureFile.defaultDialect])
    ).run(committedSuite())
    let result = Gate(requiredLosses: [loss]).result(of: report, today: today)
    XCTAssertEqual(result.problems.map(\.kind), [.nothingChecked, .lossMissing])
  }

  // MARK: - Files

  func testWrittenExpectationsAreRead() throws {
    let suite = try committedSuite()
    let written = ExpectedFailures(file: "f", of: try report("rescale_skipped"), in: suite)
    let read = try ExpectedFailures(file: "f", bytes: [UInt8](written.data()), suite: suite)
    XCTAssertEqual(read, written)
    XCTAssertEqual(written.expectations.count, 1)
    XCTAssertEqual(written.expectations[0].causes, skipped)
    XCTAssertTrue(written.expectations[0].cases.contains { $0.hasSuffix(".*") })
  }

  func testWhatStillHoldsIsKeptWithItsReason() throws {
    let suite = try committedSuite()
    let pattern = ExpectedFailure(
      cases: ["\(loss).*"], causes: skipped, reason: "Ours never rescales.")
    let elsewhere = ExpectedFailure(
      cases: ["dice.*"], causes: [.plain(.broken)], reason: "No dice.")
    var report = try report("rescale_skipped")
    report.gate = Gate(
      expectedFailures: ExpectedFailures(file: "f", expectations: [pattern, elsewhere])
    ).result(of: report, today: today)
    let written = ExpectedFailures(file: "f", of: report, in: suite)
    XCTAssertEqual(written.expectations.last, elsewhere)
    let kept = written.expectations.dropLast()
    XCTAssertTrue(kept.allSatisfy { $0.reason == "Ours never rescales." }, "\(kept)")
    XCTAssertTrue(
      Gate(expectedFailures: written).result(of: report, today: today).passed)
  }

  func testWrongFilesAreTold() throws {
    let suite = try committedSuite()
    let id = "categorical_crossentropy.question.row_sums_1_99.class.float32"
    let entry = #""case": "\#(id)", "cause": "rescale_skipped", "reason": "why""#
    func read(_ entry: String) throws -> ExpectedFailures {
      let text =
        #"{"schema": "loss-parity/expected_failures/1", "expected_failures": [{\#(entry)}]}"#
      return try ExpectedFailures(file: "known.json", bytes: Array(text.utf8), suite: suite)
    }
    XCTAssertNoThrow(try read(entry))
    XCTAssertNoThrow(try read(entry + #", "dialect": "keras-3.15/*", "expires": "2028-02-29""#))
    for (wrong, message) in [
      (entry.replacing("1_99", with: "1_98"), "the fixtures have no case categorical"),
      (entry.replacing(id, with: "huberr.*"), "the fixtures have no case that matches huberr.*"),
      (entry + #", "dialect": "keras-4""#, "dialect: the fixtures have no dialect keras-4"),
      (entry.replacing(id, with: "dic?.x") + #", "dialect": "keras-1""#, "keras-1 has no case"),
      (entry.replacing("rescale_", with: "rescal_"), "cause: rescal_skipped is no cause"),
      (entry.replacing("why", with: "  "), "reason: a reason is a sentence"),
      (entry + #", "expires": "2027-02-29""#, "expires: 2027-02-29 is no day"),
      (entry + #", "expired": "2027-02-28""#, "expired: an unknown field"),
      (#""case": "\#(id)", "reason": "why""#, "cause is missing"),
      (#""cause": "broken", "reason": "why""#, "case is missing"),
      (entry.replacing(#""\#(id)""#, with: "[]"), "case: it is empty"),
      (entry.replacing(#""\#(id)""#, with: "3"), "case: expected a string"),
      (entry.replacing("rescale_skipped", with: "refused: "), "is no cause"),
    ] {
      XCTAssertThrowsError(try read(wrong), wrong) { error in
        XCTAssertTrue("\(error)".contains(message), "\(error) for \(wrong)")
        XCTAssertTrue("\(error)".hasPrefix("known.json:1: expectation 1: "), "\(error)")
      }
    }
    for text in ["", "[]", "{}", #"{"schema": "x"}"#, "\u{0}"] {
      XCTAssertThrowsError(
        try ExpectedFailures(file: "known.json", bytes: Array(text.utf8), suite: suite))
    }
  }

  func testDays() throws {
    for (days, text) in [
      (0, "1970-01-01"), (58, "1970-02-28"), (59, "1970-03-01"), (789, "1972-02-29"),
      (11_016, "2000-02-29"), (20_782, "2026-11-25"), (47_541, "2100-03-01"),
    ] {
      XCTAssertEqual(CalendarDate(daysSince1970: days).description, text)
      XCTAssertEqual(CalendarDate(text), CalendarDate(daysSince1970: days))
    }
    for text in [
      "2027-2-3", "2027-13-01", "2027-00-01", "2100-02-29", "27-01-01", "", "2027-01-1x",
    ] {
      XCTAssertNil(CalendarDate(text), text)
    }
    XCTAssertLessThan(
      try XCTUnwrap(CalendarDate("2026-12-31")), try XCTUnwrap(CalendarDate("2027-01-01")))
  }

  // MARK: - Renderings

  func testTheTerminalShowsWhatWasExpectedOnceAndProblemsLast() throws {
    var report = try report("rescale_skipped")
    report.gate = Gate(
      expectedFailures: try expectations("rescale_skipped"), minCases: 100_000
    ).result(of: report, today: today)
    let text = TerminalReport().text(report)
    XCTAssertFalse(text.contains("FAIL categorical"), text)
    XCTAssertFalse(text.contains("CAUSE"), text)
    XCTAssertTrue(
      text.contains(
        """
        EXPECTED \(report.failures.count) failures: rescale skipped
          categorical_crossentropy in keras-3.15/jax
          Ours never rescales.

        """), text)
    XCTAssertTrue(text.contains("FAILED AS EXPECTED: "), text)
    XCTAssertTrue(
      text.hasSuffix(
        """
        GATE FAILED: 1 problem
          \(report.cases.count) cases checked, at least 100000 are required.
            See whether cases were deselected or skipped.

        """), text)
  }

  func testTheJSONHasTheGate() throws {
    var report = try report("rescale_skipped")
    report.gate = Gate(
      expectedFailures: try expectations("rescale_skipped"), minCases: 100_000
    ).result(of: report, today: today)
    let json = try JSONSerialization.jsonObject(with: JSONReport().data(report))
    let gate = try XCTUnwrap((json as? [String: Any])?["gate"] as? [String: Any])
    XCTAssertEqual(gate["passed"] as? Bool, false)
    XCTAssertEqual(gate["min_cases"] as? Int, 100_000)
    let problems = try XCTUnwrap(gate["problems"] as? [[String: Any]])
    XCTAssertEqual(problems.map { $0["kind"] as? String }, ["too_few_cases"])
    let expected = try XCTUnwrap(gate["expected_failures"] as? [String: Any])
    let first = try XCTUnwrap((expected["expectations"] as? [[String: Any]])?.first)
    XCTAssertEqual(first["number"] as? Int, 1)
    XCTAssertEqual(first["causes"] as? [String], ["rescale_skipped"])
    XCTAssertEqual((first["cases"] as? [Any])?.count, report.failures.count)
  }
}

/// The Swift losses, but for one that makes a mistake.
struct Port: Implementation {
  let name = "a port"
  private let patient: Patient
  private let mistake: String?

  init(_ loss: String, _ mistake: String?) throws {
    patient = try Patient(loss)
    self.mistake = mistake
  }

  func answer(_ fixture: FixtureCase, loss: String, dialect: String) -> Outcome {
    guard let mistake, loss == patient.file.loss, dialect == patient.file.dialect else {
      return SwiftImplementation().answer(fixture, loss: loss, dialect: dialect)
    }
    // Noise of its own for each case, whichever are asked.
    var noise = SplitMix64(state: fixture.id.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
    return patient.answer(.mistake(mistake), to: fixture, noise: &noise)
  }
}

/// An implementation that cannot be asked anything.
struct Silent: Implementation {
  let name = "silent"

  func answer(_ fixture: FixtureCase, loss: String, dialect: String) -> Outcome {
    .unsupported("no")
  }
}
