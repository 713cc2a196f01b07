import LossConformance
import LossFixtures
import XCTest

/// Where a program that tells its stages departs from Keras.
final class StageTests: XCTestCase {
  private let id = "categorical_crossentropy.question.row_sums_1_99.class.float64"

  func testTheFirstStageThatDiffersIsFound() throws {
    let golden = [stage("rescaled", [0.25, 0.75]), stage("clipped", [0.25, 0.75])]
    let right = tensor([0.25, 0.75])
    let wrong = tensor([0.5, 0.75])
    XCTAssertNil(StageDeparture(["rescaled": right, "clipped": right], golden))
    XCTAssertNil(StageDeparture(["per_sample": wrong], golden), "what is not stored says nothing")
    let departure = try XCTUnwrap(StageDeparture(["rescaled": right, "clipped": wrong], golden))
    XCTAssertEqual(departure.stage, "clipped")
    XCTAssertEqual(departure.lastAgreed, "rescaled")
    XCTAssertEqual(departure.comparison.elements?.worst.map(\.index), [[0]])
    XCTAssertEqual(
      StageDeparture(["clipped": wrong, "rescaled": wrong], golden)?.stage, "rescaled")
    let single = FixtureTensor(shape: [1, 2], values: .float64([0.25, 0.75]))
    XCTAssertEqual(
      StageDeparture(["clipped": single], golden)?.comparison,
      .shape(actual: [1, 2], expected: [2]))
  }

  func testTheFixturesHaveStages() throws {
    let suite = try committedSuite()
    let stored = try XCTUnwrap(
      try suite.diagnosis(loss: "categorical_crossentropy", dialect: "keras-3.15/jax"))
    let fixture = try XCTUnwrap(
      suite.files.flatMap(\.cases).first { $0.id == id })
    let stages = stored.stages(of: fixture)
    XCTAssertEqual(
      stages.map(\.name),
      ["row_sums", "rescaled", "clipped", "log", "per_element"],
      "the losses of samples are the value")
    let sums = try XCTUnwrap(stages.first?.golden)
    XCTAssertEqual(sums.tensor.shape, [3, 1])
    for (sum, expected) in zip(sums.tensor.values.doubles, [1, 1.99, 1]) {
      XCTAssertEqual(sum, expected, accuracy: 1e-15)
    }
    let other = try XCTUnwrap(
      try suite.diagnosis(loss: "categorical_crossentropy", dialect: "keras-3.15/torch"))
    XCTAssertEqual(other.stages(of: fixture).map(\.name), stages.map(\.name), "as in its base")
  }

  func testAReportNamesTheStage() throws {
    let selection = Selection(dialects: ["keras-3.15/jax"], casePatterns: [id])
    let report = try Verification(RescaleSkipped(), selection: selection).run(committedSuite())
    let departure = try XCTUnwrap(report.cases.first?.departure)
    XCTAssertEqual(departure.stage, "rescaled")
    let text = TerminalReport().text(report)
    XCTAssertTrue(
      text.contains("first stage that differs: rescaled, [1, 1] 0.89, expected 0.4472361809045"),
      text)
    let json = String(decoding: try JSONReport().data(report), as: UTF8.self)
    XCTAssertTrue(json.contains("\"last_agreed\" : \"row_sums\""), json)
    XCTAssertTrue(json.contains("\"name\" : \"rescaled\""), json)
  }

  func testProgramsAreAskedForTheirStages() throws {
    let line = #"{"id":"x","value":{"dtype":"float64","shape":[],"values":[1.0]},"#
    let answer = line + #""stages":{"log":{"dtype":"float64","shape":[1],"values":[-1.0]}}}"#
    let stages = ["log": FixtureTensor(shape: [1], values: .float64([-1]))]
    let value = FixtureTensor(shape: [], values: .float64([1]))
    XCTAssertEqual(
      try AnswerProtocol.answer(Array(answer.utf8), to: "x"), .value(value, stages: stages))
    XCTAssertThrowsError(
      try AnswerProtocol.answer(Array(#"{"id":"x","unsupported":"no","stages":{}}"#.utf8), to: "y"))
    let alone =
      #"{"id":"x","unsupported":"","stages":{"log":{"dtype":"bool","shape":[],"values":[true]}}}"#
    XCTAssertThrowsError(try AnswerProtocol.answer(Array(alone.utf8), to: "x")) {
      XCTAssertTrue("\($0)".contains("stages stand without their value"), "\($0)")
    }
    let fixture = FixtureCase(
      id: "x", comment: "", flags: [], form: .function, config: [:], dtype: "float64",
      inputs: [:], expected: .error("unknown"))
    let request = AnswerProtocol.request(fixture, loss: "huber", dialect: "d", stages: true)
    XCTAssertTrue(request.hasSuffix(#","stages":true}"#), request)
    XCTAssertFalse(
      AnswerProtocol.request(fixture, loss: "huber", dialect: "d").contains("stages"))
    // Answers stages only where they are asked for.
    let program = CommandImplementation(command: "while read l; do echo '\(answer)'; done")
    XCTAssertEqual(program.stages(of: fixture, loss: "huber", dialect: "d"), stages)
    XCTAssertEqual(program.answer(fixture, loss: "huber", dialect: "d"), .value(value))
    XCTAssertEqual(SwiftImplementation().stages(of: fixture, loss: "huber", dialect: "d"), [:])
  }

  // MARK: - Helpers

  private func stage(_ name: String, _ numbers: [Double]) -> Stage {
    Stage(
      name: name, golden: Golden(tensor: tensor(numbers), tolerance: numbers.map { $0 * 1e-15 }))
  }

  private func tensor(_ numbers: [Double]) -> FixtureTensor {
    FixtureTensor(shape: [numbers.count], values: .float64(numbers))
  }
}

/// An implementation that is right up to the sums of the rows.
private struct RescaleSkipped: Implementation {
  let name = "rescale skipped"

  func answer(_ fixture: FixtureCase, loss: String, dialect: String) -> Outcome {
    .value(FixtureTensor(shape: [], values: .float64([0.0946])))
  }

  func stages(
    of fixture: FixtureCase, loss: String, dialect: String
  ) -> [String: FixtureTensor] {
    [
      "row_sums": FixtureTensor(shape: [3, 1], values: .float64([1, 1.99, 1])),
      "rescaled": fixture.inputs["y_pred"] ?? FixtureTensor(shape: [], values: .float64([])),
    ]
  }
}
