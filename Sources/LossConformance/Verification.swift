public import LossFixtures

/// A run of an implementation over the chosen cases of some fixture files.
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

  /// Asks every chosen case and compares the answers, in the order of the files.
  ///
  /// - Parameters:
  ///   - files: The fixture files.
  ///   - fixtures: What the report says of where the files come from.
  ///   - progress: Told after each case how many are done, and of how many.
  /// - Returns: The report; it may hold no case, which is no success.
  /// - Complexity: that of the losses asked.
  public func run(
    _ files: [FixtureFile], fixtures: Report.Fixtures,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) -> Report {
    let chosen = files.filter { selection.includes(loss: $0.loss, dialect: $0.dialect) }
      .map { file in (file: file, cases: file.cases.filter(selection.includes)) }
    let total = chosen.reduce(0) { $0 + $1.cases.count }
    var cases: [CaseReport] = []
    cases.reserveCapacity(total)
    for (file, fixtures) in chosen {
      for fixture in fixtures {
        let outcome = implementation.answer(fixture, loss: file.loss, dialect: file.dialect)
        cases.append(
          CaseReport(
            fixture, loss: file.loss, dialect: file.dialect,
            comparison: Comparison(
              outcome, fixture.expected, gradients: implementation.gradients, limit: worstLimit)))
        progress(cases.count, total)
      }
    }
    return Report(
      implementation: implementation.name, command: implementation.command, fixtures: fixtures,
      selection: selection, cases: cases)
  }
}
