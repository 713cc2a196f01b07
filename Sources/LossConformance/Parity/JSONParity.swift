#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Runs side by side as JSON, schema "loss-parity/parity/1", for other programs.
///
/// Keys are sorted, so the same runs give the same bytes.
public struct JSONParity: Sendable {
  /// The schema of the JSON.
  public static let schema = "loss-parity/parity/1"

  /// Creates the rendering.
  public init() {}

  /// The JSON text, UTF-8, with a newline at its end.
  ///
  /// - Complexity: O(cells + changed cases).
  public func data(_ parity: Parity) throws -> Data { try jsonData(Document(parity)) }
}

// The JSON's shape, apart from the types: renaming one of these breaks no reader.

private struct Document: Encodable {
  let schema = JSONParity.schema
  let cases: Int
  let implementations: [Run]
  let rows: [Row]
  let changes: [Changes]?

  init(_ parity: Parity) {
    cases = parity.cases
    implementations = parity.runs.indices.map { Run(parity.runs[$0], parity.total($0)) }
    rows = parity.rows.map { Row($0, parity.runs) }
    changes = parity.changes.isEmpty ? nil : parity.changes.map(Changes.init)
  }

  struct Run: Encodable {
    let name: String
    let manifestSha256: String
    let total: Cell
    let dialects: [Agreed]?

    init(_ run: RunSummary, _ total: Parity.Cell) {
      name = run.name
      manifestSha256 = run.fixtures.manifestSHA256
      self.total = Cell(nil, total, run.titles)
      dialects = run.dialects.isEmpty ? nil : run.dialects.map(Agreed.init)
    }
  }

  struct Row: Encodable {
    let loss: String
    let dialect: String
    let cases: Int
    let cells: [Cell]

    init(_ row: Parity.Row, _ runs: [RunSummary]) {
      loss = row.loss
      dialect = row.dialect
      cases = row.cases
      cells = zip(runs, row.cells).map { Cell($0.name, $1, $0.titles) }
    }
  }

  struct Cell: Encodable {
    let implementation: String?
    let passed: Int
    let failed: Int
    let skipped: Int
    let notAsked: Int
    let largestToleranceUsed: Double
    let causes: [Cause]

    init(_ implementation: String?, _ cell: Parity.Cell, _ titles: [String: String]) {
      self.implementation = implementation
      passed = cell.passed
      failed = cell.failed
      skipped = cell.skipped
      notAsked = cell.notAsked
      largestToleranceUsed = cell.toleranceUsed
      let words = CauseText(titles: titles)
      causes = cell.causes.map {
        Cause(cause: $0.cause.description, title: words.title($0.cause), cases: $0.cases)
      }
    }
  }

  struct Cause: Encodable {
    let cause: String
    let title: String
    let cases: Int
  }

  struct Changes: Encodable {
    let before: String
    let after: String
    let newFailures: [Change]
    let fixed: [Change]
    let otherCause: [Change]
    let newlySkipped: [Change]
    let moreToleranceUsed: [Change]
    let lessToleranceUsed: [Change]
    let added: Int
    let removed: Int

    init(_ changes: RunChanges) {
      before = changes.before
      after = changes.after
      newFailures = changes.newFailures.map(Change.init)
      fixed = changes.fixed.map(Change.init)
      otherCause = changes.otherCause.map(Change.init)
      newlySkipped = changes.newlySkipped.map(Change.init)
      moreToleranceUsed = changes.moreUsed.map(Change.init)
      lessToleranceUsed = changes.lessUsed.map(Change.init)
      added = changes.added
      removed = changes.removed
    }
  }

  struct Change: Encodable {
    let id: String
    let loss: String
    let dialect: String
    let before: Standing?
    let after: Standing

    init(_ change: RunChanges.Change) {
      id = change.after.id
      loss = change.after.loss
      dialect = change.after.dialect
      before = change.before.map(Standing.init)
      after = Standing(change.after)
    }
  }

  struct Standing: Encodable {
    let status: String
    let cause: String?
    let largestToleranceUsed: Double

    init(_ result: RunSummary.Case) {
      status = result.status.rawValue
      cause = result.cause?.name.description
      largestToleranceUsed = result.toleranceUsed
    }
  }
}
