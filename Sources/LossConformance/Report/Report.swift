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
  /// How many answers the dialects agree with, of each that was asked and of which a case failed.
  public var dialects: [DialectAgreement] = []
  /// What came of it at a gate, where there is one.
  public var gate: GateResult?
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

  /// The cases that failed and that the gate did not expect to, in the order of the fixtures.
  ///
  /// - Complexity: O(cases).
  public var unexpectedFailures: [CaseReport] {
    let expected = gate?.expectedKeys ?? []
    return failures.filter { !expected.contains(CaseKey($0)) }
  }

  /// Whether cases failed, and the gate expected all that did.
  ///
  /// - Complexity: O(cases).
  public var failsAsExpected: Bool { verdict == .failed && unexpectedFailures.isEmpty }

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
  /// The dtype that the loss computes in.
  public let dtype: String
  /// The answer held against the goldens.
  public let comparison: Comparison
  /// Where a failing answer departs, if the implementation tells its stages.
  public let departure: StageDeparture?
  /// A failing case number by number.
  public let detail: CaseDetail?

  /// What came of the case.
  public var status: Comparison.Status { comparison.status }

  /// Whether the answer is what is expected.
  public var passed: Bool { comparison.passed }

  /// Creates the report of a case.
  public init(
    _ fixture: FixtureCase, loss: String, dialect: String, comparison: Comparison,
    departure: StageDeparture? = nil, detail: CaseDetail? = nil
  ) {
    id = fixture.id
    self.loss = loss
    self.dialect = dialect
    comment = fixture.comment
    flags = fixture.flags
    dtype = fixture.dtype
    self.comparison = comparison
    self.departure = departure
    self.detail = detail
  }

  /// The error / allowed of the element that is furthest outside its tolerance, infinite where the
  /// answer as a whole is wrong; of a passing case that of the element that used most.
  ///
  /// - Complexity: O(1).
  public var toleranceUsed: Double {
    if comparison.mismatch != nil { return .infinity }
    let parts = Comparison.Part.allCases.compactMap { comparison[$0] }
    return parts.map { part in
      guard let elements = part.elements else { return part == .unanswered ? 0 : .infinity }
      return (elements.worst.first ?? elements.worstPassing)?.toleranceUsed ?? 0
    }.max() ?? 0
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
