/// What came of a live comparison: the one value that its renderings show.
public struct LiveReport: Sendable {
  /// The implementation under test.
  public let implementation: String
  /// What said what the answers should be, with its versions.
  public let reference: String
  /// What the questions were drawn from.
  public let seed: UInt64
  /// The options that choose among the questions, as they were typed.
  public let options: [String]
  /// The counts.
  public let tally: LiveTally
  /// What was found out about questions that failed; not about all, where there are many.
  public let findings: [LiveFinding]
  /// How long it took, in seconds.
  public let seconds: Double

  /// Creates a report.
  public init(
    implementation: String, reference: String, seed: UInt64, options: [String], tally: LiveTally,
    findings: [LiveFinding], seconds: Double
  ) {
    self.implementation = implementation
    self.reference = reference
    self.seed = seed
    self.options = options
    self.tally = tally
    self.findings = findings
    self.seconds = seconds
  }

  /// What came of it as a whole.
  public var verdict: Report.Verdict {
    let total = tally.total
    if total.failed > 0 { return .failed }
    return total.cases > total.undecided ? .passed : .nothingChecked
  }

  /// The command line that asks a question once more.
  func again(_ index: UInt64) -> String {
    (["loss-parity live --seed \(seed)"] + options + ["--case \(index)"]).joined(separator: " ")
  }
}
