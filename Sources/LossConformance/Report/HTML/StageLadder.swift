import LossFixtures

/// The steps of the computation, and the first at which the implementation is not where Keras is.
struct StageLadder {
  let detail: CaseDetail
  let result: CaseReport

  var markup: Markup {
    guard !detail.stages.isEmpty else { return .none }
    let first = detail.stages.firstIndex { $0.agrees == false }
    let steps: [Markup] = detail.stages.enumerated().map { place, stage in
      let (kind, sign, words) = standing(stage, isFirst: place == first)
      return """
        <li class="\(kind)"><span class="sign" aria-hidden="true">\(sign)</span>\(stage.name)\
        <span class="meta">\(words)</span></li>
        """
    }
    return """
      <h5>Stages <span class="meta">\(headline(first))</span></h5>
      <ol class="ladder">\(steps)</ol>
      \(numbers(first))
      """
  }

  private func headline(_ first: Int?) -> String {
    if let first { return "first that differs: \(detail.stages[first].name)" }
    return detail.stages.contains { $0.agrees != nil }
      ? "those that were told are Keras's" : "the implementation tells none; these are Keras's"
  }

  private func standing(
    _ stage: CaseDetail.StageDetail, isFirst: Bool
  ) -> (kind: String, sign: String, words: String) {
    switch stage.agrees {
    case true?: ("agrees", "\u{2713}", "agrees")
    case false? where isFirst: ("first", "\u{2717}", "first that differs")
    case false?: ("differs", "\u{2717}", "differs")
    case nil: ("untold", "\u{2013}", "not told")
    }
  }

  private func numbers(_ first: Int?) -> Markup {
    let rows: [Markup] = detail.stages.enumerated().map { place, stage in
      """
      <tr\(if: place == first, " class=\"bad\"")><th scope="row">\(stage.name)</th>\
      <td><code>\(stage.actual.map(NumPyText.text) ?? "-")</code></td>\
      <td><code>\(NumPyText.text(stage.expected))</code></td></tr>
      """
    }
    return """
      <details class="question"\(if: first != nil, " open")><summary>Numbers at the stages</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="Stages"><table class="arrays">
      <thead><tr><th scope="col">Stage</th><th scope="col">Actual</th><th scope="col">Keras</th></tr></thead>
      <tbody>\(rows)</tbody></table></div></details>
      """
  }
}
