import XCTest

@testable import KerasLosses

/// Gradients of the losses whose elements depend on each other: overlaps, pairs, sequences, classes.
final class StructuredLossGradientTests: XCTestCase {
  private var generator = SystemIndependentGenerator(state: 23)

  private func uniform(_ shape: [Int], _ range: ClosedRange<Double>) throws -> Tensor<Double> {
    let shape = try Shape(shape)
    return try Tensor(
      shape: shape,
      elements: (0..<shape.count).map { _ in
        let unit = Double(generator.next() >> 40) * 0x1p-24
        return range.lowerBound + unit * (range.upperBound - range.lowerBound)
      })
  }

  private func ids(_ shape: [Int], _ range: Range<Int>) throws -> Tensor<Int> {
    let shape = try Shape(shape)
    return try Tensor(
      shape: shape,
      elements: (0..<shape.count).map { _ in
        range.lowerBound + Int(generator.next() % UInt64(range.count))
      })
  }

  /// The derivative along a direction of the sum of a function's elements, by differences of fourth
  /// order.
  private func difference(
    _ function: (Tensor<Double>) throws -> Tensor<Double>, at point: Tensor<Double>,
    along direction: [Double]
  ) throws -> Double {
    let step = 0x1p-12
    func sum(_ steps: Double) throws -> Double {
      let elements = zip(point.elements, direction).map { $0 + steps * step * $1 }
      return try function(Tensor(shape: point.shape, elements: elements)).elements.reduce(0, +)
    }
    return try (8 * (sum(1) - sum(-1)) - (sum(2) - sum(-2))) / (12 * step)
  }

  /// Compares each derivative of the bare function with a difference, and the gradients of each
  /// reduction, with and without weights and mask, along one direction.
  ///
  /// Differences lose some 1e-12 of the losses to rounding, and as much of the next derivatives.
  private func check<Label: LossLabel>(
    _ name: String, yTrue: Tensor<Label>, yPred: Tensor<Double>, weights: Tensor<Double>? = nil,
    mask: Tensor<Bool>? = nil, line: UInt = #line, _ make: (Reduction) throws -> any Loss
  ) throws {
    let function = try make(.none)
    let bare = try function.unreducedValueAndGradient(yTrue: yTrue, yPred: yPred)
    let losses = { (yPred: Tensor<Double>) in
      try function.unreduced(yTrue: yTrue, yPred: yPred).losses
    }
    XCTAssertEqual(bare.value, try losses(yPred), name, line: line)
    XCTAssertEqual(bare.gradient.shape, yPred.shape, name, line: line)
    let scale = bare.gradient.elements.map(\.magnitude).reduce(1, max)
    for (index, slope) in bare.gradient.elements.enumerated() {
      let unit = yPred.elements.indices.map { $0 == index ? 1.0 : 0 }
      XCTAssertEqual(
        slope, try difference(losses, at: yPred, along: unit), accuracy: 1e-9 * scale,
        "\(name) at \(index)", line: line)
    }
    for reduction in Reduction.allCases {
      let loss = try make(reduction)
      for (weights, mask) in [(nil, nil), (weights, nil), (weights, mask), (nil, mask)] {
        let result = try loss.valueAndGradient(
          yTrue: yTrue, yPred: yPred, sampleWeight: weights, mask: mask)
        let value = { (yPred: Tensor<Double>) in
          try loss(yTrue: yTrue, yPred: yPred, sampleWeight: weights, mask: mask)
        }
        let message = "\(name) \(reduction), weights \(weights != nil), mask \(mask != nil)"
        XCTAssertEqual(result.value, try value(yPred), message, line: line)
        XCTAssertEqual(result.gradient.shape, yPred.shape, message, line: line)
        let direction = try uniform(yPred.shape.dimensions, -1...1).elements
        XCTAssertEqual(
          zip(result.gradient.elements, direction).map(*).reduce(0, +),
          try difference(value, at: yPred, along: direction), accuracy: 1e-8 * scale, message,
          line: line)
      }
    }
  }

  private let mask: Tensor<Bool> = [true, false, true, true]

  // MARK: - Against differences

  func testOverlaps() throws {
    let yTrue = try uniform([4, 3, 2], 0...1)
    let yPred = try uniform([4, 3, 2], 0.01...0.99)
    for (axis, shape) in [
      (nil, []), ([-1], [4, 3]), ([1, 2], [4]), ([0, 1, 2], []), ([0, -1], [3]),
    ] as [([Int]?, [Int])] {
      let weights = try uniform(shape, 0.1...2)
      let mask = shape == [4] ? mask : nil
      try check("Dice", yTrue: yTrue, yPred: yPred, weights: weights, mask: mask) {
        Dice(reduction: $0, axis: axis)
      }
      try check("Tversky", yTrue: yTrue, yPred: yPred, weights: weights, mask: mask) {
        Tversky(alpha: 0.7, beta: 0.2, reduction: $0, axis: axis)
      }
      try check("Tversky 3.16", yTrue: yTrue, yPred: yPred, weights: weights) {
        Tversky(
          alpha: 0.7, beta: 0.2, reduction: $0, axis: axis, dialect: .keras316DevJAX)
      }
    }
  }

  func testOverlapsOfShapesThatBroadcast() throws {
    for (trueShape, predShape) in [
      ([3], [3, 1]), ([4, 1], [1, 5]), ([2, 3], [3]), ([1], [2, 4]),
    ] {
      let yTrue = try uniform(trueShape, 0...1)
      let yPred = try uniform(predShape, 0.01...0.99)
      for axis in [nil, [-1]] {
        let message = "\(trueShape) \(predShape)"
        try check(message, yTrue: yTrue, yPred: yPred) { Dice(reduction: $0, axis: axis) }
        try check(message, yTrue: yTrue, yPred: yPred) {
          Tversky(alpha: 0.3, beta: 0.6, reduction: $0, axis: axis)
        }
      }
    }
  }

  func testGeneralizedCrossEntropy() throws {
    let yPred = try uniform([4, 5], 0.1...1)
    let weights = try uniform([4], 0.1...2)
    for q in [0.1, 0.5, 0.8] {
      try check("ids", yTrue: ids([4], 0..<5), yPred: yPred, weights: weights, mask: mask) {
        try CategoricalGeneralizedCrossEntropy(q: q, reduction: $0)
      }
      // Each row is broadcast against each id.
      try check("column", yTrue: ids([4, 1], 0..<5), yPred: uniform([1, 4, 5], 0.1...1)) {
        try CategoricalGeneralizedCrossEntropy(q: q, reduction: $0)
      }
    }
  }

  func testCategoricalHinge() throws {
    for classes in [2, 5, 17, 40] {
      let yTrue = try uniform([4, classes], 0...1)
      let yPred = try uniform([4, classes], -2...2)
      let weights = try uniform([4], 0.1...2)
      try check("hinge", yTrue: yTrue, yPred: yPred, weights: weights, mask: mask) {
        CategoricalHinge(reduction: $0)
      }
    }
    try check("broadcast", yTrue: uniform([1, 3], 0...1), yPred: uniform([4, 3], -2...2)) {
      CategoricalHinge(reduction: $0)
    }
  }

  func testCircle() throws {
    let labels: Tensor<Int> = [0, 1, 0, 1]
    let column: Tensor<Int> = [[2], [2], [7], [7]]
    for width in [1, 3, 20] {
      let yPred = try uniform([4, width], -0.4...0.4)
      let weights = try uniform([4], 0.1...2)
      for removeDiagonal in [true, false] {
        for labels in [labels, column] {
          try check("circle", yTrue: labels, yPred: yPred, weights: weights, mask: mask) {
            Circle(gamma: 4, margin: 0.3, removeDiagonal: removeDiagonal, reduction: $0)
          }
        }
      }
    }
    let many = try ids([18], 0..<4)
    try check("circle", yTrue: many, yPred: uniform([18, 3], -0.5...0.5)) {
      Circle(gamma: 8, reduction: $0)
    }
  }

  func testCTC() throws {
    let labels: Tensor<Int> = [[1, 2, 0], [1, 1, 2], [3, 0, 0], [0, 0, 0]]
    let weights = try uniform([4], 0.1...2)
    try check(
      "ctc", yTrue: labels, yPred: uniform([4, 6, 4], -2...2), weights: weights, mask: mask
    ) {
      CTC(reduction: $0)
    }
    // A 0 inside the labels, ids that are no class, as many labels as time steps.
    try check(
      "ctc", yTrue: [[1, 0, 2], [9, -1, 1], [2, 1, 2]] as Tensor<Int>,
      yPred: uniform([3, 3, 3], -2...2)
    ) {
      CTC(reduction: $0)
    }
  }

  // MARK: - Reference values

  func testSetsThatAreEmptyHaveNoGradient() throws {
    let zeros: Tensor<Float> = [[0, 0]]
    XCTAssertEqual(
      try Dice().valueAndGradient(yTrue: zeros, yPred: zeros).gradient.elements, [0, 0])
    XCTAssertEqual(
      try Tversky().valueAndGradient(yTrue: zeros, yPred: zeros).gradient.elements, [0, 0])
  }

  /// Without a weight of what is wrong the slope is that of 1 - I / (I + epsilon).
  func testTverskyKeepsASlopeThatIsNextToNothing() throws {
    let yTrue: Tensor<Float> = [[1, 1, 0, 0]]
    let yPred: Tensor<Float> = [[1, 0, 1, 1]]
    let gradient = try Tversky(alpha: 0, beta: 0).valueAndGradient(yTrue: yTrue, yPred: yPred)
      .gradient
    for (slope, exact) in zip(gradient.elements, [Float(-9.999998e-08), -9.999998e-08, 0, 0]) {
      XCTAssertEqual(slope, exact, accuracy: 2 * Float(1e-7).ulp)
    }
  }

  func testTheSlopeOfAPowerNearZero() throws {
    let loss = try CategoricalGeneralizedCrossEntropy(q: 0.5, reduction: .none)
    let yPred = try Tensor<Float>(
      shape: Shape([5, 2]), elements: [0, 1, -0.5, 1, .nan, 1, .infinity, 1, 0.25, 1])
    let gradient = try loss.valueAndGradient(yTrue: [0, 0, 0, 0, 0] as Tensor<Int>, yPred: yPred)
      .gradient.elements
    XCTAssertEqual(gradient[0], -.infinity)
    XCTAssertTrue(gradient[1..<6].allSatisfy(\.isNaN))
    XCTAssertEqual(Array(gradient[6...]), [0, 0, -2, 0])
  }

  func testAnIdThatIsNoClassHasNoFiniteGradient() throws {
    let loss = try CategoricalGeneralizedCrossEntropy(reduction: .none)
    let yPred: Tensor<Double> = [[0.4, 0.6], [0.5, 0.5]]
    let gradient = try loss.valueAndGradient(yTrue: [2, -1] as Tensor<Int>, yPred: yPred).gradient
    XCTAssertTrue(gradient.elements.allSatisfy(\.isNaN))
  }

  /// For q below 1/2, q - 1 is not exact: p^(q - 1) asks for more digits of it than there are.
  func testAPowerOfATinyProbabilityIsAccurate() throws {
    for (p, q) in [(Float(1e-30), 0.1), (1e-7, 0.3), (3e-5, 0.01)] {
      let loss = try CategoricalGeneralizedCrossEntropy(q: q, reduction: .none)
      let yPred = try Tensor(shape: Shape([1, 1]), elements: [p])
      let slope = try loss.valueAndGradient(yTrue: [0] as Tensor<Int>, yPred: yPred).gradient
      let exact = -Double(p).power(Double(Float(q)) - 1)
      XCTAssertEqual(
        Double(slope.elements[0]), exact, accuracy: 2 * Double(Float(exact).ulp), "\(p) \(q)")
    }
  }

  func testTiesOfTheCategoricalHinge() throws {
    func gradient(_ yTrue: Tensor<Float>, _ yPred: Tensor<Float>) throws -> [Float] {
      try CategoricalHinge().valueAndGradient(yTrue: yTrue, yPred: yPred).gradient.elements
    }
    // The outer maximum ties: half of the slope.
    XCTAssertEqual(try gradient([[1, 0, 0]], [[3, 1, 2]]), [-0.5, 0, 0.5])
    // So does the inner one: equal products share it.
    XCTAssertEqual(try gradient([[1, 0, 0]], [[3, 2, 2]]), [-0.5, 0.25, 0.25])
    XCTAssertEqual(try gradient([[1, 0, 0]], [[-1, -2, -2]]), [-1, 0, 0])
    XCTAssertEqual(try gradient([[1, 0, 0]], [[5, 2, 2]]), [0, 0, 0])
  }

  func testATieOfTheHingeIsTheDialects() {
    let labels: [Float] = [1, 0, 0]
    let predictions: [Float] = [3, 1, 2]
    for (tie, dialect) in [(Float(0.5), Dialect.keras315JAX), (1, .keras315TensorFlow)] {
      var slopes = [Float](repeating: 0, count: 3)
      var output = slopes.mutableSpan
      let row = CategoricalHingeRow<Float>(positivePart: PositivePart(dialect), flushes: true)
      XCTAssertEqual(row.loss(labels.span, predictions.span, slopes: &output), 0)
      XCTAssertEqual(slopes, [-tie, 0, tie])
    }
  }

  func testNaNAndInfinitiesInTheCategoricalHinge() throws {
    let yTrue: Tensor<Float> = [[1, 0]]
    let yPred = try Tensor<Float>(
      shape: Shape([4, 2]), elements: [.infinity, 0, .nan, 1, 0, .infinity, 0, -.infinity])
    let gradient = try CategoricalHinge(reduction: .none).valueAndGradient(
      yTrue: yTrue, yPred: yPred
    ).gradient.elements
    // 0 times an infinity is NaN as the largest product; in the sum alone it stops at the maximum.
    XCTAssertTrue(gradient[0..<4].allSatisfy(\.isNaN))
    XCTAssertEqual(Array(gradient[4...]), [0, 0, 0, 0])
  }

  func testASampleWithoutPartnersHasNoGradient() throws {
    let yPred = try uniform([4, 3], -1...1)
    for labels in [[3, 3, 3, 3], [0, 1, 2, 3]] {
      let result = try Circle(reduction: .none).valueAndGradient(
        yTrue: Tensor(shape: Shape([4]), elements: labels), yPred: yPred)
      XCTAssertEqual(result.value.elements, [0, 0, 0, 0])
      XCTAssertTrue(result.gradient.elements.allSatisfy { $0 == 0 })
    }
  }

  /// Equal unit vectors are at distance 0, the kink of max(1 - p p^T, 0).
  func testCircleAtItsKinks() throws {
    let labels: Tensor<Int> = [0, 0, 1]
    let same: Tensor<Float> = [[1, 0], [1, 0], [1, 0]]
    let gradient = try Circle(reduction: .none).valueAndGradient(yTrue: labels, yPred: same)
      .gradient
    XCTAssertEqual(gradient.elements, [80, 0, 80, 0, 160, 0])
    // margin + D is 0 for the first two.
    let near: Tensor<Float> = [[0.5, 0], [1, 0], [0, 1]]
    func slopes(_ margin: Double) throws -> [Float] {
      try Circle(gamma: 2, margin: margin, reduction: .none).valueAndGradient(
        yTrue: labels, yPred: near
      ).gradient.elements
    }
    XCTAssertEqual(try slopes(-0.5), [-1, 0, -0.5, 0, 0, 0])
    XCTAssertEqual(try slopes(-0.75), [0, 0, 0, 0, 0, 0])
  }

  /// A loss that is subnormal has a slope, where such numbers are kept.
  func testCircleOfATinyLoss() throws {
    let labels: Tensor<Int> = [1, 1, 0, -1]
    let yPred: Tensor<Float> = [[0.5], [0.5], [0], [1]]
    func gradient(_ dialect: Dialect) throws -> [Float] {
      try Circle(margin: 1, reduction: .none, dialect: dialect).valueAndGradient(
        yTrue: labels, yPred: yPred
      ).gradient.elements
    }
    let kept = try gradient(.keras315Torch)
    // By the exact oracle, within 1 %: the loss has 12 bits.
    for (slope, exact) in zip(kept, [-2.20843e-40, -2.20843e-40, 0, 4.41686e-40]) {
      XCTAssertEqual(Double(slope), exact, accuracy: 1e-2 * exact.magnitude)
    }
    XCTAssertEqual(try gradient(.keras315JAX), [0, 0, 0, 0])
  }

  /// Exact digits, from the formula in decimal arithmetic.
  func testCircleOfThreeSamples() throws {
    let yPred: Tensor<Double> = [[0.5, 0.25], [0.75, -0.5], [-0.25, 1]]
    let result = try Circle(gamma: 2, margin: 0.25, reduction: .none).valueAndGradient(
      yTrue: [0, 0, 1] as Tensor<Int>, yPred: yPred)
    let exact = [
      -3.33643323948501, 2.5210522364229013, -2.164936144303428, -1.082468072151714,
      0.1780580460597367, 0.08902902302986836,
    ]
    for (slope, exact) in zip(result.gradient.elements, exact) {
      XCTAssertEqual(slope, exact, accuracy: 1e-15)
    }
  }

  func testWithoutLabelsCTCIsTheCrossentropyOfBlanks() throws {
    let logits = try uniform([1, 4, 3], -3...3)
    let result = try CTC(reduction: .none).valueAndGradient(
      yTrue: [[0, 0]] as Tensor<Int>, yPred: logits)
    let rows = try Tensor(shape: Shape([4, 3]), elements: logits.elements)
    let blanks = try SparseCategoricalCrossentropy(fromLogits: true, reduction: .sum)(
      yTrue: [0, 0, 0, 0] as Tensor<Int>, yPred: rows)
    XCTAssertEqual(
      try XCTUnwrap(result.value.item), try XCTUnwrap(blanks.item), accuracy: 1e-14)
    for step in 0..<4 {
      let row = logits.elements[step * 3..<step * 3 + 3].map(\.exponential)
      for k in 0..<3 {
        XCTAssertEqual(
          result.gradient.elements[step * 3 + k],
          row[k] / row.reduce(0, +) - (k == 0 ? 1 : 0), accuracy: 1e-15)
      }
    }
  }

  func testNothingChangesWithAConstantAddedToATimeStep() throws {
    let result = try CTC(reduction: .none).valueAndGradient(
      yTrue: [[1, 1, 2], [2, 1, 0]] as Tensor<Int>, yPred: uniform([2, 7, 3], -3...3))
    for step in 0..<14 {
      let row = result.gradient.elements[step * 3..<step * 3 + 3]
      XCTAssertEqual(row.reduce(0, +), 0, accuracy: 1e-15)
    }
  }

  /// Two labels of one class and another one do not fit two steps; digits from decimal arithmetic.
  func testALabellingThatDoesNotFitHasAFiniteGradient() throws {
    let yTrue: Tensor<Int> = [[1, 1, 2]]
    let exact = [
      -0.008687972011104762, 0.05849744802883252, -0.049809476017727755, 0.04315325018953415,
      0.24472847105479764, -0.2878817212443318,
    ]
    let result = try CTC(reduction: .none).valueAndGradient(
      yTrue: yTrue, yPred: [[[1, 2, 0], [0, 1, 2]]] as Tensor<Double>)
    XCTAssertEqual(result.value.elements[0], 99999.62241561385, accuracy: 1e-10)
    // Logarithms near -1e5 have ulps of 1.5e-11.
    for (slope, exact) in zip(result.gradient.elements, exact) {
      XCTAssertEqual(slope, exact, accuracy: 3e-11)
    }
  }

  // MARK: - Dtypes

  /// Numbers of 11 bits are the same in each dtype; their gradients differ by rounding alone.
  func testFloatsAreAsAccurateAsTheyCanBe() throws {
    func rounded(_ tensor: Tensor<Double>) throws -> Tensor<Float> {
      try Tensor(
        shape: tensor.shape,
        elements: tensor.elements.map { Float(($0 * 2048).rounded() / 2048) })
    }
    func check(_ loss: some Loss, _ yTrue: Tensor<Float>, _ yPred: Tensor<Float>) throws {
      let floats = try loss.valueAndGradient(yTrue: yTrue, yPred: yPred).gradient
      let wide = try Tensor(shape: yPred.shape, elements: yPred.elements.map { Double($0) })
      let doubles = try loss.valueAndGradient(yTrue: yTrue, yPred: wide).gradient
      let largest = doubles.elements.map(\.magnitude).reduce(0, max)
      for (float, double) in zip(floats.elements, doubles.elements) {
        XCTAssertEqual(
          Double(float), double, accuracy: 4 * Double(Float(largest).ulp), "\(type(of: loss))")
      }
    }
    for shape in [[3, 4], [5, 33]] {
      let yTrue = try rounded(uniform(shape, 0...1))
      let yPred = try rounded(uniform(shape, 0.1...1))
      try check(Dice(axis: [-1]), yTrue, yPred)
      try check(Dice(), yTrue, yPred)
      try check(Tversky(alpha: 0.25, beta: 0.75, axis: [-1]), yTrue, yPred)
      try check(CategoricalHinge(), yTrue, yPred)
      let labels = try ids([shape[0]], 0..<shape[1])
      try check(
        CategoricalGeneralizedCrossEntropy(q: 0.75, reduction: .sum),
        Tensor(shape: labels.shape, elements: labels.elements.map { Float($0) }), yPred)
    }
  }

  /// A half is widened, and its gradient rounded once.
  func testHalvesAreComputedInFloats() throws {
    let yTrue: Tensor<Float> = [[1, 0, 1], [0, 1, 0]]
    let yPred: Tensor<Float> = [[0.5, 0.25, 0.75], [0.125, 0.5, 0.375]]
    let halves: Tensor<BFloat16> = yPred.rounded()
    let logits: Tensor<BFloat16> = [[[1, 2, 0], [0, 1, 2], [-1, 0.5, 3]]]
    let hinge = CategoricalHinge(reduction: .sum)
    XCTAssertEqual(
      try hinge.valueAndGradient(yTrue: yTrue, yPred: halves).gradient,
      try hinge.valueAndGradient(yTrue: yTrue, yPred: yPred).gradient.rounded())
    let ctc = CTC(reduction: .sum)
    let labels: Tensor<Int> = [[1, 2]]
    XCTAssertEqual(
      try ctc.valueAndGradient(yTrue: labels, yPred: logits).gradient,
      try ctc.valueAndGradient(yTrue: labels, yPred: logits.widened).gradient.rounded())
  }

  // MARK: - Shapes

  func testWithoutSamplesThereIsNothing() throws {
    func count(_ loss: some Loss, _ labels: [Int], _ predictions: [Int]) throws -> Int {
      let yTrue = try Tensor<Int>(shape: Shape(labels), elements: [])
      let yPred = try Tensor<Double>(shape: Shape(predictions), elements: [])
      let gradient = try loss.valueAndGradient(yTrue: yTrue, yPred: yPred).gradient
      XCTAssertEqual(gradient.shape.dimensions, predictions)
      return gradient.elements.count
    }
    XCTAssertEqual(try count(Dice(), [0, 3], [0, 3]), 0)
    XCTAssertEqual(try count(Tversky(axis: [0]), [0, 3], [0, 3]), 0)
    XCTAssertEqual(try count(CategoricalHinge(), [0, 3], [0, 3]), 0)
    XCTAssertEqual(try count(CategoricalGeneralizedCrossEntropy(), [0], [0, 3]), 0)
    XCTAssertEqual(try count(Circle(), [0], [0, 3]), 0)
    XCTAssertEqual(try count(CTC(), [0, 2], [0, 3, 4]), 0)
  }

  func testAnAxisNamedTwiceIsRefused() {
    let ones: Tensor<Double> = [[1, 1]]
    XCTAssertThrowsError(try Dice(axis: [1, -1])(yTrue: ones, yPred: ones)) {
      XCTAssertEqual(($0 as? LossError)?.code, .invalidParameter)
    }
  }
}
