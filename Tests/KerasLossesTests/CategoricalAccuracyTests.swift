import Foundation
import KerasLosses
import XCTest

/// Losses of logits are right to the last digits where the prediction is confident.
final class CategoricalAccuracyTests: XCTestCase {
  func testConfidentLogits() throws {
    var generator = Generator()
    for classes in [2, 10, 100, 1000] {
      for lead in [Float(0), 3, 20, 60] {
        let rows = 40
        let ids = (0..<rows).map { $0 * 7 % classes }
        var logits: [Float] = []
        for id in ids {
          for index in 0..<classes {
            logits.append(generator.next() * 10 - 5 + (index == id ? lead + 10 : 0))
          }
        }
        let yPred = try Tensor(shape: Shape([rows, classes]), elements: logits)
        let labels = ids.flatMap { id in (0..<classes).map { Float($0 == id ? 1 : 0) } }
        let dense = try CategoricalCrossentropy(fromLogits: true).unreduced(
          yTrue: Tensor(shape: Shape([rows, classes]), elements: labels), yPred: yPred)
        let sparse = try SparseCategoricalCrossentropy(fromLogits: true).unreduced(
          yTrue: Tensor(shape: Shape([rows]), elements: ids.map(Float.init)), yPred: yPred)
        for (row, id) in ids.enumerated() {
          let x = logits[row * classes..<(row + 1) * classes].map(Double.init)
          let others = x.indices.reduce(0) { $1 == id ? $0 : $0 + exp(x[$1] - x[id]) }
          let exact = log1p(others)
          for loss in [dense.losses.elements[row], sparse.losses.elements[row]] {
            let ulps = abs(Double(loss) - exact) / Double(Float(exact).ulp)
            XCTAssertLessThan(ulps, 4, "\(classes) classes, lead \(lead): \(loss), not \(exact)")
          }
        }
      }
    }
  }
}

/// Numbers from 0 to 1.
private struct Generator {
  private var state: UInt64 = 11

  mutating func next() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(state >> 40) * 0x1p-24
  }
}
