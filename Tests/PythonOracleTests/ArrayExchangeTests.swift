#if PythonInterop
import LossConformance
import LossFixtures
import PythonOracle
import XCTest

/// Arrays on their way to Python and back.
final class ArrayExchangeTests: XCTestCase {
  /// What a function answers that returns `y_pred` itself.
  private func echoed(
    _ tensor: FixtureTensor, dtype: String
  ) throws -> FixtureCase.Expected {
    let module = try PythonModule(
      body: """
        array = inputs["y_pred"]
        return {"value": array, "tolerance": np.zeros(array.shape)}
        """)
    return try module.oracle().answer(question(["y_pred": tensor], dtype: dtype), gradient: false)
  }

  private func assertReturns(
    _ tensor: FixtureTensor, line: UInt = #line
  ) throws {
    let answer = try echoed(tensor, dtype: tensor.values.dtype)
    let tolerance = [Double](repeating: 0, count: tensor.values.count)
    XCTAssertEqual(
      answer, .value(Golden(tensor: tensor, tolerance: tolerance)), line: line)
  }

  func testNumbersOfEveryDtypeComeBackAsTheyWere() throws {
    try assertReturns(
      FixtureTensor(shape: [3], values: .float16([.leastNonzeroMagnitude, -65504, 0.1])))
    try assertReturns(
      FixtureTensor(
        shape: [3], values: .bfloat16([0x1, 0xff7f, 0x3dcd].map(BFloat16Bits.init(bitPattern:)))))
    try assertReturns(
      FixtureTensor(shape: [3], values: .float32([.leastNonzeroMagnitude, -.infinity, 0.1])))
    try assertReturns(
      FixtureTensor(shape: [3], values: .float64([.leastNonzeroMagnitude, -.infinity, 0.1])))
  }

  func testAShapeOfAnyRankAndExtentComesBack() throws {
    try assertReturns(FixtureTensor(shape: [], values: .float32([0.25])))
    try assertReturns(FixtureTensor(shape: [0], values: .float32([])))
    try assertReturns(FixtureTensor(shape: [2, 0, 3], values: .float64([])))
    try assertReturns(FixtureTensor(shape: [2, 1, 3], values: .float16([1, 2, 3, 4, 5, 6])))
    try assertReturns(FixtureTensor(shape: [1, 1, 1, 1, 1], values: .float32([7])))
    try assertReturns(
      FixtureTensor(shape: [500, 1000], values: .float32((0..<500_000).map(Float.init))))
  }

  func testNaNAndTheSignOfZeroComeBack() throws {
    let tensor = FixtureTensor(shape: [2], values: .float32([.nan, -0.0]))
    guard case .value(let golden, _) = try echoed(tensor, dtype: "float32"),
      case .float32(let values) = golden.tensor.values
    else { return XCTFail("no float32") }
    XCTAssertTrue(values[0].isNaN)
    XCTAssertEqual(values[1].sign, .minus)
  }

  func testPythonGetsEveryDtypeByItsNameInMemoryThatItCannotChange() throws {
    let tensors: [FixtureTensor.Values] = [
      .float16([1]), .bfloat16([BFloat16Bits(1)]), .float32([1]), .float64([1]), .int8([-1]),
      .int16([-1]), .int32([-1]), .int64([.min]), .uint8([255]), .uint16([1]), .uint32([1]),
      .uint64([.max]), .bool([true]),
    ]
    let module = try PythonModule(
      body: """
        array = inputs["y_true"]
        flags = array.flags
        assert flags.aligned and not flags.writeable and not flags.owndata
        return {"error": f"{array.dtype} {array.item()}"}
        """)
    let oracle = try module.oracle()
    let answers = try tensors.map {
      try oracle.answer(
        question(["y_true": FixtureTensor(shape: [1], values: $0)]), gradient: false)
    }
    let expected = [
      "float16 1.0", "float32 1.0", "float32 1.0", "float64 1.0", "int8 -1", "int16 -1", "int32 -1",
      "int64 -9223372036854775808", "uint8 255", "uint16 1", "uint32 1",
      "uint64 18446744073709551615", "bool True",
    ]
    XCTAssertEqual(answers, expected.map(FixtureCase.Expected.error))
  }

  func testAnArrayOfPythonsIsReadWhereItsElementsFollowEachOther() throws {
    func answer(_ array: String) throws -> FixtureCase.Expected {
      let module = try PythonModule(
        body: "return {\"value\": \(array), \"tolerance\": np.zeros((2, 2))}")
      return try module.oracle().answer(smallQuestion, gradient: false)
    }
    let ones = FixtureTensor(shape: [2, 2], values: .float32([1, 1, 1, 1]))
    let expected = FixtureCase.Expected.value(Golden(tensor: ones, tolerance: [0, 0, 0, 0]))
    XCTAssertEqual(try answer("np.ones((2, 2), np.float32)"), expected)
    // Computed in float64, rounded to float32.
    XCTAssertEqual(try answer("np.ones((2, 2))"), expected)
    for (array, problem) in [
      ("np.ones((2, 4), np.float32)[:, ::2]", "value: ndarray is not C-contiguous"),
      ("np.ones((2, 2), '>f4')", "not of the format \">f\""),
      ("np.ones((2, 2), object)", "not of the format \"O\""),
      ("np.ones((2, 2), np.longdouble)", "not of the format \"g\""),
      ("[[1, 1], [1, 1]]", "value: a bytes-like object is required, not 'list'"),
      ("1.0", "value: a bytes-like object is required, not 'float'"),
      ("np.ones((2, 2)) / 3", "value has numbers in float64 that are not numbers of float32"),
    ] {
      XCTAssertThrowsError(try answer(array)) { error in
        guard case .broken(let text) = error as? ReferenceFailure else {
          return XCTFail("\(error)")
        }
        XCTAssertTrue(text.contains(problem), text)
      }
    }
  }

  func testAShapeThatDoesNotCountTheElementsIsRefused() throws {
    let module = try PythonModule(body: "return {\"error\": \"x\"}")
    let oracle = try module.oracle()
    for shape in [[3], [-2], [1 << 62, 4], [2, 2], []] {
      let tensor = FixtureTensor(shape: shape, values: .float32([1, 2]))
      XCTAssertThrowsError(try oracle.answer(question(["y_pred": tensor]), gradient: false)) {
        guard case .broken(let text) = $0 as? ReferenceFailure else { return XCTFail("\($0)") }
        XCTAssertTrue(text.contains("does not count 2 elements"), text)
      }
    }
  }

  func testMoreAxesThanNumPyHasAreAnError() throws {
    let module = try PythonModule(body: "return {\"error\": \"x\"}")
    let oracle = try module.oracle()
    for rank in [65, 70_000] {
      let tensor = FixtureTensor(shape: Array(repeating: 1, count: rank), values: .float32([1]))
      XCTAssertThrowsError(try oracle.answer(question(["y_pred": tensor]), gradient: false)) {
        guard case .broken = $0 as? ReferenceFailure else { return XCTFail("\($0)") }
      }
    }
  }

  // MARK: - Arrays that Python does not give back

  func testAnArrayThatPythonKeepsIsAnErrorAndStaysReadable() throws {
    for kept in ["array", "array[1:]", "array.reshape(2, 2).T", "memoryview(array)", "array.base"] {
      let module = try PythonModule(
        """
        kept = []

        def answered(loss, dialect, form, dtype, config, inputs, gradient):
            if kept:
                return {"error": str(float(sum(memoryview(kept[0]).tobytes())))}
            array = inputs["y_pred"]
            kept.append(\(kept))
            return {"error": "none"}
        """)
      let oracle = try module.oracle()
      // Elements that nobody else has: they would be freed with the question.
      let numbers = (0..<4).map { _ in Float(bitPattern: 0x0101_0101) }
      XCTAssertThrowsError(
        try oracle.answer(
          question(["y_pred": FixtureTensor(shape: [4], values: .float32(numbers))]),
          gradient: false)
      ) {
        guard case .broken(let text) = $0 as? ReferenceFailure else { return XCTFail("\($0)") }
        XCTAssertTrue(text.contains("Python kept an array that it was lent"), text)
      }
      let bytes = kept == "array[1:]" ? 12.0 : 16.0
      XCTAssertEqual(
        try oracle.answer(question([:]), gradient: false), .error("\(bytes)"), kept)
    }
  }

  func testWhatPythonCopiesOrDropsIsNotKept() throws {
    let module = try PythonModule(
      """
      kept = []

      def answered(loss, dialect, form, dtype, config, inputs, gradient):
          kept.append(inputs)
          kept.append(inputs["y_pred"].copy())
          try:
              raise ValueError(inputs["y_pred"])
          except ValueError as error:
              # The frame holds the exception, which holds the frame.
              held = error
          return {"error": "none"}
      """)
    XCTAssertEqual(try module.oracle().answer(smallQuestion, gradient: false), .error("none"))
  }
}
#endif
