/// All cases of one loss in one dialect, or what a dialect answers otherwise to those of its base.
public struct FixtureFile: Equatable, Sendable {
  /// Keras's name of the loss's function.
  public let loss: String
  /// The dialect whose answers are expected.
  public let dialect: String
  /// The dialect whose cases are asked, where the file has answers alone.
  public let base: String?
  /// Whether the dialect has gradients; where it has none, those of the base do not hold.
  public let hasGradients: Bool
  /// What the flags of the cases mean.
  public let notes: [String: Note]
  /// The cases; with their base's, once the file is part of a suite.
  public let cases: [FixtureCase]
  /// What a dialect with a base answers otherwise, by the ids of the base's cases.
  let answers: [String: FixtureCase.Expected]

  /// The number of cases or answers that stand in the file itself.
  var ownCount: Int { base == nil ? cases.count : answers.count }

  /// The file with the cases of its base, some of them with answers of its own.
  ///
  /// - Complexity: O(cases).
  func expanded(with base: FixtureFile) -> FixtureFile {
    FixtureFile(
      loss: loss, dialect: dialect, base: self.base, hasGradients: hasGradients,
      notes: base.notes,
      cases: base.cases.map { fixture in
        if let own = answers[fixture.id] { return fixture.expecting(own) }
        return hasGradients ? fixture : fixture.expecting(fixture.expected.withoutGradient)
      },
      answers: answers)
  }

  /// What a flag means.
  public struct Note: Equatable, Sendable {
    /// What sort of trouble the flagged cases look for.
    public let kind: String
    /// One sentence.
    public let description: String
    /// Where people met it.
    public let links: [String]
  }
}

/// One question and its golden answer.
public struct FixtureCase: Equatable, Sendable {
  /// The name that the case keeps for good.
  public let id: String
  /// What the case is about.
  public let comment: String
  /// Keys of the file's notes.
  public let flags: [String]
  /// Whether the class is called, with its casts, weights and reduction, or the bare function.
  public let form: Form
  /// The parameters that are passed, by Keras's names; Keras's defaults stand for the others.
  public let config: [String: ParameterValue]
  /// The dtype that the loss computes in.
  public let dtype: String
  /// `y_true`, `y_pred` and, where given, `sample_weight` and `mask`, or circle's `ref_labels` and
  /// `ref_embeddings`.
  public let inputs: [String: FixtureTensor]
  /// The answer.
  public let expected: Expected

  /// What inputs may be called.
  package static let inputNames: Set = [
    "y_true", "y_pred", "sample_weight", "mask", "ref_labels", "ref_embeddings",
  ]

  /// Whether the gradient is asked for as well.
  public var asksGradient: Bool {
    if case .value(_, gradient: .some) = expected { true } else { false }
  }

  /// Whether a class or a function of `keras.losses` is called.
  public enum Form: String, Sendable, CaseIterable {
    /// `keras.losses.CategoricalCrossentropy(...)(...)`.
    case `class`
    /// `keras.losses.categorical_crossentropy(...)`.
    case function
  }

  /// What an implementation should answer.
  public enum Expected: Equatable, Sendable {
    /// The losses, and d(sum of the losses) / d(y_pred) where the case asks for it.
    ///
    /// The gradient has the shape of `y_pred` and the dtype of the case.
    case value(Golden, gradient: Golden? = nil)
    /// An error of this code.
    case error(String)
  }

  /// Creates a case.
  public init(
    id: String, comment: String, flags: [String], form: Form, config: [String: ParameterValue],
    dtype: String, inputs: [String: FixtureTensor], expected: Expected
  ) {
    self.id = id
    self.comment = comment
    self.flags = flags
    self.form = form
    self.config = config
    self.dtype = dtype
    self.inputs = inputs
    self.expected = expected
  }
}

extension FixtureCase {
  /// The same question with another answer.
  fileprivate func expecting(_ answer: Expected) -> FixtureCase {
    FixtureCase(
      id: id, comment: comment, flags: flags, form: form, config: config, dtype: dtype,
      inputs: inputs, expected: answer)
  }
}

extension FixtureCase.Expected {
  /// The value alone.
  fileprivate var withoutGradient: Self {
    guard case .value(let golden, gradient: _?) = self else { return self }
    return .value(golden)
  }
}

/// A parameter as JSON holds it.
public enum ParameterValue: Equatable, Sendable {
  /// true or false.
  case boolean(Bool)
  /// A number.
  case number(Double)
  /// A text.
  case string(String)
  /// A list.
  case list([ParameterValue])
  /// null.
  case null
}
