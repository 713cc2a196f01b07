public import LossFixtures

extension Report {
  /// Judges recorded answers: compares them in the order of the fixtures, and finds out why they differ
  /// where they do.
  ///
  /// The report depends on the answers alone, not on when, where and in which order they were given.
  ///
  /// - Parameters:
  ///   - recording: The answers; cases without one do not appear in the report.
  ///   - suite: The fixtures that were asked.
  ///   - jobs: How many files are judged at once; the report does not depend on it.
  ///   - rated: Whether it is looked up how much a pass proves: reports for people of a terminal do not
  ///     say so.
  /// - Throws: `FixtureError` where the kill matrix is damaged, or a case failed whose diagnosis file is.
  /// - Complexity: O(elements); where cases failed also that of `Diagnosis`.
  public init(
    judging recording: Recording, of suite: FixtureSuite, jobs: Int = Verification.coreCount,
    rated: Bool = true
  ) throws(FixtureError) {
    let judged = concurrentMap(suite.files, jobs: jobs) { file in
      Result { () throws(FixtureError) in try JudgedFile(file, recording, suite) }
    }
    var cases: [CaseReport] = []
    var diagnoses: [Diagnosis] = []
    for file in judged {
      let file = try file.get()
      cases += file.cases
      if let diagnosis = file.diagnosis { diagnoses.append(diagnosis) }
    }
    self.init(
      implementation: recording.implementation, command: recording.command,
      fixtures: recording.fixtures, selection: recording.selection, cases: cases,
      diagnoses: diagnoses, mistakes: suite.catalogue.mistakes,
      killMatrix: rated ? try suite.killMatrix() : nil,
      recording: recording.shard == nil ? nil : recording)
    dialects = try DialectAgreement.found(in: recording, cases, of: suite)
  }
}

/// What came of the cases of one loss in one dialect.
private struct JudgedFile {
  var cases: [CaseReport] = []
  var diagnosis: Diagnosis?

  init(
    _ file: FixtureFile, _ recording: Recording, _ suite: FixtureSuite
  ) throws(FixtureError) {
    guard let recorded = recording.answers[file.dialect] else { return }
    // Passing answers are kept as well: they speak against mistakes.
    var answers: [String: ExaminedCase.Answer] = [:]
    for fixture in file.cases {
      guard let outcome = recorded[fixture.id]?.outcome else { continue }
      let comparison = Comparison(
        outcome, fixture.expected, gradients: recording.gradients, limit: recording.worstLimit)
      answers[fixture.id] = ExaminedCase.Answer(outcome: outcome, comparison: comparison)
    }
    // Read only where something fails.
    var questions: Diagnosis.Questions?
    if answers.values.contains(where: { $0.comparison.status == .failed }) {
      questions = try Diagnosis.Questions(of: file, in: suite)
    }
    diagnosis = questions.map { Diagnosis(of: answers, to: $0, file) }
    let details = questions.flatMap {
      diagnosis?.details(answers, to: $0, stages: recorded.mapValues(\.stages))
    }
    for fixture in file.cases {
      guard let comparison = answers[fixture.id]?.comparison else { continue }
      var departure: StageDeparture?
      if comparison.status == .failed, let stages = recorded[fixture.id]?.stages {
        departure = StageDeparture(stages, questions?.stages[fixture.id] ?? [])
      }
      cases.append(
        CaseReport(
          fixture, loss: file.loss, dialect: file.dialect, comparison: comparison,
          departure: departure, detail: details?[fixture.id]))
    }
  }
}
