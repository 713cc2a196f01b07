public import LossFixtures

/// A run of an implementation over the chosen cases of a suite of fixtures.
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

  /// Asks every chosen case, compares the answers in the order of the files, and finds out why they
  /// differ where they do.
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
    let chosen = suite.files.filter { selection.includes(loss: $0.loss, dialect: $0.dialect) }
      .map { file in (file: file, cases: file.cases.filter(selection.includes)) }
    let total = chosen.reduce(0) { $0 + $1.cases.count }
    var cases: [CaseReport] = []
    cases.reserveCapacity(total)
    var diagnoses: [Diagnosis] = []
    for (file, fixtures) in chosen {
      // Kept until the file is done: passing answers speak against mistakes as well.
      var answers: [String: ExaminedCase.Answer] = [:]
      // Read once something fails.
      var questions: Diagnosis.Questions?
      for fixture in fixtures {
        let outcome = implementation.answer(fixture, loss: file.loss, dialect: file.dialect)
        let comparison = Comparison(
          outcome, fixture.expected, gradients: implementation.gradients, limit: worstLimit)
        var departure: StageDeparture?
        if comparison.status == .failed {
          if questions == nil { questions = try Diagnosis.Questions(of: file, in: suite) }
          let stages = questions?.stages[fixture.id] ?? []
          departure = self.departure(fixture, from: stages, of: file)
        }
        cases.append(
          CaseReport(
            fixture, loss: file.loss, dialect: file.dialect, comparison: comparison,
            departure: departure))
        answers[fixture.id] = ExaminedCase.Answer(outcome: outcome, comparison: comparison)
        progress(cases.count, total)
      }
      if let questions { diagnoses.append(Diagnosis(of: answers, to: questions, file)) }
    }
    return Report(
      implementation: implementation.name, command: implementation.command,
      fixtures: Report.Fixtures(
        manifestSHA256: suite.manifestSHA256, caseCount: suite.caseCount),
      selection: selection, cases: cases, diagnoses: diagnoses,
      mistakes: suite.catalogue.mistakes, killMatrix: try suite.killMatrix())
  }

  /// The first stage of a failing case at which the implementation is not where Keras is, if it knows
  /// its stages.
  private func departure(
    _ fixture: FixtureCase, from stages: [Stage], of file: FixtureFile
  ) -> StageDeparture? {
    guard !stages.isEmpty else { return nil }
    let answered = implementation.stages(of: fixture, loss: file.loss, dialect: file.dialect)
    return StageDeparture(answered, stages)
  }
}
