import KerasLosses
public import LossFixtures

/// The Swift losses as an implementation under test.
public struct SwiftImplementation: Implementation {
  /// Creates the implementation.
  public init() {}

  /// The library's name.
  public var name: String { "KerasLosses" }

  /// Keras's names of the losses that it has.
  public static let losses = [
    "binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy",
  ]

  /// The dialect that it computes.
  public static let dialect = "keras-3.15/jax"

  /// Answers a case of a loss; what the library refuses is an error, never a trap.
  ///
  /// - Complexity: that of the loss.
  public func answer(_ fixture: FixtureCase, loss name: String, dialect: String) -> Outcome {
    guard dialect == Self.dialect else {
      return .error(
        code: "invalid_parameter",
        message: "dialect \(dialect): KerasLosses computes \(Self.dialect) only")
    }
    do throws(LossError) {
      guard let loss = loss(name, fixture.config) else {
        return .error(code: "invalid_parameter", message: "unusable parameters for \(name)")
      }
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
    _ loss: any Loss, _ fixture: FixtureCase, _ type: Scalar.Type,
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
    _ loss: any Loss, _ fixture: FixtureCase, _ shape: [Int], _ labels: [Label],
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

  /// The loss of a name with parameters, or `nil` where one is unknown or has an unusable value.
  private func loss(_ name: String, _ config: [String: ParameterValue]) -> (any Loss)? {
    var parameters = Parameters(config)
    let fromLogits = parameters.boolean("from_logits", default: false)
    let axis = parameters.integer("axis", default: -1)
    let reduction = parameters.reduction()
    let loss: (any Loss)?
    switch name {
    case "binary_crossentropy":
      loss = BinaryCrossentropy(
        fromLogits: fromLogits, labelSmoothing: parameters.number("label_smoothing", default: 0),
        axis: axis, reduction: reduction)
    case "categorical_crossentropy":
      loss = CategoricalCrossentropy(
        fromLogits: fromLogits, labelSmoothing: parameters.number("label_smoothing", default: 0),
        axis: axis, reduction: reduction)
    case "sparse_categorical_crossentropy":
      loss = SparseCategoricalCrossentropy(
        fromLogits: fromLogits, ignoreClass: parameters.optionalInteger("ignore_class"),
        reduction: reduction, axis: axis)
    default: loss = nil
    }
    return parameters.areAllUsable ? loss : nil
  }
}

/// Reads parameters by Keras's names and remembers whether all were read and usable.
private struct Parameters {
  private var unread: [String: ParameterValue]
  private var isUsable = true

  init(_ config: [String: ParameterValue]) { unread = config }

  var areAllUsable: Bool { isUsable && unread.isEmpty }

  mutating func boolean(_ name: String, default fallback: Bool) -> Bool {
    guard let value = unread.removeValue(forKey: name) else { return fallback }
    if case .boolean(let boolean) = value { return boolean }
    isUsable = false
    return fallback
  }

  mutating func number(_ name: String, default fallback: Double) -> Double {
    guard let value = unread.removeValue(forKey: name) else { return fallback }
    if case .number(let number) = value { return number }
    isUsable = false
    return fallback
  }

  mutating func integer(_ name: String, default fallback: Int) -> Int {
    guard unread[name] != nil else { return fallback }
    if let integer = Int(exactly: number(name, default: .nan)) { return integer }
    isUsable = false
    return fallback
  }

  mutating func optionalInteger(_ name: String) -> Int? {
    guard let value = unread[name], value != .null else {
      unread[name] = nil
      return nil
    }
    return integer(name, default: 0)
  }

  mutating func reduction() -> Reduction {
    switch unread.removeValue(forKey: "reduction") {
    case nil: return .sumOverBatchSize
    case .null: return .none
    case .string(let name):
      if let reduction = Reduction(rawValue: name) { return reduction }
      isUsable = false
      return .none
    default:
      isUsable = false
      return .none
    }
  }
}
