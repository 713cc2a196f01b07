/// Runs side by side as Markdown, for READMEs and for the step summary of GitHub Actions.
public struct MarkdownParity: Sendable {
  /// How many changed cases of a sort are named.
  private static let caseLimit = 20

  /// Creates the rendering.
  public init() {}

  /// The text, with a newline at its end.
  ///
  /// - Complexity: O(cells).
  public func text(_ parity: Parity) -> String {
    var blocks: [[String]] = []
    for dialect in parity.dialects {
      blocks.append(table(dialect, parity.rows.filter { $0.dialect == dialect }, parity))
    }
    blocks.append(parity.runs.indices.map { "- " + escaped(parity.sentence($0)) + "." })
    for (place, run) in parity.runs.enumerated() {
      let causes = self.causes(place, run, parity)
      if !causes.isEmpty { blocks.append(causes) }
    }
    for changes in parity.changes { blocks.append(lines(changes, parity)) }
    return blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private func table(_ dialect: String, _ rows: [Parity.Row], _ parity: Parity) -> [String] {
    var lines = [
      line([dialect, "cases"] + parity.runs.map(\.name)),
      "|---|---:|" + parity.runs.map { _ in "---:|" }.joined(),
    ]
    lines += rows.map { row in line([row.loss, "\(row.cases)"] + row.cells.map(text)) }
    let totals = parity.runs.indices.map { column in
      Parity.Cell(rows.map { $0.cells[column] })
    }
    let count = rows.reduce(0) { $0 + $1.cases }
    let used = totals.map { $0.passed + $0.failed == 0 ? "-" : percentText($0.toleranceUsed) }
    return lines + [
      line(["all", "\(count)"] + totals.map(text)),
      line(["largest use of a tolerance", ""] + used),
    ]
  }

  private func line(_ cells: [String]) -> String {
    let texts = cells.map(escaped)
    return "| \(texts.joined(separator: " | ")) |"
  }

  private func escaped(_ text: String) -> String { MarkdownReport().escaped(text) }

  private func text(_ cell: Parity.Cell) -> String {
    if cell.notAsked == cell.cases { return "-" }
    var parts = [cell.failed > 0 ? "❌ \(cell.passed)" : "\(cell.passed)"]
    if cell.failed > 0 { parts.append("\(cell.failed) fail") }
    if cell.skipped > 0 { parts.append("\(cell.skipped) skipped") }
    return parts.joined(separator: ", ")
  }

  /// Why an implementation differs, loss by loss, folded.
  private func causes(_ place: Int, _ run: RunSummary, _ parity: Parity) -> [String] {
    let words = CauseText(titles: run.titles)
    let rows = parity.rows.flatMap { row in
      row.cells[place].causes.map { count in
        line([row.loss, row.dialect, "\(count.cases)", words.title(count.cause)])
      }
    }
    let closest = run.dialects.sentences.map { escaped($0.capitalizedFirst) + "." }
    guard !rows.isEmpty else { return closest }
    return [
      "<details><summary>Why <b>\(escaped(run.name))</b> differs</summary>", "",
      line(["loss", "dialect", "cases", "cause"]), "|---|---|---:|---|",
    ] + rows + (closest.isEmpty ? [] : [""] + closest) + ["", "</details>"]
  }

  private func lines(_ changes: RunChanges, _ parity: Parity) -> [String] {
    let words = CauseText(titles: parity.titles)
    var lines = [
      "**\(escaped(changes.after))** since \(escaped(changes.before)): "
        + "\(escaped(changes.sentence))."
    ]
    for section in changes.sections where !section.changes.isEmpty {
      lines += [
        "", "<details><summary>\(section.title): \(section.changes.count)</summary>", "",
      ]
      lines += section.changes.prefix(Self.caseLimit).map { "- " + escaped($0.text(words)) }
      let hidden = section.changes.count - Self.caseLimit
      if hidden > 0 { lines.append("- ... \(hidden) more") }
      lines += ["", "</details>"]
    }
    return lines
  }
}

extension String {
  /// The text with a capital letter first.
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
