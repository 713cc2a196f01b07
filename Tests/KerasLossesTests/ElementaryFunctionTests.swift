import XCTest

@testable import KerasLosses

#if canImport(Glibc)
import Glibc
#endif

/// exp, log and log1p against the C library in Double; `loss-benchmark accuracy` looks at all Floats.
final class ElementaryFunctionTests: XCTestCase {
  /// The distance to an exact value, in ulp of the nearest number.
  private func ulps<Scalar: LossScalar>(_ actual: Scalar, _ exact: Double) -> Double {
    let nearest = Scalar(exact)
    if !nearest.isFinite || !actual.isFinite { return actual == nearest ? 0 : .infinity }
    return (Double(actual) - exact).magnitude / Double(nearest.ulp)
  }

  func testFloatIsWithinOneUlp() {
    var generator = SystemIndependentGenerator(state: 1)
    var compared = 0
    for _ in 0..<50_000 {
      let x = Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
      guard x.isFinite else { continue }
      compared += 1
      XCTAssertLessThanOrEqual(ulps(x.exponential, exp(Double(x))), 1, "exp(\(x))")
      guard x > 0 else { continue }
      XCTAssertLessThanOrEqual(ulps(x.logarithm, log(Double(x))), 1, "log(\(x))")
      guard x <= 1 else { continue }
      XCTAssertLessThanOrEqual(ulps(x.logarithmOfOnePlus, log1p(Double(x))), 1.5, "log1p(\(x))")
    }
    XCTAssertGreaterThan(compared, 40_000)
  }

  func testDoubleIsWithinTwoUlpOfTheLibrary() {
    // The library itself is within an ulp, so this shows at most 2 and means at most 3.
    var generator = SystemIndependentGenerator(state: 2)
    for _ in 0..<50_000 {
      let unit = Double(generator.next() >> 11) * 0x1p-53
      let x = (unit - 0.5) * 1480
      XCTAssertLessThanOrEqual(ulps(x.exponential, exp(x)), 2, "exp(\(x))")
      let positive = Double(bitPattern: generator.next() >> 1)
      if positive.isFinite {
        XCTAssertLessThanOrEqual(ulps(positive.logarithm, log(positive)), 2, "log(\(positive))")
      }
      XCTAssertLessThanOrEqual(ulps(unit.logarithmOfOnePlus, log1p(unit)), 2, "log1p(\(unit))")
    }
  }

  /// The logarithms of what is near 1.
  func testSmallNumbersKeepTheirDigits() {
    var generator = SystemIndependentGenerator(state: 3)
    for _ in 0..<50_000 {
      let x = Float(bitPattern: UInt32(truncatingIfNeeded: generator.next() >> 33))
      guard x.isFinite else { continue }
      let sum = Float.logarithmOfOnePlus(ofNonnegative: SIMD16(repeating: x))[0]
      XCTAssertLessThanOrEqual(ulps(sum, log1p(Double(x))), 2, "log1p(\(x))")
      let wide = Double.logarithmOfOnePlus(ofNonnegative: SIMD8(repeating: Double(x)))[0]
      XCTAssertLessThanOrEqual(ulps(wide, log1p(Double(x))), 3, "log1p(\(x)) in Double")
      guard x <= 0.75 else { continue }
      // cosh(d) - 1 = 2 sinh(d / 2)^2.
      let half = sinh(Double(x) / 2)
      let exact = log1p(2 * half * half)
      XCTAssertLessThanOrEqual(
        ulps(Float.logCosh(ofSmall: SIMD16(repeating: x))[0], exact), 2, "log(cosh(\(x)))")
      let wideCosh = Double.logCosh(ofSmall: SIMD8(repeating: Double(x)))[0]
      XCTAssertLessThanOrEqual(ulps(wideCosh, exact), 5, "log(cosh(\(x))) in Double")
    }
    XCTAssertEqual(
      Float.logarithmOfOnePlus(ofNonnegative: SIMD16(repeating: .infinity))[5], .infinity)
    XCTAssertTrue(Double.logarithmOfOnePlus(ofNonnegative: SIMD8(repeating: .nan))[5].isNaN)
  }

  func testEveryInstructionSetHasTheBitsOfSwift() {
    func check<Scalar: LossScalar>(_ draw: (inout SystemIndependentGenerator) -> Scalar) {
      typealias Function = (Scalar.Lanes) -> Scalar.Lanes
      let functions: [(String, Function)] = [
        ("exp", Scalar.exponential),
        ("exp over 2^n", { Scalar.exponential($0.clipped(-60, 60), over: 80) }),
        ("log", Scalar.logarithm), ("log of normal", Scalar.logarithmOfNormal),
        ("log1p", { Scalar.logarithmOfOnePlus($0.clipped(0, 1)) }),
        ("log1p from 0", { Scalar.logarithmOfOnePlus(ofNonnegative: $0.magnitudes) }),
        ("log cosh", { Scalar.logCosh(ofSmall: $0.clipped(-0.75, 0.75)) }),
      ]
      var generator = SystemIndependentGenerator(state: 4)
      defer { CompiledKernels.areUsed = true }
      for round in 0..<4_000 {
        var x = Scalar.Lanes(repeating: 0)
        for lane in 0..<Scalar.Lanes.count {
          // All numbers, and those of the size that losses have.
          let any = draw(&generator)
          x[lane] = round % 2 == 0 ? any : any.significand * (round % 4 == 1 ? -1 : 1)
        }
        for (name, function) in functions {
          CompiledKernels.areUsed = false
          let expected = function(x)
          CompiledKernels.areUsed = true
          for set in CompiledKernels.InstructionSet.allCases where CompiledKernels.use(set) {
            let actual = function(x)
            for lane in 0..<Scalar.Lanes.count {
              let (a, b) = (actual[lane], expected[lane])
              XCTAssertTrue(
                a.isNaN && b.isNaN || a == b && a.sign == b.sign,
                "\(name) of \(x[lane]) on \(set): \(a), in Swift \(b)")
            }
          }
        }
      }
      XCTAssertTrue(CompiledKernels.use(CompiledKernels.best))
    }
    check { Float(bitPattern: UInt32(truncatingIfNeeded: $0.next())) }
    check { Double(bitPattern: $0.next()) }
  }

  func testSpecialValues() {
    func check<Scalar: LossScalar>(_ type: Scalar.Type) {
      XCTAssertEqual(Scalar.infinity.exponential, .infinity)
      XCTAssertEqual((-Scalar.infinity).exponential, 0)
      XCTAssertEqual(Scalar(0).exponential, 1)
      XCTAssertTrue(Scalar.nan.exponential.isNaN)
      XCTAssertEqual(Scalar(0).logarithm, -.infinity)
      XCTAssertEqual(Scalar(1).logarithm, 0)
      XCTAssertEqual(Scalar.infinity.logarithm, .infinity)
      XCTAssertTrue(Scalar(-1).logarithm.isNaN)
      XCTAssertTrue((-Scalar.infinity).logarithm.isNaN)
      XCTAssertTrue(Scalar.nan.logarithm.isNaN)
      XCTAssertEqual(Scalar(0).logarithmOfOnePlus, 0)
      XCTAssertTrue(Scalar.nan.logarithmOfOnePlus.isNaN)
      let tiny = Scalar.leastNonzeroMagnitude
      XCTAssertEqual(tiny.logarithmOfOnePlus, tiny)
      XCTAssertEqual(ulps(tiny.logarithm, log(Double(tiny))), 0, accuracy: 1)
    }
    check(Float.self)
    check(Double.self)
  }

  func testTheLogarithmOfOneMinusASmallNumberKeepsItsDigits() {
    func check<Scalar: LossScalar>(_ type: Scalar.Type) {
      var q = Scalar(1)
      while q > Scalar.ulpOfOne / 8 {
        let logarithm = Scalar.logarithm(ofOneMinus: Scalar.Lanes(repeating: q))[0]
        XCTAssertLessThanOrEqual(ulps(logarithm, log1p(-Double(q))), 2, "log1p(-\(q))")
        q *= 0.97
      }
      XCTAssertTrue(Scalar.logarithm(ofOneMinus: Scalar.Lanes(repeating: .nan))[0].isNaN)
    }
    check(Float.self)
    check(Double.self)
  }

  func testALaneHasTheBitsOfTheNumberAlone() {
    var x = SIMD16<Float>()
    for lane in 0..<16 { x[lane] = Float(lane) * 0.37 - 2.5 }
    let lanes = Float.exponential(x)
    for lane in 0..<16 { XCTAssertEqual(lanes[lane], x[lane].exponential) }
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
