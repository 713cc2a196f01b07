/// What a gate misses, and which failures it accepts for which reasons.
struct GateSection {
  let report: Report

  var markup: Markup {
    guard let gate = report.gate else { return .none }
    let problems: [Markup] = gate.problems.map {
      "<li><p>\($0.message)</p><p class=\"quiet\">\($0.advice)</p></li>"
    }
    return """
      <section id="gate" aria-labelledby="gate-heading">
      <h2 id="gate-heading">Gate <span class="pill \(gate.passed ? "accepted" : "explained")">\
      \(gate.passed ? "passed" : "failed")</span></h2>
      \(if: !problems.isEmpty, "<ul class=\"problems\">\(problems)</ul>")
      \(if: !gate.accepted.isEmpty, accepted(gate))
      </section>
      """
  }

  private func accepted(_ gate: GateResult) -> Markup {
    let rows: [Markup] = gate.accepted.map { expectation, cases in
      """
      <tr><th scope="row">\(expectation.causeText)</th><td class="n">\(groupedText(cases))</td>\
      <td class="dialect">\(expectation.expires.map { "\($0)" } ?? "-")</td>\
      <td class="prose">\(expectation.reason)</td></tr>
      """
    }
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="Expected failures">\
      <table class="list"><thead><tr><th scope="col">Expected cause</th>\
      <th scope="col" class="n">Failing cases</th><th scope="col">Until</th>\
      <th scope="col">Reason</th></tr></thead><tbody>\(rows)</tbody></table></div>
      """
  }
}
