import KerasLosses
import XCTest

/// Losses whose dtypes are known only when they are called.
final class DynamicLossTests: XCTestCase {
  /// Calls a body with an array in memory that lives as long as that.
  private func with<Element: BitwiseCopyable, Result>(
    _ elements: [Element], _ shape: [Int], _ dtype: DType,
    _ body: (DynamicArray) throws -> Result
  ) throws -> Result {
    try elements.withUnsafeBytes {
      try body(DynamicArray(shape: Shape(shape), dtype: dtype, data: $0.baseAddress))
    }
  }

  private func numbers<Element: BitwiseCopyable>(
    of tensor: DynamicTensor, as type: Element.Type
  ) -> [Element] {
    [Element](unsafeUninitializedCapacity: tensor.shape.count) { memory, count in
      count = tensor.shape.count
      if let start = memory.baseAddress { tensor.copy(to: UnsafeMutableRawPointer(start)) }
    }
  }

  func testItComputesInTheDtypeOfThePredictions() throws {
    let loss = try DynamicLoss("mse", ["reduction": .string("none")])
    let value = try with([1, 0] as [Int8], [1, 2], .int8) { yTrue in
      try with([0.5, 0.5] as [Double], [1, 2], .float64) { yPred in
        try loss.answer(to: .init(yTrue: yTrue, yPred: yPred), withGradient: true)
      }
    }
    XCTAssertEqual(value.value.dtype, .float64)
    XCTAssertEqual(numbers(of: value.value, as: Double.self), [0.25])
    let gradient = try XCTUnwrap(value.gradient)
    XCTAssertEqual(gradient.shape, try Shape([1, 2]))
    XCTAssertEqual(numbers(of: gradient, as: Double.self), [-0.5, 0.5])
  }

  func testItComputesInItsOwnDtype() throws {
    let loss = try DynamicLoss("mse", dtype: .float16)
    let answer = try with([true, false], [2], .bool) { yTrue in
      try with([3, 0] as [UInt64], [2], .uint64) { yPred in
        try loss.answer(to: .init(yTrue: yTrue, yPred: yPred), withGradient: false)
      }
    }
    XCTAssertEqual(answer.value.dtype, .float16)
    XCTAssertEqual(numbers(of: answer.value, as: Float16.self), [2])
    XCTAssertNil(answer.gradient)
  }

  func testElementsNeedNoAlignment() throws {
    let loss = try DynamicLoss("mse", isFunction: true)
    var bytes: [UInt8] = [0]
    for number in [1, 2] as [Float] { withUnsafeBytes(of: number) { bytes += $0 } }
    let value = try bytes.withUnsafeBytes {
      let array = try DynamicArray(
        shape: Shape([2]), dtype: .float32, data: $0.baseAddress.map { $0 + 1 })
      return try loss.answer(to: .init(yTrue: array, yPred: array), withGradient: false).value
    }
    XCTAssertEqual(numbers(of: value, as: Float.self), [0])
  }

  func testItRefusesArraysThatItDoesNotTake() throws {
    let function = try DynamicLoss("mse", isFunction: true)
    let loss = try DynamicLoss("mse")
    try with([1] as [Float], [1], .float32) { array in
      XCTAssertThrowsError(
        try function.answer(
          to: .init(yTrue: array, yPred: array, mask: array), withGradient: false)
      ) {
        XCTAssertEqual("\($0)", "mask is given: expected none, by a function")
      }
      XCTAssertThrowsError(
        try loss.answer(
          to: .init(yTrue: array, yPred: array, refEmbeddings: array), withGradient: false)
      ) {
        XCTAssertEqual(
          "\($0)", "ref_embeddings is given: expected none but by the function circle")
      }
    }
    XCTAssertThrowsError(try DynamicLoss("mse", dtype: .int8))
    XCTAssertThrowsError(
      try DynamicArray(shape: Shape([1]), dtype: .float32, data: nil))
  }

  func testATfKeras2ClassHasNoDtypeOfItsOwn() throws {
    let loss = try DynamicLoss("mse", dialect: .tfKeras2, dtype: .float32)
    try with([1] as [Double], [1], .float64) { array in
      XCTAssertThrowsError(
        try loss.answer(to: .init(yTrue: array, yPred: array), withGradient: false)
      ) {
        XCTAssertEqual(($0 as? LossError)?.code, .notInDialect)
      }
    }
  }

  func testItReducesLossesOfOthers() throws {
    let reduced = try with([1, 2, 6] as [Float], [3], .float32) { losses in
      try with([1, 1, 0] as [UInt8], [3], .uint8) { mask in
        try losses.reduced(by: .sumOverBatchSize, mask: mask)
      }
    }
    XCTAssertEqual(numbers(of: reduced, as: Float.self), [1.5])
  }
}
