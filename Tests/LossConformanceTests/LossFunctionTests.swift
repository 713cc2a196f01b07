import LossConformance
import LossFixtures
import XCTest

/// What functions under test are given, and what becomes of their answers.
final class LossFunctionTests: XCTestCase {
  // MARK: - Rows

  func testAFunctionOfASampleIsAskedAboutEachRow() {
    let function = LossFunction.rows(
      { (yTrue: [Float], yPred: [Float]) in yTrue.reduce(0, +) + 10 * yPred.reduce(0, +) },
      gradient: { yTrue, yPred in zip(yTrue, yPred).map { $0 - $1 } })
    let fixture = question(yTrue: .float32([1, 2, 3, 4]), yPred: .float32([5, 6, 7, 8]))
    XCTAssertEqual(
      answer(function, fixture),
      .value(
        FixtureTensor(shape: [2], values: .float32([113, 157])),
        gradient: FixtureTensor(shape: [2, 2], values: .float32([-4, -4, -4, -4]))))
    XCTAssertEqual(
      answer(function, question(yTrue: .float32([1, 2, 3, 4]), asksGradient: false)),
      .value(FixtureTensor(shape: [2], values: .float32([3, 7]))), "nobody asked for it")
    let three = question(
      shape: [1, 2, 2], yTrue: .float32([1, 2, 3, 4]), yPred: .float32([0, 0, 0, 0]))
    guard case .value(let losses, _) = answer(function, three) else { return XCTFail("no value") }
    XCTAssertEqual(losses.shape, [1, 2])
  }

  func testAFunctionOfAClassIsAskedAboutEachRow() {
    let function = LossFunction.classes(
      { (label: Int, yPred: [Float]) in yPred[label] },
      gradient: { label, yPred in yPred.indices.map { $0 == label ? 1 : 0 } })
    for shape in [[2], [2, 1]] {
      let fixture = question(
        labelShape: shape, yTrue: .int32([1, 0]), yPred: .float32([5, 6, 7, 8]))
      XCTAssertEqual(
        answer(function, fixture),
        .value(
          FixtureTensor(shape: [2], values: .float32([6, 7])),
          gradient: FixtureTensor(shape: [2, 2], values: .float32([0, 1, 1, 0]))))
    }
    for labels in [[2, 0], [-1, 0], [0.5, 0]] as [[Float]] {
      let fixture = question(labelShape: [2], yTrue: .float32(labels))
      XCTAssertEqual(answer(function, fixture), .unsupported("labels that are no classes"))
    }
    XCTAssertEqual(answer(function, question()), .unsupported("other labels than one a row"))
  }

  func testWhatIsNoRowIsSkipped() {
    XCTAssertEqual(
      answer(sum, question(labelShape: [4])),
      .unsupported("y_true and y_pred of different shapes"))
    let numbers = question(shape: [], yTrue: .float32([1]), yPred: .float32([2]))
    XCTAssertEqual(answer(sum, numbers), .unsupported("predictions without an axis"))
    let empty = question(shape: [2, 0], yTrue: .float32([]), yPred: .float32([]))
    XCTAssertEqual(answer(sum, empty), .unsupported("rows of no elements"))
    let nobody = question(shape: [0, 2], yTrue: .float32([]), yPred: .float32([]))
    XCTAssertEqual(
      answer(sum, nobody), .value(FixtureTensor(shape: [0], values: .float32([]))))
  }

  // MARK: - What a function takes

  func testCasesThatGiveWhatAFunctionDoesNotTakeAreSkipped() {
    XCTAssertEqual(
      answer(sum, question(config: ["delta": .number(2)])), .unsupported("with delta"))
    XCTAssertNotEqual(
      answer(sum, question(config: ["delta": .number(1)])), .unsupported("with delta"),
      "Keras's default")
    XCTAssertEqual(
      answer(sum, question(weight: [1, 2])), .unsupported("with sample_weight"))
    XCTAssertEqual(
      answer(sum, question(form: .class)), .unsupported("with a reduction of the batch"),
      "Keras's default is the mean")
    guard
      case .value = answer(
        sum, question(form: .class, config: ["reduction": .string("none")]))
    else { return XCTFail("the class without a reduction") }
    let doubles = question(
      dtype: "float64", yTrue: .float64([1, 2, 3, 4]), yPred: .float64([1, 2, 3, 4]))
    XCTAssertEqual(answer(sum, doubles), .unsupported("in float64, not float32"))
    let both = sum.or(.rows { (_: [Double], yPred: [Double]) in yPred[0] })
    XCTAssertEqual(
      answer(both, doubles), .value(FixtureTensor(shape: [2], values: .float64([1, 3]))))
    XCTAssertEqual(answer(both, question(weight: [1, 2])), .unsupported("with sample_weight"))
    XCTAssertEqual(answer(sum, question(), loss: "dice"), .unsupported("of other losses"))
  }

  func testACallHoldsArraysAndParametersByKerasNames() throws {
    let taken: Set = ["delta", "reduction", "sample_weight", "mask"]
    let function = LossFunction.call(taking: taken) { (call: LossCall<Float>) in
      XCTAssertEqual(call.loss, "huber")
      XCTAssertEqual(call.form, .class)
      XCTAssertEqual(call.yTrue, LossArray(shape: [2, 2], elements: [1, 2, 3, 4]), "cast")
      XCTAssertEqual(call.sampleWeight, LossArray(shape: [2], elements: [1, 2]))
      XCTAssertNil(call.mask)
      XCTAssertNil(call.input("ref_labels"))
      XCTAssertEqual(try call.number("delta"), 2)
      XCTAssertEqual(call.reduction, "sum_over_batch_size", "Keras's default")
      XCTAssertEqual(try call.string("reduction"), "sum_over_batch_size")
      return LossAnswer(7)
    }
    let fixture = question(
      form: .class, config: ["delta": .number(2)], yTrue: .int32([1, 2, 3, 4]), weight: [1, 2])
    XCTAssertEqual(
      answer(function, fixture), .value(FixtureTensor(shape: [], values: .float32([7]))))
  }

  // MARK: - What goes wrong

  func testAWrongReadingOrAnswerFailsTheCaseWithASentence() {
    func broken(_ answer: @escaping @Sendable (LossCall<Float>) throws -> LossAnswer<Float>)
      -> Outcome
    {
      self.answer(.call(answer), question())
    }
    XCTAssertEqual(
      broken { LossAnswer(Float(try $0.number("gamma"))) }, .broken("huber has no parameter gamma"))
    XCTAssertEqual(
      broken { LossAnswer(try $0.boolean("delta") ? 1 : 0) },
      .broken("the parameter delta of this case is not true or false"))
    XCTAssertEqual(
      broken { _ in LossAnswer(LossArray(shape: [3], elements: [1, 2])) },
      .broken("the answer has 2 losses of shape [3]"))
    XCTAssertEqual(
      broken { _ in LossAnswer(1, gradient: [1]) },
      .broken("the gradient has 1 elements, y_pred has 4"))
    struct Refusal: Error, CustomStringConvertible { let description = "no" }
    XCTAssertEqual(broken { _ in throw Refusal() }, .error(code: "unknown", message: "no"))
    XCTAssertEqual(broken { _ in throw Unsupported("so far") }, .unsupported("so far"))
  }

  // MARK: - Questions

  private let sum = LossFunction.rows { (yTrue: [Float], _: [Float]) in yTrue.reduce(0, +) }

  private func answer(
    _ function: LossFunction, _ fixture: FixtureCase, loss: String = "huber"
  ) -> Outcome {
    LossFunctions("functions", ["huber": function])
      .answer(fixture, loss: loss, dialect: FixtureFile.defaultDialect)
  }

  private func question(
    form: FixtureCase.Form = .function, config: [String: LossFixtures.ParameterValue] = [:],
    dtype: String = "float32", shape: [Int] = [2, 2], labelShape: [Int]? = nil,
    yTrue: FixtureTensor.Values = .float32([1, 2, 3, 4]),
    yPred: FixtureTensor.Values = .float32([0, 0, 0, 0]), weight: [Float]? = nil,
    asksGradient: Bool = true
  ) -> FixtureCase {
    var inputs = [
      "y_true": FixtureTensor(shape: labelShape ?? shape, values: yTrue),
      "y_pred": FixtureTensor(shape: shape, values: yPred),
    ]
    if let weight {
      inputs["sample_weight"] = FixtureTensor(shape: [weight.count], values: .float32(weight))
    }
    let golden = Golden(tensor: FixtureTensor(shape: [], values: .float32([0])), tolerance: [0])
    return FixtureCase(
      id: "a.case", comment: "", flags: [], form: form, config: config, dtype: dtype,
      inputs: inputs, expected: .value(golden, gradient: asksGradient ? golden : nil))
  }
}
