import KerasLosses
public import LossFixtures

/// Functions by the names of the losses that they compute, as an implementation under test.
///
/// ```swift
/// let losses: LossFunctions = ["huber": .rows(huber), "sparse_categorical_crossentropy": .classes(nll)]
/// ```
public struct LossFunctions: Implementation {
  /// What reports call them.
  public let name: String
  /// The functions, by the names of Keras's functions; a name that Keras does not know stands as it is.
  let functions: [String: LossFunction]

  /// Creates the implementation.
  ///
  /// - Parameters:
  ///   - name: What reports call it.
  ///   - functions: The functions by any name that Keras has for the loss: `huber`, `Huber`, `mse`.
  public init(_ name: String, _ functions: [String: LossFunction]) {
    self.name = name
    let named = functions.map { (kerasFunction(named: $0.key) ?? $0.key, $0.value) }
    self.functions = Dictionary(named) { first, _ in first }
  }

  /// Keras's names of the losses that there are functions for, in alphabetical order.
  public var losses: [String] { functions.keys.sorted() }

  /// Asks the function of a loss.
  ///
  /// - Complexity: that of the function.
  public func answer(_ fixture: FixtureCase, loss: String, dialect: String) -> Outcome {
    functions[loss]?.outcome(fixture, loss, dialect) ?? .unsupported("of other losses")
  }
}

extension LossFunctions: ExpressibleByDictionaryLiteral {
  /// Creates an implementation without a name of its own.
  public init(dictionaryLiteral functions: (String, LossFunction)...) {
    self.init("the function", Dictionary(functions) { first, _ in first })
  }
}

/// The name of a loss's function in Keras, by any name that Keras has for it.
func kerasFunction(named name: String) -> String? {
  kerasLosses.map { $0.names }.first {
    $0.function == name || $0.class == name || $0.aliases.contains(name)
  }?.function
}
