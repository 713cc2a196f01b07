import KerasLosses
import XCTest

/// `BFloat16` and `Float16`: conversions over all bit patterns.
final class HalfConversionTests: XCTestCase {
  func testEveryBFloat16IsTheFloatOfItsBits() {
    for bits in UInt16.min...UInt16.max {
      let number = BFloat16(bitPattern: bits)
      let float = Float(bitPattern: UInt32(bits) << 16)
      XCTAssertEqual(number.widened.bitPattern, float.bitPattern)
      if float.isNaN {
        XCTAssertTrue(BFloat16(float).widened.isNaN)
        XCTAssertTrue(BFloat16(Double(float)).widened.isNaN)
        XCTAssertNotEqual(number, number)
      } else {
        XCTAssertEqual(BFloat16(float).bitPattern, bits)
        XCTAssertEqual(BFloat16(rounding: float).bitPattern, bits)
        XCTAssertEqual(BFloat16(Double(float)).bitPattern, bits)
        XCTAssertEqual(number, number)
      }
    }
  }

  func testBFloat16RoundsToNearestEven() {
    // The number after the largest one would be 2^128, from half way to which on it is infinite.
    for bits in UInt16(0)..<0x7f80 {
      let low = Double(BFloat16(bitPattern: bits).widened)
      let next = bits == 0x7f7f ? 0x1p128 : Double(BFloat16(bitPattern: bits + 1).widened)
      assertRounds(low, next, even: bits % 2 == 0 ? bits : bits + 1, bits) {
        ($0 < 0 ? BFloat16($0).bitPattern & 0x7fff : BFloat16($0).bitPattern)
      }
      let middle = Float((low + next) / 2)
      XCTAssertEqual(BFloat16(middle).bitPattern, bits % 2 == 0 ? bits : bits + 1)
      XCTAssertEqual(BFloat16(middle.nextDown).bitPattern, bits)
      XCTAssertEqual(BFloat16(middle.nextUp).bitPattern, bits + 1)
      XCTAssertEqual(BFloat16(-middle.nextUp).bitPattern, (bits + 1) | 0x8000)
    }
  }

  func testFloat16RoundsToNearestEven() {
    for bits in UInt16(0)..<0x7c00 {
      let low = Double(Float16(bitPattern: bits))
      let next = bits == 0x7bff ? 65536 : Double(Float16(bitPattern: bits + 1))
      assertRounds(low, next, even: bits % 2 == 0 ? bits : bits + 1, bits) {
        let number: Float16 = $0.converted(to: Float16.self)
        return number.bitPattern & 0x7fff
      }
      let middle = Float((low + next) / 2)
      XCTAssertEqual(
        Float16(rounding: middle).bitPattern, bits % 2 == 0 ? bits : bits + 1)
      XCTAssertEqual(Float16(rounding: middle.nextDown).bitPattern, bits)
      XCTAssertEqual(Float16(rounding: middle.nextUp).bitPattern, bits + 1)
    }
  }

  func testIntegersAreRoundedOnce() {
    XCTAssertEqual(BFloat16(257), 256)
    XCTAssertEqual(BFloat16(259), 260)
    XCTAssertEqual(BFloat16(-257), -256)
    // As a Float, the last bit would be lost and the tie go to the even number below.
    XCTAssertEqual(Double(BFloat16(0x101_0001).widened), 0x1p24 + 0x1p17)
    XCTAssertEqual(Double(BFloat16(-0x101_0001).widened), -(0x1p24 + 0x1p17))
    XCTAssertEqual(BFloat16(UInt64.max).widened, 0x1p64)
    XCTAssertEqual(BFloat16(Int64.min).widened, -0x1p63)
    XCTAssertEqual(BFloat16(UInt8.max), 255)
    XCTAssertEqual(BFloat16(0).widened.sign, .plus)
    XCTAssertEqual(Float16(rounding: Float(2049)), 2048)
  }

  func testBFloat16IsALabelANumberAndAText() {
    XCTAssertEqual(BFloat16(1.9).classID, 1)
    XCTAssertEqual(BFloat16(-3).classID, -3)
    XCTAssertEqual(BFloat16(Float.nan).classID, 0)
    XCTAssertEqual("\(BFloat16(0.1))", "0.100097656")
    XCTAssertEqual(BFloat16(0), BFloat16(bitPattern: 0x8000))
    XCTAssertEqual(Set([BFloat16(0), BFloat16(bitPattern: 0x8000), 1.5, 1.5]).count, 2)
    XCTAssertEqual(BFloat16.constant(1 - 1e-7), 1)
    XCTAssertEqual(Float16.constant(1e-7), 0x1p-23)
  }

  /// The numbers about the middle of two neighbours, as Doubles that no Float can tell from it.
  private func assertRounds(
    _ low: Double, _ next: Double, even: UInt16, _ bits: UInt16, _ round: (Double) -> UInt16
  ) {
    let middle = (low + next) / 2
    XCTAssertEqual(round(middle), even)
    XCTAssertEqual(round(middle.nextDown), bits)
    XCTAssertEqual(round(middle.nextUp), bits + 1)
    XCTAssertEqual(round(-middle.nextUp), bits + 1)
  }
}

/// Losses of arrays stored in 16 bits.
final class HalfLossTests: XCTestCase {
  func testConstantsAreThoseOfTheDtype() throws {
    let (zero, one): (Tensor<Float16>, Tensor<Float16>) = ([[0]], [[1]])
    XCTAssertEqual(try BinaryCrossentropy()(yTrue: zero, yPred: one).item, .infinity)
    XCTAssertEqual(try BinaryCrossentropy()(yTrue: one, yPred: one).item?.isNaN, true)
    let (yTrue, yPred): (Tensor<Float16>, Tensor<Float16>) = ([[0, 1]], [[1, 0]])
    XCTAssertEqual(try CategoricalCrossentropy()(yTrue: yTrue, yPred: yPred).item, 15.945)
    let (bZero, bOne): (Tensor<BFloat16>, Tensor<BFloat16>) = ([[0]], [[1]])
    XCTAssertEqual(
      try BinaryCrossentropy()(yTrue: bZero, yPred: bOne).item?.widened, .infinity)
    XCTAssertEqual(try MeanAbsolutePercentageError()(yTrue: zero, yPred: one).item, .infinity)
    let nothing: Tensor<Float16> = [[0, 0]]
    XCTAssertEqual(try CosineSimilarity()(yTrue: yTrue, yPred: nothing).item?.isNaN, true)
  }

  func testALimitOfTheClipIsAnInfiniteSlope() throws {
    let (zero, one): (Tensor<Float16>, Tensor<Float16>) = ([[0]], [[1]])
    let result = try BinaryCrossentropy().valueAndGradient(yTrue: zero, yPred: one)
    XCTAssertEqual(result.gradient.item, .infinity)
  }

  func testCountsAreNumbersOfTheDtype() throws {
    let many = try Tensor(
      shape: Shape([70_000, 1]), elements: [Float16](repeating: 1, count: 70_000))
    let zeros = try Tensor(shape: many.shape, elements: [Float16](repeating: 0, count: 70_000))
    let mean = try MeanSquaredError().valueAndGradient(yTrue: zeros, yPred: many)
    XCTAssertEqual(mean.value.item, 0)
    XCTAssertEqual(mean.gradient.elements[0], 0)
    let threes = try Tensor(
      shape: Shape([257, 1]), elements: [BFloat16](repeating: 3, count: 257))
    let nothing = try Tensor(
      shape: threes.shape, elements: [BFloat16](repeating: 0, count: 257))
    // 257 * 3 / 256, rounded.
    XCTAssertEqual(
      try MeanAbsoluteError()(yTrue: nothing, yPred: threes).item?.widened, 3.015625)
  }

  func testClassIdsAreCastByTheClassAlone() throws {
    var logits = [BFloat16](repeating: 0, count: 300)
    logits[257] = 20
    let yPred = try Tensor(shape: Shape([1, 300]), elements: logits)
    let ids: Tensor<Int32> = [257]
    let loss = SparseCategoricalCrossentropy(fromLogits: true)
    XCTAssertEqual(try loss(yTrue: ids, yPred: yPred).item, 20)
    let bare = try loss.unreducedValueAndGradient(yTrue: ids, yPred: yPred)
    XCTAssertEqual(try XCTUnwrap(bare.value.item).widened, 6e-7, accuracy: 1e-7)
    XCTAssertEqual(bare.gradient.elements[256].widened, 2e-9, accuracy: 1e-10)
  }

  func testResultsAreThoseOfFloatRoundedOnce() throws {
    var generator = SystemIndependentGenerator(state: 5)
    func numbers() -> [Float16] {
      (0..<40).map { _ in Float16(Float(generator.next() >> 40) * 0x1p-22 - 2) }
    }
    for reduction in Reduction.allCases {
      for loss in [
        MeanSquaredError(reduction: reduction), MeanAbsoluteError(reduction: reduction),
        CategoricalCrossentropy(fromLogits: true, reduction: reduction),
        BinaryCrossentropy(fromLogits: true, reduction: reduction),
      ] as [any Loss] {
        let shape = try Shape([4, 10])
        let (labels, predictions) = (numbers(), numbers())
        let weights: [Float16] = [0.3, 1, 2, 0.7]
        let half = try loss.valueAndGradient(
          yTrue: Tensor(shape: shape, elements: labels),
          yPred: Tensor(shape: shape, elements: predictions),
          sampleWeight: Tensor(shape: Shape([4]), elements: weights))
        let single = try loss.valueAndGradient(
          yTrue: Tensor(shape: shape, elements: labels.map(Float.init)),
          yPred: Tensor(shape: shape, elements: predictions.map(Float.init)),
          sampleWeight: Tensor(shape: Shape([4]), elements: weights.map(Float.init)))
        XCTAssertEqual(half.value.elements, single.value.elements.map { Float16($0) })
        XCTAssertEqual(half.gradient.elements, single.gradient.elements.map { Float16($0) })
        XCTAssertEqual(half.value, single.value.rounded(to: Float16.self))
      }
    }
  }

  func testDeltaAndGammaAreRounded() throws {
    // delta = 1e-4 is 1.0002e-4 in Float16.
    let delta = Float(Float16(1e-4))
    let (zero, eight): (Tensor<Float16>, Tensor<Float16>) = ([[0]], [[8]])
    let loss = try Huber(delta: 1e-4)(yTrue: zero, yPred: eight)
    XCTAssertEqual(loss.item, Float16(delta * 8 - 0.5 * delta * delta))
    // gamma = 2049 is 2048.
    let yTrue: Tensor<Float16> = [[1]]
    let yPred: Tensor<Float16> = [[0.00048828125]]
    let focal = try BinaryFocalCrossentropy(gamma: 2049)(yTrue: yTrue, yPred: yPred)
    let exact = Float(1 - 0x1p-11).power(2048) * Float(0x1p11).logarithm
    XCTAssertEqual(focal.item, Float16(exact))
  }
}
