import LossFixtures

/// Why cases fail: each cause with its explanation, its fix, its evidence, and its cases.
struct CauseSection {
  let report: Report
  let groups: [CauseGroup]
  private let marks: GateMarks

  init(report: Report, groups: [CauseGroup]) {
    self.report = report
    self.groups = groups
    marks = GateMarks(report.gate)
  }

  /// How many cases of a cause are shown in detail.
  private static let detailedCases = 40
  /// How many of them are not folded away.
  private static let unfoldedCases = 5
  /// How many more cases of a cause are listed.
  private static let listedCases = 200
  /// The evidence of more losses and dialects than this is folded away.
  private static let openMembers = 8

  var markup: Markup {
    guard !groups.isEmpty else { return empty }
    var budget = HTMLReport.detailBudget
    var articles: [Markup] = []
    for (place, group) in groups.enumerated() {
      // Later causes keep their share.
      let share = budget / (groups.count - place)
      let cases = self.cases(of: group, place: place, bytes: max(share, budget / 4))
      budget -= cases.byteCount
      articles.append(article(group, place: place, cases: cases))
    }
    return """
      <section id="causes" aria-labelledby="causes-heading">
      <h2 id="causes-heading">Causes</h2>
      \(articles)
      </section>
      """
  }

  private var empty: Markup {
    let text =
      report.verdict == .failed
      ? "No case was diagnosed." : "No case failed: there is nothing to explain."
    return """
      <section id="causes" aria-labelledby="causes-heading">
      <h2 id="causes-heading">Causes</h2>
      <p class="quiet">\(text)</p>
      </section>
      """
  }

  // MARK: - One cause

  private func article(_ group: CauseGroup, place: Int, cases: Markup) -> Markup {
    let expected = group.cases.count { marks.reason(of: $0) != nil }
    return """
      <article class="cause" aria-labelledby="cause-\(place + 1)">
      <header>
      <h3 id="cause-\(place + 1)"><span class="pill \(group.verdict.rawValue)">\
      \(group.verdict.rawValue)</span> \(title(group))</h3>
      <p class="places">\(counted(group.cases.count, "failing case")) of \(group.placesText)\
      \(if: expected > 0, ", \(expected) of them expected")</p>
      </header>
      \(explanation(group))
      \(evidence(group))
      <h4>Cases</h4>
      \(cases)
      </article>
      """
  }

  private func title(_ group: CauseGroup) -> String {
    switch group.verdict {
    case .unexplained: "no known mistake or dialect gives these answers"
    case .explained, .ambiguous, .partial, .numerics: group.title
    }
  }

  private func explanation(_ group: CauseGroup) -> [Markup] {
    group.mistakes.map { mistake in
      let links: [Markup] = mistake.links.map { "<li>\(link($0))</li>" }
      return """
        <div class="mistake">
        \(if: group.mistakes.count > 1, "<p class=\"label\">\(mistake.title)</p>")
        <p>\(mistake.explanation)</p>
        <p class="fix"><strong>Fix</strong> \(mistake.fix)</p>
        \(if: !links.isEmpty, "<p class=\"label\">Asked before</p><ul class=\"links\">\(links)</ul>")
        </div>
        """
    }
  }

  /// A link that goes where it says; anything but https stays text.
  private func link(_ address: String) -> Markup {
    guard address.hasPrefix("https://") else { return "\(address)" }
    return "<a href=\"\(address)\" rel=\"noreferrer\">\(address.dropFirst(8).description)</a>"
  }

  private func evidence(_ group: CauseGroup) -> Markup {
    let words = CauseText(report.mistakes)
    let rows: [Markup] = group.members.map { member in
      let sentences: [Markup] = words.paragraphs(
        member.cause, failing: member.failing, isKnown: !group.mistakes.isEmpty
      ).map { "<p>\($0)</p>" }
      return """
        <tr><th scope="row">\(member.loss)</th><td class="dialect">\(member.dialect)</td>\
        <td class="n">\(member.cause.cases.count) / \(member.failing)</td><td class="prose">\(sentences)</td></tr>
        """
    }
    let table: Markup = """
      <div class="scroll" tabindex="0" role="region" aria-label="Evidence"><table class="evidence">
      <thead><tr><th scope="col">Loss</th><th scope="col">Dialect</th>\
      <th scope="col" class="n">Failing cases</th><th scope="col">Evidence</th></tr></thead>
      <tbody>\(rows)</tbody></table></div>
      """
    guard rows.count > Self.openMembers else { return "<h4>Evidence</h4>\(table)" }
    return """
      <details><summary><h4>Evidence in \(rows.count) losses and dialects</h4></summary>\(table)\
      </details>
      """
  }

  // MARK: - Its cases

  private func cases(of group: CauseGroup, place: Int, bytes: Int) -> Markup {
    let drawing = CaseMarkup(report: report)
    var items: [Markup] = []
    var taken = 0
    for (number, result) in group.cases.prefix(Self.detailedCases).enumerated() {
      let item = drawing.detailed(
        result, id: "case-\(place + 1)-\(number + 1)", isOpen: place + number == 0)
      taken += item.byteCount
      guard taken <= bytes else { break }
      items.append(item)
    }
    let first = items.prefix(Self.unfoldedCases)
    let others = Array(items.dropFirst(Self.unfoldedCases))
    let rest = group.cases.dropFirst(items.count)
    let listed: [Markup] = rest.prefix(Self.listedCases).map(drawing.listed)
    let hidden = rest.count - listed.count
    return """
      <div class="cases">\(Array(first))</div>
      \(if: !others.isEmpty, "<details class=\"more\"><summary>\(counted(others.count, "more case"))</summary><div class=\"cases\">\(others)</div></details>")
      \(if: !listed.isEmpty, folded(listed, shown: items.count))
      \(if: hidden > 0, left(hidden))
      <p class="quiet nothing" hidden>No case of this cause is among those filtered.</p>
      """
  }

  private func left(_ hidden: Int) -> Markup {
    """
    <p class="quiet">\(groupedText(hidden)) more cases of this cause are not in this page; the JSON report \
    has them all.</p>
    """
  }

  private func folded(_ listed: [Markup], shown: Int) -> Markup {
    let what = shown == 0 ? "case" : "more case"
    return """
      <details class="more"><summary>\(counted(listed.count, what)), without their numbers</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="More cases"><table class="list">
      <thead><tr><th scope="col">Case</th><th scope="col">Dialect</th><th scope="col">About</th>\
      <th scope="col" class="n">error / allowed</th></tr></thead>
      <tbody>\(listed)</tbody></table></div></details>
      """
  }
}
