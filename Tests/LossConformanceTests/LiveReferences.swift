import LossConformance
import LossFixtures

/// A reference that answers what the Swift losses do, exactly, but for a change.
struct SwiftReference: Reference {
  let name = "swift"
  var tolerance = 0.0
  var change: @Sendable (FixtureCase.Expected) throws(ReferenceFailure) -> FixtureCase.Expected =
    { (expected) throws(ReferenceFailure) in expected }

  func answer(
    _ question: Question, gradient: Bool
  ) throws(ReferenceFailure) -> FixtureCase.Expected {
    let fixture = fixtureCase(question, gradient: gradient)
    let outcome = SwiftImplementation()
      .answer(fixture, loss: question.loss, dialect: question.dialect)
    switch outcome {
    case .value(let value, let slopes):
      return try change(.value(golden(value), gradient: slopes.map(golden)))
    case .error(let code, _): return try change(.error(code))
    case .unsupported(let why), .broken(let why): throw .broken(why)
    }
  }

  private func golden(_ tensor: FixtureTensor) -> Golden {
    Golden(
      tensor: tensor, tolerance: [Double](repeating: tolerance, count: tensor.values.count))
  }

  /// A case that asks a question, and for the gradient where the dialect has one.
  private func fixtureCase(_ question: Question, gradient: Bool) -> FixtureCase {
    let none = Golden(tensor: FixtureTensor(shape: [0], values: .float32([])), tolerance: [])
    let hasGradient = gradient && question.dialect != "keras-3.15/numpy"
    return FixtureCase(
      id: "live", comment: "", flags: [], form: question.form, config: question.config,
      dtype: question.dtype, inputs: question.inputs,
      expected: .value(none, gradient: hasGradient ? none : nil))
  }
}

/// The Swift losses with a mistake where predictions are above 2: that much is added to the first loss.
struct MistakenAboveTwo: Implementation {
  let name = "Mistaken"
  var error = 1.0

  func answer(_ fixture: FixtureCase, loss: String, dialect: String) -> Outcome {
    let right = SwiftImplementation().answer(fixture, loss: loss, dialect: dialect)
    guard case .value(let value, let gradient) = right,
      fixture.inputs["y_pred"]?.values.doubles.contains(where: { $0 > 2 }) == true,
      case .float32(var numbers) = value.values, !numbers.isEmpty
    else { return right }
    numbers[0] += Float(error)
    return .value(
      FixtureTensor(shape: value.shape, values: .float32(numbers)), gradient: gradient)
  }
}
