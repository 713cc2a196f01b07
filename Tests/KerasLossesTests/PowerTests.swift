import KerasLosses
import XCTest

#if canImport(Glibc)
import Glibc
#endif

/// x^y against the C library.
final class PowerTests: XCTestCase {
  func testDoubleIsWithinAFewUlpOfTheLibrary() {
    var generator = SystemIndependentGenerator(state: 11)
    for _ in 0..<50_000 {
      let x = exp((Double(generator.next() >> 11) * 0x1p-53 - 0.5) * 60)
      let y = (Double(generator.next() >> 11) * 0x1p-53 - 0.5) * 6
      let expected = pow(x, y)
      let error = (x.power(y) - expected).magnitude / expected.ulp
      XCTAssertLessThanOrEqual(error, 3, "\(x) to the \(y)")
    }
  }

  func testFloatIsWithinOneUlpOfTheDoubleLibrary() {
    var generator = SystemIndependentGenerator(state: 12)
    for _ in 0..<50_000 {
      let x = Float(generator.next() >> 40) * 0x1p-24
      let y = Float(generator.next() >> 40) * 0x1p-21
      let exact = pow(Double(x), Double(y))
      let error = (Double(x.power(y)) - exact).magnitude / Double(Float(exact).ulp)
      XCTAssertLessThanOrEqual(error, 0.51, "\(x) to the \(y)")
    }
  }

  func testSpecialValuesAreThoseOfTheLibrary() {
    let values: [Double] = [
      0, -0.0, 1, -1, 0.5, -0.5, 2, -2, 3, -3, 0.3, .infinity, -.infinity, .nan, 1e300, -1e300,
      .leastNonzeroMagnitude, 0x1p53, 0x1p53 + 2,
    ]
    for x in values {
      for y in values {
        let (actual, expected) = (x.power(y), pow(x, y))
        if expected.isNaN || expected.isInfinite || expected == 0 {
          XCTAssertTrue(
            actual == expected && actual.sign == expected.sign || actual.isNaN && expected.isNaN,
            "\(x) to the \(y) is \(actual), expected \(expected)")
        } else {
          XCTAssertEqual(actual, expected, accuracy: 8 * expected.ulp, "\(x) to the \(y)")
        }
      }
    }
  }
}
