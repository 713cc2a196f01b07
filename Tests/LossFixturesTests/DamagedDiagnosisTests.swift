import LossFixtures
import XCTest

/// Catalogues and diagnosis files, and what is none of these: refused with file, line and field.
final class DamagedDiagnosisTests: XCTestCase {
  private let catalogue = """
    {
      "schema": "loss-parity/mistakes/1",
      "mistakes": [
        {"id": "a", "kind": "k", "title": "A", "explanation": "E.", "fix": "F.",
          "losses": ["huber"], "links": []},
        {"id": "b", "kind": "k", "title": "B", "explanation": "E.", "fix": "F.",
          "losses": [], "links": ["https://example.org"]}
      ],
      "pairs": [["a", "b"]]
    }
    """

  private let diagnosis = """
    {
      "schema": "loss-parity/diagnosis/1",
      "loss": "huber",
      "dialect": "keras-1",
      "base": "keras-3.15/jax",
      "mistakes": ["a", "b", "a+b", "c"],
      "answers": {
        "huber.x": [
          {"mistakes": ["a"], "value": {"shape": [2], "values": [0.1, "NaN"], "tolerance": [0.5, 0]}},
          {"mistakes": ["b", "a+b"], "dtype": "float16", "gradient": {"shape": [2],
            "values": [1, 2], "tolerance": [0, 0]}},
          {"mistakes": ["c"]}
        ],
        "huber.y": [{"mistakes": ["a"], "error": "shape_mismatch"}]
      }
    }
    """

  private func decode(_ text: String) throws(FixtureError) -> DiagnosisFile {
    try DiagnosisFile(
      file: "small.json", bytes: Array(text.utf8), cases: [Self.fixture("x"), Self.fixture("y")])
  }

  private static func fixture(_ name: String, count: Int = 2) -> FixtureCase {
    let zeros = FixtureTensor(
      shape: [count], values: .float32(Array(repeating: 0, count: count)))
    return FixtureCase(
      id: "huber.\(name)", comment: "", flags: [], form: .class, config: [:], dtype: "float32",
      inputs: ["y_true": zeros, "y_pred": zeros], expected: .error("shape_mismatch"))
  }

  /// The error of a text with a part replaced.
  private func error<File>(
    _ text: String, _ old: String, _ new: String, line: UInt = #line,
    _ decode: (String) throws(FixtureError) -> File
  ) -> String {
    XCTAssertTrue(text.contains(old), "no \(old)", line: line)
    do throws(FixtureError) {
      _ = try decode(text.replacing(old, with: new, maxReplacements: 1))
      XCTFail("accepted: \(new)", line: line)
      return ""
    } catch {
      return "\(error)"
    }
  }

  private func error(_ old: String, _ new: String, line: UInt = #line) -> String {
    error(diagnosis, old, new, line: line, decode)
  }

  private func catalogueError(_ old: String, _ new: String, line: UInt = #line) -> String {
    error(catalogue, old, new, line: line) { (text) throws(FixtureError) in
      try MistakeCatalogue(file: "mistakes.json", bytes: Array(text.utf8))
    }
  }

  func testTheSmallFilesAreRead() throws {
    let known = try MistakeCatalogue(file: "", bytes: Array(catalogue.utf8))
    XCTAssertEqual(known.mistakes.map(\.title), ["A", "B"])
    XCTAssertEqual(known.mistakes(of: "a+b").map(\.id), ["a", "b"])
    XCTAssertEqual(known.mistakes(of: "b").map(\.links), [["https://example.org"]])
    XCTAssertEqual(known.mistakes(of: "b+a"), [])
    let file = try decode(diagnosis)
    XCTAssertEqual(file.mistakes, ["a", "b", "a+b", "c"])
    let alternatives = try XCTUnwrap(file.alternatives(to: Self.fixture("x")))
    XCTAssertEqual(alternatives.map(\.mistakes), [["a"], ["b", "a+b"], ["c"]])
    XCTAssertEqual(alternatives.map(\.dtype), [nil, "float16", nil])
    guard case .value(let golden) = alternatives[0].answer,
      case .float32(let values) = golden.tensor.values
    else { return XCTFail("no float32, the dtype of the case") }
    XCTAssertEqual(values[0], 0.1)
    XCTAssertTrue(values[1].isNaN)
    XCTAssertEqual(golden.tolerance, [0.5, 0])
    guard case .gradient = alternatives[1].answer else { return XCTFail("no gradient") }
    XCTAssertEqual(alternatives[2].answer, .undecided)
    XCTAssertEqual(
      file.alternatives(to: Self.fixture("y"))?.map(\.answer), [.error("shape_mismatch")])
    XCTAssertEqual(file.alternatives(to: Self.fixture("z", count: 64)), [], "all as Keras")
    XCTAssertNil(file.alternatives(to: Self.fixture("z", count: 65)), "not stored")
  }

  func testEveryTruncationIsRefused() {
    for length in 0..<diagnosis.utf8.count {
      XCTAssertThrowsError(
        try DiagnosisFile(
          file: "cut", bytes: Array(diagnosis.utf8.prefix(length)), cases: [Self.fixture("x")]))
    }
    for length in 0..<catalogue.utf8.count {
      XCTAssertThrowsError(
        try MistakeCatalogue(file: "cut", bytes: Array(catalogue.utf8.prefix(length))))
    }
  }

  func testErrorsNameLineCaseAndField() {
    XCTAssertEqual(
      error("\"shape\": [2]", "\"shape\": [3]"),
      "small.json:9: case huber.x: value: shape [3] does not count the 2 elements")
    XCTAssertEqual(
      error("\"huber.y\"", "\"huber.z\""),
      "small.json:14: case huber.z: there is no case of this id")
    XCTAssertTrue(error("[0.5, 0]", "[-0.5, 0]").contains("a tolerance is negative"))
    XCTAssertTrue(
      error("\"gradient\": {\"shape\": [2]", "\"gradient\": {\"shape\": [2, 1]")
        .contains("its shape is [2, 1], that of y_pred is [2]"))
  }

  func testUnknownAndMissingFieldsAreRefused() {
    for (old, new) in [
      ("\"loss\":", "\"lost\":"), ("\"dtype\": \"float16\"", "\"type\": \"float16\""),
      ("\"shape\": [2]", "\"dtype\": \"float32\", \"shape\": [2]"),
    ] {
      XCTAssertTrue(error(old, new).contains("unknown field"), new)
    }
    XCTAssertTrue(catalogueError("\"kind\"", "\"sort\"").contains("unknown field"))
    XCTAssertTrue(
      error("\"mistakes\": [\"a\", \"b\", \"a+b\", \"c\"],", "").contains("mistakes is missing"))
    XCTAssertTrue(error("\"dialect\": \"keras-1\",", "").contains("dialect is missing"))
    XCTAssertTrue(catalogueError(", \"fix\": \"F.\"", "").contains("fix is missing"))
    XCTAssertTrue(catalogueError("mistakes/1", "mistakes/2").contains("expected"))
    XCTAssertTrue(error("diagnosis/1", "diagnosis/2").contains("expected"))
  }

  func testMistakesMustBeKnownAndAnswerOnce() {
    XCTAssertTrue(error("[\"c\"]}", "[\"d\"]}").contains("d is not among the mistakes of the file"))
    XCTAssertTrue(error("[\"c\"]}", "[\"a\"]}").contains("case huber.x: a has two answers"))
    XCTAssertTrue(error("[\"c\"]}", "[]}").contains("mistakes are missing"))
    XCTAssertTrue(
      error(
        "\"error\": \"shape_mismatch\"",
        "\"error\": \"x\", \"value\": {\"shape\": [], \"values\": [1], \"tolerance\": [0]}"
      )
      .contains("expected one of value, gradient and error"))
    XCTAssertTrue(error("\"float16\"", "\"float17\"").contains("float17 is not a dtype"))
    XCTAssertTrue(catalogueError("\"id\": \"b\"", "\"id\": \"a\"").contains("a stands twice"))
    XCTAssertTrue(catalogueError("[\"a\", \"b\"]", "[\"a\", \"c\"]").contains("names c"))
    XCTAssertTrue(catalogueError("[\"a\", \"b\"]", "[\"a\"]").contains("a pair has two"))
    XCTAssertTrue(
      catalogueError("[[\"a\", \"b\"]]", "[[\"a\", \"b\"], [\"a\", \"b\"]]")
        .contains("the pair a+b stands twice"))
  }
}
