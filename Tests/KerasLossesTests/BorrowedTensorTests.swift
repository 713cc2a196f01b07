import KerasLosses
import XCTest

/// Tensors on memory of somebody else.
final class BorrowedTensorTests: XCTestCase {
  /// Memory that tells when it is freed.
  private final class Memory<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    let buffer: UnsafeMutableBufferPointer<Element>
    private let onFree: @Sendable () -> Void

    init(_ elements: [Element], onFree: @escaping @Sendable () -> Void = {}) {
      buffer = .allocate(capacity: elements.count)
      _ = buffer.initialize(from: elements)
      self.onFree = onFree
    }

    deinit {
      buffer.deallocate()
      onFree()
    }

    func tensor(_ shape: [Int]) throws -> Tensor<Element> {
      try Tensor(
        shape: Shape(shape), borrowing: UnsafeBufferPointer(buffer), owner: self)
    }
  }

  /// A flag that threads may set.
  private final class Flag: @unchecked Sendable {
    var isSet = false
  }

  func testItReadsTheMemoryAndDoesNotCopyIt() throws {
    let memory = Memory<Float>([1, 2, 3, 4])
    let tensor = try memory.tensor([2, 2])
    XCTAssertEqual(tensor, [[1, 2], [3, 4]])
    memory.buffer[3] = 5
    XCTAssertEqual(tensor, [[1, 2], [3, 5]])
    XCTAssertEqual(tensor.elements, [1, 2, 3, 5])
    XCTAssertNotEqual(tensor, [[1, 2], [3, 4]])
  }

  func testItHasAsManyElementsAsItsShape() throws {
    let memory = Memory<Float>([1, 2, 3])
    XCTAssertThrowsError(try memory.tensor([2, 2])) {
      XCTAssertEqual(
        $0 as? LossError, .elementCount(shape: (try? Shape([2, 2])) ?? .scalar, count: 3))
    }
    XCTAssertEqual(try Memory<Float>([]).tensor([0, 3]).elements, [])
  }

  func testTheOwnerLivesAsLongAsAnythingReadsTheMemory() throws {
    let flag = Flag()
    var tensor: Tensor<Float>? = try Memory<Float>([0.5, 0.25], onFree: { flag.isSet = true })
      .tensor([1, 2])
    let yPred = try XCTUnwrap(tensor)
    var losses: DifferentiableLosses<Float>? = try BinaryCrossentropy()
      .differentiated(yTrue: [[1, 0]] as Tensor<Float>, yPred: yPred)
    tensor = nil
    withExtendedLifetime(yPred) {}
    XCTAssertFalse(flag.isSet)
    XCTAssertEqual(losses?.gradient(upstream: [1]).shape, try Shape([1, 2]))
    losses = nil
    func lent() throws -> Tensor<Float> {
      try Memory<Float>([1], onFree: { flag.isSet = true }).tensor([1])
    }
    flag.isSet = false
    do { _ = try lent() }
    XCTAssertTrue(flag.isSet)
  }

  func testEveryLossHasTheSameBitsOnBorrowedMemory() throws {
    let labels: [Float] = [1, 0, 0, 0, 0, 1]
    let predictions: [Float] = [0.5, 0.25, 0.25, 0.125, 0.5, 0.375]
    for type in kerasLosses {
      let shape = type.names.function == "ctc" ? [1, 2, 3] : [2, 3]
      let ids =
        ["sparse_categorical_crossentropy", "categorical_generalized_cross_entropy", "circle"]
          .contains(type.names.function) ? [2] : type.names.function == "ctc" ? [1, 2] : nil
      let loss = try kerasLoss(type.names.class)
      let yTrue = Array(labels.prefix(ids == nil ? 6 : 2))
      let owned = try Tensor(shape: Shape(ids ?? shape), elements: yTrue)
      let lent = try Memory(yTrue).tensor(ids ?? shape)
      let ownedPredictions = try Tensor(shape: Shape(shape), elements: predictions)
      let lentPredictions = try Memory(predictions).tensor(shape)
      let expected = try loss.valueAndGradient(yTrue: owned, yPred: ownedPredictions)
      XCTAssertEqual(
        try loss.valueAndGradient(yTrue: lent, yPred: lentPredictions), expected,
        type.names.function)
      XCTAssertEqual(
        try loss(yTrue: lent, yPred: lentPredictions, sampleWeight: Memory<Float>([1]).tensor([1])),
        expected.value, type.names.function)
    }
  }
}
