import KerasLosses
import XCTest

/// What dialects have words for, and how they bring labels, weights and masks into shape.
final class DialectTests: XCTestCase {
  /// Checks that an expression is refused with an error of a kind.
  private func assertRefused<Result>(
    _ expression: @autoclosure () throws -> Result, _ code: LossError.Code,
    line: UInt = #line
  ) {
    XCTAssertThrowsError(try expression(), line: line) {
      XCTAssertEqual(($0 as? LossError)?.code, code, "\($0)", line: line)
    }
  }

  private let vector: Tensor<Float> = [0, 1, 2]
  private let column: Tensor<Float> = [[0], [1], [4]]

  // MARK: - Vocabulary

  func testALossThatIsLackingIsRefused() throws {
    let square: Tensor<Float> = [[1, 0], [0, 1]]
    assertRefused(try kerasLoss("dice", dialect: .tfKeras2), .notInDialect)
    assertRefused(try kerasLoss("huber", isFunction: true, dialect: .keras1), .notInDialect)
    XCTAssertNoThrow(try kerasLoss("huber", dialect: .tfKeras2))
    assertRefused(try Dice(dialect: .tfKeras2)(yTrue: square, yPred: square), .notInDialect)
    for (dialect, count) in [(Dialect.tfKeras2, 5), (.keras1, 10), (.keras315Torch, 0)] {
      var refused = 0
      for type in kerasLosses {
        let function = try kerasLoss(type.names.function, isFunction: true)
        XCTAssertEqual(function.dialect, .keras315JAX)
        do {
          _ = try kerasLoss(type.names.function, isFunction: true, dialect: dialect)
        } catch {
          XCTAssertEqual(error.code, .notInDialect)
          refused += 1
        }
      }
      XCTAssertEqual(refused, count, dialect.id)
    }
    // Made by their own initialisers, losses are refused when they are called.
    assertRefused(
      try Huber(dialect: .keras1).unreduced(yTrue: square, yPred: square), .notInDialect)
    assertRefused(
      try LogCosh(dialect: .keras1).unreducedValueAndGradient(yTrue: square, yPred: square),
      .notInDialect)
  }

  func testKeras1HasFunctionsWithoutParameters() throws {
    assertRefused(try kerasLoss("mse", dialect: .keras1), .notInDialect)
    assertRefused(
      try kerasLoss("bce", ["from_logits": .boolean(true)], isFunction: true, dialect: .keras1),
      .notInDialect)
    assertRefused(
      try BinaryCrossentropy(fromLogits: true, dialect: .keras1)
        .unreduced(yTrue: vector, yPred: vector), .notInDialect)
    assertRefused(
      try CosineSimilarity(axis: 0, dialect: .keras1).unreduced(yTrue: vector, yPred: vector),
      .notInDialect)
    let loss = MeanSquaredError(dialect: .keras1)
    XCTAssertEqual(try loss.unreduced(yTrue: vector, yPred: vector).losses.item, 0)
    assertRefused(try loss(yTrue: vector, yPred: vector), .notInDialect)
    assertRefused(try loss.valueAndGradient(yTrue: vector, yPred: vector), .notInDialect)
  }

  func testAParameterMayBeTheFunctionsAlone() throws {
    let config = ["axis": ParameterValue.number(1)]
    func make(_ dialect: Dialect, isFunction: Bool) throws -> any KerasLoss {
      try kerasLoss(
        "sparse_categorical_crossentropy", config, isFunction: isFunction, dialect: dialect)
    }
    XCTAssertNoThrow(try make(.tfKeras2, isFunction: true))
    XCTAssertNoThrow(try make(.keras315JAX, isFunction: false))
    assertRefused(try make(.tfKeras2, isFunction: false), .notInDialect)
  }

  func testReductionsHaveTheNamesOfTheirKeras() throws {
    func reduction(_ name: ParameterValue, _ dialect: Dialect) throws -> Reduction {
      try kerasLoss("mse", ["reduction": name], dialect: dialect).reduction
    }
    XCTAssertEqual(try reduction(.string("auto"), .tfKeras2), .sumOverBatchSize)
    XCTAssertEqual(try reduction(.string("sum"), .tfKeras2), .sum)
    assertRefused(try reduction(.string("auto"), .keras315JAX), .invalidParameter)
    for name in [ParameterValue.string("mean"), .string("mean_with_sample_weight"), .null] {
      assertRefused(try reduction(name, .tfKeras2), .invalidParameter)
      XCTAssertNoThrow(try reduction(name, .keras315Torch))
    }
    let mean = MeanSquaredError(reduction: .mean, dialect: .tfKeras2)
    assertRefused(try mean(yTrue: vector, yPred: vector), .invalidParameter)
    assertRefused(try mean.valueAndGradient(yTrue: vector, yPred: vector), .invalidParameter)
    XCTAssertNoThrow(try mean.unreduced(yTrue: vector, yPred: vector))
  }

  func testPresetsNameEachChoiceOnce() {
    let names = Dialect.keras315JAX.choices.map(\.name)
    XCTAssertEqual(Set(names).count, names.count)
    for dialect in Dialect.all {
      XCTAssertEqual(dialect.choices.map(\.name), names)
      XCTAssertEqual(dialect.choices == Dialect.keras315JAX.choices, dialect == .keras315JAX)
    }
    let floor = Dialect.tfKeras2.choices.first { $0.name == "cosine_floor" }
    XCTAssertEqual(floor?.setting, .number(1e-6))
  }

  // MARK: - Casts

  func testAClassMayHaveNoDtype() throws {
    let config = ["dtype": ParameterValue.string("float32")]
    XCTAssertNoThrow(try kerasLoss("mse", config))
    assertRefused(try kerasLoss("mse", config, dialect: .tfKeras2), .notInDialect)
    // A class with a dtype casts ids to it: 257 is 256 in bfloat16.
    var row = [BFloat16](repeating: 0, count: 258)
    row[257] = 1
    let yPred = try Tensor(shape: Shape([1, 258]), elements: row)
    let id: Tensor<Int> = [257]
    func loss(_ dialect: Dialect) throws -> BFloat16? {
      try SparseCategoricalCrossentropy(dialect: dialect)(yTrue: id, yPred: yPred).item
    }
    XCTAssertGreaterThan(try XCTUnwrap(loss(.keras315JAX)).widened, 15)
    // The row sums to 1 + 257 epsilon once it is clipped, and is divided by that.
    XCTAssertEqual(try XCTUnwrap(loss(.tfKeras2)).widened, 257e-7, accuracy: 1e-6)
  }

  func testLabelsOfAnotherDtypeMayBeRefused() throws {
    let integers: Tensor<Int> = [[0, 1]]
    let floats: Tensor<Float> = [[0, 1]]
    let yPred: Tensor<Float> = [[0.5, 0.5]]
    let mse = MeanSquaredError(dialect: .keras1)
    assertRefused(try mse.unreduced(yTrue: integers, yPred: yPred), .notInDialect)
    XCTAssertEqual(try mse.unreduced(yTrue: floats, yPred: yPred).losses.item, 0.25)
    let hinge = Hinge(dialect: .keras1)
    assertRefused(try hinge.unreduced(yTrue: integers, yPred: yPred), .notInDialect)
    let halves: Tensor<Float16> = [[0, 1]]
    XCTAssertNoThrow(try hinge.unreduced(yTrue: halves, yPred: halves))
    let cosine = CosineSimilarity(dialect: .tfKeras2)
    assertRefused(try cosine(yTrue: integers, yPred: yPred), .notInDialect)
    XCTAssertNoThrow(try cosine(yTrue: floats, yPred: yPred))
    XCTAssertNoThrow(try MeanSquaredError(dialect: .tfKeras2)(yTrue: integers, yPred: yPred))
    let ids: Tensor<Int> = [1]
    let sparse = SparseCategoricalCrossentropy(dialect: .keras1)
    XCTAssertNoThrow(try sparse.unreduced(yTrue: ids, yPred: yPred))
  }

  // MARK: - Ranks

  func testAClassMendsAVectorAgainstAColumn() throws {
    func losses(_ dialect: Dialect) throws -> Tensor<Float> {
      try MeanSquaredError(reduction: .none, dialect: dialect)(yTrue: vector, yPred: column)
    }
    XCTAssertEqual(try losses(.keras315JAX), [0, 0, 4])
    XCTAssertEqual(try losses(.tfKeras2), Tensor(scalar: 4 / 3))
  }

  func testAFunctionMayTakeRanksAsGiven() throws {
    func losses(_ dialect: Dialect) throws -> Tensor<Float> {
      try MeanSquaredError(dialect: dialect).unreduced(yTrue: vector, yPred: column).losses
    }
    XCTAssertEqual(try losses(.keras315TensorFlow), [0, 0, 4])
    // (3,) against (3, 1) broadcasts to (3, 3).
    for dialect in [Dialect.tfKeras2, .keras1] {
      XCTAssertEqual(try losses(dialect).elements, [5 / 3, 2 / 3, 29 / 3])
    }
  }

  func testAMeanMayTakeAScalar() throws {
    let (yTrue, yPred) = (Tensor<Float>(scalar: 1), Tensor<Float>(scalar: 3))
    let both = try MeanSquaredError(dialect: .keras315Torch)
      .valueAndGradient(yTrue: yTrue, yPred: yPred)
    XCTAssertEqual(both, ValueAndGradient(value: Tensor(scalar: 4), gradient: Tensor(scalar: 4)))
    for dialect in [Dialect.keras315JAX, .keras315NumPy, .tfKeras2] {
      assertRefused(try MeanSquaredError(dialect: dialect)(yTrue: yTrue, yPred: yPred), .rankTooLow)
    }
    // NumPy's sums take scalars, its means do not.
    XCTAssertNoThrow(
      try CategoricalHinge(dialect: .keras315NumPy)(yTrue: yTrue, yPred: yPred))
  }

  func testTheMaximumOfNothingIsTheDialects() throws {
    let noClasses = try Tensor<Float>(shape: Shape([2, 0]), elements: [])
    let noRows = try Tensor<Float>(shape: Shape([0, 3]), elements: [])
    func losses(_ tensor: Tensor<Float>, _ dialect: Dialect) throws -> Tensor<Float> {
      try CategoricalHinge(reduction: .none, dialect: dialect)(yTrue: tensor, yPred: tensor)
    }
    assertRefused(try losses(noClasses, .keras315JAX), .invalidShape)
    XCTAssertEqual(try losses(noRows, .keras315JAX).shape.dimensions, [0])
    assertRefused(try losses(noClasses, .keras315Torch), .invalidShape)
    assertRefused(try losses(noRows, .keras315TensorFlow), .invalidShape)
    XCTAssertEqual(try losses(noClasses, .tfKeras2), [0, 0])
  }

  // MARK: - Weights and masks

  func testAWeightMayBeOneOfEachSample() throws {
    let yTrue: Tensor<Float> = [[[0, 0], [0, 0]], [[0, 0], [0, 0]]]
    let yPred: Tensor<Float> = [[[1, 1], [2, 2]], [[3, 3], [4, 4]]]
    func loss(_ dialect: Dialect, _ weight: Tensor<Float>) throws -> Float? {
      try MeanSquaredError(dialect: dialect)(yTrue: yTrue, yPred: yPred, sampleWeight: weight).item
    }
    XCTAssertEqual(try loss(.tfKeras2, [1, 0]), 1.25)
    XCTAssertEqual(try loss(.keras315JAX, [1, 0]), 2.5)
    XCTAssertEqual(try loss(.tfKeras2, [[[1], [1]], [[0], [0]]]), 1.25)
    assertRefused(
      try loss(.tfKeras2, [[[1, 1], [1, 1]], [[0, 0], [0, 0]]]), .weightNotBroadcastable)
    XCTAssertEqual(try loss(.tfKeras2, Tensor(scalar: 2)), 15)
  }

  func testAMaskThatKeepsNothing() throws {
    let yTrue: Tensor<Float> = [[1], [1]]
    let yPred: Tensor<Float> = [[3], [0.5]]
    let mask: Tensor<Bool> = [false, false]
    func both(_ dialect: Dialect, _ reduction: Reduction) throws -> ValueAndGradient<Float> {
      try Hinge(reduction: reduction, dialect: dialect)
        .valueAndGradient(yTrue: yTrue, yPred: yPred, mask: mask)
    }
    let zero = ValueAndGradient<Float>(value: Tensor(scalar: 0), gradient: [[0], [0]])
    XCTAssertEqual(try both(.keras315JAX, .sumOverBatchSize), zero)
    XCTAssertEqual(try both(.tfKeras2, .sum), zero)
    let nan = try both(.tfKeras2, .sumOverBatchSize)
    XCTAssertEqual(nan.value.item?.isNaN, true)
    // The first margin is met: TensorFlow selects 0 and sends nothing on.
    XCTAssertEqual(nan.gradient.elements[0], 0)
    XCTAssertTrue(nan.gradient.elements[1].isNaN)
  }

  func testNoLossesAtAll() throws {
    let empty = try Tensor<Float>(shape: Shape([0, 2]), elements: [])
    func loss(_ dialect: Dialect) throws -> Tensor<Float> {
      try MeanSquaredError(dialect: dialect)(yTrue: empty, yPred: empty)
    }
    XCTAssertEqual(try loss(.keras315JAX).shape.dimensions, [0])
    XCTAssertEqual(try loss(.tfKeras2), Tensor(scalar: 0))
  }
}
