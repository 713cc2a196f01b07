import LossFixtures

/// What a run found, case by case: what a report and its JSON both tell, for comparing runs.
public struct RunSummary: Equatable, Sendable {
  /// What the run is called: its implementation, unless somebody names it.
  public var name: String
  /// The fixtures that were asked.
  public let fixtures: Report.Fixtures
  /// What came of each case, in the order of the fixtures.
  public let cases: [Case]
  /// How many answers other dialects agree with, where cases failed.
  public let dialects: [DialectAgreement]
  /// The titles of the mistakes that are named, by their ids.
  public let titles: [String: String]

  /// What came of one case.
  public struct Case: Equatable, Sendable {
    /// The case's id.
    public let id: String
    /// The loss by Keras's name.
    public let loss: String
    /// The dialect's id.
    public let dialect: String
    /// What came of it.
    public let status: Comparison.Status
    /// Why it failed; `nil` where it did not.
    public let cause: CaseCause?
    /// The largest error / allowed of its elements that passed.
    public let toleranceUsed: Double

    /// What tells the case from all others.
    var key: CaseKey { CaseKey(loss: loss, dialect: dialect, id: id) }
  }
}

extension RunSummary {
  /// What a report tells.
  ///
  /// - Complexity: O(cases).
  public init(_ report: Report) {
    let causes = report.causes
    self.init(
      name: report.implementation, fixtures: report.fixtures,
      cases: report.cases.map { result in
        let parts = Comparison.Part.allCases.compactMap { result.comparison[$0]?.elements }
        return Case(
          id: result.id, loss: result.loss, dialect: result.dialect, status: result.status,
          cause: CaseCause(result, causes[CaseKey(result)]),
          toleranceUsed: parts.compactMap { $0.worstPassing?.toleranceUsed }.max() ?? 0)
      },
      dialects: report.dialects,
      titles: Dictionary(report.namedMistakes.map { ($0.id, $0.title) }) { first, _ in first })
  }
}

extension RunSummary {
  /// The run as if only some of its cases had been asked; flags are not known of it.
  ///
  /// - Complexity: O(cases * patterns).
  public func selecting(_ selection: Selection) -> RunSummary {
    RunSummary(
      name: name, fixtures: fixtures,
      cases: cases.filter {
        selection.includes(loss: $0.loss, dialect: $0.dialect)
          && selection.includesCase($0.id)
      },
      // Counts over other cases would mislead.
      dialects: selection == Selection() ? dialects : [], titles: titles)
  }
}
