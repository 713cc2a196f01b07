/// Runs of several implementations over the same cases, side by side.
///
/// The denominator is fixed: all cases that any run asked, also those that another left out.
public struct Parity: Equatable, Sendable {
  /// The runs, one a column.
  public let runs: [RunSummary]
  /// The losses and dialects, in the order of the fixtures.
  public let rows: [Row]
  /// What changed in each run since a run before; none where there is none to compare with.
  public let changes: [RunChanges]

  /// A loss in a dialect.
  public struct Row: Equatable, Sendable {
    /// The loss by Keras's name.
    public let loss: String
    /// The dialect's id.
    public let dialect: String
    /// How many cases there are.
    public let cases: Int
    /// What came of them in each run.
    public let cells: [Cell]
  }

  /// What came of some cases in a run.
  public struct Cell: Equatable, Sendable {
    /// How many passed.
    public private(set) var passed = 0
    /// How many failed.
    public private(set) var failed = 0
    /// How many the implementation could not be asked.
    public private(set) var skipped = 0
    /// How many the run left out.
    public private(set) var notAsked = 0
    /// The largest error / allowed of the elements that passed.
    public private(set) var toleranceUsed = 0.0
    /// Why cases failed, the cause of most first.
    public private(set) var causes: [CauseCount] = []

    /// How many cases there are.
    public var cases: Int { passed + failed + skipped + notAsked }
  }

  /// A cause with the number of cases that failed for it.
  public struct CauseCount: Equatable, Sendable {
    /// The cause.
    public let cause: CauseName
    /// How many cases it has.
    public let cases: Int
  }

  /// Puts runs side by side.
  ///
  /// - Parameters:
  ///   - runs: The runs, whose names are distinct.
  ///   - baseline: A run before, against which each is held.
  /// - Complexity: O(cases).
  public init(_ runs: [RunSummary], baseline: RunSummary? = nil) {
    struct Key: Hashable {
      let loss: String
      let dialect: String
    }
    self.runs = runs
    var order: [Key] = []
    var ids: [Key: Set<String>] = [:]
    var cases: [[Key: [RunSummary.Case]]] = []
    for run in runs {
      var own: [Key: [RunSummary.Case]] = [:]
      for result in run.cases {
        let key = Key(loss: result.loss, dialect: result.dialect)
        if ids[key] == nil { order.append(key) }
        ids[key, default: []].insert(result.id)
        own[key, default: []].append(result)
      }
      cases.append(own)
    }
    // Dialects together, whichever run asked them first.
    let dialects = order.map(\.dialect)
    let ranks = Dictionary(zip(dialects, dialects.indices)) { first, _ in first }
    let sorted = order.enumerated().sorted {
      (ranks[$0.element.dialect] ?? 0, $0.offset) < (ranks[$1.element.dialect] ?? 0, $1.offset)
    }
    rows = sorted.map { _, key in
      let count = ids[key]?.count ?? 0
      return Row(
        loss: key.loss, dialect: key.dialect, cases: count,
        cells: cases.map { Cell($0[key] ?? [], of: count) })
    }
    changes = baseline.map { before in runs.map { RunChanges(from: before, to: $0) } } ?? []
  }

  /// How many cases there are.
  public var cases: Int { rows.reduce(0) { $0 + $1.cases } }

  /// What came of all cases in a run.
  ///
  /// - Complexity: O(rows).
  public func total(_ run: Int) -> Cell { Cell(rows.map { $0.cells[run] }) }

  /// Whether all cases of all runs passed that were not skipped, and some were.
  public var agrees: Bool {
    runs.indices.allSatisfy { total($0).failed == 0 && total($0).passed > 0 }
  }

  /// Whether some run checked a case.
  public var isChecked: Bool {
    rows.contains { $0.cells.contains { $0.passed + $0.failed > 0 } }
  }
}

extension Parity.Cell {
  /// Counts the results of a run among some cases.
  init(_ results: [RunSummary.Case], of count: Int) {
    var counts: [CauseName: Int] = [:]
    for result in results {
      switch result.status {
      case .passed: passed += 1
      case .failed: failed += 1
      case .skipped: skipped += 1
      }
      toleranceUsed = max(toleranceUsed, result.toleranceUsed)
      if let cause = result.cause { counts[cause.name, default: 0] += 1 }
    }
    notAsked = count - results.count
    causes = Self.sorted(counts)
  }

  /// The sum of cells.
  init(_ cells: [Parity.Cell]) {
    var counts: [CauseName: Int] = [:]
    for cell in cells {
      passed += cell.passed
      failed += cell.failed
      skipped += cell.skipped
      notAsked += cell.notAsked
      toleranceUsed = max(toleranceUsed, cell.toleranceUsed)
      for cause in cell.causes { counts[cause.cause, default: 0] += cause.cases }
    }
    causes = Self.sorted(counts)
  }

  private static func sorted(_ counts: [CauseName: Int]) -> [Parity.CauseCount] {
    counts.map { Parity.CauseCount(cause: $0.key, cases: $0.value) }
      .sorted { (-$0.cases, $0.cause.description) < (-$1.cases, $1.cause.description) }
  }
}
