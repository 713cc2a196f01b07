import KerasLosses
import XCTest

/// Gradients against central differences and by laws, on pseudorandom labels and predictions.
final class GradientTests: XCTestCase {
  private var generator = SystemIndependentGenerator(state: 23)

  // MARK: - Against differences

  func testTheGradientOfEveryLossIsTheSlopeOfItsValue() throws {
    for (loss, domain) in losses(.sumOverBatchSize) {
      for shape in [[3, 4], [2, 19], [2, 3, 3], [4, 1]] {
        let (yTrue, yPred) = try batch(of: domain, shape)
        try assertSlope(of: loss, yTrue, yPred)
      }
    }
  }

  func testReductionsWeightsAndMasks() throws {
    for reduction in Reduction.allCases {
      for (loss, domain) in losses(reduction) where !domain.isColumns {
        let (yTrue, yPred) = try batch(of: domain, [3, 4])
        let vector = try Shape([3])
        let weights: [Tensor<Double>?] = [
          nil, Tensor(scalar: 0.5), try uniform(vector, 0.1...2),
          try uniform(Shape([3, 1]), 0.1...2),
          try uniform(Shape([2, 3]), 0.1...2), try Tensor(shape: vector, elements: [0, 1.5, 0]),
        ]
        let masks: [Tensor<Bool>?] = [
          nil, [true, false, true], [false, false, false],
        ]
        for weight in weights {
          for mask in masks { try assertSlope(of: loss, yTrue, yPred, weight, mask) }
        }
      }
    }
  }

  func testBroadcasting() throws {
    for (loss, domain) in losses(.sum) where domain.broadcasts {
      for (trueShape, predShape) in [
        ([4, 3], [3]), ([4, 3], [1, 3]), ([4, 3], [4, 1]), ([2, 4, 3], [4, 1]), ([3], [4, 3]),
      ] {
        let yTrue = try batch(of: domain, trueShape).yTrue
        let yPred = try batch(of: domain, predShape).yPred
        try assertSlope(of: loss, yTrue, yPred)
        try assertUnreducedSlope(of: loss, yTrue, yPred)
      }
    }
  }

  func testRanksThatDifferByOne() throws {
    for (loss, domain) in losses(.sum) where domain.broadcasts {
      for (trueShape, predShape) in [
        ([3], [3, 1]), ([3, 1], [3]), ([2, 3], [2, 3, 1]), ([2, 3, 1], [2, 3]),
      ] {
        let yTrue = try batch(of: domain, trueShape).yTrue
        let yPred = try batch(of: domain, predShape).yPred
        try assertSlope(of: loss, yTrue, yPred)
      }
    }
    for loss in [MeanSquaredError(), CosineSimilarity()] as [any Loss] {
      let (yTrue, yPred) = (try uniform(Shape([3]), -2...2), try uniform(Shape([3, 1]), -2...2))
      try assertUnreducedSlope(of: loss, yTrue, yPred)
    }
  }

  func testIdsThatAreIgnoredOrNoClass() throws {
    for fromLogits in [false, true] {
      let yPred = try uniform(Shape([5, 3]), fromLogits ? -3...3 : 0.1...0.9)
      let yTrue: Tensor<Int> = [0, 2, 1, -1, 3]
      for reduction in Reduction.allCases {
        let loss = SparseCategoricalCrossentropy(
          fromLogits: fromLogits, ignoreClass: 1, reduction: reduction)
        try assertSlope(of: loss, yTrue, yPred)
        try assertSlope(of: loss, yTrue, yPred, [0.5, 1, 2, 3, 0.25])
      }
    }
  }

  // MARK: - Laws

  func testTheGradientOfRescaledProbabilitiesIsOrthogonalToThem() throws {
    for loss in [
      CategoricalCrossentropy(labelSmoothing: 0.3),
      CategoricalFocalCrossentropy(labelSmoothing: 0.3),
    ] as [any Loss] {
      let yTrue = try uniform(Shape([7, 11]), 0...1)
      let yPred = try uniform(Shape([7, 11]), 0.05...3)
      let gradient = try loss.unreducedValueAndGradient(yTrue: yTrue, yPred: yPred).gradient
      for row in 0..<7 {
        let product = (0..<11).reduce(0.0) {
          $0 + gradient.elements[row * 11 + $1] * yPred.elements[row * 11 + $1]
        }
        XCTAssertEqual(product, 0, accuracy: 1e-13)
      }
    }
  }

  func testTheGradientOfLogitsSumsToZero() throws {
    for loss in [
      CategoricalCrossentropy(fromLogits: true), CategoricalFocalCrossentropy(fromLogits: true),
    ] as [any Loss] {
      let yTrue = try uniform(Shape([7, 11]), 0...1)
      let yPred = try uniform(Shape([7, 11]), -5...5)
      let gradient = try loss.unreducedValueAndGradient(yTrue: yTrue, yPred: yPred).gradient
      for row in 0..<7 {
        let sum = gradient.elements[row * 11..<(row + 1) * 11].reduce(0, +)
        XCTAssertEqual(sum, 0, accuracy: 1e-13)
      }
    }
  }

  func testTheGradientIsLinearInTheUpstream() throws {
    for (loss, domain) in losses(.none) where !domain.isColumns {
      let (yTrue, yPred) = try batch(of: domain, [3, 5])
      let losses = try loss.differentiated(yTrue: yTrue, yPred: yPred)
      let upstream = try uniform(losses.unreduced.losses.shape, -1...1)
      let gradient = losses.gradient(upstream: upstream)
      let larger = losses.gradient(
        upstream: try Tensor(shape: upstream.shape, elements: upstream.elements.map { $0 * -8 }))
      XCTAssertEqual(larger.elements, gradient.elements.map { $0 * -8 }, "\(loss)")
    }
  }

  func testAWeightIsAnUpstream() throws {
    for (loss, domain) in losses(.sum) where !domain.isColumns {
      let (yTrue, yPred) = try batch(of: domain, [6, 5])
      let weight = try uniform(Shape([6]), 0...2)
      let weighted = try loss.valueAndGradient(yTrue: yTrue, yPred: yPred, sampleWeight: weight)
      let losses = try loss.differentiated(yTrue: yTrue, yPred: yPred)
      XCTAssertEqual(weighted.gradient, losses.gradient(upstream: weight), "\(loss)")
    }
  }

  func testWhatIsRepeatedGetsTheSumOfItsGradients() throws {
    for (loss, domain) in losses(.sum) where domain.broadcasts && !domain.decidesPerBatch {
      let yTrue = try batch(of: domain, [16, 3]).yTrue
      let yPred = try batch(of: domain, [1, 3]).yPred
      let repeated = try Tensor(
        shape: yTrue.shape, elements: (0..<16).flatMap { _ in yPred.elements })
      let gradient = try loss.valueAndGradient(yTrue: yTrue, yPred: yPred).gradient
      let parts = try loss.valueAndGradient(yTrue: yTrue, yPred: repeated).gradient
      for column in 0..<3 {
        let sum = (0..<16).reduce(0.0) { $0 + parts.elements[$1 * 3 + column] }
        XCTAssertEqual(gradient.elements[column], sum, accuracy: 1e-13 * max(1, sum.magnitude))
      }
    }
  }

  func testARowHasTheSameBitsInAnyBatchAndOnAnyAxis() throws {
    let (rows, columns) = (5, 21)
    let yTrue = try rounded(uniform(Shape([rows, columns]), 0...1))
    let yPred = try rounded(uniform(Shape([rows, columns]), 0.05...0.95))
    for (last, first) in [
      (BinaryCrossentropy(reduction: .sum), BinaryCrossentropy(axis: 0, reduction: .sum)),
      (
        BinaryFocalCrossentropy(reduction: .sum), BinaryFocalCrossentropy(axis: 0, reduction: .sum)
      ),
      (
        CategoricalCrossentropy(reduction: .sum), CategoricalCrossentropy(axis: 0, reduction: .sum)
      ),
      (
        CategoricalFocalCrossentropy(reduction: .sum),
        CategoricalFocalCrossentropy(axis: 0, reduction: .sum)
      ),
      (CosineSimilarity(reduction: .sum), CosineSimilarity(axis: 0, reduction: .sum)),
    ] as [(any Loss, any Loss)] {
      let gradient = try last.valueAndGradient(yTrue: yTrue, yPred: yPred).gradient
      let transposed = try first.valueAndGradient(
        yTrue: yTrue.transposed(), yPred: yPred.transposed()
      ).gradient
      XCTAssertEqual(try transposed.transposed(), gradient, "\(last)")
      let one = try Shape([1, columns])
      for row in 0..<rows {
        let range = row * columns..<(row + 1) * columns
        let alone = try last.valueAndGradient(
          yTrue: Tensor(shape: one, elements: Array(yTrue.elements[range])),
          yPred: Tensor(shape: one, elements: Array(yPred.elements[range])))
        XCTAssertEqual(alone.gradient.elements, Array(gradient.elements[range]), "\(last)")
      }
    }
  }

  func testTheValueHasTheBitsOfTheCall() throws {
    for reduction in Reduction.allCases {
      for (loss, domain) in losses(reduction) {
        let (yTrue, yPred) = try batch(of: domain, [6, 37])
        let (labels, predictions) = (try rounded(yTrue), try rounded(yPred))
        XCTAssertEqual(
          try loss.valueAndGradient(yTrue: labels, yPred: predictions).value,
          try loss(yTrue: labels, yPred: predictions), "\(loss)")
        XCTAssertEqual(
          try loss.unreducedValueAndGradient(yTrue: labels, yPred: predictions).value,
          try loss.unreduced(yTrue: labels, yPred: predictions).losses, "\(loss)")
      }
    }
  }

  func testFloatIsDoubleRounded() throws {
    for (loss, domain) in losses(.sumOverBatchSize) {
      let (yTrue, yPred) = try batch(of: domain, [4, 25])
      let (labels, predictions) = (try rounded(yTrue), try rounded(yPred))
      let float = try loss.valueAndGradient(yTrue: labels, yPred: predictions).gradient
      let double = try loss.valueAndGradient(
        yTrue: labels,
        yPred: Tensor(shape: yPred.shape, elements: predictions.elements.map(Double.init))
      ).gradient
      let largest = double.elements.reduce(0) { max($0, $1.magnitude) }
      for (a, b) in zip(float.elements, double.elements) {
        XCTAssertEqual(Double(a), b, accuracy: 4e-6 * largest, "\(loss)")
      }
    }
  }

  // MARK: - Losses and their inputs

  /// What labels and predictions a loss takes.
  private enum Domain {
    case numbers, positives, signs, logits, probabilities, rows, rowsOfLogits, columns
    case repairedRows

    /// Whether shapes may broadcast and ranks are repaired by the class.
    var broadcasts: Bool {
      switch self {
      case .numbers, .positives, .signs, .repairedRows: true
      default: false
      }
    }

    /// Whether the labels of the whole call decide what they mean.
    var decidesPerBatch: Bool { self == .signs }

    /// Whether the losses are those of columns.
    var isColumns: Bool { self == .columns }
  }

  private func losses(_ reduction: Reduction) -> [(any Loss, Domain)] {
    [
      (MeanSquaredError(reduction: reduction), .numbers),
      (MeanAbsoluteError(reduction: reduction), .numbers),
      (MeanAbsolutePercentageError(reduction: reduction), .positives),
      (MeanSquaredLogarithmicError(reduction: reduction), .positives),
      (Huber(reduction: reduction), .numbers),
      (Huber(delta: 0.3, reduction: reduction), .numbers),
      (LogCosh(reduction: reduction), .numbers),
      (CosineSimilarity(reduction: reduction), .repairedRows),
      (CosineSimilarity(axis: 0, reduction: reduction), .columns),
      (Hinge(reduction: reduction), .signs),
      (SquaredHinge(reduction: reduction), .signs),
      (KLDivergence(reduction: reduction), .positives),
      (Poisson(reduction: reduction), .positives),
      (BinaryCrossentropy(reduction: reduction), .probabilities),
      (BinaryCrossentropy(fromLogits: true, reduction: reduction), .logits),
      (
        BinaryCrossentropy(labelSmoothing: 0.2, axis: 0, reduction: reduction), .columns
      ),
      (BinaryFocalCrossentropy(reduction: reduction), .probabilities),
      (
        BinaryFocalCrossentropy(
          applyClassBalancing: true, alpha: 0.4, gamma: 1.5, fromLogits: true, labelSmoothing: 0.1,
          reduction: reduction), .logits
      ),
      (BinaryFocalCrossentropy(gamma: 0, reduction: reduction), .probabilities),
      (CategoricalCrossentropy(reduction: reduction), .rows),
      (CategoricalCrossentropy(labelSmoothing: 0.2, axis: 0, reduction: reduction), .columns),
      (
        CategoricalCrossentropy(fromLogits: true, labelSmoothing: 0.1, reduction: reduction),
        .rowsOfLogits
      ),
      (CategoricalFocalCrossentropy(reduction: reduction), .rows),
      (CategoricalFocalCrossentropy(gamma: 1, axis: 0, reduction: reduction), .columns),
      (
        CategoricalFocalCrossentropy(
          alpha: 0.7, gamma: 1.3, fromLogits: true, labelSmoothing: 0.1, reduction: reduction),
        .rowsOfLogits
      ),
    ]
  }

  /// Labels and predictions away from kinks and limits.
  private func batch(
    of domain: Domain, _ dimensions: [Int]
  ) throws -> (yTrue: Tensor<Double>, yPred: Tensor<Double>) {
    let shape = try Shape(dimensions)
    switch domain {
    case .numbers, .repairedRows: return (try uniform(shape, -2...2), try uniform(shape, -2...2))
    case .positives: return (try uniform(shape, 0.1...0.9), try uniform(shape, 0.1...0.9))
    case .signs:
      let labels = (0..<shape.count).map { _ in Double(generator.next() >> 63) * 2 - 1 }
      return (try Tensor(shape: shape, elements: labels), try uniform(shape, -2...2))
    case .logits, .rowsOfLogits: return (try uniform(shape, 0...1), try uniform(shape, -4...4))
    case .probabilities, .columns: return (try uniform(shape, 0...1), try uniform(shape, 0.1...0.9))
    case .rows: return (try uniform(shape, 0...1), try uniform(shape, 0.1...2))
    }
  }

  private func uniform(
    _ shape: Shape, _ range: ClosedRange<Double>
  ) throws -> Tensor<Double> {
    try Tensor(
      shape: shape,
      elements: (0..<shape.count).map { _ in
        let unit = Double(generator.next() >> 40) * 0x1p-24
        return range.lowerBound + unit * (range.upperBound - range.lowerBound)
      })
  }

  private func rounded(_ tensor: Tensor<Double>) throws -> Tensor<Float> {
    try Tensor(shape: tensor.shape, elements: tensor.elements.map(Float.init))
  }

  // MARK: - Differences

  private func assertSlope<Label: LossLabel>(
    of loss: any Loss, _ yTrue: Tensor<Label>, _ yPred: Tensor<Double>,
    _ weight: Tensor<Double>? = nil, _ mask: Tensor<Bool>? = nil, line: UInt = #line
  ) throws {
    let result = try loss.valueAndGradient(
      yTrue: yTrue, yPred: yPred, sampleWeight: weight, mask: mask)
    try assertSlope(result.gradient, yPred, "\(loss), \(yTrue.shape), \(yPred.shape)", line) {
      try loss(yTrue: yTrue, yPred: $0, sampleWeight: weight, mask: mask)
    }
  }

  private func assertUnreducedSlope<Label: LossLabel>(
    of loss: any Loss, _ yTrue: Tensor<Label>, _ yPred: Tensor<Double>, line: UInt = #line
  ) throws {
    let result = try loss.unreducedValueAndGradient(yTrue: yTrue, yPred: yPred)
    try assertSlope(result.gradient, yPred, "\(loss), \(yTrue.shape), \(yPred.shape)", line) {
      try loss.unreduced(yTrue: yTrue, yPred: $0).losses
    }
  }

  /// The gradient against (f(p + h) - f(p - h)) / 2h, which is off by h^2 f''' / 6 and by rounding.
  private func assertSlope(
    _ gradient: Tensor<Double>, _ yPred: Tensor<Double>, _ message: String, _ line: UInt,
    _ value: (Tensor<Double>) throws -> Tensor<Double>
  ) throws {
    XCTAssertEqual(gradient.shape, yPred.shape, message, line: line)
    let step = 0x1p-17
    for index in yPred.elements.indices {
      func sum(_ offset: Double) throws -> Double {
        var elements = yPred.elements
        elements[index] += offset
        return try value(Tensor(shape: yPred.shape, elements: elements)).elements.reduce(0, +)
      }
      let slope = (try sum(step) - sum(-step)) / (2 * step)
      XCTAssertEqual(
        gradient.elements[index], slope, accuracy: 1e-6 * max(1, slope.magnitude), message,
        line: line)
    }
  }
}

extension Tensor {
  /// The columns of a matrix as rows.
  fileprivate func transposed() throws -> Tensor {
    let (rows, columns) = (shape.dimensions[0], shape.dimensions[1])
    return try Tensor(
      shape: Shape([columns, rows]),
      elements: (0..<columns).flatMap { column in
        (0..<rows).map { elements[$0 * columns + column] }
      })
  }
}
