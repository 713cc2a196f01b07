public import LossFixtures

/// A question that was not answered as it should be, made as small as it still fails.
public struct LiveFinding: Sendable {
  /// Which question of the run it is.
  public let index: UInt64
  /// The question as it was asked.
  public let asked: GeneratedQuestion
  /// The smallest question that fails in the same way.
  public let shrunk: GeneratedQuestion
  /// In how many steps it was made smaller.
  public let steps: Int
  /// What is wrong with the answer to the smallest question.
  let failure: LiveFailure
  /// What the exact oracle says of it.
  public let secondOpinion: SecondOpinion

  /// What was answered to the smallest question; `nil` where the reference failed before.
  public var outcome: Outcome? {
    if case .answer(let judged) = failure { judged.outcome } else { nil }
  }

  /// What the reference answers to the smallest question; `nil` where it failed.
  public var expected: FixtureCase.Expected? {
    if case .answer(let judged) = failure { judged.fixture.expected } else { nil }
  }
}
