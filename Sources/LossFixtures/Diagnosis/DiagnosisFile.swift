/// What mistakes would answer to the cases of a loss in a dialect.
public struct DiagnosisFile: Equatable, Sendable {
  /// Keras's name of the loss's function.
  public let loss: String
  /// The dialect in which the mistakes are made.
  public let dialect: String
  /// The dialect whose answers of mistakes hold where this one has no other.
  public let base: String?
  /// The ids of the mistakes that can be made in the dialect; those of pairs are `first+second`.
  public let mistakes: [String]
  /// By the ids of cases, what mistakes answer; in a file of a suite with the answers of its base.
  let answers: [String: [Alternative]]
  /// By the ids of cases, their stages; in a file of a suite with those of its base.
  let stages: [String: [Stage]]

  /// Cases of more predictions than this have no answers of mistakes.
  public static let largest = 64

  /// Whether answers of mistakes and stages are stored of such a case.
  public static func covers(_ fixture: FixtureCase) -> Bool {
    fixture.inputs["y_pred"]?.values.count ?? 0 <= largest
  }

  /// What mistakes answer to a case where that is not what Keras does.
  ///
  /// - Returns: The alternatives: a mistake that none of them names answers what Keras does; `nil`
  ///   where the case is too large for its alternatives to be stored.
  public func alternatives(to fixture: FixtureCase) -> [Alternative]? {
    Self.covers(fixture) ? answers[fixture.id] ?? [] : nil
  }

  /// The intermediate results of a case, up to the value, in the order of the computation.
  ///
  /// - Returns: The stages; none for large cases, and for losses that have none.
  public func stages(of fixture: FixtureCase) -> [Stage] { stages[fixture.id] ?? [] }

  /// The file with the answers of its base.
  ///
  /// - Complexity: O(cases).
  func expanded(with base: DiagnosisFile) -> DiagnosisFile {
    DiagnosisFile(
      loss: loss, dialect: dialect, base: self.base, mistakes: mistakes,
      answers: base.answers.merging(answers) { _, own in own },
      stages: base.stages.merging(stages) { _, own in own })
  }
}

/// What one or more mistakes answer to a case, where that is not what Keras does.
public struct Alternative: Equatable, Sendable {
  /// The ids of the mistakes.
  public let mistakes: [String]
  /// What they answer.
  public let answer: Answer
  /// The dtype computed in, where it is narrower than the case's: the numbers are of it.
  public let dtype: String?

  /// What mistakes answer.
  public enum Answer: Equatable, Sendable {
    /// Other losses, in the dtype of the case; the gradients are not stored.
    case value(Golden)
    /// The losses are Keras's, the gradient is another.
    case gradient(Golden)
    /// An error of this code.
    case error(String)
    /// Rounding decides what they would give.
    case undecided
  }

  /// Creates an alternative.
  public init(mistakes: [String], answer: Answer, dtype: String? = nil) {
    self.mistakes = mistakes
    self.answer = answer
    self.dtype = dtype
  }
}

/// An intermediate result of a loss: `rescaled`, `clipped`, `log`.
public struct Stage: Equatable, Sendable {
  /// What it is called, the same in every loss.
  public let name: String
  /// What Keras has there.
  public let golden: Golden

  /// Creates a stage.
  public init(name: String, golden: Golden) {
    self.name = name
    self.golden = golden
  }
}
