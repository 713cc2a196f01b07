import LossFixtures

/// Counts over generated questions; those of parts of a run can be added in any order.
public struct LiveTally: Equatable, Sendable, Codable {
  /// The counts of each loss, by the name of its function.
  public private(set) var losses: [String: Counts] = [:]
  /// The indices of the questions that failed, ascending.
  public private(set) var failures: [UInt64] = []
  /// The indices of those that ended the process that was asked, ascending.
  public private(set) var fatal: [UInt64] = []

  /// Counts over the questions of a loss, or of all.
  public struct Counts: Equatable, Sendable, Codable {
    /// How many questions were asked.
    public fileprivate(set) var cases = 0
    /// How many of them both refuse, with one code.
    public fileprivate(set) var refused = 0
    /// How many of them rounding decides as a whole.
    public fileprivate(set) var undecided = 0
    /// How many failed.
    public fileprivate(set) var failed = 0
    /// How many gradients were compared.
    public fileprivate(set) var gradients = 0
    /// How many elements were compared, of values and gradients.
    public fileprivate(set) var elements = 0
    /// How many elements were not, as rounding decides them.
    public fileprivate(set) var undecidedElements = 0
    /// The largest error / allowed of the elements that passed.
    public fileprivate(set) var largestToleranceUsed = 0.0

    fileprivate mutating func add(_ other: Counts) {
      cases += other.cases
      refused += other.refused
      undecided += other.undecided
      failed += other.failed
      gradients += other.gradients
      elements += other.elements
      undecidedElements += other.undecidedElements
      largestToleranceUsed = max(largestToleranceUsed, other.largestToleranceUsed)
    }
  }

  /// Nothing was counted yet.
  public init() {}

  /// The counts of all losses together.
  ///
  /// - Complexity: O(losses).
  public var total: Counts {
    losses.values.reduce(into: Counts()) { $0.add($1) }
  }

  /// Adds the counts of another part of the run.
  ///
  /// - Complexity: O(losses + failures).
  public mutating func add(_ other: LiveTally) {
    for (loss, counts) in other.losses { losses[loss, default: Counts()].add(counts) }
    if !other.failures.isEmpty { failures = (failures + other.failures).sorted() }
    if !other.fatal.isEmpty { fatal = (fatal + other.fatal).sorted() }
  }

  /// Counts a question that ended the process that was asked.
  mutating func addFatal(_ index: UInt64, loss: String) {
    losses[loss, default: Counts()].cases += 1
    losses[loss, default: Counts()].failed += 1
    failures = (failures + [index]).sorted()
    fatal = (fatal + [index]).sorted()
  }

  /// Counts what came of a question.
  mutating func add(_ result: LiveJudge.Result, _ index: UInt64, loss: String) {
    var counts = Counts()
    counts.cases = 1
    switch result {
    case .undecided: counts.undecided = 1
    case .failed:
      counts.failed = 1
      failures.append(index)
    case .agreed(let judged): counts.count(judged)
    }
    losses[loss, default: Counts()].add(counts)
  }
}

extension LiveTally.Counts {
  fileprivate mutating func count(_ judged: LiveJudge.Judged) {
    guard case .value(let value, let gradient) = judged.fixture.expected else {
      refused = 1
      return
    }
    if judged.comparison.gradient?.elements != nil { gradients = 1 }
    for golden in [value, gradient].compactMap(\.self) {
      let open = golden.tolerance.count { $0 == .infinity }
      undecidedElements += open
      elements += golden.tolerance.count - open
    }
    for part in Comparison.Part.allCases {
      let used = judged.comparison[part]?.elements?.worstPassing?.toleranceUsed ?? 0
      largestToleranceUsed = max(largestToleranceUsed, used)
    }
  }
}
