/// A loss that `keras.losses` has: it can be made from a name and a config.
public protocol KerasLoss: Loss {
  /// What Keras calls it.
  static var names: LossNames { get }

  /// Creates the loss from the parameters of a Keras config.
  ///
  /// - Throws: `LossError.invalidParameter`.
  init(_ parameters: inout LossParameters) throws(LossError)
}

extension KerasLoss {
  /// The parameters of the class in the order of its constructor, but for `name` and `dtype`.
  public static var parameters: [LossParameter] {
    // An empty config holds nothing that could be refused.
    guard
      var parameters = try? LossParameters([:], isFunction: false, dialect: .keras315JAX),
      (try? Self(&parameters)) != nil
    else { return [] }
    return parameters.known
  }
}

/// The names of a loss in `keras.losses`.
public struct LossNames: Equatable, Sendable {
  /// The bare function, such as `mean_squared_error`: the loss's name everywhere in this project.
  public let function: String
  /// The class, such as `MeanSquaredError`.
  public let `class`: String
  /// What `keras.losses.get` takes besides, such as `mse` and `MSE`.
  public let aliases: [String]

  init(_ function: String, _ class: String, aliases: String...) {
    self.function = function
    self.class = `class`
    self.aliases = aliases
  }

  /// Whether the loss is called so.
  func contain(_ name: String) -> Bool {
    function == name || `class` == name || aliases.contains(name)
  }
}

/// Every loss, in the order of Keras's documentation.
public let kerasLosses: [any KerasLoss.Type] = [
  MeanSquaredError.self,
  MeanAbsoluteError.self,
  MeanAbsolutePercentageError.self,
  MeanSquaredLogarithmicError.self,
  Huber.self,
  LogCosh.self,
  CosineSimilarity.self,
  Hinge.self,
  SquaredHinge.self,
  CategoricalHinge.self,
  KLDivergence.self,
  Poisson.self,
  BinaryCrossentropy.self,
  BinaryFocalCrossentropy.self,
  CategoricalCrossentropy.self,
  CategoricalFocalCrossentropy.self,
  SparseCategoricalCrossentropy.self,
  CategoricalGeneralizedCrossEntropy.self,
  Dice.self,
  Tversky.self,
  Circle.self,
  CTC.self,
]

/// The loss of a name, made from the parameters of a Keras config: what `keras.losses.get` does.
///
/// ```swift
/// let loss = try kerasLoss("Huber", ["delta": .number(2), "reduction": .string("sum")])
/// ```
///
/// - Parameters:
///   - name: The name of the class or the function, or an alias such as `mse`.
///   - config: The parameters by Keras's names; `name` and `dtype` are passed over.
///   - isFunction: Whether the bare function is meant, which checks fewer parameters.
///   - dialect: The Keras that is followed.
/// - Returns: The loss.
/// - Throws: `LossError.invalidParameter` for an unknown name or parameter, and for a value of a wrong
///   kind; `notInDialect` for a loss, a class or a parameter that the Keras that is followed lacks.
/// - Complexity: O(losses).
public func kerasLoss(
  _ name: String, _ config: [String: ParameterValue] = [:], isFunction: Bool = false,
  dialect: Dialect = .keras315JAX
) throws(LossError) -> any KerasLoss {
  guard let type = kerasLosses.first(where: { $0.names.contain(name) }) else {
    throw .invalidParameter(name: "loss", value: name, expected: "a name of keras.losses")
  }
  try dialect.require(type.names, isFunction: isFunction, parameters: config.keys)
  var parameters = try LossParameters(config, isFunction: isFunction, dialect: dialect)
  let loss = try type.init(&parameters)
  try parameters.requireNoOthers()
  return loss
}
