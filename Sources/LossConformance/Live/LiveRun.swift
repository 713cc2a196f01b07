import LossFixtures

/// A comparison of an implementation with a reference on questions that nobody wrote down.
public struct LiveRun: Sendable {
  /// What makes the questions.
  public let generator: QuestionGenerator
  private let judge: LiveJudge

  /// Creates a run.
  ///
  /// - Parameters:
  ///   - generator: What makes the questions.
  ///   - reference: Says what the answers should be.
  ///   - implementation: The implementation under test.
  public init(
    _ generator: QuestionGenerator, against reference: any Reference,
    implementation: any Implementation = SwiftImplementation()
  ) {
    self.generator = generator
    judge = LiveJudge(reference: reference, implementation: implementation)
  }

  /// Asks the questions of some indices.
  ///
  /// - Parameters:
  ///   - indices: Which questions.
  ///   - isStopped: Asked before each question whether to stop.
  /// - Returns: What came of them.
  /// - Throws: `ReferenceFailure.unavailable` where the reference does not run.
  /// - Complexity: that of the answers.
  public func tally(
    _ indices: Range<UInt64>, isStopped: () -> Bool = { false }
  ) throws(ReferenceFailure) -> LiveTally {
    var tally = LiveTally()
    for index in indices {
      if isStopped() { break }
      let asked = generator.question(at: index)
      tally.add(try judge.result(of: asked), index, loss: asked.question.loss)
    }
    return tally
  }

  /// Finds out about a question that failed: the smallest one like it, and why.
  ///
  /// - Parameters:
  ///   - index: Which question.
  ///   - oracle: The exact oracle, for a second opinion; `nil` for none.
  /// - Returns: What was found; `nil` where the question does not fail.
  /// - Throws: `ReferenceFailure.unavailable` where the reference does not run.
  /// - Complexity: that of `QuestionShrinking.mostCost` answers.
  public func finding(
    at index: UInt64, oracle: Oracle? = nil
  ) throws(ReferenceFailure) -> LiveFinding? {
    let asked = generator.question(at: index)
    guard case .failed(let failure) = try judge.result(of: asked, worst: Self.worstShown) else {
      return nil
    }
    let shrunk = try QuestionShrinking(judge, failure.kind).shrunk(asked)
    guard case .failed(let smallest) = try judge.result(of: shrunk.asked, worst: Self.worstShown)
    else { return nil }
    return LiveFinding(
      index: index, asked: asked, shrunk: shrunk.asked, steps: shrunk.steps, failure: smallest,
      secondOpinion: SecondOpinion(of: smallest, shrunk.asked, oracle: oracle))
  }

  private static let worstShown = 5
}
