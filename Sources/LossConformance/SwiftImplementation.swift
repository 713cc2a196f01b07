import KerasLosses
public import LossFixtures

/// The Swift losses as an implementation under test.
public struct SwiftImplementation: Implementation {
  /// Creates the implementation.
  public init() {}

  /// The library's name.
  public var name: String { "KerasLosses" }

  /// Keras's names of the losses that it has.
  public static var losses: [String] { kerasLosses.map { $0.names.function } }

  /// Answers a case of a loss; what the library refuses is an error, never a trap.
  ///
  /// - Complexity: that of the loss.
  public func answer(_ fixture: FixtureCase, loss name: String, dialect: String) -> Outcome {
    guard let dialect = Dialect(named: dialect) else {
      return .unsupported("the library has no dialect \(dialect)")
    }
    do throws(LossError) {
      let loss = try kerasLoss(
        name, fixture.config.mapValues(KerasLosses.ParameterValue.init),
        isFunction: fixture.form == .function, dialect: dialect)
      let dtype =
        fixture.form == .class ? fixture.dtype : fixture.inputs["y_pred"]?.values.dtype ?? ""
      switch dtype {
      case "float32":
        return .value(try run(loss, fixture, Float.self) { .float32($0) })
      case "float64":
        return .value(try run(loss, fixture, Double.self) { .float64($0) })
      default:
        return .error(code: "invalid_parameter", message: "no losses in \(dtype)")
      }
    } catch {
      return .error(code: error.code.rawValue, message: "\(error)")
    }
  }

  private func run<Scalar: LossScalar>(
    _ loss: any KerasLoss, _ fixture: FixtureCase, _ type: Scalar.Type,
    _ values: ([Scalar]) -> FixtureTensor.Values
  ) throws(LossError) -> FixtureTensor {
    guard let yTrue = fixture.inputs["y_true"], let yPred = fixture.inputs["y_pred"] else {
      throw .elementCount(shape: .scalar, count: 0)
    }
    let predictions: Tensor<Scalar> = try tensor(yPred)
    let result =
      switch yTrue.values {
      case .float32(let labels): try call(loss, fixture, yTrue.shape, labels, predictions)
      case .float64(let labels): try call(loss, fixture, yTrue.shape, labels, predictions)
      case .int32(let labels): try call(loss, fixture, yTrue.shape, labels, predictions)
      case .int64(let labels): try call(loss, fixture, yTrue.shape, labels, predictions)
      case .uint8(let labels): try call(loss, fixture, yTrue.shape, labels, predictions)
      case .bool(let labels): try call(loss, fixture, yTrue.shape, labels, predictions)
      }
    return FixtureTensor(shape: result.shape.dimensions, values: values(result.elements))
  }

  private func call<Label: LossLabel, Scalar: LossScalar>(
    _ loss: any KerasLoss, _ fixture: FixtureCase, _ shape: [Int], _ labels: [Label],
    _ yPred: Tensor<Scalar>
  ) throws(LossError) -> Tensor<Scalar> {
    let yTrue = try Tensor(shape: Shape(shape), elements: labels)
    if fixture.form == .function {
      return try loss.unreduced(yTrue: yTrue, yPred: yPred).losses
    }
    var weight: Tensor<Scalar>?
    if let given = fixture.inputs["sample_weight"] { weight = try tensor(given) }
    var mask: Tensor<Bool>?
    if let given = fixture.inputs["mask"], case .bool(let kept) = given.values {
      mask = try Tensor(shape: Shape(given.shape), elements: kept)
    }
    return try loss(yTrue: yTrue, yPred: yPred, sampleWeight: weight, mask: mask)
  }

  private func tensor<Scalar: LossScalar>(
    _ tensor: FixtureTensor
  ) throws(LossError) -> Tensor<Scalar> {
    let elements: [Scalar] =
      switch tensor.values {
      case .float32(let values): values.map { $0.converted(to: Scalar.self) }
      case .float64(let values): values.map { $0.converted(to: Scalar.self) }
      case .int32(let values): values.map { $0.converted(to: Scalar.self) }
      case .int64(let values): values.map { $0.converted(to: Scalar.self) }
      case .uint8(let values): values.map { $0.converted(to: Scalar.self) }
      case .bool(let values): values.map { $0.converted(to: Scalar.self) }
      }
    return try Tensor(shape: Shape(tensor.shape), elements: elements)
  }
}

extension KerasLosses.ParameterValue {
  /// The value of a fixture.
  fileprivate init(_ value: LossFixtures.ParameterValue) {
    switch value {
    case .boolean(let boolean): self = .boolean(boolean)
    case .number(let number): self = .number(number)
    case .string(let text): self = .string(text)
    case .list(let values): self = .list(values.map(Self.init))
    case .null: self = .null
    }
  }
}
