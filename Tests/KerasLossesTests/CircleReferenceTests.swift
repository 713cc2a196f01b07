import KerasLosses
import XCTest

/// Circle against reference embeddings: the arguments that its bare function has alone.
///
/// Expected is what Keras 3.15.1 gives on JAX 0.10.2 in float32.
final class CircleReferenceTests: XCTestCase {
  private let yTrue: Tensor<Int> = [0, 1, 0]
  private let yPred: Tensor<Float> = [[0.75, 0.25], [0.5, -0.5], [-0.25, 0.75]]
  private let refLabels: Tensor<Int> = [0, 1, 1, 0]
  private let references: Tensor<Float> = [[0.5, 0.5], [0.25, -0.75], [-0.5, 0.5], [1, 0]]

  func testWithoutReferences() throws {
    try assertLoss(
      Circle(gamma: 4), nil, nil, [3.02003, 0, 3.3941457],
      [4.7864623, -12.456986, 1.4268004, 0.47560012, -11.505787, -3.835262])
  }

  func testReferencesOfAnotherCount() throws {
    try assertLoss(
      Circle(gamma: 4, removeDiagonal: false), refLabels, references,
      [1.2645906, 9.033716, 6.5188866],
      [-1.031847, -1.3782618, 8.920824, -5.996267, -11.035872, 1.1224639])
    let column = try Tensor(shape: Shape([4, 1]), elements: refLabels.elements)
    try assertLoss(
      Circle(gamma: 4, removeDiagonal: false), column, references,
      [1.2645906, 9.033716, 6.5188866],
      [-1.031847, -1.3782618, 8.920824, -5.996267, -11.035872, 1.1224639])
  }

  func testTheDiagonalOfReferencesIsRemovedAsWell() throws {
    try assertLoss(
      Circle(gamma: 4), refLabels, references, [0.596313, 9.03338, 6.5188866],
      [-0.6458144, -0.25250784, 8.92317, -5.9992847, -11.035872, 1.1224639])
    let two: Tensor<Int> = [0, 1]
    try assertLoss(
      Circle(gamma: 4), two, [[0.5, 0.5], [0.25, -0.75]], [0, 0, 1.7922277],
      [0, 0, 0, 0, -2.5002344, -2.5002344])
  }

  func testLabelsOrEmbeddingsAlone() throws {
    try assertLoss(
      Circle(gamma: 4), [1, 1, 0], nil, [4.5316653, 1.7922277, 0],
      [5.5339108, -1.6963496, -3.4356718, -1.145224, -5.9354253, -1.9784751])
    let three: Tensor<Float> = [[0.5, 0.5], [0.25, -0.75], [-0.5, 0.5]]
    try assertLoss(
      Circle(gamma: 4), nil, three, [4.9769197, 0, 1.7922277],
      [4.9655228, -4.9655228, 0, 0, -2.5002344, -2.5002344])
  }

  func testShapesThatDoNotFit() {
    let wide: Tensor<Float> = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]]
    let two: Tensor<Int> = [0, 1]
    for (labels, embeddings) in [
      (nil, references), (refLabels, nil), (refLabels, wide), (two, references),
    ] as [(Tensor<Int>?, Tensor<Float>?)] {
      XCTAssertThrowsError(
        try Circle().unreduced(
          yTrue: yTrue, yPred: yPred, refLabels: labels, refEmbeddings: embeddings)
      ) { XCTAssertEqual(($0 as? LossError)?.code, .shapeMismatch) }
    }
  }

  func testLabelsAreTruncated() throws {
    let labels: Tensor<Float> = [0.25, 1, 0.75]
    let losses = try Circle(gamma: 4).unreduced(yTrue: labels, yPred: yPred).losses
    XCTAssertEqual(
      losses, try Circle(gamma: 4).unreduced(yTrue: yTrue, yPred: yPred).losses)
  }

  private func assertLoss(
    _ loss: Circle, _ refLabels: Tensor<Int>?, _ refEmbeddings: Tensor<Float>?,
    _ expected: [Float], _ gradient: [Float], file: StaticString = #filePath, line: UInt = #line
  ) throws {
    let losses = try loss.unreduced(
      yTrue: yTrue, yPred: yPred, refLabels: refLabels, refEmbeddings: refEmbeddings)
    let differentiated = try loss.differentiated(
      yTrue: yTrue, yPred: yPred, refLabels: refLabels, refEmbeddings: refEmbeddings)
    XCTAssertEqual(losses, differentiated.unreduced, file: file, line: line)
    XCTAssertEqual(losses.mask?.elements, expected.map { $0 > 0 }, file: file, line: line)
    let ones = try Tensor<Float>(shape: losses.losses.shape, elements: [1, 1, 1])
    let both = try loss.unreducedValueAndGradient(
      yTrue: yTrue, yPred: yPred, refLabels: refLabels, refEmbeddings: refEmbeddings)
    XCTAssertEqual(both.value, losses.losses, file: file, line: line)
    XCTAssertEqual(both.gradient, differentiated.gradient(upstream: ones), file: file, line: line)
    let pairs = [
      (losses.losses.elements, expected),
      (differentiated.gradient(upstream: ones).elements, gradient),
    ]
    for (actual, expected) in pairs {
      XCTAssertEqual(actual.count, expected.count, file: file, line: line)
      for (actual, expected) in zip(actual, expected) {
        let accuracy = max(expected.magnitude * 1e-6, 2e-6)
        XCTAssertEqual(actual, expected, accuracy: accuracy, file: file, line: line)
      }
    }
  }
}
