import Foundation
import LossConformance
import LossFixtures
import XCTest

/// Runs side by side, from reports and from their JSON.
final class ParityTests: XCTestCase {
  private static let loss = "sparse_categorical_crossentropy"
  private static let tensorflow = "keras-3.15/tensorflow"

  private static func run(
    _ implementation: any Implementation, cases: [String] = []
  ) throws -> Report {
    try Verification(
      implementation,
      selection: Selection(
        losses: [loss, "hinge"], dialects: [FixtureFile.defaultDialect], casePatterns: cases)
    ).run(committedSuite())
  }

  private static let right = Result { try run(SwiftImplementation()) }
  private static let wrong = Result { try run(Port(loss, "sum_for_mean")) }
  private static let other = Result { try run(OtherDialect(dialect: tensorflow)) }

  private func summary(_ report: Report, named name: String) -> RunSummary {
    var run = RunSummary(report)
    run.name = name
    return run
  }

  // MARK: - Summaries

  func testAStoredReportTellsWhatTheReportTells() throws {
    let suite = try committedSuite()
    let mixed = try Self.run(Mixed())
    XCTAssertGreaterThan(Set(RunSummary(mixed).cases.compactMap(\.cause?.name)).count, 4)
    for report in [
      try Self.right.get(), try Self.wrong.get(), try Self.other.get(), mixed,
      try Verification(Mixed(), selection: Selection(casePatterns: ["none"])).run(suite),
    ] {
      let bytes = [UInt8](try JSONReport().data(report))
      XCTAssertEqual(try RunSummary(file: "report.json", bytes: bytes), RunSummary(report))
    }
  }

  func testWhatIsNoReportIsTold() throws {
    let whole = String(
      decoding: try JSONReport().data(
        Self.run(Mixed(), cases: ["hinge.form.*"])), as: UTF8.self)
    for (text, message) in [
      ("", "the file is empty"), ("[]", "expected an object"), ("{}", "schema is missing"),
      (whole.replacing(JSONReport.schema, with: "loss-parity/report/2"), "expected loss-parity"),
      (whole.replacing("\"status\" : \"failed\"", with: "\"status\" : \"lost\""), "lost is no"),
      (whole.replacing("\"case_count\"", with: "\"count\""), "case_count is missing"),
      (whole.replacing("\"cases\" : [", with: "\"others\" : ["), "is missing"),
      (String(whole.dropLast(40)), "expected"),
    ] {
      XCTAssertThrowsError(
        try RunSummary(file: "report.json", bytes: Array(text.utf8)), message
      ) { error in
        XCTAssertTrue("\(error)".hasPrefix("report.json:"), "\(error)")
        XCTAssertTrue("\(error)".contains(message), "\(error), not \(message)")
      }
    }
  }

  // MARK: - Dialects

  func testAnswersOfAnotherDialectAreCloserToIt() throws {
    let report = try Self.other.get()
    XCTAssertFalse(report.failures.isEmpty)
    let agreements = report.dialects
    XCTAssertEqual(Set(agreements.map(\.asked)), [FixtureFile.defaultDialect])
    XCTAssertEqual(
      Set(agreements.map(\.dialect)), Set(try committedSuite().files.map(\.dialect)))
    let own = try XCTUnwrap(agreements.first { $0.dialect == FixtureFile.defaultDialect })
    XCTAssertEqual(own.agreed, report.cases.count { $0.passed })
    let best = try XCTUnwrap(agreements.first { $0.dialect == Self.tensorflow })
    XCTAssertEqual(best.agreed, best.answered)
    XCTAssertEqual(best.answered, report.cases.count)
    XCTAssertTrue(
      TerminalReport().text(report).contains(
        "\n  closest dialect: \(Self.tensorflow), \(best.agreed) of \(best.answered) cases "
          + "(\(FixtureFile.defaultDialect): \(own.agreed))\n"))
  }

  func testADialectWithoutGradientsDoesNotFitWrongOnes() throws {
    let report = try Self.run(WrongGradients())
    let numpy = try XCTUnwrap(report.dialects.first { $0.dialect == "keras-3.15/numpy" })
    let own = try XCTUnwrap(report.dialects.first { $0.dialect == FixtureFile.defaultDialect })
    XCTAssertLessThan(own.agreed, own.answered)
    XCTAssertLessThanOrEqual(numpy.agreed, own.agreed)
    XCTAssertFalse(TerminalReport().text(report).contains("closest dialect"))
  }

  func testWherePassesAllNothingIsCloser() throws {
    XCTAssertEqual(try Self.right.get().dialects, [])
  }

  // MARK: - The matrix

  func testTheDenominatorIsAllCasesThatAnyRunAsked() throws {
    let right = summary(try Self.right.get(), named: "right")
    let half = summary(try Self.run(Silent(), cases: ["*.float32"]), named: "half")
    let parity = Parity([right, half])
    XCTAssertEqual(parity.rows.map(\.loss), [Self.loss, "hinge"])
    XCTAssertEqual(parity.cases, right.cases.count)
    for row in parity.rows {
      XCTAssertTrue(row.cells.allSatisfy { $0.cases == row.cases })
      XCTAssertEqual(row.cells[0].passed, row.cases)
      XCTAssertGreaterThan(row.cells[1].skipped, 0)
      XCTAssertEqual(row.cells[1].skipped + row.cells[1].notAsked, row.cases)
    }
    XCTAssertEqual(parity.total(0).passed, right.cases.count)
    XCTAssertFalse(parity.agrees, "nobody knows what the second would answer")
    XCTAssertTrue(Parity([right]).agrees)
    XCTAssertFalse(Parity([half]).isChecked)
  }

  func testATableForATerminal() throws {
    let parity = Parity([
      summary(try Self.right.get(), named: "right"), summary(try Self.wrong.get(), named: "port"),
    ])
    let (row, total) = (parity.rows[0].cells[1], parity.total(1))
    XCTAssertEqual(row.causes.map(\.cause), [.candidate(.mistake("sum_for_mean"))])
    let text = ParityText().text(parity)
    for line in text.split(separator: "\n") { XCTAssertLessThanOrEqual(line.count, 100) }
    let lines = text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    XCTAssertEqual(lines[0], "keras-3.15/jax cases right port")
    XCTAssertEqual(
      lines[1],
      "\(Self.loss) \(parity.rows[0].cases) \(parity.rows[0].cases) \(row.failed)F \(row.passed)")
    XCTAssertTrue(lines.contains("How many cases pass; F: fail."), text)
    XCTAssertTrue(
      lines.contains(
        "port: \(total.passed) of \(parity.cases) cases pass, \(total.failed) fail"), text)
    XCTAssertTrue(lines.contains("\(Self.loss) \(row.failed) sum for mean"), text)
  }

  func testManyImplementationsStandInTablesThatFit() throws {
    let run = try Self.wrong.get()
    let parity = Parity((1...12).map { summary(run, named: "implementation-\($0)") })
    let lines = ParityText().text(parity).split(separator: "\n")
    XCTAssertTrue(lines.allSatisfy { $0.count <= 100 })
    let headings = lines.filter { $0.hasPrefix("keras-3.15/jax") }
    XCTAssertGreaterThan(headings.count, 1)
    let names = headings.flatMap { $0.split(separator: " ").dropFirst(2) }
    XCTAssertEqual(names.map(String.init), parity.runs.map(\.name))
  }

  func testMarkdownAndJSONTellTheSame() throws {
    let runs = [
      summary(try Self.right.get(), named: "right"), summary(try Self.wrong.get(), named: "a|b"),
    ]
    let parity = Parity(runs, baseline: runs[0])
    let markdown = MarkdownParity().text(parity)
    XCTAssertTrue(markdown.hasPrefix("| keras-3.15/jax | cases | right | a&#124;b |\n"), markdown)
    XCTAssertTrue(markdown.contains("| sum for mean |"), markdown)
    let json = try JSONSerialization.jsonObject(with: JSONParity().data(parity))
    let document = try XCTUnwrap(json as? [String: Any])
    XCTAssertEqual(document["schema"] as? String, "loss-parity/parity/1")
    XCTAssertEqual(document["cases"] as? Int, parity.cases)
    let rows = try XCTUnwrap(document["rows"] as? [[String: Any]])
    let cells = try XCTUnwrap(rows[0]["cells"] as? [[String: Any]])
    XCTAssertEqual(cells[1]["failed"] as? Int, parity.rows[0].cells[1].failed)
    let causes = try XCTUnwrap(cells[1]["causes"] as? [[String: Any]])
    XCTAssertEqual(causes.map { $0["cause"] as? String }, ["sum_for_mean"])
    let changes = try XCTUnwrap(document["changes"] as? [[String: Any]])
    XCTAssertEqual(
      (changes[1]["new_failures"] as? [Any])?.count, parity.total(1).failed)
    XCTAssertEqual(try JSONParity().data(parity), try JSONParity().data(parity))
  }

  // MARK: - Two versions

  func testWhatChangedSinceABaseline() throws {
    let right = RunSummary(try Self.right.get())
    let wrong = RunSummary(try Self.wrong.get())
    let failing = wrong.cases.filter { $0.status == .failed }.map(\.id)
    let worse = RunChanges(from: right, to: wrong)
    XCTAssertEqual(worse.newFailures.map(\.after.id), failing)
    XCTAssertEqual(worse.fixed, [])
    let better = RunChanges(from: wrong, to: right)
    XCTAssertEqual(better.fixed.map(\.after.id), failing)
    XCTAssertEqual(better.newFailures, [])
    let same = RunChanges(from: wrong, to: wrong)
    XCTAssertEqual(same.newFailures + same.otherCause + same.fixed + same.moreUsed, [])
    XCTAssertEqual([same.added, same.removed], [0, 0])
  }

  func testFailuresForAnotherCauseAreNotNew() throws {
    let before = RunSummary(try Self.run(Port("hinge", "sum_for_mean")))
    let after = RunSummary(try Self.run(Refusing()))
    let changes = RunChanges(from: before, to: after)
    let failing = Set(before.cases.filter { $0.status == .failed }.map(\.id))
    XCTAssertFalse(failing.isEmpty)
    XCTAssertEqual(Set(changes.otherCause.map(\.after.id)), failing)
    XCTAssertTrue(changes.otherCause.allSatisfy { $0.after.cause?.name == .plain(.broken) })
    XCTAssertTrue(changes.newFailures.allSatisfy { !failing.contains($0.after.id) })
  }

  func testTolerancesUsedMoreAndCasesAddedAndSkipped() throws {
    let right = RunSummary(try Self.right.get())
    let noisy = RunSummary(try Self.run(Noisy()))
    let more = RunChanges(from: right, to: noisy)
    XCTAssertEqual(more.newFailures, [])
    XCTAssertGreaterThan(more.moreUsed.count, 50)
    for change in more.moreUsed {
      XCTAssertGreaterThanOrEqual(
        change.after.toleranceUsed,
        2 * max(change.before?.toleranceUsed ?? 0, RunChanges.least))
    }
    let less = RunChanges(from: noisy, to: right)
    XCTAssertEqual(less.lessUsed.map(\.after.id), more.moreUsed.map(\.after.id))
    let part = RunSummary(try Self.run(Silent(), cases: ["hinge.*"]))
    let changes = RunChanges(from: right, to: part)
    XCTAssertEqual(changes.newlySkipped.count, part.cases.count)
    XCTAssertEqual(changes.removed, right.cases.count - part.cases.count)
    XCTAssertEqual(RunChanges(from: part, to: right).added, changes.removed)
  }
}

// MARK: - Implementations

/// The answers of one dialect to the questions of any.
private struct OtherDialect: Implementation {
  let name = "other"
  let dialect: String
  let gradients = GradientPolicy.required

  func answer(_ fixture: FixtureCase, loss: String, dialect _: String) -> Outcome {
    SwiftImplementation().answer(fixture, loss: loss, dialect: dialect)
  }
}

/// Right losses with gradients of the wrong sign.
private struct WrongGradients: Implementation {
  let name = "wrong gradients"

  func answer(_ fixture: FixtureCase, loss: String, dialect: String) -> Outcome {
    let outcome = SwiftImplementation().answer(fixture, loss: loss, dialect: dialect)
    guard case .value(let value, let gradient?) = outcome else { return outcome }
    let numbers = gradient.values.doubles
    return .value(value, gradient: gradient.replacing { -numbers[$0] })
  }
}

/// Goldens with noise within their tolerances.
private struct Noisy: Implementation {
  let name = "noisy"

  func answer(_ fixture: FixtureCase, loss: String, dialect: String) -> Outcome {
    switch fixture.expected {
    case .error(let code): return .error(code: code, message: "")
    case .value(let value, let gradient):
      var noise = SplitMix64(state: 11)
      return .value(value.noisy(&noise), gradient: gradient?.noisy(&noise))
    }
  }
}

/// No answer, ever.
private struct Refusing: Implementation {
  let name = "refusing"

  func answer(_ fixture: FixtureCase, loss: String, dialect: String) -> Outcome {
    .broken("gone")
  }
}

/// Every way to fail, by turns.
private struct Mixed: Implementation {
  let name = "mixed"
  let gradients = GradientPolicy.required

  func answer(_ fixture: FixtureCase, loss: String, dialect: String) -> Outcome {
    let outcome = SwiftImplementation().answer(fixture, loss: loss, dialect: dialect)
    let turn = fixture.id.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xffff } % 9
    switch (turn, outcome) {
    case (0, _): return .broken("gone")
    case (1, .value): return .error(code: "rank_too_low", message: "")
    case (1, .error): return .error(code: "something_else", message: "")
    case (2, .error): return .value(FixtureTensor(shape: [], values: .float32([0])))
    case (2, .value(let value, _)): return .value(value)
    case (3, .value(let value, let gradient)):
      return .value(
        FixtureTensor(shape: value.shape, values: .int32(value.values.doubles.map { _ in 1 })),
        gradient: gradient)
    case (4, .value(let value, let gradient)):
      return .value(
        FixtureTensor(shape: value.shape + [1], values: value.values), gradient: gradient)
    case (5, .value(let value, let gradient)):
      let numbers = value.values.doubles
      return .value(value.replacing { numbers[$0] * 1.5 + 0.25 }, gradient: gradient)
    case (6, _): return .unsupported("no")
    default: return outcome
    }
  }
}
