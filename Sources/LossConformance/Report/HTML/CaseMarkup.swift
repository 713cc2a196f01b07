import LossFixtures

/// Failing cases of a cause: what was asked, and the answer beside Keras's and the candidate's.
struct CaseMarkup {
  let report: Report
  private let marks: GateMarks

  init(report: Report) {
    self.report = report
    marks = GateMarks(report.gate)
  }

  /// How many elements of a part are shown side by side.
  private static let elements = 24

  /// A case as a row, without its numbers.
  func listed(_ result: CaseReport) -> Markup {
    """
    <tr \(attributes(result))><th scope="row"><code>\(result.id)</code></th>\
    <td class="dialect">\(result.dialect)</td><td class="prose">\(result.comment)</td>\
    <td class="n">\(used(result))</td></tr>
    """
  }

  /// A case with all of its numbers.
  func detailed(_ result: CaseReport, id: String, isOpen: Bool) -> Markup {
    """
    <details class="case" id="\(id)" \(attributes(result))\(if: isOpen, " open")>
    <summary><code>\(result.id)</code><span class="meta">\(result.dialect)</span>\
    <span class="used">\(used(result))</span></summary>
    <div class="body">
    <p class="about">\(result.comment) \(flags(result))</p>
    \(marks.reason(of: result).map { "<p class=\"fix\"><strong>Expected</strong> \($0)</p>" } ?? .none)
    \(mismatch(result))
    \(result.detail.map(parts) ?? .none)
    \(result.detail.map { StageLadder(detail: $0, result: result).markup } ?? .none)
    \(result.detail.map(question) ?? .none)
    <p class="again"><span class="label">Again</span> <code>\(result.again(report.command))</code></p>
    </div>
    </details>
    """
  }

  /// What the filter looks at.
  private func attributes(_ result: CaseReport) -> Markup {
    """
    data-case data-loss="\(result.loss)" data-dialect="\(result.dialect)" \
    data-dtype="\(result.dtype)" data-flag="\(result.flags.joined(separator: " "))" \
    data-status="\(result.status.rawValue)"
    """
  }

  private func used(_ result: CaseReport) -> String {
    if result.comparison.mismatch != nil { return "no value" }
    let used = result.toleranceUsed
    if used.isFinite { return decimalText(used, digits: 2) + " \u{d7} allowed" }
    for part in result.comparison.failures {
      switch result.comparison[part] {
      case .dtype: return "another dtype"
      case .shape: return "another shape"
      case .unanswered, .elements, nil: continue
      }
    }
    return "NaN or infinity"
  }

  private func flags(_ result: CaseReport) -> [Markup] {
    result.flags.map { "<span class=\"flag\">\($0)</span> " }
  }

  private func mismatch(_ result: CaseReport) -> Markup {
    guard let mismatch = result.comparison.mismatch else { return .none }
    let lines: [Markup] = mismatch.sentences.map { "<p>\($0)</p>" }
    return "<div class=\"mismatch\">\(lines)</div>"
  }

  // MARK: - Numbers

  private func parts(_ detail: CaseDetail) -> Markup {
    let parts = detail.parts.map { part(part: $0, detail) }
    return "\(parts)"
  }

  private func part(part: CaseDetail.Part, _ detail: CaseDetail) -> Markup {
    guard part.failed || part.actual != nil && part.expected == nil else { return .none }
    return """
      <h5>\(part.part == .value ? "Value" : "Gradient") \(summary(part))</h5>
      \(numbers(part, detail))
      """
  }

  private func summary(_ part: CaseDetail.Part) -> Markup {
    guard let tensor = part.expected ?? part.actual else { return .none }
    let wrong = part.differences?.count { !$0.isWithin }
    let shape = "\(tensor.dtype) \(tensor.shape)"
    return """
      <span class="meta">\(shape)\(wrong.map { ", \($0) of \(tensor.values.count) outside" } ?? "")\
      </span>
      """
  }

  private func numbers(_ part: CaseDetail.Part, _ detail: CaseDetail) -> Markup {
    guard let differences = part.differences, let tensor = part.expected else {
      return whole(part, detail)
    }
    let map = HeatMap(differences: differences, excerpt: tensor)
    return """
      \(if: differences.count > 1, map.markup)
      \(sideBySide(part, differences, tensor, candidate: candidateName(detail)))
      """
  }

  /// The name of the candidate over its column.
  private func candidateName(_ detail: CaseDetail) -> String {
    detail.candidate.map { CauseText(report.mistakes).title($0) } ?? ""
  }

  private func sideBySide(
    _ part: CaseDetail.Part, _ differences: [ElementDifference], _ tensor: TensorExcerpt,
    candidate name: String
  ) -> Markup {
    let candidate = part.candidate.flatMap { $0.isAligned(with: tensor) ? $0 : nil }
    let shown =
      differences.count <= Self.elements
      ? Array(differences.indices)
      : differences.indices
        .sorted {
          (-differences[$0].toleranceUsed, $0) < (-differences[$1].toleranceUsed, $1)
        }
        .prefix(Self.elements).sorted()
    let rows: [Markup] = shown.map { place in
      let element = differences[place]
      let cells = element.cells(tensor.dtype)
      let other = candidate.map { numberText($0.values[place], tensor.dtype) }
      return """
        <tr\(if: !element.isWithin, " class=\"bad\"")><th scope="row">\(cells[0])</th>\
        <td class="n actual">\(cells[1])</td><td class="n">\(cells[2])</td>\
        \(other.map { "<td class=\"n candidate\">\($0)</td>" } ?? .none)\
        <td class="n">\(cells[3])</td><td class="n">\(cells[4])</td>\
        <td class="n used">\(cells[5])</td><td class="n">\(cells[6])</td></tr>
        """
    }
    let hidden = tensor.count - shown.count
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="Elements"><table class="elements">
      <thead><tr><th scope="col">Index</th><th scope="col" class="n">Actual</th>\
      <th scope="col" class="n">Keras</th>\
      \(if: candidate != nil, "<th scope=\"col\" class=\"n\">\(name)</th>")\
      <th scope="col" class="n">Error</th><th scope="col" class="n">Allowed</th>\
      <th scope="col" class="n">Error / allowed</th><th scope="col" class="n">ulp</th></tr></thead>
      <tbody>\(rows)</tbody></table></div>
      \(if: hidden > 0, "<p class=\"quiet\">\(counted(hidden, "more element")), less far off.</p>")
      """
  }

  /// Tensors that cannot be held against each other element by element.
  private func whole(_ part: CaseDetail.Part, _ detail: CaseDetail) -> Markup {
    var rows: [(String, TensorExcerpt)] = []
    if let actual = part.actual { rows.append(("Actual", actual)) }
    if let expected = part.expected { rows.append(("Keras", expected)) }
    if let candidate = part.candidate { rows.append((candidateName(detail), candidate)) }
    return arrays(rows)
  }

  // MARK: - The question

  private func question(_ detail: CaseDetail) -> Markup {
    let config = detail.config.sorted { $0.key < $1.key }
      .map { "\($0.key)=\(settingText($0.value))" }
    let inputs = detail.inputs.sorted { Self.order($0.key) < Self.order($1.key) }
    return """
      <details class="question"><summary>Inputs</summary>
      <p>\(detail.form == .class ? "The class" : "The bare function")\
      \(config.isEmpty ? ", with its defaults" : " with \(config.joined(separator: ", "))").</p>
      \(arrays(inputs.map { ($0.key, $0.value) }))
      </details>
      """
  }

  /// The arguments in the order in which they are passed.
  private static func order(_ name: String) -> String {
    let usual = ["y_true", "y_pred", "sample_weight", "mask"]
    return usual.firstIndex(of: name).map(String.init) ?? name
  }

  private func arrays(_ arrays: [(name: String, excerpt: TensorExcerpt)]) -> Markup {
    let rows: [Markup] = arrays.map { name, excerpt in
      """
      <tr><th scope="row">\(name)</th><td>\(excerpt.dtype) \("\(excerpt.shape)")</td>\
      <td><code>\(NumPyText.text(excerpt))</code></td></tr>
      """
    }
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="Arrays"><table class="arrays">
      <thead><tr><th scope="col">Array</th><th scope="col">Dtype, shape</th>\
      <th scope="col">Elements</th></tr></thead>
      <tbody>\(rows)</tbody></table></div>
      """
  }
}

/// A parameter as Python writes it.
func settingText(_ value: ParameterValue) -> String {
  switch value {
  case .boolean(let boolean): boolean ? "True" : "False"
  case .number(let number): numberText(number, "")
  case .string(let text): "'\(text)'"
  case .list(let values): "[\(values.map(settingText).joined(separator: ", "))]"
  case .null: "None"
  }
}
