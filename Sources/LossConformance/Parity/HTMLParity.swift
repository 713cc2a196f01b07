/// Runs side by side as one HTML page that needs nothing else: no network, no script.
public struct HTMLParity: Sendable {
  /// How many changed cases of a sort are named.
  private static let caseLimit = 200

  /// Creates the rendering.
  public init() {}

  /// The page.
  ///
  /// - Complexity: O(cells + changed cases).
  public func text(_ parity: Parity) -> String {
    let title = "Parity of \(parity.runs.map(\.name).joined(separator: ", "))"
    let tables = parity.dialects.map { dialect in
      table(dialect, parity.rows.filter { $0.dialect == dialect }, parity)
    }
    let body: Markup = """
      <header class="page">
      <p class="brand">loss-parity</p>
      <h1>\(title)</h1>
      <ul class="tiles">\(parity.runs.indices.map { tile($0, parity) })</ul>
      </header>
      <main id="main" tabindex="-1">
      \(tables)
      <section id="differences" aria-labelledby="differences-heading">
      <h2 id="differences-heading">Why they differ</h2>
      \(parity.runs.indices.map { differences($0, parity) })
      </section>
      \(parity.changes.map { changes($0, parity) })
      </main>
      <footer class="page"><dl>\(fixtures(parity))</dl></footer>
      """
    return HTMLPage(title: title, skip: "Skip to the tables", body: body).html
  }

  // MARK: - Tables

  private func tile(_ run: Int, _ parity: Parity) -> Markup {
    let total = parity.total(run)
    let kind = total.failed > 0 ? "fail" : total.passed > 0 ? "pass" : ""
    return """
      <li class="tile \(kind)"><span class="number">\(groupedText(total.passed))</span> \
      <span class="label">\(parity.runs[run].name): passed of \(groupedText(total.cases))</span></li>
      """
  }

  private func table(_ dialect: String, _ rows: [Parity.Row], _ parity: Parity) -> Markup {
    let heads: [Markup] = parity.runs.map { "<th scope=\"col\">\($0.name)</th>" }
    let lines: [Markup] = rows.map { row in
      let cells = zip(parity.runs, row.cells).map { cell($1, titles: $0.titles) }
      return "<tr><th scope=\"row\">\(row.loss)</th>\(cells)</tr>"
    }
    let totals = parity.runs.indices.map { run in
      cell(Parity.Cell(rows.map { $0.cells[run] }), titles: [:])
    }
    return """
      <section aria-label="\(dialect)">
      <h2>\(dialect)</h2>
      <p class="quiet">Passed of all cases; below it the largest share of its tolerance that a passing \
      element used, and what is behind most of the cases that fail.</p>
      <div class="scroll" tabindex="0" role="region" aria-label="Losses and implementations">\
      <table class="matrix"><thead><tr><th scope="col">Loss</th>\(heads)</tr></thead>
      <tbody>\(lines)<tr><th scope="row"><strong>all</strong></th>\(totals)</tr></tbody></table></div>
      </section>
      """
  }

  private func cell(_ cell: Parity.Cell, titles: [String: String]) -> Markup {
    guard cell.notAsked < cell.cases else { return "<td class=\"none\">not asked</td>" }
    let (kind, sign) =
      cell.failed > 0
      ? ("fail", "\u{2717}") : cell.passed > 0 ? ("pass", "\u{2713}") : ("none", "")
    var notes: [String] = []
    if cell.passed + cell.failed > 0 { notes.append(percentText(cell.toleranceUsed)) }
    if cell.skipped > 0 { notes.append("\(groupedText(cell.skipped)) skipped") }
    if cell.notAsked > 0 { notes.append("\(groupedText(cell.notAsked)) not asked") }
    if let cause = cell.causes.first, !titles.isEmpty || cause.cause.isPlain {
      notes.append(CauseText(titles: titles).title(cause.cause))
    }
    return """
      <td class="\(kind)"><span class="count">\(sign) \(groupedText(cell.passed)) / \
      \(groupedText(cell.cases))</span><span class="meta">\(notes.joined(separator: ", "))</span></td>
      """
  }

  // MARK: - Differences

  private func differences(_ run: Int, _ parity: Parity) -> Markup {
    let summary = parity.runs[run]
    let words = CauseText(titles: summary.titles)
    let rows: [Markup] = parity.rows.flatMap { row in
      row.cells[run].causes.map { count -> Markup in
        """
        <tr><th scope="row">\(row.loss)</th><td class="dialect">\(row.dialect)</td>\
        <td class="n">\(groupedText(count.cases))</td><td>\(words.title(count.cause))</td></tr>
        """
      }
    }
    let closest: [Markup] = summary.dialects.sentences.map { "<p>\($0)</p>" }
    return """
      <h3>\(parity.sentence(run))</h3>
      \(closest)
      \(if: !rows.isEmpty, list(["Loss", "Dialect", "Cases", "Cause"], rows, numbers: 2))
      """
  }

  private func changes(_ changes: RunChanges, _ parity: Parity) -> Markup {
    let words = CauseText(titles: parity.titles)
    let sections: [Markup] = changes.sections.filter { !$0.changes.isEmpty }.map { section in
      let items: [Markup] = section.changes.prefix(Self.caseLimit).map {
        "<li>\($0.text(words))</li>"
      }
      let hidden = section.changes.count - items.count
      return """
        <details class="more"><summary>\(section.title): \(groupedText(section.changes.count))</summary>
        <ul>\(items)\(if: hidden > 0, "<li>\(groupedText(hidden)) more</li>")</ul></details>
        """
    }
    return """
      <section><h2>\(changes.after) since \(changes.before)</h2>
      <p>\(changes.sentence)</p>
      \(sections)
      </section>
      """
  }

  private func list(_ heads: [String], _ rows: [Markup], numbers column: Int) -> Markup {
    let cells: [Markup] = heads.enumerated().map { place, head in
      place == column
        ? "<th scope=\"col\" class=\"n\">\(head)</th>" : "<th scope=\"col\">\(head)</th>"
    }
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="Causes">\
      <table class="list"><thead><tr>\(cells)</tr></thead><tbody>\(rows)</tbody></table></div>
      """
  }

  private func fixtures(_ parity: Parity) -> [Markup] {
    parity.runs.map {
      """
      <div><dt>\($0.name)</dt><dd>fixtures <code>\($0.fixtures.manifestSHA256)</code></dd></div>
      """
    }
  }
}

extension CauseName {
  /// Whether the words for it need no titles of mistakes.
  fileprivate var isPlain: Bool {
    if case .candidate(.mistake) = self { false } else { true }
  }
}
