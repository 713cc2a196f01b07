import LossFixtures

/// Runs side by side as text for a terminal, tables at most 100 columns wide.
public struct ParityText: Sendable {
  /// Whether to colour what differs (ANSI escapes).
  public let hasColor: Bool
  /// How many changed cases of a sort are named; `nil` names all.
  public let caseLimit: Int?

  private static let width = 100

  /// Creates the rendering.
  public init(hasColor: Bool = false, caseLimit: Int? = 10) {
    self.hasColor = hasColor
    self.caseLimit = caseLimit
  }

  /// The text, with a newline at its end.
  ///
  /// - Complexity: O(cells).
  public func text(_ parity: Parity) -> String {
    var lines: [String] = []
    let dialects = parity.dialects
    for dialect in dialects {
      let rows = parity.rows.filter { $0.dialect == dialect }
      for columns in chunks(of: parity, rows) {
        lines += table(dialect, rows, columns, parity) + [""]
      }
    }
    lines += legend(parity)
    for (place, run) in parity.runs.enumerated() {
      lines += [""] + differences(place, run, parity, names: dialects.count > 1)
    }
    for changes in parity.changes { lines += [""] + self.lines(changes, parity) }
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: - Tables

  /// The columns that fit beside each other, chunk by chunk.
  private func chunks(of parity: Parity, _ rows: [Parity.Row]) -> [[Int]] {
    let first = max(rows.map(\.loss.count).max() ?? 0, rows.first?.dialect.count ?? 0) + 9
    var chunks: [[Int]] = [[]]
    var width = first
    for column in parity.runs.indices {
      let cells = rows.map { text($0.cells[column]).count }
      let own = max(parity.runs[column].name.count, cells.max() ?? 0) + 2
      if width + own > Self.width, !chunks[chunks.count - 1].isEmpty {
        chunks.append([])
        width = first
      }
      chunks[chunks.count - 1].append(column)
      width += own
    }
    return chunks
  }

  private func table(
    _ dialect: String, _ rows: [Parity.Row], _ columns: [Int], _ parity: Parity
  ) -> [String] {
    var lines = [[dialect, "cases"] + columns.map { parity.runs[$0].name }]
    lines += rows.map { row in
      [row.loss, "\(row.cases)"] + columns.map { text(row.cells[$0]) }
    }
    let totals = columns.map { column in Parity.Cell(rows.map { $0.cells[column] }) }
    lines.append(["all", "\(rows.reduce(0) { $0 + $1.cases })"] + totals.map(text))
    lines.append(["largest use of a tolerance", ""] + totals.map(used))
    return LossConformance.table(lines, leftAligned: 1)
  }

  /// The passing cases, and what the others do: `153F 13s 158`.
  private func text(_ cell: Parity.Cell) -> String {
    if cell.notAsked == cell.cases { return "-" }
    let failed = cell.failed > 0 ? "\(cell.failed)F " : ""
    let skipped = cell.skipped > 0 ? "\(cell.skipped)s " : ""
    return failed + skipped + "\(cell.passed)"
  }

  private func used(_ cell: Parity.Cell) -> String {
    cell.passed + cell.failed == 0 ? "-" : percentText(cell.toleranceUsed)
  }

  private func legend(_ parity: Parity) -> [String] {
    let totals = parity.runs.indices.map(parity.total)
    var words = ["How many cases pass"]
    if totals.contains(where: { $0.failed > 0 }) { words.append("F: fail") }
    if totals.contains(where: { $0.skipped > 0 }) { words.append("s: skipped, cannot be asked") }
    if totals.contains(where: { $0.notAsked > 0 }) { words.append("-: not asked") }
    return [words.joined(separator: "; ") + "."]
  }

  // MARK: - Differences

  private func differences(
    _ place: Int, _ run: RunSummary, _ parity: Parity, names dialects: Bool
  ) -> [String] {
    let total = parity.total(place)
    var lines = [
      parity.sentence(place).replacing(run.name, with: bold(run.name), maxReplacements: 1)
    ]
    let words = CauseText(titles: run.titles)
    let rows = parity.rows.compactMap { row -> [String]? in
      let cell = row.cells[place]
      guard cell.failed > 0 else { return nil }
      let causes = cell.causes.map { count in
        words.title(count.cause) + (cell.causes.count > 1 ? " (\(count.cases))" : "")
      }
      let name = dialects ? "\(row.loss) in \(row.dialect)" : row.loss
      return ["  " + name, "\(cell.failed)", causes.joined(separator: ", ")]
    }
    if total.failed > 0 {
      let width = (rows.map { $0[0].count }.max() ?? 0, rows.map { $0[1].count }.max() ?? 0)
      for row in rows {
        let name = row[0].padded(to: width.0)
        let count = String(repeating: " ", count: width.1 - row[1].count) + row[1]
        let indent = String(repeating: " ", count: width.0 + width.1 + 4)
        let texts = wrapped(row[2], width: max(Self.width - indent.count, 30))
        lines += texts.enumerated().map { $0 == 0 ? "\(name)  \(count)  \($1)" : indent + $1 }
      }
    }
    return lines + run.dialects.sentences.map { "  " + $0 }
  }

  private func lines(_ changes: RunChanges, _ parity: Parity) -> [String] {
    var lines = ["\(bold(changes.after)) since \(changes.before): \(changes.sentence)"]
    let words = CauseText(titles: parity.titles)
    for section in changes.sections where !section.changes.isEmpty {
      lines.append("  \(section.title)")
      let shown = section.changes.prefix(caseLimit ?? section.changes.count)
      lines += shown.map { "    \($0.text(words))" }
      let hidden = section.changes.count - shown.count
      if hidden > 0 { lines.append("    ... \(hidden) more (--all-changes)") }
    }
    return lines
  }

  private func bold(_ text: String) -> String { hasColor ? "\u{1b}[1m\(text)\u{1b}[0m" : text }
}

extension Parity {
  /// The dialects, in the order of the rows.
  var dialects: [String] {
    var dialects: [String] = []
    for row in rows where dialects.last != row.dialect { dialects.append(row.dialect) }
    return dialects
  }

  /// The titles of the mistakes that any run names.
  var titles: [String: String] {
    runs.reduce(into: [:]) { titles, run in titles.merge(run.titles) { first, _ in first } }
  }

  /// What came of a run, in a sentence.
  func sentence(_ run: Int) -> String {
    let total = total(run)
    var parts = [
      "\(runs[run].name): \(groupedText(total.passed)) of \(groupedText(total.cases)) cases pass"
    ]
    if total.failed > 0 { parts.append("\(groupedText(total.failed)) fail") }
    if total.skipped > 0 { parts.append("\(groupedText(total.skipped)) skipped") }
    if total.notAsked > 0 { parts.append("\(groupedText(total.notAsked)) not asked") }
    return parts.joined(separator: ", ")
  }
}

extension RunChanges {
  /// The changed cases by sorts, each with a heading.
  var sections: [(title: String, changes: [Change])] {
    [
      ("new failures", newFailures), ("fixed", fixed), ("fail for another cause", otherCause),
      ("cannot be asked any more", newlySkipped),
      ("use at least \(Int(Self.factor)) times as much of a tolerance", moreUsed),
      ("use at most 1/\(Int(Self.factor)) as much of a tolerance", lessUsed),
    ]
  }

  /// How many changes there are, in a clause.
  var sentence: String {
    var parts = sections.filter { !$0.changes.isEmpty }.map { "\($0.changes.count) \($0.title)" }
    if newFailures.isEmpty { parts.insert("no new failures", at: 0) }
    if added > 0 { parts.append("\(groupedText(added)) cases added") }
    if removed > 0 { parts.append("\(groupedText(removed)) cases removed") }
    return parts.joined(separator: ", ")
  }
}

extension RunChanges.Change {
  /// The case, and what it was and is.
  func text(_ words: CauseText) -> String {
    let name = "\(after.id) in \(after.dialect): "
    if before?.status == .passed, after.status == .passed {
      return name
        + "\(percentText(before?.toleranceUsed ?? 0)), now \(percentText(after.toleranceUsed))"
    }
    return name + (before.map { "\(Self.text($0, words)), now " } ?? "new, ")
      + Self.text(after, words)
  }

  private static func text(_ result: RunSummary.Case, _ words: CauseText) -> String {
    result.cause.map { words.title($0.name) } ?? result.status.rawValue
  }
}

extension CauseText {
  /// Creates a description in some words for mistakes.
  init(titles: [String: String]) {
    self.init(
      titles.map { id, title in
        Mistake(
          id: id, kind: "", title: title, explanation: "", fix: "", losses: [], links: [])
      })
  }
}

extension String {
  /// The text with spaces up to a width.
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
