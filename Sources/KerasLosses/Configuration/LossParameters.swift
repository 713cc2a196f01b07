/// Reads the parameters of a loss by Keras's names, and remembers which were read.
public struct LossParameters {
  private var unread: [String: ParameterValue]
  /// Whether a class or a bare function is asked for: classes check more.
  let isFunction: Bool
  /// The Keras that is followed.
  let dialect: Dialect
  /// The parameters that were asked for, in order, with their defaults.
  private(set) var known: [LossParameter] = []

  /// Takes a config, but for what people call the loss and for the dtype that the arrays have anyway.
  ///
  /// - Throws: `LossError.notInDialect` for a dtype where a class has none of its own.
  init(
    _ config: [String: ParameterValue], isFunction: Bool, dialect: Dialect
  ) throws(LossError) {
    unread = config
    self.dialect = dialect
    self.isFunction = isFunction
    unread["name"] = nil
    if unread.removeValue(forKey: "dtype") != nil { try dialect.requireClassDtype() }
  }

  /// Throws for a parameter that nobody read.
  func requireNoOthers() throws(LossError) {
    if let name = unread.keys.min() {
      throw .invalidParameter(name: name, value: "given", expected: "no parameter of this name")
    }
  }

  mutating func boolean(_ name: String, default fallback: Bool) throws(LossError) -> Bool {
    guard let value = take(name, default: .boolean(fallback)) else { return fallback }
    guard case .boolean(let boolean) = value else { throw wrong(name, value, "true or false") }
    return boolean
  }

  mutating func number(_ name: String, default fallback: Double) throws(LossError) -> Double {
    guard let value = take(name, default: .number(fallback)) else { return fallback }
    guard case .number(let number) = value else { throw wrong(name, value, "a number") }
    return number
  }

  /// The factor of the classes, or a list of one for each.
  mutating func alpha(
    default fallback: Double
  ) throws(LossError) -> CategoricalFocalCrossentropy.Alpha {
    let name = "alpha"
    let value = take(name, default: .number(fallback)) ?? .number(fallback)
    if case .number(let factor) = value { return .all(factor) }
    guard case .list(let given) = value else { throw wrong(name, value, "a number or a list") }
    var factors: [Double] = []
    for factor in given {
      guard case .number(let number) = factor else { throw wrong(name, value, "numbers") }
      factors.append(number)
    }
    return .each(factors)
  }

  mutating func integer(_ name: String, default fallback: Int) throws(LossError) -> Int {
    let given = take(name, default: .number(Double(fallback)), isInteger: true)
    guard let value = given else { return fallback }
    return try integer(name, value)
  }

  mutating func optionalInteger(_ name: String) throws(LossError) -> Int? {
    guard let value = take(name, default: .null), value != .null else { return nil }
    return try integer(name, value)
  }

  /// One axis or several; `nil` for all.
  mutating func axes(_ name: String) throws(LossError) -> [Int]? {
    guard let value = take(name, default: .null), value != .null else { return nil }
    guard case .list(let axes) = value else { return [try integer(name, value)] }
    var integers: [Int] = []
    for axis in axes { integers.append(try integer(name, axis)) }
    return integers
  }

  mutating func reduction() throws(LossError) -> Reduction {
    let fallback = Reduction.sumOverBatchSize
    guard let value = take("reduction", default: .string(fallback.rawValue)) else {
      return fallback
    }
    return try dialect.reduction(value)
  }

  private mutating func take(
    _ name: String, default fallback: ParameterValue, isInteger: Bool = false
  ) -> ParameterValue? {
    known.append(LossParameter(name: name, default: fallback, isInteger: isInteger))
    return unread.removeValue(forKey: name)
  }

  private func integer(_ name: String, _ value: ParameterValue) throws(LossError) -> Int {
    guard case .number(let number) = value, let integer = Int(exactly: number) else {
      throw wrong(name, value, "an integer")
    }
    return integer
  }

  private func wrong(_ name: String, _ value: ParameterValue, _ expected: String) -> LossError {
    .invalidParameter(name: name, value: "\(value)", expected: expected)
  }
}

/// A parameter of a loss.
public struct LossParameter: Equatable, Sendable {
  /// Keras's name.
  public let name: String
  /// Keras's default.
  public let `default`: ParameterValue
  /// Whether a number has to be an integer.
  public let isInteger: Bool
}
