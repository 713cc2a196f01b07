import KerasLosses
public import LossFixtures

/// A call of a loss, as a case makes it: arrays, and parameters by Keras's names.
///
/// Arrays are of the type in which the function computes: Keras casts them so as well.
public struct LossCall<Number: LossNumber>: Sendable {
  /// Keras's name of the loss's function.
  public let loss: String
  /// The dialect's id.
  public let dialect: String
  /// The case, for what is not said here.
  public let fixture: FixtureCase
  /// The labels, or targets.
  public let yTrue: LossArray<Number>
  /// The predictions.
  public let yPred: LossArray<Number>
  private let parameters: [LossParameter]

  /// Whether the class is called, with its weights and reduction, or the bare function.
  public var form: FixtureCase.Form { fixture.form }

  /// The weights of the samples, where given.
  public var sampleWeight: LossArray<Number>? { input("sample_weight") }

  /// Which samples count, where given.
  public var mask: LossArray<Bool>? {
    guard let tensor = fixture.inputs["mask"] else { return nil }
    return LossArray(shape: tensor.shape, elements: tensor.values.doubles.map { $0 != 0 })
  }

  /// An array by Keras's name, such as circle's `ref_embeddings`, where given.
  ///
  /// - Complexity: O(elements).
  public func input(_ name: String) -> LossArray<Number>? {
    fixture.inputs[name].map(LossArray.init)
  }

  // MARK: - Parameters

  /// A parameter that is a number: as it is passed, or Keras's default.
  ///
  /// - Throws: `LossCallError` where the loss has no such parameter, or it is no number.
  public func number(_ name: String) throws -> Double {
    guard case .number(let number) = try value(name) else { throw wrong(name, "a number") }
    return number
  }

  /// A parameter that is an integer: as it is passed, or Keras's default.
  ///
  /// - Throws: `LossCallError` where the loss has no such parameter, or it is no integer.
  public func integer(_ name: String) throws -> Int {
    guard let integer = Int(exactly: try number(name)) else { throw wrong(name, "an integer") }
    return integer
  }

  /// A parameter that is true or false: as it is passed, or Keras's default.
  ///
  /// - Throws: `LossCallError` where the loss has no such parameter, or it is neither.
  public func boolean(_ name: String) throws -> Bool {
    guard case .boolean(let flag) = try value(name) else { throw wrong(name, "true or false") }
    return flag
  }

  /// A parameter that is a text: as it is passed, or Keras's default.
  ///
  /// - Throws: `LossCallError` where the loss has no such parameter, or it is no text.
  public func string(_ name: String) throws -> String {
    guard case .string(let text) = try value(name) else { throw wrong(name, "a text") }
    return text
  }

  /// How the class combines the losses of the batch, by Keras's name; `none` for the bare function.
  public var reduction: String {
    guard form == .class, let value = try? value("reduction") else { return "none" }
    if case .string(let name) = value { return name }
    return "none"
  }

  /// A parameter in the words of the fixtures: as it is passed, or Keras's default.
  private func value(_ name: String) throws -> KerasLosses.ParameterValue {
    guard let parameter = parameters.first(where: { $0.name == name }) else {
      throw LossCallError("\(loss) has no parameter \(name)")
    }
    return fixture.config[name].map(KerasLosses.ParameterValue.init) ?? parameter.default
  }

  private func wrong(_ name: String, _ kind: String) -> LossCallError {
    LossCallError("the parameter \(name) of this case is not \(kind)")
  }

  // MARK: - Functions of a sample

  /// Asks a function of one sample about each row: along the last axis of two arrays of one shape.
  ///
  /// - Parameters:
  ///   - loss: The loss of a sample.
  ///   - gradient: Its gradient by the predictions of the sample, asked where the case asks for it.
  /// - Returns: One loss a row.
  /// - Throws: `Unsupported` where the shapes differ, or are those of single numbers; what the
  ///   functions throw.
  /// - Complexity: that of the functions, once a row.
  public func rows(
    _ loss: (_ yTrue: [Number], _ yPred: [Number]) throws -> Number,
    gradient: ((_ yTrue: [Number], _ yPred: [Number]) throws -> [Number])? = nil
  ) throws -> LossAnswer<Number> {
    guard yTrue.shape == yPred.shape else {
      throw Unsupported("y_true and y_pred of different shapes")
    }
    let slope = gradient.map { gradient in
      { (row: Range<Int>, yPred: [Number]) in try gradient(Array(yTrue.elements[row]), yPred) }
    }
    return try eachRow({ row, yPred in try loss(Array(yTrue.elements[row]), yPred) }, slope)
  }

  /// Asks a function of one sample's class and predictions about each row.
  ///
  /// - Parameters:
  ///   - loss: The loss of a sample.
  ///   - gradient: Its gradient by the predictions of the sample, asked where the case asks for it.
  /// - Returns: One loss a row.
  /// - Throws: `Unsupported` where there is not one of the classes for each row; what the functions throw.
  /// - Complexity: that of the functions, once a row.
  public func classes(
    _ loss: (_ label: Int, _ yPred: [Number]) throws -> Number,
    gradient: ((_ label: Int, _ yPred: [Number]) throws -> [Number])? = nil
  ) throws -> LossAnswer<Number> {
    let samples = Array(yPred.shape.dropLast())
    guard yTrue.shape == samples || yTrue.shape == samples + [1] else {
      throw Unsupported("other labels than one a row")
    }
    let classes = yPred.shape.last ?? 0
    let labels = yTrue.elements.compactMap { Int(exactly: $0) }
    guard labels.count == yTrue.elements.count, labels.allSatisfy((0..<classes).contains) else {
      throw Unsupported("labels that are no classes")
    }
    let slope = gradient.map { gradient in
      { (row: Range<Int>, yPred: [Number]) in
        try gradient(labels[row.lowerBound / classes], yPred)
      }
    }
    return try eachRow({ row, yPred in try loss(labels[row.lowerBound / classes], yPred) }, slope)
  }

  /// One loss a row, and the rows of the gradient where it is asked for and known.
  private func eachRow(
    _ loss: (_ row: Range<Int>, _ yPred: [Number]) throws -> Number,
    _ slope: ((_ row: Range<Int>, _ yPred: [Number]) throws -> [Number])?
  ) throws -> LossAnswer<Number> {
    guard let classes = yPred.shape.last else { throw Unsupported("predictions without an axis") }
    guard classes > 0 else { throw Unsupported("rows of no elements") }
    let rows = stride(from: 0, to: yPred.elements.count, by: classes).map { $0..<$0 + classes }
    let losses = try rows.map { try loss($0, Array(yPred.elements[$0])) }
    let gradient =
      fixture.asksGradient
      ? try slope.map { slope in try rows.flatMap { try slope($0, Array(yPred.elements[$0])) } }
      : nil
    return LossAnswer(
      LossArray(shape: Array(yPred.shape.dropLast()), elements: losses), gradient: gradient)
  }
}

extension LossCall {
  /// The call that a case makes of a function that takes some parameters and inputs and no others.
  ///
  /// - Throws: `Unsupported` for a case in another dtype, or that gives what the function does not take.
  init(
    _ fixture: FixtureCase, loss: String, dialect: String, taking names: Set<String>
  ) throws {
    guard fixture.dtype == Number.dtype else {
      throw Unsupported("in \(fixture.dtype), not \(Number.dtype)")
    }
    guard let yTrue = fixture.inputs["y_true"], let yPred = fixture.inputs["y_pred"] else {
      throw Unsupported("without y_true or y_pred")
    }
    let others = Set(fixture.inputs.keys).subtracting(["y_true", "y_pred"]).subtracting(names)
    if let name = others.min() { throw Unsupported("with \(name)") }
    self.init(
      loss: loss, dialect: dialect, fixture: fixture, yTrue: LossArray(yTrue),
      yPred: LossArray(yPred), parameters: lossParameters(of: loss))
    if !names.contains("reduction"), reduction != "none" {
      throw Unsupported("with a reduction of the batch")
    }
    for (name, given) in fixture.config.sorted(by: { $0.key < $1.key })
    where name != "reduction" && !names.contains(name) {
      let usual = parameters.first { $0.name == name }?.default
      guard KerasLosses.ParameterValue(given) == usual else { throw Unsupported("with \(name)") }
    }
  }
}

/// What is wrong with how a function under test reads a call: the case fails with it.
public struct LossCallError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong, in a sentence.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// Keras's parameters of a loss by its function's name; none for an unknown loss.
func lossParameters(of loss: String) -> [LossParameter] {
  kerasLosses.first { $0.names.function == loss }.map { $0.parameters } ?? []
}

extension LossArray where Element: LossNumber {
  /// A tensor of a fixture, rounded to the type.
  fileprivate init(_ tensor: FixtureTensor) {
    self.init(shape: tensor.shape, elements: tensor.values.doubles.map { Element($0) })
  }
}
