public import LossFixtures

/// A run of an implementation over the chosen cases of a suite of fixtures.
///
/// It has two steps: asking gives a recording of the answers, judging makes the report of it.
public struct Verification: Sendable {
  /// The implementation under test.
  public let implementation: any Implementation
  /// Which cases are asked.
  public let selection: Selection
  /// How many mismatched elements each part of a case keeps, worst first.
  public let worstLimit: Int

  /// Creates a verification.
  public init(
    _ implementation: any Implementation, selection: Selection = Selection(), worstLimit: Int = 5
  ) {
    self.implementation = implementation
    self.selection = selection
    self.worstLimit = worstLimit
  }

  /// Asks every chosen case and judges the answers.
  ///
  /// - Parameters:
  ///   - suite: The fixtures.
  ///   - progress: Told after each case how many are done, and of how many.
  /// - Returns: The report; it may hold no case, which is no success.
  /// - Throws: `FixtureError` where the kill matrix is damaged, or a case failed whose diagnosis file is.
  /// - Complexity: that of the losses asked; where cases failed also that of `Diagnosis`.
  public func run(
    _ suite: FixtureSuite, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(FixtureError) -> Report {
    try Report(judging: record(suite, progress: progress), of: suite)
  }

  /// Asks every chosen case.
  ///
  /// - Parameters:
  ///   - suite: The fixtures.
  ///   - progress: Told after each case how many are done, and of how many.
  /// - Returns: The answers, as they are.
  /// - Complexity: that of the losses asked.
  public func record(
    _ suite: FixtureSuite, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) -> Recording {
    let chosen = suite.files.filter { selection.includes(loss: $0.loss, dialect: $0.dialect) }
      .map { file in (file: file, cases: file.cases.filter(selection.includes)) }
    let total = chosen.reduce(0) { $0 + $1.cases.count }
    var answers: [String: [String: RecordedAnswer]] = [:]
    var done = 0
    for (file, fixtures) in chosen {
      for fixture in fixtures {
        answers[file.dialect, default: [:]][fixture.id] = answer(
          fixture, loss: file.loss, dialect: file.dialect)
        done += 1
        progress(done, total)
      }
    }
    return Recording(
      implementation: implementation.name, command: implementation.command,
      gradients: implementation.gradients,
      fixtures: Report.Fixtures(
        manifestSHA256: suite.manifestSHA256, caseCount: suite.caseCount),
      selection: selection, worstLimit: worstLimit, answers: answers)
  }

  /// Asks a case, and where the answer fails also for the stages that fixtures may know of it.
  private func answer(_ fixture: FixtureCase, loss: String, dialect: String) -> RecordedAnswer {
    let outcome = implementation.answer(fixture, loss: loss, dialect: dialect)
    let comparison = Comparison(
      outcome, fixture.expected, gradients: implementation.gradients, limit: 0)
    guard comparison.status == .failed, fixture.mayHaveStages, !outcome.isBroken else {
      return RecordedAnswer(outcome)
    }
    return RecordedAnswer(
      outcome, stages: implementation.stages(of: fixture, loss: loss, dialect: dialect))
  }
}

extension FixtureCase {
  /// Whether stages of the case may be stored: a diagnosis covers it, and it has a value.
  fileprivate var mayHaveStages: Bool {
    if case .value = expected { DiagnosisFile.covers(self) } else { false }
  }
}

extension Outcome {
  /// Whether there is no answer, so that asking once more gives none either.
  fileprivate var isBroken: Bool {
    if case .broken = self { true } else { false }
  }
}
