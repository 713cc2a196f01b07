import LossFixtures

/// The kill matrix of the losses asked: by how much the fixtures tell each mistake from Keras.
struct KillSection {
  let report: Report

  var markup: Markup {
    guard let matrix = report.killMatrix else { return .none }
    var (losses, dialects): ([String], [String: [String]]) = ([], [:])
    for total in report.totals {
      if dialects[total.loss] == nil { losses.append(total.loss) }
      dialects[total.loss, default: []].append(total.dialect)
    }
    let tables = losses.map { table($0, dialects[$0] ?? [], matrix) }
    return """
      <section id="kills" aria-labelledby="kills-heading">
      <h2 id="kills-heading">What a pass proves</h2>
      <p class="quiet">Each known mistake is at least 10 tolerances from Keras in some case of the fixtures: \
      who passes the case does not make the mistake. The numbers are the tolerances by which the best case \
      tells it; \u{221e} is NaN, a shape or an error.</p>
      \(tables)
      </section>
      """
  }

  private func table(_ loss: String, _ dialects: [String], _ matrix: KillMatrix) -> Markup {
    let kills = dialects.map { matrix.kills(loss: loss, dialect: $0) }
    let ids = Set(kills.flatMap(\.keys))
    guard !ids.isEmpty else { return .none }
    let words = CauseText(report.mistakes)
    let least = ids.map { id in
      (
        id: id,
        margin: kills.compactMap { $0[id]?.timesTolerance }.filter { $0 > 0 }.min() ?? .infinity
      )
    }
    let rows: [Markup] = least.sorted { ($0.margin, $0.id) < ($1.margin, $1.id) }.map { id, _ in
      let best = kills.compactMap { $0[id]?.best }.first
      let cells: [Markup] = kills.map { cell($0[id]) }
      return """
        <tr><th scope="row">\(words.title(.mistake(id)))</th>\
        <td><code>\(best.map { short($0, loss) } ?? "-")</code></td>\(cells)</tr>
        """
    }
    let heads: [Markup] = dialects.map { "<th scope=\"col\" class=\"n\">\($0)</th>" }
    return """
      <details class="kills"><summary>\(loss) <span class="meta">\(counted(ids.count, "mistake"))</span></summary>
      <div class="scroll" tabindex="0" role="region" aria-label="Mistakes of \(loss)"><table class="list">
      <thead><tr><th scope="col">Mistake</th><th scope="col">Best case</th>\(heads)</tr></thead>
      <tbody>\(rows)</tbody></table></div></details>
      """
  }

  private func cell(_ kill: KillMatrix.Kill?) -> Markup {
    guard let kill else { return "<td class=\"n\"></td>" }
    guard kill.best != nil else { return "<td class=\"n\">no input</td>" }
    let times = kill.timesTolerance
    return "<td class=\"n\">\(times.isFinite ? decimalText(times, digits: 2) : "\u{221e}")</td>"
  }

  /// An id without its loss.
  private func short(_ id: String, _ loss: String) -> String {
    id.hasPrefix(loss + ".") ? String(id.dropFirst(loss.count + 1)) : id
  }
}
