import LossConformance
import LossFixtures
import XCTest

/// Comparing on questions that nobody wrote down.
final class LiveRunTests: XCTestCase {
  private let generator = QuestionGenerator(seed: 5, largeEvery: 0)
  private let regression = QuestionGenerator(
    seed: 5, losses: ["mean_squared_error"], dtypes: ["float32"], largeEvery: 0)

  func testALossAgreesWithItself() throws {
    let tally = try LiveRun(generator, against: SwiftReference()).tally(0..<400)
    XCTAssertEqual(tally.failures, [])
    XCTAssertEqual(tally.total.cases, 400)
    XCTAssertGreaterThan(tally.total.elements, 1_000)
    XCTAssertGreaterThan(tally.total.gradients, 50)
    XCTAssertGreaterThan(tally.total.refused, 5, "invalid calls are asked now and then")
    XCTAssertEqual(tally.total.largestToleranceUsed, 0)
  }

  func testPartsOfARunAddUpInAnyOrder() throws {
    let run = LiveRun(regression, against: SwiftReference(), implementation: MistakenAboveTwo())
    let whole = try run.tally(0..<120)
    XCTAssertFalse(whole.failures.isEmpty)
    var parts = try run.tally(70..<120)
    parts.add(try run.tally(0..<70))
    XCTAssertEqual(parts, whole)
  }

  func testAQuestionThatFailsIsMadeAsSmallAsItFails() throws {
    let run = LiveRun(regression, against: SwiftReference(), implementation: MistakenAboveTwo())
    for index in try run.tally(0..<60).failures {
      let finding = try XCTUnwrap(run.finding(at: index))
      let question = finding.shrunk.question
      XCTAssertEqual(Set(question.inputs.keys), ["y_true", "y_pred"], "\(index)")
      XCTAssertEqual(question.form, .function)
      XCTAssertEqual(question.config, [:])
      XCTAssertEqual(question.dialect, FixtureFile.defaultDialect)
      XCTAssertFalse(finding.shrunk.gradient)
      let predictions = question.inputs["y_pred"]?.values.doubles ?? []
      XCTAssertEqual(predictions.count, 1)
      XCTAssertGreaterThan(predictions.first ?? 0, 2)
      XCTAssertEqual(question.inputs["y_true"]?.values.doubles, [0])
      XCTAssertEqual(try run.finding(at: index)?.shrunk, finding.shrunk, "the same each time")
    }
  }

  func testAQuestionThatDoesNotFailHasNoFinding() throws {
    XCTAssertNil(try LiveRun(regression, against: SwiftReference()).finding(at: 0))
  }

  func testWhatRoundingDecidesIsNotCompared() throws {
    let loose = SwiftReference(tolerance: .infinity)
    let tally = try LiveRun(regression, against: loose, implementation: MistakenAboveTwo())
      .tally(0..<100)
    XCTAssertEqual(tally.failures, [])
    XCTAssertEqual(tally.total.elements, 0)
    XCTAssertGreaterThan(tally.total.undecidedElements, 100)
    let undecided = SwiftReference { _ throws(ReferenceFailure) in throw .undecided("a tie") }
    let whole = try LiveRun(regression, against: undecided).tally(0..<100)
    XCTAssertEqual(whole.total.undecided, 100)
    XCTAssertEqual(whole.failures, [])
  }

  func testAReferenceThatFailsIsAFinding() throws {
    let broken = SwiftReference { _ throws(ReferenceFailure) in throw .broken("Traceback: x") }
    let run = LiveRun(regression, against: broken)
    XCTAssertEqual(try run.tally(0..<3).failures, [0, 1, 2])
    let finding = try XCTUnwrap(run.finding(at: 0))
    XCTAssertNil(finding.outcome)
    XCTAssertTrue(text(finding).contains("Traceback: x"))
  }

  func testAReferenceThatDoesNotRunEndsTheRun() {
    let missing = SwiftReference { _ throws(ReferenceFailure) in throw .unavailable("no Python") }
    XCTAssertThrowsError(try LiveRun(regression, against: missing).tally(0..<3)) {
      XCTAssertEqual($0 as? ReferenceFailure, .unavailable("no Python"))
    }
  }

  func testErrorsAreComparedByTheirCodes() throws {
    let other = SwiftReference { (expected) throws(ReferenceFailure) in
      if case .error = expected { .error("value_out_of_range") } else { expected }
    }
    let run = LiveRun(generator, against: other)
    let failures = try run.tally(0..<300).failures
    XCTAssertFalse(failures.isEmpty)
    let finding = try XCTUnwrap(run.finding(at: failures[0]))
    XCTAssertTrue(text(finding).contains("expected the error value_out_of_range"))
  }

  // MARK: - The exact oracle's word

  private var oracle: Oracle {
    Oracle(python: "python3", tools: repository.appending(path: "tools").path)
  }

  func testTheExactOracleConfirmsAMistake() throws {
    let run = LiveRun(regression, against: SwiftReference(), implementation: MistakenAboveTwo())
    let index = try XCTUnwrap(run.tally(0..<60).failures.first)
    let finding = try XCTUnwrap(run.finding(at: index, oracle: oracle))
    XCTAssertEqual(finding.secondOpinion.verdict, .confirmed)
    XCTAssertNotNil(finding.secondOpinion.cause)
  }

  func testTheExactOracleRefutesAReferenceThatIsWrong() throws {
    let wrong = SwiftReference { (expected) throws(ReferenceFailure) in
      guard case .value(let golden, let gradient) = expected,
        case .float32(let numbers) = golden.tensor.values
      else { return expected }
      let shape = golden.tensor.shape
      return .value(
        Golden(
          tensor: FixtureTensor(shape: shape, values: .float32(numbers.map { $0 + 1 })),
          tolerance: golden.tolerance), gradient: gradient)
    }
    let run = LiveRun(regression, against: wrong)
    let index = try XCTUnwrap(run.tally(0..<60).failures.first)
    let finding = try XCTUnwrap(run.finding(at: index, oracle: oracle))
    XCTAssertEqual(finding.secondOpinion.verdict, .refuted)
    XCTAssertTrue(text(finding).contains("does not confirm"))
  }

  func testTheExactOracleIsAskedForGradients() throws {
    let doubled = DoubledGradients()
    let run = LiveRun(regression, against: SwiftReference(), implementation: doubled)
    let index = try XCTUnwrap(run.tally(0..<60).failures.first)
    let finding = try XCTUnwrap(run.finding(at: index, oracle: oracle))
    XCTAssertTrue(finding.shrunk.gradient)
    XCTAssertEqual(finding.secondOpinion.verdict, .confirmed)
  }

  // MARK: - The report

  private func report(_ findings: [LiveFinding]) -> LiveReport {
    LiveReport(
      implementation: "Mistaken", reference: "swift", seed: 5, options: ["--loss", "huber"],
      tally: LiveTally(), findings: findings, seconds: 1)
  }

  private func text(_ finding: LiveFinding) -> String {
    LiveReportText().text(report([finding]))
  }

  func testAFindingIsShownAsPythonWithTheCommandThatAsksItAgain() throws {
    let run = LiveRun(regression, against: SwiftReference(), implementation: MistakenAboveTwo())
    let index = try XCTUnwrap(run.tally(0..<60).failures.first)
    let finding = try XCTUnwrap(run.finding(at: index))
    let text = text(finding)
    XCTAssertTrue(text.contains("keras.losses.mean_squared_error("), text)
    XCTAssertTrue(text.contains("np.array([0.0], \"float32\")"), text)
    XCTAssertTrue(text.contains("loss-parity live --seed 5 --loss huber --case \(index)"), text)
    XCTAssertTrue(text.contains("Mistaken gives "), text)
    let json = String(decoding: try LiveReportJSON().data(report([finding])), as: UTF8.self)
    XCTAssertTrue(json.contains("\"schema\" : \"loss-parity/live/1\""), json)
    XCTAssertTrue(json.contains("\"index\" : \"\(index)\""), json)
  }
}

/// The Swift losses with gradients twice as steep.
private struct DoubledGradients: Implementation {
  let name = "Doubled"

  func answer(_ fixture: FixtureCase, loss: String, dialect: String) -> Outcome {
    let right = SwiftImplementation().answer(fixture, loss: loss, dialect: dialect)
    guard case .value(let value, let gradient?) = right,
      case .float32(let slopes) = gradient.values
    else { return right }
    return .value(
      value,
      gradient: FixtureTensor(shape: gradient.shape, values: .float32(slopes.map { 2 * $0 })))
  }
}
