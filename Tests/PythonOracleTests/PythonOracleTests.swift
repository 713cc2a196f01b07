#if PythonInterop
import LossConformance
import LossFixtures
import PythonOracle
import XCTest

/// What is asked of Python, and what its answers become.
final class PythonOracleTests: XCTestCase {
  private func answer(
    _ body: String, to asked: Question = smallQuestion, gradient: Bool = true
  ) throws -> FixtureCase.Expected {
    let module = try PythonModule(body: body)
    // Tracebacks show lines of the file.
    return try withExtendedLifetime(module) {
      try module.oracle().answer(asked, gradient: gradient)
    }
  }

  /// The text of the failure.
  private func broken(
    _ body: String, to asked: Question = smallQuestion
  ) throws -> String {
    do {
      let answer = try answer(body, to: asked)
      XCTFail("answered \(answer)")
    } catch ReferenceFailure.broken(let text) {
      return text
    }
    return ""
  }

  func testPythonIsToldTheQuestion() throws {
    let asked = question(
      ["y_pred": FixtureTensor(shape: [], values: .float32([0]))],
      config: [
        "delta": .number(2), "from_logits": .boolean(true), "reduction": .string("sum \u{e9}\0"),
        "name": .null, "axis": .list([.number(-1), .list([])]),
      ])
    let told = try answer(
      "return {\"error\": repr((loss, dialect, form, dtype, config, list(inputs), gradient))}",
      to: asked, gradient: false)
    let config =
      "{'axis': [-1.0, []], 'delta': 2.0, 'from_logits': True, 'name': None, "
      + "'reduction': 'sum \u{e9}\\x00'}"
    let expected =
      "('mean_squared_error', 'keras-3.15/jax', 'class', 'float32', \(config), ['y_pred'], False)"
    XCTAssertEqual(told, .error(expected))
  }

  func testValueAndGradientHaveTheirTolerancesAndEdges() throws {
    let yPred = FixtureTensor(shape: [2, 2], values: .float32([1, 2, 3, 4]))
    let body = """
      shape = inputs["y_pred"].shape
      return {
          "value": np.float64(2.5) * np.ones(()),
          "tolerance": np.full((), np.inf),
          "gradient": inputs["y_pred"] * np.float32(2),
          "gradient_tolerance": np.full(shape, 0.125),
          "edges": np.array([[False, True], [True, False]]),
      }
      """
    let value = Golden(
      tensor: FixtureTensor(shape: [], values: .float32([2.5])), tolerance: [.infinity])
    let gradient = Golden(
      tensor: FixtureTensor(shape: [2, 2], values: .float32([2, 4, 6, 8])),
      tolerance: [0.125, 0.125, 0.125, 0.125], edges: [1, 2])
    XCTAssertEqual(
      try answer(body, to: question(["y_pred": yPred])), .value(value, gradient: gradient))
    // What is not asked for is not looked at.
    XCTAssertEqual(
      try answer(body, to: question(["y_pred": yPred]), gradient: false), .value(value))
  }

  func testAFunctionAnswersInTheDtypeOfItsPredictions() throws {
    var asked = question(["y_pred": FixtureTensor(shape: [1], values: .float16([1]))])
    let body = "return {\"value\": np.array([0.5]), \"tolerance\": np.zeros(1)}"
    asked.form = .function
    XCTAssertEqual(
      try answer(body, to: asked),
      .value(Golden(tensor: FixtureTensor(shape: [1], values: .float16([0.5])), tolerance: [0])))
  }

  func testADialectMayBeWithoutGradients() throws {
    let body = """
      return {"value": np.ones(1), "tolerance": np.zeros(1), "gradient": None,
              "gradient_tolerance": None, "edges": None}
      """
    XCTAssertEqual(
      try answer(body),
      .value(Golden(tensor: FixtureTensor(shape: [1], values: .float32([1])), tolerance: [0])))
  }

  func testErrorsAndWhatRoundingDecidesAreTold() throws {
    XCTAssertEqual(
      try answer("return {\"error\": \"shape_mismatch\", \"message\": \"no\"}"),
      .error("shape_mismatch"))
    XCTAssertThrowsError(try answer("return {\"undecided\": \"a divisor may be 0\"}")) {
      XCTAssertEqual($0 as? ReferenceFailure, .undecided("a divisor may be 0"))
    }
  }

  func testWhatIsNoAnswerIsSaidToBeNone() throws {
    let value = "\"value\": np.ones(1), \"tolerance\": np.zeros(1)"
    for (body, problem) in [
      ("return {}", "the answer has neither value nor error nor undecided"),
      ("return None", "TypeError: 'NoneType' object is not subscriptable"),
      ("return {\"error\": 3}", "TypeError: error is a int, not a str"),
      ("return {\"value\": np.ones(1)}", "tolerance is not a float64 of at least 0"),
      ("return {\"value\": np.ones(1), \"tolerance\": np.zeros(2)}", "which is of the shape [1]"),
      ("return {\"value\": np.ones(1), \"tolerance\": -np.ones(1)}", "of at least 0"),
      ("return {\"value\": np.ones(1), \"tolerance\": np.array([np.nan])}", "of at least 0"),
      (
        "return {\"value\": np.ones(1), \"tolerance\": np.zeros(1, np.float32)}",
        "is not a float64"
      ),
      (
        "return {\(value), \"gradient\": np.ones(2), \"gradient_tolerance\": np.zeros(2)}",
        "gradient is of the shape [2], y_pred is of [1]"
      ),
      (
        """
        return {\(value), "gradient": np.ones(1), "gradient_tolerance": np.zeros(1),
                "edges": np.zeros(1)}
        """, "edges is not a bool for each element of gradient"
      ),
    ] {
      let text = try broken(body)
      XCTAssertTrue(text.contains(problem), "\(body): \(text)")
    }
  }

  // MARK: - Exceptions

  func testAnExceptionComesWithItsTraceback() throws {
    let text = try broken("return 1 / len(config)")
    XCTAssertTrue(text.hasPrefix("Traceback (most recent call last):\n  File \""), text)
    XCTAssertTrue(text.contains(".py\", line 4, in answered\n    return 1 / len(config)"), text)
    XCTAssertTrue(text.hasSuffix("\nZeroDivisionError: division by zero"), text)
  }

  func testCausesAreInTheTraceback() throws {
    let text = try broken(
      """
      try:
          {}["x"]
      except KeyError as error:
          raise ValueError("\u{e9}") from error
      """)
    XCTAssertTrue(text.contains("KeyError: 'x'"), text)
    XCTAssertTrue(text.contains("was the direct cause of the following exception"), text)
    XCTAssertTrue(text.hasSuffix("ValueError: \u{e9}"), text)
  }

  func testNothingThatPythonRaisesEndsTheProcess() throws {
    XCTAssertTrue(try broken("import sys; sys.exit(5)").hasSuffix("SystemExit: 5"))
    XCTAssertTrue(try broken("raise KeyboardInterrupt").hasSuffix("KeyboardInterrupt"))
    XCTAssertTrue(try broken("raise MemoryError").hasSuffix("MemoryError"))
    XCTAssertTrue(
      try broken("def f(): f()\nf()").contains("RecursionError: maximum recursion depth exceeded"))
    XCTAssertTrue(
      try broken(
        """
        class Silent(Exception):
            def __str__(self): raise ValueError
        raise Silent
        """
      ).contains("Silent"))
    XCTAssertEqual(try answer("return {\"error\": \"still here\"}"), .error("still here"))
  }

  // MARK: - Threads

  func testEveryThreadMayAsk() throws {
    let module = try PythonModule(
      body: """
        array = inputs["y_pred"]
        return {"value": array.sum(dtype=np.float64)[()] * np.ones(()), "tolerance": np.zeros(())}
        """)
    let oracle = try module.oracle()
    let failures = Failures()
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      for round in 0..<200 { failures.add(oracle.sumFailure(of: thread + 1, round)) }
    }
    XCTAssertEqual(failures.texts, [])
  }

  func testEveryTaskMayAsk() async throws {
    let module = try PythonModule(
      body: """
        array = inputs["y_pred"]
        return {"value": array.sum(dtype=np.float64)[()] * np.ones(()), "tolerance": np.zeros(())}
        """)
    let oracle = try module.oracle()
    let failures = await withTaskGroup(of: [String].self) { group in
      for task in 1...8 {
        group.addTask {
          var failures: [String] = []
          for round in 0..<100 {
            failures += oracle.sumFailure(of: task, round).map { [$0] } ?? []
            await Task.yield()
          }
          return failures
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
    XCTAssertEqual(failures, [])
  }
}

extension PythonOracle {
  /// What is wrong with the sum of some numbers, which depend on who asks.
  fileprivate func sumFailure(of asker: Int, _ round: Int) -> String? {
    let numbers = (0..<asker).map { Float($0 + round) }
    let asked = question(["y_pred": FixtureTensor(shape: [asker], values: .float32(numbers))])
    let expected = FixtureCase.Expected.value(
      Golden(
        tensor: FixtureTensor(shape: [], values: .float32([numbers.reduce(0, +)])), tolerance: [0]))
    do {
      let answered = try answer(asked, gradient: false)
      return answered == expected ? nil : "\(asker), \(round): \(answered)"
    } catch {
      return "\(error)"
    }
  }
}

/// What went wrong on any thread.
private final class Failures: @unchecked Sendable {
  private let lock = NSLock()
  private var found: [String] = []

  var texts: [String] { lock.withLock { found } }

  func add(_ text: String?) {
    guard let text else { return }
    lock.withLock { found.append(text) }
  }
}
#endif
