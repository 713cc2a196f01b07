import KerasLosses
import XCTest

/// Losses made from names and configs.
final class KerasLossTests: XCTestCase {
  func testFunctionClassAndAliasNameTheSameLoss() throws {
    for name in ["mean_squared_error", "MeanSquaredError", "mse", "MSE"] {
      XCTAssertTrue(try kerasLoss(name) is MeanSquaredError, name)
    }
    for type in kerasLosses {
      for name in [type.names.function, type.names.class] + type.names.aliases {
        XCTAssertTrue(Swift.type(of: try kerasLoss(name)) == type, name)
      }
    }
    let names = kerasLosses.flatMap { [$0.names.function, $0.names.class] + $0.names.aliases }
    XCTAssertEqual(Set(names).count, names.count, "a name is given twice")
  }

  func testASavedConfigIsRead() throws {
    let loss = try XCTUnwrap(
      kerasLoss(
        "Huber",
        [
          "name": .string("huber_loss"), "dtype": .string("float32"), "delta": .number(2.5),
          "reduction": .string("mean_with_sample_weight"),
        ]) as? Huber)
    XCTAssertEqual(loss.delta, 2.5)
    XCTAssertEqual(loss.reduction, .meanWithSampleWeight)
    let dice = try XCTUnwrap(
      kerasLoss("Dice", ["axis": .list([.number(1), .number(-1)])]) as? Dice)
    XCTAssertEqual(dice.axis, [1, -1])
    let focal = try XCTUnwrap(
      kerasLoss("CategoricalFocalCrossentropy", ["alpha": .list([.number(0.5), .number(2)])])
        as? CategoricalFocalCrossentropy)
    XCTAssertEqual(focal.alpha, [0.5, 2])
    XCTAssertEqual(CategoricalFocalCrossentropy(alpha: 1).alpha, .all(1))
    XCTAssertEqual(try kerasLoss("mse", ["reduction": .null]).reduction, .none)
  }

  func testWhatKerasRefusesIsNamed() {
    for (name, config, message) in [
      ("mean_squared", [:], "loss is mean_squared: expected a name of keras.losses"),
      ("mse", ["delta": .number(1)], "delta is given: expected no parameter of this name"),
      ("huber", ["delta": .string("1")], "delta is \"1\": expected a number"),
      ("huber", ["delta": .null], "delta is None: expected a number"),
      (
        "categorical_focal_crossentropy", ["alpha": .list([.boolean(true)])],
        "alpha is [True]: expected numbers"
      ),
      ("bce", ["axis": .number(0.5)], "axis is 0.5: expected an integer"),
      ("bce", ["from_logits": .number(1)], "from_logits is 1: expected true or false"),
      (
        "CategoricalGeneralizedCrossEntropy", ["q": .number(1)], "q is 1.0: expected 0 < q < 1"
      ),
    ] as [(String, [String: ParameterValue], String)] {
      XCTAssertThrowsError(try kerasLoss(name, config)) {
        XCTAssertEqual("\($0)", message)
        XCTAssertEqual(($0 as? LossError)?.code, .invalidParameter)
      }
    }
    XCTAssertThrowsError(try kerasLoss("mse", ["reduction": .string("auto")])) {
      XCTAssertTrue("\($0)".contains("sum_over_batch_size"), "\($0)")
    }
  }

  func testTheBareFunctionChecksLess() throws {
    let loss = try kerasLoss(
      "categorical_generalized_cross_entropy", ["q": .number(2)], isFunction: true)
    XCTAssertEqual((loss as? CategoricalGeneralizedCrossEntropy)?.q, 2)
  }

  func testADialectDecidesWhereKerasDiffersFromItself() throws {
    let yTrue: Tensor<Float> = [[0]]
    let yPred: Tensor<Float> = [[20]]
    func loss(_ dialect: Dialect) throws -> Float? {
      try BinaryCrossentropy(fromLogits: true, dialect: dialect)(yTrue: yTrue, yPred: yPred).item
    }
    XCTAssertEqual(try loss(.keras315JAX), 20)
    XCTAssertEqual(try XCTUnwrap(loss(.keras315NumPy)), 15.942385, accuracy: 1e-5)
    XCTAssertEqual(Dialect(named: "keras-3.16-dev/jax"), .keras316DevJAX)
    XCTAssertNil(Dialect(named: "keras-9"))
    XCTAssertEqual(Set(Dialect.all.map(\.id)).count, Dialect.all.count)
  }

  func testAnIdThatTheDialectRefusesIsAnError() {
    let ids: Tensor<Int> = [3]
    let yPred: Tensor<Float> = [[0.2, 0.3, 0.5]]
    XCTAssertEqual(
      try SparseCategoricalCrossentropy()(yTrue: ids, yPred: yPred).item?.magnitude, 0)
    XCTAssertThrowsError(
      try SparseCategoricalCrossentropy(dialect: .keras315NumPy)(yTrue: ids, yPred: yPred)
    ) { XCTAssertEqual($0 as? LossError, .classIDOutOfRange(id: 3, classes: 3)) }
  }
}
