/// Losses by dialects: how many cases passed, and how much of their tolerances they used.
struct TotalsSection {
  let report: Report

  var markup: Markup {
    let totals = report.totals
    guard !totals.isEmpty else { return .none }
    var (losses, dialects): ([String], [String]) = ([], [])
    var cells: [[String]: LossTotal] = [:]
    for total in totals {
      if !losses.contains(total.loss) { losses.append(total.loss) }
      if !dialects.contains(total.dialect) { dialects.append(total.dialect) }
      cells[[total.loss, total.dialect]] = total
    }
    let heads: [Markup] = dialects.map { "<th scope=\"col\">\($0)</th>" }
    let rows: [Markup] = losses.map { loss in
      let own: [Markup] = dialects.map {
        cells[[loss, $0]].map(cell) ?? "<td class=\"none\">-</td>"
      }
      return "<tr><th scope=\"row\">\(loss)</th>\(own)</tr>"
    }
    return """
      <section id="totals" aria-labelledby="totals-heading">
      <h2 id="totals-heading">Losses and dialects</h2>
      <p class="quiet">Passed of the cases asked, and below it the largest share of its tolerance that a \
      passing element used.</p>
      <div class="scroll" tabindex="0" role="region" aria-labelledby="totals-heading">\
      <table class="matrix"><thead><tr><th scope="col">Loss</th>\(heads)</tr></thead>
      <tbody>\(rows)</tbody></table></div>
      \(if: !report.dialects.isEmpty, agreements)
      </section>
      """
  }

  /// Which dialect answers are closest to, where some are not those of the one that was asked.
  private var agreements: Markup {
    let rows: [Markup] = report.dialects.map { agreement in
      """
      <tr><th scope="row">\(agreement.asked)</th><td class="dialect">\(agreement.dialect)</td>\
      <td class="n">\(groupedText(agreement.agreed)) / \(groupedText(agreement.answered))</td></tr>
      """
    }
    return """
      <details class="question"><summary>Agreement with each dialect</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="Agreement with each dialect">\
      <table class="list"><thead><tr><th scope="col">Asked</th><th scope="col">Dialect</th>\
      <th scope="col" class="n">Answers that are its own</th></tr></thead>
      <tbody>\(rows)</tbody></table></div></details>
      """
  }

  private func cell(_ total: LossTotal) -> Markup {
    let asked = total.passed + total.failed
    let (kind, sign) =
      total.failed > 0
      ? ("fail", "\u{2717}") : total.passed > 0 ? ("pass", "\u{2713}") : ("none", "")
    return """
      <td class="\(kind)"><span class="count">\(sign) \(groupedText(total.passed)) / \(groupedText(asked))</span>\
      <span class="meta">\(percentText(total.largestToleranceUsed))\
      \(if: total.skipped > 0, ", \(total.skipped) skipped")</span></td>
      """
  }
}
