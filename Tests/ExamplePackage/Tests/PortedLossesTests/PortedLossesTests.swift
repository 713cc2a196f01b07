import LossConformance
import PortedLosses
import Testing
import XCTest

final class PortedLossesTests: XCTestCase {
  func testCategoricalCrossentropy() {
    XCTAssertNoThrow(
      try Conformance(of: ["categorical_crossentropy": .rows(categoricalCrossentropy)]).check())
  }

  func testHuber() {
    let huber = LossFunction.call(taking: ["delta"]) { (call: LossCall<Float>) in
      let delta = Float(try call.number("delta"))
      return try call.rows { PortedLosses.huber($0, $1, delta: delta) }
    }
    XCTAssertNoThrow(try Conformance(of: ["huber": huber]).check())
  }

  func testTheOthers() {
    let losses: LossFunctions = [
      "mean_squared_error": .rows(meanSquaredError, gradient: meanSquaredErrorGradient),
      "mean_absolute_error": .rows(meanAbsoluteError),
    ]
    XCTAssertNoThrow(try Conformance(of: losses).check())
  }
}

@Test func sparseCategoricalCrossentropyInSwiftTesting() throws {
  try Conformance(
    of: ["sparse_categorical_crossentropy": .classes(sparseCategoricalCrossentropy)]
  ).check()
}
