import LossFixtures
import XCTest

/// Numbers are read as the nearest of their dtype, rounded once.
final class NumberReadingTests: XCTestCase {
  private func read(_ numbers: [String], dtype: String) throws -> FixtureTensor.Values {
    let text = """
      {"schema": "loss-parity/fixtures/1", "loss": "l", "dialect": "d", "tolerance_model": {},
      "notes": {}, "cases": [{"id": "l.i", "comment": "c", "flags": [], "form": "class",
      "config": {}, "dtype": "\(dtype)", "inputs": {"y_true":
      {"dtype": "\(dtype)", "shape": [\(numbers.count)], "values": [\(numbers.joined(separator: ","))]},
      "y_pred": {"values": [\(numbers.joined(separator: ","))], "shape": [\(numbers.count)],
      "dtype": "\(dtype)"}}, "expected": {"error": "rank_too_low"}}]}
      """
    let inputs = try FixtureFile(file: "n.json", bytes: Array(text.utf8)).cases[0].inputs
    let values = try XCTUnwrap(inputs["y_true"]).values
    // The dtype may stand behind the values.
    XCTAssertEqual(values, inputs["y_pred"]?.values)
    return values
  }

  private func floats(_ numbers: [String]) throws -> [Float] {
    guard case .float32(let values) = try read(numbers, dtype: "float32") else { return [] }
    return values
  }

  private func doubles(_ numbers: [String]) throws -> [Double] {
    guard case .float64(let values) = try read(numbers, dtype: "float64") else { return [] }
    return values
  }

  func testShortestDecimalsGiveTheirNumbers() throws {
    var generator = SplitMix64(state: 5)
    let doubles = (0..<20_000).map { _ in Double(bitPattern: generator.next()) }
      .filter(\.isFinite)
    XCTAssertEqual(
      try self.doubles(doubles.map(\.description)).map(\.bitPattern), doubles.map(\.bitPattern))
    let floats = (0..<20_000).map { _ in Float(bitPattern: UInt32(generator.next() >> 32)) }
      .filter(\.isFinite)
    XCTAssertEqual(
      try self.floats(floats.map(\.description)).map(\.bitPattern), floats.map(\.bitPattern))
    XCTAssertEqual(
      try self.floats(floats.map { Double($0).description }).map(\.bitPattern),
      floats.map(\.bitPattern))
  }

  func testFewDigitsAreRoundedAsTheStandardLibraryDoes() throws {
    var generator = SplitMix64(state: 6)
    let texts = (0..<20_000).map { _ in
      let digits = generator.next() % 10_000_000_000_000_000
      return "\(digits)e\(Int(generator.next() % 70) - 35)"
    }
    XCTAssertEqual(try doubles(texts), texts.map { Double($0) ?? .nan })
    let small = texts.filter { Float($0)?.isFinite == true }
    XCTAssertEqual(try floats(small), small.map { Float($0) ?? .nan })
  }

  func testManyDigitsAreRoundedAsTheStandardLibraryDoes() throws {
    var generator = SplitMix64(state: 7)
    let texts = (0..<40_000).map { number in
      var digits = "\(generator.next())"
      // 16 to 22 digits, some of them behind the point, some behind zeros.
      if number % 5 == 0 { digits += "\(generator.next() % 1000)" }
      if number % 3 == 0 { digits = String(digits.prefix(17)) }
      switch number % 4 {
      case 0: return "0.\(digits)"
      case 1: return "0.0000\(digits)"
      case 2: return "\(digits.prefix(3)).\(digits.dropFirst(3))e-\(generator.next() % 90)"
      default: return "-\(digits)e\(Int(generator.next() % 120) - 80)"
      }
    }
    XCTAssertEqual(try doubles(texts), texts.map { Double($0) ?? .nan })
    let small = texts.filter { Float($0)?.isFinite == true }
    XCTAssertEqual(try floats(small), small.map { Float($0) ?? .nan })
  }

  func testTheMiddleOfTwoDoublesGoesToTheEvenOne() throws {
    var generator = SplitMix64(state: 8)
    var texts = ["9007199254740993", "9007199254740995", "900719925474099.3e1"]
    for _ in 0..<4000 {
      // Of 54 bits, the last of them 1, times a power of two that leaves few digits.
      let odd = generator.next() >> 10 | 1 << 53 | 1
      let halves = UInt64.random(in: 0...3, using: &generator)
      texts.append("\(odd << halves)")
      let fifths = (odd % 1_000_000_007) | 1
      texts.append("\(fifths * 125)e-3")
    }
    for text in texts { texts += ["\(text)\(text.contains("e") ? "" : ".0000000000000001")"] }
    XCTAssertEqual(try doubles(texts), texts.map { Double($0) ?? .nan })
  }

  func testAListOfNumbersEndsWhereItShould() throws {
    XCTAssertEqual(
      try doubles(["1", " 2 ", "\n3.5\t", "\"Infinity\"", "-4e0"]).map(\.description),
      [
        "1.0", "2.0", "3.5", "inf", "-4.0",
      ])
    for (wrong, message) in [
      (["1", "2 3"], "expected ',' or ']'"), (["1", "", "2"], "expected a value"),
      (["1", "02"], "02 is not a number"), (["1", "2."], "2. is not a number"),
      (["1", "2", "3x"], "3x is not a number"), (["1", "2e"], "2e is not a number"),
      (["1", "-"], "- is not a number"), (["1", "2", "nan"], "nan is not a number"),
      (["1", "2", "1e400"], "1e400 is out of the range"), (["1", "2", "{}"], "expected a value"),
    ] {
      XCTAssertThrowsError(try doubles(wrong), "\(wrong)") {
        XCTAssertTrue("\($0)".contains(message), "\(wrong): \($0)")
      }
    }
  }

  func testNumbersBetweenTwoFloatsAreRoundedOnce() throws {
    // 1 + 2^-24 is a tie and goes to the even 1; a little above it does not, though the Double of it
    // is the tie itself.
    XCTAssertEqual(
      try floats([
        "1.000000059604644775390625", "1.000000059604644775390626", "1.000000059604644775390624",
        "1.0000001788139343",
      ]), [1, Float(1).nextUp, 1, 1.0000001788139343])
  }

  func testTheEdgesOfTheRange() throws {
    XCTAssertEqual(
      try floats(["1e-46", "1e-45", "-0.0", "0e99", "3.4028234e38"]),
      [0, .leastNonzeroMagnitude, -0.0, 0, .greatestFiniteMagnitude])
    XCTAssertEqual(try floats(["-0"])[0].sign, .minus)
    XCTAssertEqual(
      try doubles(["5e-324", "1e-400", "1.7976931348623157e308", "123456789012345678901234567890"]),
      [
        .leastNonzeroMagnitude, 0, .greatestFiniteMagnitude,
        0x1.8ee90ff6c373ep96,
      ])
    for (text, dtype) in [
      ("1e400", "float64"), ("3.5e38", "float32"), ("1e999999999999", "float64"),
    ] {
      XCTAssertThrowsError(try read([text], dtype: dtype), text)
    }
  }

  func testEveryFloat16AndBfloat16IsReadBack() throws {
    let halves = (0...UInt16.max).map(Float16.init(bitPattern:)).filter(\.isFinite)
    XCTAssertEqual(
      try read(halves.map(\.description), dtype: "float16"), .float16(halves))
    let brains = (0...UInt16.max).map(BFloat16Bits.init(bitPattern:)).filter(\.float.isFinite)
    XCTAssertEqual(
      try read(brains.map(\.float.description), dtype: "bfloat16"), .bfloat16(brains))
    XCTAssertEqual(
      try read(["\"NaN\"", "\"-Infinity\"", "-0.0"], dtype: "bfloat16"),
      .bfloat16([0x7fc0, 0xff80, 0x8000].map(BFloat16Bits.init(bitPattern:))))
  }

  func testNarrowFloatsAreRoundedToNearestOnce() throws {
    // 1 + 2^-11 lies in the middle of two numbers of float16; what is added is lost in a Float.
    XCTAssertEqual(
      try read(
        [
          "1.00048828125", "1.000488281251", "1.00146484375", "1.001464843749", "65519.9999",
          "2.98023223876953125e-8", "2.980232238769532e-8",
        ], dtype: "float16"),
      .float16([1, 1.001, 1.002, 1.001, 65504, 0, 6e-8]))
    XCTAssertEqual(
      try read(
        [
          "1.00390625", "1.003906250001", "1.01171875", "1.011718749999", "3.39615136e38", "1e-41",
          "-0.999",
        ], dtype: "bfloat16"),
      .bfloat16(
        [0x3f80, 0x3f81, 0x3f82, 0x3f81, 0x7f7f, 0, 0xbf80].map(BFloat16Bits.init(bitPattern:))))
    for (text, dtype) in [
      ("65520", "float16"), ("-1e5", "float16"), ("3.3962e38", "bfloat16"), ("1e39", "bfloat16"),
    ] {
      XCTAssertThrowsError(try read([text], dtype: dtype), text) {
        XCTAssertTrue("\($0)".contains("\(text) is out of the range of \(dtype)"), "\($0)")
      }
    }
  }

  func testEveryIntegerDtypeHasItsRange() throws {
    for (dtype, values) in [
      ("int8", FixtureTensor.Values.int8([.min, .max])), ("int16", .int16([.min, .max])),
      ("int32", .int32([.min, .max])), ("int64", .int64([.min, .max])),
      ("uint8", .uint8([.min, .max])), ("uint16", .uint16([.min, .max])),
      ("uint32", .uint32([.min, .max])), ("uint64", .uint64([.min, .max])),
    ] {
      XCTAssertEqual(values.dtype, dtype)
      let limits = values.limits
      XCTAssertEqual(try read(limits, dtype: dtype), values)
      for beyond in ["-9223372036854775809", "18446744073709551616", limits[1] + "0", "1.0"] {
        XCTAssertThrowsError(try read([beyond], dtype: dtype), "\(beyond) as \(dtype)")
      }
    }
  }
}

extension FixtureTensor.Values {
  /// The two elements in decimal.
  fileprivate var limits: [String] {
    switch self {
    case .int8(let values): values.map(\.description)
    case .int16(let values): values.map(\.description)
    case .int32(let values): values.map(\.description)
    case .int64(let values): values.map(\.description)
    case .uint8(let values): values.map(\.description)
    case .uint16(let values): values.map(\.description)
    case .uint32(let values): values.map(\.description)
    case .uint64(let values): values.map(\.description)
    default: []
    }
  }
}
