import KerasLosses
import XCTest

/// The question that started it: why a crossentropy differs from Keras's.
final class QuestionTests: XCTestCase {
  private let oneHot: Tensor<Double> = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
  private let rows: Tensor<Double> = [[0.9, 0.05, 0.05], [0.5, 0.89, 0.6], [0.05, 0.01, 0.94]]

  func testRowsAreRescaled() throws {
    let losses = try CategoricalCrossentropy(reduction: .none)(yTrue: oneHot, yPred: rows)
    XCTAssertEqual(losses.shape.dimensions, [3])
    for (loss, keras) in zip(losses.elements, [0.10536052, 0.80466845, 0.0618754]) {
      XCTAssertEqual(loss, keras, accuracy: 5e-8)
    }
  }

  func testProbabilitiesAreClipped() throws {
    let yTrue: Tensor<Double> = [[0, 1]]
    let yPred: Tensor<Double> = [[0.99999999999, 0.00000000001]]
    let loss = try CategoricalCrossentropy()(yTrue: yTrue, yPred: yPred)
    XCTAssertEqual(try XCTUnwrap(loss.item), 16.11809565, accuracy: 5e-9)
  }

  func testFloatQuantisesTheClip() throws {
    let zero: Tensor<Float> = [[0]]
    let one: Tensor<Float> = [[1]]
    let loss = try BinaryCrossentropy()(yTrue: zero, yPred: one)
    XCTAssertEqual(try XCTUnwrap(loss.item), 15.942385, accuracy: 1e-6)
  }

  func testIdsCostWhatTheirOneHotRowsCost() throws {
    let ids: Tensor<Int> = [0, 1, 2]
    let sparse = try SparseCategoricalCrossentropy(reduction: .none)(yTrue: ids, yPred: rows)
    let dense = try CategoricalCrossentropy(reduction: .none)(yTrue: oneHot, yPred: rows)
    XCTAssertEqual(sparse, dense)
  }

  func testAShapeThatDoesNotFitIsNamed() throws {
    let yTrue: Tensor<Double> = [[1, 0]]
    XCTAssertThrowsError(try CategoricalCrossentropy()(yTrue: yTrue, yPred: rows)) { error in
      XCTAssertEqual(
        "\(error)", "y_true has shape (1, 2) and y_pred (3, 3): they must have the same shape")
    }
  }
}
