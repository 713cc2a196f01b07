import LossFixtures
import XCTest

/// Files that are not fixtures: each is refused with the file, the line and the field.
final class DamagedFixtureTests: XCTestCase {
  private let small = """
    {
      "schema": "loss-parity/fixtures/1",
      "loss": "huber",
      "dialect": "keras-3.15/jax",
      "tolerance_model": {"rounding_ulp": 0.5},
      "notes": {"basic": {"kind": "basic", "description": "Plain.", "links": []}},
      "cases": [
        {
          "id": "huber.a",
          "comment": "A \\u00e9 comment.",
          "flags": ["basic"],
          "form": "class",
          "config": {"delta": 2.5, "reduction": null, "name": "x", "flag": true},
          "dtype": "float32",
          "inputs": {
            "y_true": {"dtype": "int64", "shape": [2], "values": [-1, 9007199254740993]},
            "y_pred": {"dtype": "float32", "shape": [2, 1], "values": [0.1, "NaN"]},
            "mask": {"dtype": "bool", "shape": [2], "values": [true, false]}
          },
          "expected": {
            "value": {
              "dtype": "float32", "shape": [], "values": ["-Infinity"], "tolerance": [0.0]
            },
            "gradient": {
              "dtype": "float32", "shape": [2, 1], "values": [-1.5, 0], "tolerance": [0.5, 0]
            }
          }
        }
      ]
    }

    """

  private func decode(_ text: String) throws(FixtureError) -> FixtureFile {
    try FixtureFile(file: "small.json", bytes: Array(text.utf8))
  }

  /// The error of the small file with a text replaced.
  private func error(
    _ old: String, _ new: String, line: UInt = #line
  ) -> String {
    XCTAssertTrue(small.contains(old), "no \(old)", line: line)
    let changed = small.replacing(old, with: new, maxReplacements: 1)
    do throws(FixtureError) {
      _ = try decode(changed)
      XCTFail("accepted: \(new)", line: line)
      return ""
    } catch {
      XCTAssertEqual(error.file, "small.json", line: line)
      return "\(error)"
    }
  }

  func testTheSmallFileIsRead() throws {
    let file = try decode(small)
    XCTAssertEqual(file.loss, "huber")
    XCTAssertEqual(file.notes["basic"]?.description, "Plain.")
    let fixture = try XCTUnwrap(file.cases.first)
    XCTAssertEqual(fixture.comment, "A é comment.")
    XCTAssertEqual(
      fixture.config,
      ["delta": .number(2.5), "reduction": .null, "name": .string("x"), "flag": .boolean(true)])
    XCTAssertEqual(fixture.inputs["y_true"]?.values, .int64([-1, 9_007_199_254_740_993]))
    guard case .float32(let values) = fixture.inputs["y_pred"]?.values else {
      return XCTFail("y_pred is not float32")
    }
    XCTAssertEqual(values[0], 0.1)
    XCTAssertTrue(values[1].isNaN)
    XCTAssertTrue(fixture.asksGradient)
    XCTAssertEqual(
      fixture.expected,
      .value(
        Golden(
          tensor: FixtureTensor(shape: [], values: .float32([-.infinity])), tolerance: [0]),
        gradient: Golden(
          tensor: FixtureTensor(shape: [2, 1], values: .float32([-1.5, 0])),
          tolerance: [0.5, 0])))
  }

  func testEveryTruncationIsRefused() {
    let bytes = Array(small.utf8)
    let end = bytes.lastIndex(of: UInt8(ascii: "}")) ?? 0
    for length in 0...end {
      XCTAssertThrowsError(try FixtureFile(file: "cut.json", bytes: Array(bytes[..<length]))) {
        XCTAssertEqual(($0 as? FixtureError)?.file, "cut.json")
      }
    }
  }

  func testARandomChangeOfBytesNeverTraps() {
    var generator = SplitMix64(state: 3)
    let bytes = Array(small.utf8)
    let interesting = Array(#"{}[],:"\0-19.eE+tfnN "#.utf8) + [0, 0x80, 0xff, 0x0a]
    var refused = 0
    for _ in 0..<20_000 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 0..<changed.count, using: &generator)
        let byte = interesting[Int.random(in: 0..<interesting.count, using: &generator)]
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: changed[place] = byte
        case 1: changed.insert(byte, at: place)
        default: changed.remove(at: place)
        }
      }
      do throws(FixtureError) {
        _ = try FixtureFile(file: "fuzz.json", bytes: changed)
      } catch {
        XCTAssertEqual(error.file, "fuzz.json")
        XCTAssertFalse(error.message.isEmpty)
        refused += 1
      }
    }
    XCTAssertGreaterThan(refused, 10_000)
  }

  func testReferencesAreForFunctionsAlone() throws {
    XCTAssertTrue(error("\"mask\"", "\"ref_labels\"").hasSuffix("a class takes no references"))
    let function = small.replacing("\"class\"", with: "\"function\"")
      .replacing("\"mask\"", with: "\"ref_labels\"")
    XCTAssertEqual(
      try decode(function).cases.first?.inputs["ref_labels"]?.values, .bool([true, false]))
  }

  func testErrorsNameLineCaseAndField() {
    XCTAssertEqual(
      error("\"shape\": [2, 1]", "\"shape\": [3, 1]"),
      "small.json:17: case huber.a: inputs.y_pred: shape [3, 1] does not count the 2 elements")
    XCTAssertEqual(
      error("[0.1, \"NaN\"]", "[0.1, \"nan\"]"),
      "small.json:17: case huber.a: inputs.y_pred.values: \"nan\" is not NaN, Infinity or -Infinity"
    )
    XCTAssertEqual(
      error("\"id\": \"huber.a\"", "\"id\": \"hinge.a\""),
      "small.json:30: case hinge.a: an id begins with the loss, huber.")
    XCTAssertEqual(
      error("\"loss\": \"huber\"", "\"loss\": 3"), "small.json:3: loss: expected a string")
  }

  func testAGradientBelongsToItsValueAndToYPred() {
    let shape = "\"shape\": [2, 1], \"values\": [-1.5"
    XCTAssertEqual(
      error(shape, shape.replacing("[2, 1]", with: "[2]")),
      "small.json:28: case huber.a: expected.gradient: its shape is [2], that of y_pred is [2, 1]")
    let dtype = "\"float32\", \(shape)"
    XCTAssertTrue(
      error(dtype, dtype.replacing("32", with: "64")).hasSuffix(
        "expected.gradient: its dtype is float64, that of the case is float32"))
    XCTAssertTrue(
      error("[0.5, 0]", "[0.5]").contains("expected.gradient: shape [2, 1] does not count"))
    XCTAssertTrue(error(", \"tolerance\": [0.5, 0]", "").contains("tolerance is missing"))
    let value = small.range(of: "\"value\": {")?.lowerBound ?? small.startIndex
    let gradient = small.range(of: "\"gradient\": {")?.lowerBound ?? small.endIndex
    XCTAssertTrue(
      error(String(small[value..<gradient]), "").contains(
        "expected: the value beside the gradient is missing"))
    for error in [
      error("\"value\": {", "\"error\": \"rank_too_low\", \"value\": {"),
      error("\"gradient\": {", "\"error\": \"rank_too_low\", \"gradient\": {"),
    ] {
      XCTAssertTrue(error.contains("expected either value, with gradient or without, or error"))
    }
  }

  func testUnknownFieldsAreRefused() {
    for (old, new) in [
      ("\"loss\":", "\"lost\":"), ("\"comment\":", "\"note\":"), ("\"mask\":", "\"masks\":"),
      ("\"tolerance\": [0.0]", "\"tolerances\": [0.0]"), ("\"kind\":", "\"sort\":"),
      ("\"shape\": [2],", "\"shape\": [2], \"order\": 1,"),
    ] {
      XCTAssertTrue(error(old, new).contains("unknown field"), new)
    }
  }

  func testMissingFieldsAreNamed() {
    for (old, field) in [
      ("\"loss\": \"huber\",", "loss"), ("\"dialect\": \"keras-3.15/jax\",", "dialect"),
      ("\"form\": \"class\",", "form"), ("\"dtype\": \"float32\",\n", "dtype"),
      ("\"id\": \"huber.a\",", "id"), ("\"values\": [0.1, \"NaN\"]", "values"),
      (", \"tolerance\": [0.0]", "tolerance"), ("\"comment\": \"A \\u00e9 comment.\",", "comment"),
    ] {
      let changed = small.replacing(old, with: "").replacing("[2, 1], }", with: "[2, 1]}")
      XCTAssertNotEqual(changed, small, field)
      XCTAssertThrowsError(try decode(changed), field) {
        XCTAssertTrue("\($0)".contains("\(field) is missing"), "\($0)")
      }
    }
  }

  func testWrongTypesAndValuesAreRefused() {
    XCTAssertTrue(error("loss-parity/fixtures/1", "loss-parity/fixtures/2").contains("expected"))
    XCTAssertTrue(error("\"class\"", "\"klass\"").contains("klass"))
    XCTAssertTrue(error("\"int64\"", "\"int65\"").contains("int65 is not a dtype"))
    XCTAssertTrue(error("[2],", "[-2],").contains("[-2]"))
    XCTAssertTrue(error("[2],", "[4611686018427387904, 4],").contains("does not count"))
    XCTAssertTrue(error("[2],", "[1e3],").contains("1e3"))
    XCTAssertTrue(error("[2],", "[99999999999999999999],").contains("99999999999999999999"))
    XCTAssertTrue(error("9007199254740993", "9223372036854775808").contains("9223372036854775808"))
    XCTAssertTrue(error("[0.1,", "[3.5e38,").contains("3.5e38 is out of the range"))
    XCTAssertTrue(error("[0.0]", "[-1.0]").contains("tolerance"))
    XCTAssertTrue(error("[0.0]", "[\"NaN\"]").contains("tolerance"))
    XCTAssertTrue(error("[0.0]", "[0.0, 0.0]").contains("does not count"))
    XCTAssertTrue(error("[true, false]", "[1, 0]").contains("1 is not true or false"))
    XCTAssertTrue(error("[\"basic\"]", "[\"other\"]").contains("the flag other has no note"))
    XCTAssertTrue(error("\"loss\":", "\"schema\":").contains("repeated"))
    for number in ["01", "1.", ".5", "+1", "1e", "0x1", "--1", "1e+", "-"] {
      XCTAssertTrue(error("[0.1,", "[\(number),").contains("not a number"), number)
    }
  }

  func testWhatIsNoWordOfJSONIsRefused() {
    XCTAssertTrue(error("[0.1,", "[1_0,").contains("expected ','"))
    XCTAssertTrue(error("[0.1,", "[Infinity,").contains("expected a value"))
    XCTAssertTrue(error("[0.1,", "[,").contains("expected a value"))
  }

  func testWhatStandsAroundTheDocumentIsRefused() {
    XCTAssertThrowsError(try decode(small + "x"))
    XCTAssertThrowsError(try decode("\u{feff}" + small))
    XCTAssertThrowsError(try decode("")) { XCTAssertTrue("\($0)".contains("empty")) }
    XCTAssertThrowsError(try FixtureFile(file: "bad.json", bytes: [0x22, 0xff, 0x22]))
  }

  func testDeepNestingIsRefused() {
    let deep = String(repeating: "[", count: 100_000)
    XCTAssertTrue(error("{\"rounding_ulp\": 0.5}", deep).contains("nested deeper"))
    let objects = String(repeating: "{\"a\":", count: 100_000)
    XCTAssertTrue(error("{\"rounding_ulp\": 0.5}", objects).contains("nested deeper"))
  }

  func testACaseThatStandsTwiceIsRefused() throws {
    let start = try XCTUnwrap(small.range(of: "    {\n      \"id\"")).lowerBound
    let end = try XCTUnwrap(small.range(of: "\n  ]\n}")).lowerBound
    let again = small.replacingCharacters(
      in: end..<end, with: ",\n" + small[start..<end])
    XCTAssertThrowsError(try decode(again)) { XCTAssertTrue("\($0)".contains("stands twice")) }
  }

  func testAFileForATensorNeedsTheFolder() {
    let change = "\"file\": \"x.npy\", \"sha256\": \"00\""
    XCTAssertTrue(error("\"values\": [0.1, \"NaN\"]", change).contains("x.npy"))
  }
}

/// SplitMix64: the same numbers on every machine.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }
}
