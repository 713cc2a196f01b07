import KerasLosses
import XCTest

/// Laws that hold for any labels and predictions, on pseudorandom ones.
final class LossLawTests: XCTestCase {
  private var generator = SystemIndependentGenerator(state: 7)

  /// Numbers from a range, on a grid of 2^-24 of it.
  private func uniform<Scalar: LossScalar>(
    _ shape: [Int], _ range: ClosedRange<Double>, _ type: Scalar.Type = Scalar.self
  ) throws -> Tensor<Scalar> {
    let shape = try Shape(shape)
    return try Tensor(
      shape: shape,
      elements: (0..<shape.count).map { _ in
        let unit = Double(generator.next() >> 40) * 0x1p-24
        return Scalar(range.lowerBound + unit * (range.upperBound - range.lowerBound))
      })
  }

  private func ids(_ count: Int, below classes: Int) throws -> Tensor<Int> {
    try Tensor(
      shape: Shape([count]),
      elements: (0..<count).map { _ in Int(generator.next() % UInt64(classes)) })
  }

  private func oneHot<Scalar: LossScalar>(_ ids: Tensor<Int>, _ classes: Int) throws -> Tensor<
    Scalar
  > {
    try Tensor(
      shape: Shape(ids.shape.dimensions + [classes]),
      elements: ids.elements.flatMap { id in (0..<classes).map { $0 == id ? 1 : 0 } })
  }

  private let shapes = [[1, 1], [3, 2], [5, 10], [4, 16], [3, 17], [2, 100], [1, 2000]]

  // MARK: - Crossentropies

  func testAPowerOfTwoTimesARowChangesNothing() throws {
    for shape in shapes {
      let yTrue = try uniform(shape, 0...1, Float.self)
      let yPred = try uniform(shape, 0.01...1, Float.self)
      let loss = CategoricalCrossentropy(reduction: .none)
      let scaled = try Tensor(shape: yPred.shape, elements: yPred.elements.map { $0 * 8 })
      XCTAssertEqual(try loss(yTrue: yTrue, yPred: yPred), try loss(yTrue: yTrue, yPred: scaled))
    }
  }

  func testClassIdsCostWhatTheirOneHotRowsCost() throws {
    for shape in shapes {
      for fromLogits in [false, true] {
        let yPred = try uniform(shape, fromLogits ? -9...9 : 0.001...1, Double.self)
        let ids = try ids(shape[0], below: shape[1])
        let labels: Tensor<Double> = try oneHot(ids, shape[1])
        XCTAssertEqual(
          try SparseCategoricalCrossentropy(fromLogits: fromLogits, reduction: .none)(
            yTrue: ids, yPred: yPred),
          try CategoricalCrossentropy(fromLogits: fromLogits, reduction: .none)(
            yTrue: labels, yPred: yPred))
      }
    }
  }

  func testAnotherAxisIsTheSameRowsTransposed() throws {
    let (rows, classes) = (7, 19)
    let yTrue = try uniform([rows, classes], 0...1, Float.self)
    let yPred = try uniform([rows, classes], 0.01...1, Float.self)
    func transposed(_ tensor: Tensor<Float>) throws -> Tensor<Float> {
      try Tensor(
        shape: Shape([classes, rows]),
        elements: (0..<classes).flatMap { c in
          (0..<rows).map { tensor.elements[$0 * classes + c] }
        })
    }
    let last = try CategoricalCrossentropy(reduction: .none)(yTrue: yTrue, yPred: yPred)
    let first = try CategoricalCrossentropy(axis: 0, reduction: .none)(
      yTrue: transposed(yTrue), yPred: transposed(yPred))
    XCTAssertEqual(last, first)
    let binaryLast = try BinaryCrossentropy(reduction: .none)(yTrue: yTrue, yPred: yPred)
    let binaryFirst = try BinaryCrossentropy(axis: -2, reduction: .none)(
      yTrue: transposed(yTrue), yPred: transposed(yPred))
    XCTAssertEqual(binaryLast, binaryFirst)
  }

  func testASampleCostsTheSameInAnyBatch() throws {
    for shape in shapes where shape[0] > 1 {
      let yTrue = try uniform(shape, 0...1, Float.self)
      let yPred = try uniform(shape, -5...5, Float.self)
      let loss = CategoricalCrossentropy(fromLogits: true, reduction: .none)
      let batch = try loss(yTrue: yTrue, yPred: yPred)
      for row in 0..<shape[0] {
        let range = row * shape[1]..<(row + 1) * shape[1]
        let one = try Shape([1, shape[1]])
        let alone = try loss(
          yTrue: Tensor(shape: one, elements: Array(yTrue.elements[range])),
          yPred: Tensor(shape: one, elements: Array(yPred.elements[range])))
        XCTAssertEqual(alone.elements[0].bitPattern, batch.elements[row].bitPattern)
      }
    }
  }

  func testLogitsCostWhatTheirSoftmaxCosts() throws {
    for shape in shapes {
      let logits = try uniform(shape, -5...5, Double.self)
      let ids = try ids(shape[0], below: shape[1])
      let softmax = try Tensor(
        shape: logits.shape,
        elements: (0..<shape[0]).flatMap { row in
          let exponentials = logits.elements[row * shape[1]..<(row + 1) * shape[1]]
            .map(\.exponential)
          let total = exponentials.reduce(0, +)
          return exponentials.map { $0 / total }
        })
      // One class is clipped: its logarithm is -1e-7 from probabilities.
      guard shape[1] > 1 else { continue }
      let fromLogits = try SparseCategoricalCrossentropy(fromLogits: true, reduction: .none)(
        yTrue: ids, yPred: logits)
      let fromProbabilities = try SparseCategoricalCrossentropy(reduction: .none)(
        yTrue: ids, yPred: softmax)
      for (a, b) in zip(fromLogits.elements, fromProbabilities.elements) {
        XCTAssertEqual(a, b, accuracy: 1e-13)
      }
    }
  }

  func testAConstantAddedToLogitsChangesNothingBeyondRounding() throws {
    let yTrue = try uniform([20, 30], 0...1, Double.self)
    let yPred = try uniform([20, 30], -5...5, Double.self)
    let shifted = try Tensor(shape: yPred.shape, elements: yPred.elements.map { $0 + 64 })
    let loss = CategoricalCrossentropy(fromLogits: true, reduction: .none)
    let (a, b) = (try loss(yTrue: yTrue, yPred: yPred), try loss(yTrue: yTrue, yPred: shifted))
    for (a, b) in zip(a.elements, b.elements) { XCTAssertEqual(a, b, accuracy: 1e-11) }
  }

  func testBinaryLabelsAndPredictionsMirrored() throws {
    let yTrue = try uniform([10, 33], 0...1, Double.self)
    let yPred = try uniform([10, 33], -9...9, Double.self)
    let loss = BinaryCrossentropy(fromLogits: true, reduction: .none)
    let mirrored = try loss(
      yTrue: Tensor(shape: yTrue.shape, elements: yTrue.elements.map { 1 - $0 }),
      yPred: Tensor(shape: yPred.shape, elements: yPred.elements.map { -$0 }))
    for (a, b) in zip(try loss(yTrue: yTrue, yPred: yPred).elements, mirrored.elements) {
      XCTAssertEqual(a, b, accuracy: 1e-14)
    }
  }

  func testConfidentLogitsKeepTheirTinyLoss() throws {
    let one: Tensor<Float> = [[1]]
    for x in [Float(20), 40, 80] {
      let yPred = try Tensor(shape: Shape([1, 1]), elements: [x])
      let loss = try XCTUnwrap(BinaryCrossentropy(fromLogits: true)(yTrue: one, yPred: yPred).item)
      let exact = (-Double(x)).exponential
      XCTAssertEqual(Double(loss), exact, accuracy: 2 * Double(Float(exact).ulp))
    }
  }

  // MARK: - Reductions, weights, masks

  func testReductionsOfOneBatchAgree() throws {
    let yTrue = try uniform([12, 5], 0...1, Double.self)
    let yPred = try uniform([12, 5], 0.01...0.99, Double.self)
    func loss(_ reduction: Reduction) throws -> Tensor<Double> {
      try BinaryCrossentropy(reduction: reduction)(yTrue: yTrue, yPred: yPred)
    }
    let sum = try XCTUnwrap(loss(.sum).item)
    XCTAssertEqual(sum, try loss(.none).elements.reduce(0, +), accuracy: 1e-13)
    XCTAssertEqual(try XCTUnwrap(loss(.sumOverBatchSize).item), sum / 12)
    XCTAssertEqual(try loss(.mean), try loss(.sumOverBatchSize))
    XCTAssertEqual(try loss(.meanWithSampleWeight), try loss(.sumOverBatchSize))
  }

  func testWeightsMultiplyTheLosses() throws {
    let yTrue = try uniform([9, 4], 0...1, Float.self)
    let yPred = try uniform([9, 4], 0.01...0.99, Float.self)
    let weights = try uniform([9], 0...3, Float.self)
    let plain = try BinaryCrossentropy(reduction: .none)(yTrue: yTrue, yPred: yPred)
    let weighted = try BinaryCrossentropy(reduction: .none)(
      yTrue: yTrue, yPred: yPred, sampleWeight: weights)
    XCTAssertEqual(weighted.elements, zip(plain.elements, weights.elements).map { $0 * $1 })
  }

  func testAMaskedMeanIsTheMeanOfWhatIsKept() throws {
    let yTrue = try uniform([8, 6], 0...1, Double.self)
    let yPred = try uniform([8, 6], 0.01...0.99, Double.self)
    let kept = [true, false, true, true, false, false, true, false]
    let mask = try Tensor(shape: Shape([8]), elements: kept)
    let masked = try BinaryCrossentropy()(yTrue: yTrue, yPred: yPred, mask: mask)
    let losses = try BinaryCrossentropy(reduction: .none)(yTrue: yTrue, yPred: yPred).elements
    let mean = zip(losses, kept).filter(\.1).map(\.0).reduce(0, +) / 4
    XCTAssertEqual(try XCTUnwrap(masked.item), mean, accuracy: 1e-14)
  }

  // MARK: - Long sums

  func testASumOverTenMillionLossesIsAccurate() throws {
    let count = 10_000_000
    let shape = try Shape([1, count])
    var labels = [Float](repeating: 0, count: count)
    var predictions = labels
    for index in 0..<count {
      labels[index] = Float(index & 1)
      predictions[index] = 0.25 + Float(index % 1000) * 0x1p-11
    }
    // Few different losses, so the exact sum is at hand.
    var exact = 0.0
    for phase in 0..<1000 {
      let p = Double(0.25 + Float(phase) * 0x1p-11)
      let label = phase & 1
      exact -= Double(count / 1000) * (label == 1 ? p : 1 - p).logarithm
    }
    let mean = try BinaryCrossentropy()(
      yTrue: Tensor(shape: shape, elements: labels),
      yPred: Tensor(shape: shape, elements: predictions))
    let sum = Double(try XCTUnwrap(mean.item)) * Double(count)
    XCTAssertEqual(sum / exact, 1, accuracy: 6e-8, "half an ulp of the mean, and 2e-8")
  }
}
