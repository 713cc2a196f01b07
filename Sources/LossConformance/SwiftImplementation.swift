import KerasLosses
public import LossFixtures

/// The Swift losses as an implementation under test.
public struct SwiftImplementation: Implementation {
  /// Creates the implementation.
  public init() {}

  /// The library's name.
  public var name: String { "KerasLosses" }

  /// The library has a gradient wherever Keras has one.
  public var gradients: GradientPolicy { .required }

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
      switch try dtype(of: fixture, dialect) {
      case "float16":
        return try run(loss, fixture, Float16.self) { .float16($0) }
      case "bfloat16":
        return try run(loss, fixture, BFloat16.self) {
          .bfloat16($0.map { BFloat16Bits(bitPattern: $0.bitPattern) })
        }
      case "float32":
        return try run(loss, fixture, Float.self) { .float32($0) }
      case "float64":
        return try run(loss, fixture, Double.self) { .float64($0) }
      case let dtype:
        return .error(code: "invalid_parameter", message: "no losses in \(dtype)")
      }
    } catch {
      return .error(code: error.code.rawValue, message: "\(error)")
    }
  }

  /// The dtype that a case computes in: that of the predictions, or the one that a class casts to.
  private func dtype(
    of fixture: FixtureCase, _ dialect: Dialect
  ) throws(LossError) -> String {
    let given = fixture.inputs["y_pred"]?.values.dtype ?? ""
    guard fixture.form == .class, fixture.dtype != given else { return given }
    try dialect.requireClassDtype()
    return fixture.dtype
  }

  private func run<Storage: LossStorage>(
    _ loss: any KerasLoss, _ fixture: FixtureCase, _ type: Storage.Type,
    _ values: ([Storage]) -> FixtureTensor.Values
  ) throws(LossError) -> Outcome {
    guard let yTrue = fixture.inputs["y_true"], let yPred = fixture.inputs["y_pred"] else {
      throw .elementCount(shape: .scalar, count: 0)
    }
    let (value, gradient) = try call(
      loss, fixture, yTrue.shape, yTrue.values.labels, tensor(yPred, Storage.self))
    func answered(_ tensor: Tensor<Storage>) -> FixtureTensor {
      FixtureTensor(shape: tensor.shape.dimensions, values: values(tensor.elements))
    }
    return .value(answered(value), gradient: gradient.map(answered))
  }

  /// The losses of a case, and their gradient where the case asks for it.
  private func call<Storage: LossStorage>(
    _ loss: any KerasLoss, _ fixture: FixtureCase, _ shape: [Int], _ labels: some LabelArray,
    _ yPred: Tensor<Storage>
  ) throws(LossError) -> (value: Tensor<Storage>, gradient: Tensor<Storage>?) {
    let yTrue = try Tensor(shape: Shape(shape), elements: labels.labels)
    if fixture.form == .function {
      if let circle = loss as? Circle, fixture.hasReferences {
        return try call(circle, fixture, yTrue, yPred)
      }
      guard fixture.asksGradient else {
        return (try loss.unreduced(yTrue: yTrue, yPred: yPred).losses.rounded(), nil)
      }
      let both = try loss.unreducedValueAndGradient(yTrue: yTrue, yPred: yPred)
      return (both.value, both.gradient)
    }
    var weight: Tensor<Storage>?
    if let given = fixture.inputs["sample_weight"] { weight = try tensor(given, Storage.self) }
    var mask: Tensor<Bool>?
    if let given = fixture.inputs["mask"], case .bool(let kept) = given.values {
      mask = try Tensor(shape: Shape(given.shape), elements: kept)
    }
    guard fixture.asksGradient else {
      return (try loss(yTrue: yTrue, yPred: yPred, sampleWeight: weight, mask: mask), nil)
    }
    let both = try loss.valueAndGradient(
      yTrue: yTrue, yPred: yPred, sampleWeight: weight, mask: mask)
    return (both.value, both.gradient)
  }

  /// The losses of a case of circle's function with references.
  private func call<Storage: LossStorage>(
    _ circle: Circle, _ fixture: FixtureCase, _ yTrue: Tensor<some LossLabel>,
    _ yPred: Tensor<Storage>
  ) throws(LossError) -> (value: Tensor<Storage>, gradient: Tensor<Storage>?) {
    // As ids, labels and those of the references have one type, whatever their dtypes are.
    let ids = try Tensor(shape: yTrue.shape, elements: yTrue.elements.map(\.classID))
    var refLabels: Tensor<Int>?
    if let given = fixture.inputs["ref_labels"] {
      refLabels = try Tensor(shape: Shape(given.shape), elements: given.values.labels.ids)
    }
    var references: Tensor<Storage>?
    if let given = fixture.inputs["ref_embeddings"] {
      references = try tensor(given, Storage.self)
    }
    guard fixture.asksGradient else {
      let losses = try circle.unreduced(
        yTrue: ids, yPred: yPred, refLabels: refLabels, refEmbeddings: references
      ).losses
      return (losses.rounded(), nil)
    }
    let both = try circle.unreducedValueAndGradient(
      yTrue: ids, yPred: yPred, refLabels: refLabels, refEmbeddings: references)
    return (both.value, both.gradient)
  }

  private func tensor<Storage: LossStorage>(
    _ tensor: FixtureTensor, _ type: Storage.Type
  ) throws(LossError) -> Tensor<Storage> {
    try Tensor(shape: Shape(tensor.shape), elements: tensor.values.labels.converted(to: type))
  }
}

/// Elements that the library takes as labels, whatever their type.
private protocol LabelArray {
  associatedtype Label: LossLabel
  var labels: [Label] { get }
}

extension Array: LabelArray where Element: LossLabel {
  fileprivate var labels: [Element] { self }
}

extension FixtureCase {
  /// Whether circle is asked about other embeddings than the batch's own.
  fileprivate var hasReferences: Bool {
    inputs["ref_labels"] != nil || inputs["ref_embeddings"] != nil
  }
}

extension LabelArray {
  /// The labels as class ids.
  fileprivate var ids: [Int] { labels.map(\.classID) }

  /// The labels as numbers of a dtype, rounded to nearest.
  @specialized(where Self == [Float], Storage == Float)
  @specialized(where Self == [Double], Storage == Double)
  @specialized(where Self == [Double], Storage == Float)
  fileprivate func converted<Storage: LossStorage>(to type: Storage.Type) -> [Storage] {
    labels.map { $0.converted(to: type) }
  }
}

extension FixtureTensor.Values {
  /// The elements in the library's types.
  fileprivate var labels: any LabelArray {
    switch self {
    case .float16(let values): values
    case .bfloat16(let values): values.map { BFloat16(bitPattern: $0.bitPattern) }
    case .float32(let values): values
    case .float64(let values): values
    case .int8(let values): values
    case .int16(let values): values
    case .int32(let values): values
    case .int64(let values): values
    case .uint8(let values): values
    case .uint16(let values): values
    case .uint32(let values): values
    case .uint64(let values): values
    case .bool(let values): values
    }
  }
}

extension KerasLosses.ParameterValue {
  /// The value of a fixture.
  init(_ value: LossFixtures.ParameterValue) {
    switch value {
    case .boolean(let boolean): self = .boolean(boolean)
    case .number(let number): self = .number(number)
    case .string(let text): self = .string(text)
    case .list(let values): self = .list(values.map(Self.init))
    case .null: self = .null
    }
  }
}

extension LossFixtures.ParameterValue {
  /// The value as Python writes it.
  var pythonText: String { "\(KerasLosses.ParameterValue(self))" }
}
