import Foundation
import LossConformance
import LossFixtures
import XCTest

/// Programs as implementations: what they answer, and what becomes of those that do not.
final class CommandImplementationTests: XCTestCase {
  private let fixture = FixtureCase(
    id: "huber.x", comment: "A \"quoted\" \\ comment.", flags: [], form: .class,
    config: ["delta": .number(2.5), "axis": .list([.number(1)]), "reduction": .null],
    dtype: "float32",
    inputs: [
      "y_true": FixtureTensor(shape: [2], values: .int64([1, 9_007_199_254_740_993])),
      "y_pred": FixtureTensor(shape: [2], values: .float32([0.1, -.infinity])),
      "mask": FixtureTensor(shape: [], values: .bool([true])),
    ], expected: .error("rank_too_low"))

  /// The case with numbers and a gradient for an answer.
  private var withGradient: FixtureCase {
    let golden = Golden(
      tensor: FixtureTensor(shape: [], values: .float32([0.25])), tolerance: [0])
    let gradient = Golden(
      tensor: FixtureTensor(shape: [2], values: .float32([0.5, 0])), tolerance: [0, 0])
    return FixtureCase(
      id: fixture.id, comment: fixture.comment, flags: [], form: .class, config: [:],
      dtype: "float32", inputs: fixture.inputs, expected: .value(golden, gradient: gradient))
  }

  private func ask(_ command: String, timeout: Duration = .seconds(5)) -> Outcome {
    CommandImplementation(command: command, timeout: timeout)
      .answer(fixture, loss: "huber", dialect: "keras-3.15/jax")
  }

  /// A shell program that answers every line with the same text.
  private func answering(_ text: String) -> String {
    "while read -r line; do echo '\(text)'; done"
  }

  func testTheRequestIsOneLineInTheFixturesWords() throws {
    let request = AnswerProtocol.request(fixture, loss: "huber", dialect: "keras-3.15/jax")
    XCTAssertEqual(
      request,
      #"{"protocol":"loss-parity/answer/1","id":"huber.x","loss":"huber","#
        + #""dialect":"keras-3.15/jax","form":"class","#
        + #""config":{"axis":[1],"delta":2.5,"reduction":null},"dtype":"float32","#
        + #""inputs":{"mask":{"dtype":"bool","shape":[],"values":[true]},"#
        + #""y_pred":{"dtype":"float32","shape":[2],"values":[0.1,"-Infinity"]},"#
        + #""y_true":{"dtype":"int64","shape":[2],"values":[1,9007199254740993]}}}"#)
    XCTAssertNoThrow(try JSONSerialization.jsonObject(with: Data(request.utf8)))
  }

  func testARequestAsksForTheGradientThatItsCaseHas() throws {
    let request = AnswerProtocol.request(withGradient, loss: "huber", dialect: "d")
    XCTAssertTrue(request.hasSuffix(#"},"gradient":true}"#), request)
    XCTAssertNoThrow(try JSONSerialization.jsonObject(with: Data(request.utf8)))
  }

  func testNarrowNumbersAreAskedInDecimal() {
    let halves = FixtureCase(
      id: "x", comment: "", flags: [], form: .class, config: [:], dtype: "float16",
      inputs: [
        "y_true": FixtureTensor(
          shape: [2],
          values: .bfloat16([BFloat16Bits(bitPattern: 0x3dcd), BFloat16Bits(bitPattern: 0x7f80)])),
        "y_pred": FixtureTensor(shape: [2], values: .float16([0.1, -.infinity])),
      ], expected: .error("rank_too_low"))
    let request = AnswerProtocol.request(halves, loss: "huber", dialect: "d")
    XCTAssertTrue(
      request.hasSuffix(
        #""y_pred":{"dtype":"float16","shape":[2],"values":[0.1,"-Infinity"]},"#
          + #""y_true":{"dtype":"bfloat16","shape":[2],"values":[0.100097656,"Infinity"]}}}"#),
      request)
  }

  func testGradientsAreReadBesideTheirValues() {
    let value = #""value":{"dtype":"float32","shape":[],"values":[0.25]}"#
    let gradient = #""gradient":{"dtype":"float32","shape":[2],"values":[0.5,0]}"#
    for fields in [value + "," + gradient, gradient + "," + value] {
      let program = CommandImplementation(
        command: answering(#"{"id":"huber.x",\#(fields)}"#), gradients: .required)
      let outcome = program.answer(withGradient, loss: "huber", dialect: "")
      XCTAssertEqual(
        outcome,
        .value(
          FixtureTensor(shape: [], values: .float32([0.25])),
          gradient: FixtureTensor(shape: [2], values: .float32([0.5, 0]))))
      XCTAssertTrue(
        Comparison(outcome, withGradient.expected, gradients: program.gradients).passed)
    }
  }

  func testAnswersAreRead() {
    XCTAssertEqual(
      ask(
        answering(
          #"{"id":"huber.x","value":{"dtype":"float32","shape":[2],"values":[0.25,"NaN"]}}"#)
      ).values?.count, 2)
    XCTAssertEqual(
      ask(answering(#"{"id":"huber.x","error":{"code":"shape_mismatch","message":"why"}}"#)),
      .error(code: "shape_mismatch", message: "why"))
    XCTAssertEqual(
      ask(answering(#"{"id":"huber.x","unsupported":"no such loss"}"#)),
      .unsupported("no such loss"))
  }

  func testNonsenseIsTold() {
    for (answer, message) in [
      ("hello", "expected"), ("{}", "id is missing"), (#"{"id":"huber.x"}"#, "is missing"),
      (#"{"id":"other","unsupported":""}"#, "it answers the case other"),
      (#"{"id":"huber.x","value":{"dtype":"float32","shape":[3],"values":[1]}}"#, "count"),
      (#"{"id":"huber.x","value":{"dtype":"float99","shape":[1],"values":[1]}}"#, "float99"),
      (#"{"id":"huber.x","unsupported":"","error":{"code":"x"}}"#, "one of value"),
      (
        #"{"id":"huber.x","gradient":{"dtype":"float16","shape":[1],"values":[1]}}"#,
        "value, error or unsupported is missing"
      ),
      (
        #"{"id":"huber.x","error":{"code":"x"},"#
          + #""gradient":{"dtype":"float16","shape":[1],"values":[1]}}"#, "without its value"
      ),
    ] {
      guard case .broken(let what) = ask(answering(answer)) else {
        XCTFail("accepted: \(answer)")
        continue
      }
      XCTAssertTrue(what.contains(message), "\(what) for \(answer)")
    }
  }

  func testAProgramThatEndsIsStartedAgain() {
    let file = NSTemporaryDirectory() + "loss-parity-count-\(UUID())"
    let program = CommandImplementation(command: "echo x >> \(file); exit 3")
    for _ in 0..<3 {
      XCTAssertEqual(
        program.answer(fixture, loss: "huber", dialect: ""),
        .broken("the program exited with code 3 instead of answering"))
    }
    XCTAssertEqual(try String(contentsOfFile: file, encoding: .utf8), "x\nx\nx\n")
    try? FileManager.default.removeItem(atPath: file)
  }

  func testASignalIsNamed() {
    XCTAssertEqual(
      ask("kill -9 $$"), .broken("the program was ended by signal 9 instead of answering"))
  }

  func testAProgramThatIsMissingIsTold() {
    XCTAssertEqual(
      ask("no-such-program 2>/dev/null"),
      .broken("the program exited with code 127 instead of answering"))
  }

  func testASilentProgramIsNotWaitedForForEver() {
    guard case .broken(let what) = ask("cat > /dev/null", timeout: .milliseconds(20)) else {
      return XCTFail("answered")
    }
    XCTAssertTrue(what.contains("no answer within"), what)
  }

  func testALargeAnswerToALargeRequestArrives() {
    // Both pipes are full before the other end reads.
    let count = 100_000
    let large = FixtureCase(
      id: "huber.x", comment: "", flags: [], form: .function, config: [:], dtype: "float32",
      inputs: [
        "y_true": FixtureTensor(shape: [0], values: .float32([])),
        "y_pred": FixtureTensor(
          shape: [count], values: .float32(Array(repeating: 0.123, count: count))),
      ], expected: .error("rank_too_low"))
    let program = CommandImplementation(
      command: #"while read -r line; do printf '{"id":"huber.x","unsupported":"'; "#
        + #"printf '%s' "$line" | tr -d '"'; echo '"}'; done"#)
    guard case .unsupported(let echo) = program.answer(large, loss: "huber", dialect: "") else {
      return XCTFail("no answer")
    }
    XCTAssertGreaterThan(echo.count, 6 * count)
  }

  func testUnknownMatchesAnyExpectedErrorAndSkipsAreNoFailures() {
    let refused = Outcome.error(code: AnswerProtocol.unknownError, message: "ValueError")
    XCTAssertTrue(Comparison(refused, .error("rank_too_low")).passed)
    let skipped = Comparison(.unsupported("why"), .error("rank_too_low"))
    XCTAssertEqual(skipped.status, .skipped)
    XCTAssertEqual(Comparison(.broken("x"), .error("rank_too_low")).status, .failed)
  }

  func testAProgramThatSupportsNothingProvesNothing() throws {
    let suite = try committedSuite()
    let program = CommandImplementation(
      command: #"sed -u 's/.*"id":"\([^"]*\)".*/{"id":"\1","unsupported":"no"}/'"#)
    let report = try Verification(
      program, selection: Selection(casePatterns: ["*.question.*"])
    ).run(suite)
    XCTAssertGreaterThan(report.cases.count, 5)
    XCTAssertTrue(report.cases.allSatisfy { $0.status == .skipped })
    XCTAssertEqual(report.verdict, .nothingChecked)
    XCTAssertTrue(TerminalReport().text(report).contains("supports none of the cases"))
  }
}

extension Outcome {
  fileprivate var values: FixtureTensor.Values? {
    if case .value(let tensor, _) = self { tensor.values } else { nil }
  }
}
