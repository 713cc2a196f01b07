import KerasLosses
import XCTest

#if canImport(Glibc)
import Glibc
#endif

/// exp, log and log1p against the C library, itself within an ulp.
final class ElementaryFunctionTests: XCTestCase {
  private func ulps(_ actual: Double, _ expected: Double) -> Double {
    actual == expected ? 0 : (actual - expected).magnitude / expected.ulp
  }

  func testFloatIsTheNearestOrItsNeighbour() {
    var generator = SystemIndependentGenerator(state: 1)
    var compared = 0
    for _ in 0..<200_000 {
      let x = Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
      guard x.isFinite else { continue }
      compared += 1
      XCTAssertEqual(x.exponential, Float(exp(Double(x))), accuracy: Float(exp(Double(x))).ulp)
      if x > 0 {
        XCTAssertEqual(x.logarithm, Float(log(Double(x))), accuracy: Float(log(Double(x))).ulp)
      }
    }
    XCTAssertGreaterThan(compared, 100_000)
  }

  func testDoubleIsWithinTwoUlpOfTheLibrary() {
    var generator = SystemIndependentGenerator(state: 2)
    for _ in 0..<200_000 {
      let unit = Double(generator.next() >> 11) * 0x1p-53
      let x = (unit - 0.5) * 1400
      XCTAssertLessThanOrEqual(ulps(x.exponential, exp(x)), 2, "exp(\(x))")
      let positive = exp(x)
      XCTAssertLessThanOrEqual(ulps(positive.logarithm, log(positive)), 2, "log(\(positive))")
      XCTAssertLessThanOrEqual(ulps(unit.logarithmOfOnePlus, log1p(unit)), 2, "log1p(\(unit))")
    }
  }

  func testSpecialValues() {
    XCTAssertEqual(Double.infinity.exponential, .infinity)
    XCTAssertEqual((-Double.infinity).exponential, 0)
    XCTAssertTrue(Double.nan.exponential.isNaN)
    XCTAssertEqual(0.0.logarithm, -.infinity)
    XCTAssertTrue((-1.0).logarithm.isNaN)
    XCTAssertEqual(1.0.logarithm, 0)
    XCTAssertEqual(Double.infinity.logarithm, .infinity)
  }
}

/// SplitMix64: the same numbers on every machine.
struct SystemIndependentGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }
}
