// What a dialect has words for: losses, forms, parameters and reductions that others of them lack.

extension Dialect {
  /// Refuses a loss that there is not.
  ///
  /// - Throws: `LossError.notInDialect`.
  func require(_ loss: LossNames) throws(LossError) {
    guard !vocabulary.missingLosses.contains(loss.function) else {
      throw .notInDialect(what: loss.function, dialect: id)
    }
  }

  /// Refuses a loss whose parameters are not Keras's defaults, where it has no parameters.
  ///
  /// - Throws: `LossError.notInDialect`.
  func require(_ loss: LossNames, hasDefaults: Bool) throws(LossError) {
    guard hasDefaults || vocabulary != .keras1 else {
      throw .notInDialect(what: "parameters of \(loss.function)", dialect: id)
    }
  }

  /// Refuses to call a loss as a class with a reduction, where there is no such class.
  ///
  /// - Throws: `LossError.notInDialect`, `LossError.invalidParameter`.
  func requireClass(reducedBy reduction: Reduction) throws(LossError) {
    try requireClasses()
    guard reductionNames.reductions.values.contains(reduction) else {
      throw .invalidParameter(
        name: "reduction", value: reduction.rawValue, expected: reductionNames.list)
    }
  }

  /// Refuses a loss with the parameters of a config, as a bare function or as a class.
  ///
  /// - Throws: `LossError.notInDialect`.
  func require(
    _ loss: LossNames, isFunction: Bool, parameters: some Sequence<String>
  ) throws(LossError) {
    try require(loss)
    if !isFunction { try requireClasses() }
    let missing = parameters.filter {
      vocabulary.lacks($0, of: loss.function, isFunction: isFunction)
    }
    if let parameter = missing.min() {
      throw .notInDialect(what: "\(parameter) of \(loss.function)", dialect: id)
    }
  }

  /// Refuses a dtype of a class that is not the predictions', where a class has none of its own.
  ///
  /// - Throws: `LossError.notInDialect`.
  public func requireClassDtype() throws(LossError) {
    guard classDtype == .own else {
      throw .notInDialect(what: "dtype of classes, but that of the predictions", dialect: id)
    }
  }

  private func requireClasses() throws(LossError) {
    guard vocabulary != .keras1 else {
      throw .notInDialect(what: "classes of losses, bare functions alone", dialect: id)
    }
  }
}

extension Dialect.Vocabulary {
  /// The functions of the losses that there are not.
  fileprivate var missingLosses: Set<String> {
    switch self {
    case .keras3: []
    case .tfKeras2: Self.sinceKeras3
    case .keras1: Self.sinceKeras3.union(Self.sinceKeras2)
    }
  }

  private static let sinceKeras3: Set = [
    "categorical_generalized_cross_entropy", "dice", "tversky", "circle", "ctc",
  ]

  private static let sinceKeras2: Set = [
    "huber", "log_cosh", "categorical_hinge", "binary_focal_crossentropy",
    "categorical_focal_crossentropy",
  ]

  /// Whether a loss has no such parameter.
  ///
  /// Keras 1.2.2: functions of labels and predictions, nothing else. tf.keras 2.21: the class of
  /// sparse categorical crossentropy has no `axis`, its function has.
  fileprivate func lacks(_ parameter: String, of loss: String, isFunction: Bool) -> Bool {
    switch self {
    case .keras3: false
    case .tfKeras2:
      !isFunction && loss == "sparse_categorical_crossentropy" && parameter == "axis"
    case .keras1: true
    }
  }
}

extension Dialect {
  /// The reduction of a name; that of None, where it has a meaning.
  ///
  /// - Throws: `LossError.invalidParameter`.
  public func reduction(_ name: ParameterValue) throws(LossError) -> Reduction {
    if name == .null, reductionNames.takesNull { return .none }
    if case .string(let name) = name, let reduction = reductionNames.reductions[name] {
      return reduction
    }
    throw .invalidParameter(name: "reduction", value: "\(name)", expected: reductionNames.list)
  }
}

extension Dialect.ReductionNames {
  /// What the names of reductions mean.
  var reductions: [String: Reduction] {
    switch self {
    case .keras3: Self.namesOfKeras3
    case .keras2: Self.namesOfKeras2
    }
  }

  private static let namesOfKeras3 = Dictionary(
    uniqueKeysWithValues: Reduction.allCases.map { ($0.rawValue, $0) })

  /// "auto" is "sum_over_batch_size", but under a distribution strategy.
  private static let namesOfKeras2: [String: Reduction] = [
    "auto": .sumOverBatchSize, "none": .none, "sum": .sum, "sum_over_batch_size": .sumOverBatchSize,
  ]

  /// Whether None is "none".
  var takesNull: Bool { self == .keras3 }

  /// The names, for messages.
  var list: String { reductions.keys.sorted().joined(separator: ", ") }
}
