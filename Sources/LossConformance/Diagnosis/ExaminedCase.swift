public import LossFixtures

/// A case with all that is known of it: what Keras, mistakes and other dialects answer, and what an
/// implementation did.
public struct ExaminedCase: Sendable {
  /// The question, and what Keras answers.
  public let fixture: FixtureCase
  /// What mistakes answer where that is not what Keras does; `nil` where that is not stored.
  public let alternatives: [Alternative]?
  /// What other dialects answer, by their ids.
  public let dialects: [String: FixtureCase.Expected]
  /// Keras's intermediate results; none where they are not stored.
  public let stages: [Stage]
  /// What was answered; `nil` where the case was not asked.
  public private(set) var answer: Answer?
  /// The places of mistakes among the alternatives.
  private let places: [String: Int]

  /// An answer held against Keras's.
  public struct Answer: Sendable {
    /// What the implementation answered.
    public let outcome: Outcome
    /// The outcome held against the case's expectation.
    public let comparison: Comparison
    /// How uncertain each answered loss is by itself, for numbers that were printed; empty where all
    /// are exact.
    public let uncertainty: [Double]

    /// Creates an answer.
    public init(outcome: Outcome, comparison: Comparison, uncertainty: [Double] = []) {
      self.outcome = outcome
      self.comparison = comparison
      self.uncertainty = uncertainty
    }
  }

  /// Creates an examined case.
  public init(
    _ fixture: FixtureCase, alternatives: [Alternative]?,
    dialects: [String: FixtureCase.Expected] = [:], stages: [Stage] = [], answer: Answer? = nil
  ) {
    self.fixture = fixture
    self.alternatives = alternatives
    self.dialects = dialects
    self.stages = stages
    self.answer = answer
    var places: [String: Int] = [:]
    for (place, alternative) in (alternatives ?? []).enumerated() {
      for mistake in alternative.mistakes { places[mistake] = place }
    }
    self.places = places
  }

  /// The case with an answer, or without any.
  public func answered(by answer: Answer?) -> ExaminedCase {
    var examined = self
    examined.answer = answer
    return examined
  }

  /// The place of the alternative that names a mistake.
  func place(of mistake: String) -> Int? { places[mistake] }
}
