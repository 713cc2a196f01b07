public import LossFixtures

/// What a verification found: the one value that every rendering shows.
///
/// It holds no time, no machine and no path: the same run gives the same report.
public struct Report: Equatable, Sendable {
  /// The implementation under test.
  public let implementation: String
  /// The command line that answered, where it was a program.
  public let command: String?
  /// The fixtures that were read.
  public let fixtures: Fixtures
  /// The cases that were asked for.
  public let selection: Selection
  /// What came of each case, in the order of the fixtures.
  public let cases: [CaseReport]
  /// Why answers differ, for each loss and dialect of which a case failed, in the order of the fixtures.
  public let diagnoses: [Diagnosis]
  /// The mistakes that diagnoses may name.
  public let mistakes: [Mistake]
  /// Which cases of the fixtures tell which mistakes from Keras: how much a pass proves.
  public let killMatrix: KillMatrix?
  /// The answers, kept where the cases were spread over machines: merging judges them again.
  public let recording: Recording?

  /// Where the cases come from.
  public struct Fixtures: Equatable, Sendable {
    /// The SHA-256 of the manifest, in hexadecimal digits: which fixtures these are.
    public let manifestSHA256: String
    /// How many cases the fixtures hold, chosen or not.
    public let caseCount: Int

    /// Creates the facts about a set of fixtures.
    public init(manifestSHA256: String, caseCount: Int) {
      self.manifestSHA256 = manifestSHA256
      self.caseCount = caseCount
    }
  }

  /// Creates a report.
  public init(
    implementation: String, command: String? = nil, fixtures: Fixtures, selection: Selection,
    cases: [CaseReport], diagnoses: [Diagnosis] = [], mistakes: [Mistake] = [],
    killMatrix: KillMatrix? = nil, recording: Recording? = nil
  ) {
    self.implementation = implementation
    self.command = command
    self.fixtures = fixtures
    self.selection = selection
    self.cases = cases
    self.diagnoses = diagnoses
    self.mistakes = mistakes
    self.killMatrix = killMatrix
    self.recording = recording
  }

  /// The verdict over all cases.
  public enum Verdict: String, Sendable {
    /// Every case passed.
    case passed
    /// At least one case failed.
    case failed
    /// No case was checked, or all were skipped, which proves nothing.
    case nothingChecked = "nothing_checked"
  }

  /// The verdict over all cases.
  ///
  /// - Complexity: O(cases).
  public var verdict: Verdict {
    if cases.contains(where: { $0.status == .failed }) { return .failed }
    return cases.contains(where: \.passed) ? .passed : .nothingChecked
  }

  /// How many gradients the implementation did not answer: of those nothing is known.
  ///
  /// - Complexity: O(cases).
  public var unansweredGradients: Int { cases.count { $0.comparison.gradient == .unanswered } }

  /// The cases that failed, in the order of the fixtures.
  ///
  /// - Complexity: O(cases).
  public var failures: [CaseReport] { cases.filter { $0.status == .failed } }

  /// Totals for each loss and dialect, in the order of the fixtures.
  ///
  /// - Complexity: O(cases).
  public var totals: [LossTotal] {
    var totals: [LossTotal] = []
    for result in cases {
      if totals.last?.loss != result.loss || totals.last?.dialect != result.dialect {
        totals.append(LossTotal(loss: result.loss, dialect: result.dialect))
      }
      totals[totals.count - 1].add(result)
    }
    return totals
  }
}

/// What came of one case.
public struct CaseReport: Equatable, Sendable {
  /// The case's id.
  public let id: String
  /// The loss by Keras's name.
  public let loss: String
  /// The dialect's id.
  public let dialect: String
  /// What the case is about.
  public let comment: String
  /// Its flags.
  public let flags: [String]
  /// The answer held against the goldens.
  public let comparison: Comparison
  /// Where a failing answer departs, if the implementation tells its stages.
  public let departure: StageDeparture?

  /// What came of the case.
  public var status: Comparison.Status { comparison.status }

  /// Whether the answer is what is expected.
  public var passed: Bool { comparison.passed }

  /// Creates the report of a case.
  public init(
    _ fixture: FixtureCase, loss: String, dialect: String, comparison: Comparison,
    departure: StageDeparture? = nil
  ) {
    id = fixture.id
    self.loss = loss
    self.dialect = dialect
    comment = fixture.comment
    flags = fixture.flags
    self.comparison = comparison
    self.departure = departure
  }
}

/// Counts over the cases of one loss in one dialect.
public struct LossTotal: Equatable, Sendable {
  /// The loss by Keras's name.
  public let loss: String
  /// The dialect's id.
  public let dialect: String
  /// How many cases passed.
  public private(set) var passed = 0
  /// How many cases failed.
  public private(set) var failed = 0
  /// How many cases the implementation could not be asked.
  public private(set) var skipped = 0
  /// How many gradients were compared, element by element.
  public private(set) var gradients = 0
  /// How many gradients the implementation did not answer.
  public private(set) var unansweredGradients = 0
  /// How many elements were compared, of values and gradients.
  public private(set) var elements = 0
  /// The largest error / allowed of the elements that passed.
  public private(set) var largestToleranceUsed = 0.0
  /// How much of their tolerances the elements used that differ, passing or not.
  public private(set) var toleranceUse = ToleranceUse()

  init(loss: String, dialect: String) {
    self.loss = loss
    self.dialect = dialect
  }

  /// How many cases there are.
  public var cases: Int { passed + failed + skipped }

  mutating func add(_ result: CaseReport) {
    switch result.status {
    case .passed: passed += 1
    case .failed: failed += 1
    case .skipped: skipped += 1
    }
    if result.comparison.gradient == .unanswered { unansweredGradients += 1 }
    if result.comparison.gradient?.elements != nil { gradients += 1 }
    for part in Comparison.Part.allCases {
      guard let compared = result.comparison[part]?.elements else { continue }
      elements += compared.count
      largestToleranceUsed = max(
        largestToleranceUsed, compared.worstPassing?.toleranceUsed ?? 0)
      toleranceUse.add(
        compared.uses,
        largest: (compared.worst.first ?? compared.worstPassing)?.toleranceUsed ?? 0)
    }
  }
}
