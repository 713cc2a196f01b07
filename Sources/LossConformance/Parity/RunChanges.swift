/// What changed from one run to another.
public struct RunChanges: Equatable, Sendable {
  /// What the run before is called.
  public let before: String
  /// What the run is called.
  public let after: String
  /// The cases that fail and did not before, also those that were not asked then.
  public let newFailures: [Change]
  /// The cases that failed and pass.
  public let fixed: [Change]
  /// The cases that fail as before, for another cause.
  public let otherCause: [Change]
  /// The cases that were answered, and that the implementation cannot be asked any more.
  public let newlySkipped: [Change]
  /// The passing cases of which an element uses more of its tolerance, by a factor.
  public let moreUsed: [Change]
  /// Those that use less.
  public let lessUsed: [Change]
  /// How many cases were asked that were not before.
  public let added: Int
  /// How many cases were asked before and are no more.
  public let removed: Int

  /// A case that changed.
  public struct Change: Equatable, Sendable {
    /// The case before; `nil` where it was not asked.
    public let before: RunSummary.Case?
    /// The case now.
    public let after: RunSummary.Case
  }

  /// Tolerances count as used more or less from this factor on.
  public static let factor = 2.0
  /// Uses of less than this share of a tolerance are all alike.
  public static let least = 0.1
}

extension RunChanges {
  /// Holds a run against one before, case by case.
  ///
  /// - Complexity: O(cases).
  public init(from before: RunSummary, to after: RunSummary) {
    let old = Dictionary(before.cases.map { ($0.key, $0) }) { first, _ in first }
    var changes: [Kind: [Change]] = [:]
    var common = 0
    for result in after.cases {
      let change = Change(before: old[result.key], after: result)
      if change.before != nil { common += 1 }
      if let kind = Kind(change) { changes[kind, default: []].append(change) }
    }
    self.init(
      before: before.name, after: after.name, newFailures: changes[.newFailure] ?? [],
      fixed: changes[.fixed] ?? [], otherCause: changes[.otherCause] ?? [],
      newlySkipped: changes[.newlySkipped] ?? [], moreUsed: changes[.moreUsed] ?? [],
      lessUsed: changes[.lessUsed] ?? [], added: after.cases.count - common,
      removed: old.count - common)
  }

  private enum Kind {
    case newFailure
    case fixed
    case otherCause
    case newlySkipped
    case moreUsed
    case lessUsed

    init?(_ change: Change) {
      switch (change.before?.status, change.after.status) {
      case (.failed, .failed):
        guard let before = change.before?.cause, let after = change.after.cause,
          after.agreement(with: before.names + before.rivals) == .contradicted
        else { return nil }
        self = .otherCause
      case (_, .failed): self = .newFailure
      case (.failed, .passed): self = .fixed
      case (.passed, .skipped), (.failed, .skipped): self = .newlySkipped
      case (.passed, .passed):
        let used = [change.before?.toleranceUsed ?? 0, change.after.toleranceUsed]
          .map { max($0, RunChanges.least) }
        if used[1] >= used[0] * RunChanges.factor {
          self = .moreUsed
        } else if used[0] >= used[1] * RunChanges.factor {
          self = .lessUsed
        } else {
          return nil
        }
      case (nil, _), (.skipped, _): return nil
      }
    }
  }
}
