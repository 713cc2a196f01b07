import Foundation
import LossConformance
import LossFixtures
import XCTest

/// A run over the fixtures: its totals, and its renderings.
final class ReportTests: XCTestCase {
  private func report(_ implementation: any Implementation, _ selection: Selection) throws -> Report
  {
    try Verification(implementation, selection: selection).run(committedSuite())
  }

  private let question = Selection(
    dialects: ["keras-3.15/jax"],
    casePatterns: ["categorical_crossentropy.question.row_sums_1_99.class.float32"])

  func testTheLibraryPassesAllCasesOfTheManifest() throws {
    let report = try report(SwiftImplementation(), Selection())
    XCTAssertEqual(report.verdict, .passed)
    XCTAssertEqual(report.cases.count, report.fixtures.caseCount)
    XCTAssertEqual(report.totals.reduce(0) { $0 + $1.passed }, report.fixtures.caseCount)
    for total in report.totals {
      // Some dialects lack some losses: all of their answers are errors.
      if total.dialect == FixtureFile.defaultDialect { XCTAssertGreaterThan(total.elements, 0) }
      XCTAssertLessThanOrEqual(total.largestToleranceUsed, 1)
    }
  }

  func testNoCaseIsNoSuccess() throws {
    let report = try report(SwiftImplementation(), Selection(casePatterns: ["no_such_case"]))
    XCTAssertEqual(report.verdict, .nothingChecked)
    XCTAssertTrue(TerminalReport().text(report).contains("NOTHING CHECKED"))
  }

  func testProgressCountsEveryCase() throws {
    let suite = try committedSuite()
    var counts: [Int] = []
    _ = try Verification(
      SwiftImplementation(), selection: Selection(losses: ["binary_crossentropy"])
    ).run(suite) { done, total in
      counts.append(done)
      XCTAssertEqual(
        total,
        suite.files.filter { $0.loss == "binary_crossentropy" }.reduce(0) { $0 + $1.cases.count }
      )
    }
    XCTAssertEqual(counts, Array(1...counts.count))
  }

  func testAFailureOnATerminal() throws {
    let report = try report(RescaleSkipped(), question)
    XCTAssertEqual(
      // How much it proves depends on how many mistakes are known.
      TerminalReport().text(report).replacing(/\(\d+ bits\)/, with: "(few bits)"),
      """
      CAUSE ambiguous: rescale skipped
        categorical_crossentropy in keras-3.15/jax
        Gives the answers of 1 of 1 failing case, to rounding; weak evidence (few bits): may be chance.
        Keras divides each row of y_pred by its sum before it clips; this takes the rows as they are.
        Fix: Divide p by sum(p) along the class axis, then clip.

      FAIL categorical_crossentropy.question.row_sums_1_99.class.float32
        cause: rescale skipped, or chance
        Row 1 sums to 1.99: Keras divides it by that before the logarithm.  \
      [question, unnormalised_rows]
        value: 1 of 3 elements outside their tolerances
          index      actual   expected  error   allowed  error/allowed       ulp
          [1]    0.11653383  0.8046685  0.688  4.29e-07        1.6e+06  23025015
        worst passing: [0] used 10 % of its tolerance
        again: loss-parity verify --dialect keras-3.15/jax --case \
      'categorical_crossentropy.question.row_sums_1_99.class.float32'

      keras-3.15/jax            cases  failed  gradients  elements  median  worst
      categorical_crossentropy      1       1          0         3    10 %   10 %

      FAILED: RescaleSkipped differs from Keras in 1 of 1 cases; 1 gradients were not answered

      """)
  }

  // MARK: - Gradients

  private static let withGradient = FixtureCase(
    id: "huber.slope", comment: "A slope.", flags: [], form: .class, config: [:],
    dtype: "float16",
    inputs: [
      "y_true": FixtureTensor(shape: [2], values: .float16([0, 0])),
      "y_pred": FixtureTensor(shape: [2], values: .float16([1, 2])),
    ],
    expected: .value(
      Golden(tensor: FixtureTensor(shape: [], values: .float16([0.25])), tolerance: [0.25]),
      gradient: Golden(
        tensor: FixtureTensor(shape: [2], values: .float16([0.5, 1])), tolerance: [0.5, 0.001])))

  /// The report of a case with a gradient, in two dialects, as an implementation answers it.
  private func report(_ value: Float16, _ gradient: [Float16]?, _ policy: GradientPolicy) -> Report
  {
    let outcome = Outcome.value(
      FixtureTensor(shape: [], values: .float16([value])),
      gradient: gradient.map { FixtureTensor(shape: [2], values: .float16($0)) })
    let cases = ["keras-3.15/jax", "keras-3.15/torch"].map { dialect in
      CaseReport(
        Self.withGradient, loss: "huber", dialect: dialect,
        comparison: Comparison(outcome, Self.withGradient.expected, gradients: policy))
    }
    return Report(
      implementation: "Slope", fixtures: .init(manifestSHA256: "", caseCount: 2),
      selection: Selection(), cases: cases)
  }

  func testTheTerminalSaysWhichPartIsWrong() {
    XCTAssertEqual(
      TerminalReport(failureLimit: 1).text(report(0.125, [0.5, 1.1], .required)),
      """
      FAIL huber.slope
        A slope.
        gradient: 1 of 2 elements outside their tolerances
          index  actual  expected   error  allowed  error/allowed  ulp
          [1]       1.1       1.0  0.0996    0.001           99.6  102
        again: loss-parity verify --dialect keras-3.15/jax --case 'huber.slope'

      ... 1 more failing cases (--all-failures)

      keras-3.15/jax    cases  failed  gradients  elements  median  worst
      huber                 1       1          1         3    50 %   50 %

      keras-3.15/torch  cases  failed  gradients  elements  median  worst
      huber                 1       1          1         3    50 %   50 %

      FAILED: Slope differs from Keras in 2 of 2 cases

      """)
  }

  func testGradientsThatAreNotAnsweredAreCounted() {
    let passing = report(0.25, nil, .optional)
    XCTAssertEqual(passing.verdict, .passed)
    XCTAssertEqual(passing.unansweredGradients, 2)
    XCTAssertEqual(passing.totals.map(\.gradients), [0, 0])
    XCTAssertTrue(
      TerminalReport().text(passing).hasSuffix(
        "PASSED: Slope answers all 2 cases as Keras does; 2 gradients were not answered\n"))
    let failing = TerminalReport().text(report(0.25, nil, .required))
    XCTAssertTrue(failing.contains("\n  gradient: none was answered\n"), failing)
  }

  func testTheToleranceUsedIsDistributed() throws {
    let total = report(0.125, [0.5, 1.1], .required).totals[0]
    XCTAssertEqual(total.toleranceUse.count, 2, "the third element does not differ")
    XCTAssertEqual(total.toleranceUse.median, 0.5, accuracy: 0.01)
    XCTAssertEqual(total.toleranceUse.quantile(0.99), total.toleranceUse.largest, accuracy: 1)
    XCTAssertEqual(total.toleranceUse.largest, 99.6, accuracy: 0.1)
    XCTAssertEqual(total.toleranceUse.histogram.map(\.below), [1, 128])
    XCTAssertEqual(total.toleranceUse.histogram.map(\.count), [1, 1])
    let nothing = report(0.25, [0.5, 1], .required).totals[0].toleranceUse
    XCTAssertEqual(nothing.median, 0)
    XCTAssertEqual(nothing.histogram.map(\.count), [])
    let missing = report(.nan, [0.5, 1], .required).totals[0].toleranceUse
    XCTAssertEqual(missing.median, 254, "or more")
    XCTAssertEqual(missing.histogram.map(\.below), [.infinity])
  }

  func testTheTotalsFitAHundredColumns() {
    let answered = report(0.25, [0.5, 1], .required).cases
    let skipped = CaseReport(
      Self.withGradient, loss: "categorical_generalized_cross_entropy", dialect: "keras-3.15/torch",
      comparison: Comparison(.unsupported("why"), Self.withGradient.expected))
    let text = TerminalReport().text(
      Report(
        implementation: "Slope", fixtures: .init(manifestSHA256: "", caseCount: 3),
        selection: Selection(), cases: answered + [skipped]))
    XCTAssertTrue(text.contains("skipped  gradients  elements  median  worst"), text)
    for line in text.split(separator: "\n") { XCTAssertLessThanOrEqual(line.count, 100) }
  }

  func testTheJSONHasBothParts() throws {
    for (report, kind) in [
      (report(0.25, [0.5, 2], .required), "elements"), (report(0.25, nil, .required), "unanswered"),
    ] {
      let json = try XCTUnwrap(
        JSONSerialization.jsonObject(with: JSONReport().data(report)) as? [String: Any])
      let first = try XCTUnwrap((json["cases"] as? [[String: Any]])?.first)
      XCTAssertEqual((first["value"] as? [String: Any])?["failed"] as? Bool, false)
      let gradient = try XCTUnwrap(first["gradient"] as? [String: Any])
      XCTAssertEqual(gradient["kind"] as? String, kind)
      XCTAssertEqual(gradient["failed"] as? Bool, true)
      XCTAssertEqual((gradient["elements"] as? [String: Any]) == nil, kind == "unanswered")
      let total = try XCTUnwrap((json["totals"] as? [[String: Any]])?.first)
      XCTAssertEqual(total["gradients"] as? Int, kind == "unanswered" ? 0 : 1)
      XCTAssertEqual(total["unanswered_gradients"] as? Int, kind == "unanswered" ? 1 : 0)
    }
  }

  func testColoursAreOnlyInTheColouredText() throws {
    let report = try report(RescaleSkipped(), question)
    XCTAssertFalse(TerminalReport().text(report).contains("\u{1b}"))
    XCTAssertTrue(TerminalReport(hasColor: true).text(report).contains("\u{1b}[1;31mFAIL\u{1b}[0m"))
  }

  func testTheFailuresThatAreNotShownAreCounted() throws {
    let report = try report(RescaleSkipped(), Selection(losses: ["categorical_crossentropy"]))
    let failed = report.failures.count
    XCTAssertGreaterThan(failed, 12)
    let text = TerminalReport(failureLimit: 2).text(report)
    XCTAssertTrue(text.contains("... \(failed - 2) more failing cases"), text)
    XCTAssertEqual(text.components(separatedBy: "again: ").count, 3)
    let all = TerminalReport(failureLimit: nil).text(report)
    XCTAssertEqual(all.components(separatedBy: "again: ").count, failed + 1)
  }

  func testTheJSONHasDiagnoses() throws {
    let report = try report(
      RescaleSkipped(),
      Selection(casePatterns: ["categorical_crossentropy.question.row_sums_1_99.*.float32"]))
    let json = try XCTUnwrap(
      JSONSerialization.jsonObject(with: JSONReport().data(report)) as? [String: Any])
    let diagnoses = try XCTUnwrap(json["diagnoses"] as? [[String: Any]])
    let failed = Set(report.failures.map { "\($0.dialect) \($0.id)" })
    var caused: Set<String> = []
    for diagnosis in diagnoses {
      let causes = try XCTUnwrap(diagnosis["causes"] as? [[String: Any]])
      for cause in causes {
        for id in try XCTUnwrap(cause["cases"] as? [String]) {
          caused.insert("\(diagnosis["dialect"] ?? "") \(id)")
        }
      }
    }
    XCTAssertEqual(caused, failed)
    let first = try XCTUnwrap((diagnoses.first?["causes"] as? [[String: Any]])?.first)
    let candidates = try XCTUnwrap(first["candidates"] as? [[String: Any]])
    XCTAssertEqual(candidates.first?["mistakes"] as? [String], ["rescale_skipped"])
    XCTAssertGreaterThan(try XCTUnwrap(first["evidence_bits"] as? Double), 10)
    let matrix = try XCTUnwrap(json["kill_matrix"] as? [[String: Any]])
    XCTAssertEqual(matrix.count, report.totals.count)
    let kills = try XCTUnwrap(matrix.first?["mistakes"] as? [[String: Any]])
    let kill = try XCTUnwrap(kills.first { $0["id"] as? String == "rescale_skipped" })
    XCTAssertGreaterThan(try XCTUnwrap(kill["cases"] as? Int), 0)
    XCTAssertGreaterThanOrEqual(try XCTUnwrap(kill["times_tolerance"] as? Double), 10)
  }

  func testTheJSONSaysTheSame() throws {
    let report = try report(RescaleSkipped(), question)
    let data = try JSONReport().data(report)
    XCTAssertEqual(data, try JSONReport().data(report))
    let json = try XCTUnwrap(JSONSerialization.jsonObject(with: data) as? [String: Any])
    XCTAssertEqual(json["schema"] as? String, "loss-parity/report/4")
    XCTAssertEqual(json["verdict"] as? String, "failed")
    let cases = try XCTUnwrap(json["cases"] as? [[String: Any]])
    let value = try XCTUnwrap(cases.first?["value"] as? [String: Any])
    XCTAssertEqual(value["failed"] as? Bool, true)
    let elements = try XCTUnwrap(value["elements"] as? [String: Any])
    XCTAssertEqual(elements["mismatched"] as? Int, 1)
    let worst = try XCTUnwrap(elements["worst"] as? [[String: Any]]).first
    XCTAssertEqual(worst?["index"] as? [Int], [1])
    XCTAssertEqual(worst?["ulps"] as? Int, 23_025_015)
  }

  func testNonFiniteNumbersAreWrittenAsTheFixturesWriteThem() throws {
    let report = try report(
      AlwaysNaN(), Selection(casePatterns: ["categorical_crossentropy.question.*"]))
    let text = String(decoding: try JSONReport().data(report), as: UTF8.self)
    XCTAssertTrue(text.contains(#""actual" : "NaN""#), text)
    XCTAssertTrue(text.contains(#""tolerance_used" : "Infinity""#))
  }
}

/// The asker's formula, -sum(t log clip(p)): rows are not rescaled, reductions are not known.
private struct RescaleSkipped: Implementation {
  var name: String { "RescaleSkipped" }

  func answer(_ fixture: FixtureCase, loss: String, dialect: String) -> Outcome {
    guard case .float32(let labels) = fixture.inputs["y_true"]?.values,
      let yPred = fixture.inputs["y_pred"], case .float32(let predictions) = yPred.values,
      labels.count == predictions.count, let classes = yPred.shape.last
    else { return .error(code: "invalid_parameter", message: "only float32 rows") }
    let losses = stride(from: 0, to: labels.count, by: max(classes, 1)).map { start in
      (start..<start + classes).reduce(Float(0)) { sum, position in
        let clipped = min(max(Double(predictions[position]), 1e-7), 0.9999998807907104)
        return sum - labels[position] * Float(Foundation.log(clipped))
      }
    }
    return .value(FixtureTensor(shape: yPred.shape.dropLast(), values: .float32(losses)))
  }
}

/// Answers NaN in the shape and dtype that are expected.
private struct AlwaysNaN: Implementation {
  var name: String { "AlwaysNaN" }

  func answer(_ fixture: FixtureCase, loss: String, dialect: String) -> Outcome {
    guard case .value(let golden, _) = fixture.expected else {
      return .error(code: "invalid_parameter", message: "")
    }
    let count = golden.tensor.values.count
    let values: FixtureTensor.Values =
      fixture.dtype == "float32"
      ? .float32(Array(repeating: .nan, count: count))
      : .float64(Array(repeating: .nan, count: count))
    return .value(FixtureTensor(shape: golden.tensor.shape, values: values))
  }
}
