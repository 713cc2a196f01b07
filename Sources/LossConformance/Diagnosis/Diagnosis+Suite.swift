public import LossFixtures

extension Diagnosis {
  /// Finds the causes behind the failing cases of a file of a suite.
  ///
  /// - Parameters:
  ///   - answers: What was answered, by the ids of the cases that were asked.
  ///   - questions: What mistakes and other dialects answer to the cases of the file.
  ///   - file: The loss in a dialect.
  /// - Complexity: that of the search.
  public init(
    of answers: [String: ExaminedCase.Answer], to questions: Questions, _ file: FixtureFile
  ) {
    self.init(
      loss: file.loss, dialect: file.dialect,
      cases: questions.cases.map { $0.answered(by: answers[$0.fixture.id]) },
      mistakes: questions.mistakes, dialects: questions.dialects)
  }

  /// The cases of a loss in a dialect before they are asked, and what may be behind the answers.
  public struct Questions: Sendable {
    /// The cases, none of them answered.
    public let cases: [ExaminedCase]
    /// The ids of the mistakes that can be made.
    public let mistakes: [String]
    /// The ids of the other dialects.
    public let dialects: [String]

    /// Keras's intermediate results by the ids of the cases.
    let stages: [String: [Stage]]

    /// Reads what mistakes and other dialects answer to the cases of a file of a suite.
    ///
    /// - Throws: `FixtureError` where the diagnosis file is damaged, or a file of another dialect that was
    ///   not read before.
    /// - Complexity: O(bytes of the diagnosis file + cases * dialects).
    public init(of file: FixtureFile, in suite: FixtureSuite) throws(FixtureError) {
      let stored = try suite.diagnosis(loss: file.loss, dialect: file.dialect)
      let others = try suite.files(of: file.loss).filter { $0.dialect != file.dialect }
      let expectations = others.map { other in
        Dictionary(uniqueKeysWithValues: other.cases.map { ($0.id, $0.expected) })
      }
      cases = file.cases.map { fixture in
        var dialects: [String: FixtureCase.Expected] = [:]
        for (other, expected) in zip(others, expectations) {
          dialects[other.dialect] = expected[fixture.id]
        }
        return ExaminedCase(
          fixture, alternatives: stored?.alternatives(to: fixture), dialects: dialects,
          stages: stored?.stages(of: fixture) ?? [])
      }
      stages = Dictionary(uniqueKeysWithValues: cases.map { ($0.fixture.id, $0.stages) })
      mistakes = stored?.mistakes ?? []
      dialects = others.map(\.dialect)
    }
  }
}
