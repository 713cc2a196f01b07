import LossFixtures

/// What the page begins with: the verdict, what was asked, and the numbers that people look for first.
struct PageHeader {
  let report: Report
  let causes: Int

  var markup: Markup {
    """
    <header class="page">
    <p class="brand">loss-parity</p>
    <h1><span class="verdict \(kind)">\(report.verdictText)</span> \
    \(headline)</h1>
    <p class="implementation"><span class="label">Implementation</span> \
    <code>\(report.implementation)</code></p>
    <ul class="tiles">\(tiles)</ul>
    <nav aria-label="Sections"><ul>\(links)</ul></nav>
    </header>
    """
  }

  /// Whether the verdict is good news.
  private var kind: String {
    report.verdict == .passed || report.failsAsExpected ? "passed" : report.verdict.rawValue
  }

  private var headline: String {
    let checked = report.cases.count { $0.status != .skipped }
    switch report.verdict {
    case .passed:
      return "All \(groupedText(checked)) cases are answered as Keras does"
    case .failed:
      return
        "\(groupedText(report.failures.count)) of \(groupedText(checked)) cases differ from Keras"
    case .nothingChecked: return report.sentence
    }
  }

  private var tiles: [Markup] {
    let totals = report.totals
    let elements = totals.reduce(0) { $0 + $1.elements }
    let worst = totals.map(\.largestToleranceUsed).max() ?? 0
    var tiles: [(String, String, String)] = [
      ("Passed", groupedText(totals.reduce(0) { $0 + $1.passed }), "pass"),
      ("Failed", groupedText(report.failures.count), report.failures.isEmpty ? "" : "fail"),
      ("Causes", groupedText(causes), causes == 0 ? "" : "fail"),
      ("Skipped", groupedText(totals.reduce(0) { $0 + $1.skipped }), ""),
      ("Elements compared", groupedText(elements), ""),
      ("Largest tolerance used in passing", percentText(worst), ""),
    ]
    let expected = report.failures.count - report.unexpectedFailures.count
    if expected > 0 { tiles.insert(("Of these expected", groupedText(expected), ""), at: 2) }
    if report.unansweredGradients > 0 {
      tiles.append(("Gradients not answered", groupedText(report.unansweredGradients), ""))
    }
    return tiles.map { label, number, kind in
      "<li class=\"tile \(kind)\"><span class=\"number\">\(number)</span> "
        + "<span class=\"label\">\(label)</span></li>"
    }
  }

  private var links: [Markup] {
    var links = report.gate == nil ? [] : [("gate", "Gate")]
    links += [
      ("causes", "Causes"), ("totals", "Losses and dialects"), ("tolerances", "Tolerances used"),
    ]
    if report.killMatrix != nil { links.append(("kills", "What a pass proves")) }
    links.append(("cases", "All cases"))
    return links.map { "<li><a href=\"#\($0)\">\($1)</a></li>" }
  }
}

/// What the page ends with: where the numbers come from, and the JSON.
struct PageFooter {
  let report: Report
  let hasJSON: Bool

  var markup: Markup {
    """
    <footer class="page">
    <dl>
    \(if: report.command != nil && report.command != report.implementation, command)
    <div><dt>Fixtures</dt><dd><code>\(report.fixtures.manifestSHA256)</code>, \
    \(groupedText(report.fixtures.caseCount)) cases</dd></div>
    <div><dt>Selection</dt><dd>\(selection)</dd></div>
    <div><dt>JSON</dt><dd>\(json)</dd></div>
    </dl>
    </footer>
    """
  }

  private var command: Markup {
    "<div><dt>Command</dt><dd><code>\(report.command ?? "")</code></dd></div>"
  }

  private var selection: String {
    let selection = report.selection
    let parts = [
      ("losses", selection.losses), ("dialects", selection.dialects),
      ("cases", selection.casePatterns), ("flags", selection.flags),
    ].filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1.joined(separator: ", "))" }
    return parts.isEmpty ? "all cases" : parts.joined(separator: "; ")
  }

  private var json: Markup {
    hasJSON
      ? """
      <button type="button" id="download" hidden>Download the report as JSON</button> \
      <span class="noscript">This page holds it in its last element but one.</span>
      """
      : "Too large for this page; <code>loss-parity verify --report json=FILE</code> writes it."
  }
}
