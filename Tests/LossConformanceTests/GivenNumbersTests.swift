import LossConformance
import LossFixtures
import XCTest

/// Numbers as people have them.
final class GivenNumbersTests: XCTestCase {
  func testWhatJSONPythonAndNumPyPrintIsRead() throws {
    let cases: [(text: String, shape: [Int], values: [Double])] = [
      ("25.328", [], [25.328]), ("[25.328]", [1], [25.328]), ("[[0, 1]]", [1, 2], [0, 1]),
      ("[0.1 0.2\n 0.3]", [3], [0.1, 0.2, 0.3]),
      ("[[.9,.05],[1.,1e-7]]", [2, 2], [0.9, 0.05, 1, 1e-7]),
      ("array([0.5, 1. ], dtype=float32)", [2], [0.5, 1]), ("np.float64(0.25)", [], [0.25]),
      ("tensor(0.3240)", [], [0.324]),
      ("tf.Tensor([1. 2.], shape=(2,), dtype=float32)", [2], [1, 2]),
      ("(1, 2)", [2], [1, 2]), ("[true, False]", [2], [1, 0]), ("[]", [0], []),
      (" [ -inf , 3 ] ", [2], [-.infinity, 3]), ("[\"Infinity\", 0]", [2], [.infinity, 0]),
    ]
    for (text, shape, values) in cases {
      let numbers = try GivenNumbers(printed: text)
      XCTAssertEqual(numbers.shape, shape, text)
      XCTAssertEqual(numbers.values, values, text)
    }
    XCTAssertTrue(try GivenNumbers(printed: "nan").values[0].isNaN)
  }

  func testTheLastDigitIsCounted() throws {
    XCTAssertEqual(try GivenNumbers(printed: "25.328").units, [1e-3])
    XCTAssertEqual(try GivenNumbers(printed: "16").units, [1])
    XCTAssertEqual(try GivenNumbers(printed: "1.25e-7").units, [1e-9])
    // NumPy leaves out zeros at the end.
    XCTAssertEqual(try GivenNumbers(printed: "[0.10536052 0.0618754 ]").units, [1e-8, 1e-8])
    XCTAssertEqual(try GivenNumbers(printed: "[1.25e-07 1.5e+00]").units, [1e-9, 1e-2])
    XCTAssertEqual(try GivenNumbers(printed: "[nan 0.5]").units, [0, 0.1])
    let exact = FixtureTensor(shape: [1], values: .float32([0.1]))
    XCTAssertEqual(GivenNumbers(exact).units, [0])
    XCTAssertEqual(GivenNumbers(exact).dtype, "float32")
  }

  func testWhatIsNoNumberIsRefused() {
    for (text, message) in [
      ("", "there are no numbers"), ("[1, x]", "'x' is no number"), ("[[1], [1, 2]]", "lengths"),
      ("[1", "a bracket is not closed"), ("[1] 2", "something follows"), ("0x1p3", "is no number"),
      ("[1, [2]]", "lengths"), ("1e999", "is no number"),
    ] {
      XCTAssertThrowsError(try GivenNumbers(printed: text), text) {
        let failure = $0 as? GivenNumbers.Failure
        XCTAssertTrue(failure?.message.contains(message) == true, "\(text): \($0)")
      }
    }
  }

  func testNumbersBecomeTensorsOfADtype() throws {
    let numbers = try GivenNumbers(printed: "[0.1, 2]")
    XCTAssertEqual(numbers.tensor(dtype: "float32")?.values, .float32([0.1, 2]))
    XCTAssertEqual(numbers.tensor(dtype: "bool")?.values, .bool([true, true]))
    XCTAssertNil(numbers.tensor(dtype: "int32"))
  }
}
