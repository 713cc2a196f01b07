/// A report as text for a terminal, at most 100 columns wide but for long case ids.
public struct TerminalReport: Sendable {
  /// Whether to colour the verdicts (ANSI escapes).
  public let hasColor: Bool
  /// How many failing cases are shown in full; `nil` shows all.
  public let failureLimit: Int?

  /// Creates the rendering.
  public init(hasColor: Bool = false, failureLimit: Int? = 10) {
    self.hasColor = hasColor
    self.failureLimit = failureLimit
  }

  /// The text, with a newline at its end.
  ///
  /// - Complexity: O(cases).
  public func text(_ report: Report) -> String {
    var lines: [String] = []
    let failures = report.failures
    for result in failures.prefix(failureLimit ?? failures.count) {
      lines += block(result, report.command) + [""]
    }
    if let failureLimit, failures.count > failureLimit {
      lines += ["... \(failures.count - failureLimit) more failing cases (--all-failures)", ""]
    }
    if !report.cases.isEmpty { lines += totals(report.totals) + [""] }
    lines.append(closing(report))
    return lines.joined(separator: "\n") + "\n"
  }

  /// The text of one case that failed.
  ///
  /// - Complexity: O(worst elements).
  public func text(_ result: CaseReport) -> String {
    block(result, nil).joined(separator: "\n")
  }

  // MARK: - One failing case

  private func block(_ result: CaseReport, _ command: String?) -> [String] {
    let flags = result.flags.isEmpty ? "" : "  [\(result.flags.joined(separator: ", "))]"
    var lines = ["\(red("FAIL")) \(result.id)", "  \(result.comment)\(flags)"]
    if let mismatch = result.comparison.mismatch {
      lines += describe(mismatch).map { "  " + $0 }
    }
    for part in result.comparison.failures {
      guard let compared = result.comparison[part] else { continue }
      let description = describe(compared)
      lines.append("  \(part): \(description.first ?? "")")
      lines += description.dropFirst().map { "  " + $0 }
    }
    let owed = result.comparison.gradients == .required ? " --gradients required" : ""
    let program = command.map { "\(owed) --command '\($0.replacing("'", with: "'\\''"))'" } ?? ""
    lines.append(
      "  again: loss-parity verify --dialect \(result.dialect) --case '\(result.id)'\(program)")
    return lines
  }

  private func describe(_ mismatch: Comparison.Mismatch) -> [String] {
    switch mismatch {
    case .broken(let what): [what]
    case .refused(let code, let message):
      ["refused with \(code): \(message)", "expected a value"]
    case .accepted(let code):
      ["answered a value", "expected the error \(code)"]
    case .errorCode(let actual, let expected, let message):
      ["refused with \(actual): \(message)", "expected the error \(expected)"]
    }
  }

  private func describe(_ part: TensorComparison) -> [String] {
    switch part {
    case .unanswered: ["none was answered"]
    case .dtype(let actual, let expected): ["dtype \(actual), expected \(expected)"]
    case .shape(let actual, let expected): ["shape \(actual), expected \(expected)"]
    case .elements(let elements): describe(elements)
    }
  }

  private func describe(_ elements: ElementComparison) -> [String] {
    var first = "\(elements.mismatched) of \(elements.count) elements outside their tolerances"
    if elements.mismatchedNaN > 0 { first += ", \(elements.mismatchedNaN) by NaN" }
    if elements.mismatchedInfinity > 0 { first += ", \(elements.mismatchedInfinity) by infinity" }
    var rows = [["index", "actual", "expected", "error", "allowed", "error/allowed", "ulp"]]
    rows += elements.worst.map { row($0, dtype: elements.dtype) }
    var lines = [first] + table(rows, leftAligned: 1).map { "  " + $0 }
    let hidden = elements.mismatched - elements.worst.count
    if hidden > 0 { lines.append("  ... \(hidden) more (--worst \(elements.mismatched))") }
    if let passing = elements.worstPassing {
      let used = percent(passing.toleranceUsed)
      lines.append("worst passing: \(passing.index) used \(used) of its tolerance")
    }
    return lines
  }

  private func row(_ element: ElementDifference, dtype: String) -> [String] {
    [
      "\(element.index)", text(element.actual, dtype), text(element.expected, dtype),
      decimalText(element.error, digits: 3), decimalText(element.allowed, digits: 3),
      decimalText(element.toleranceUsed, digits: 3),
      element.ulps.map { $0 < 1_000_000_000 ? "\($0)" : decimalText(Double($0), digits: 3) }
        ?? "-",
    ]
  }

  // MARK: - Totals

  /// One table for each dialect, their columns in line.
  private func totals(_ totals: [LossTotal]) -> [String] {
    let hasSkips = totals.contains { $0.skipped > 0 }
    let hasGradients = totals.contains { $0.gradients + $0.unansweredGradients > 0 }
    var rows: [[String]] = []
    var starts: [Int] = []
    for total in totals {
      if starts.isEmpty || total.dialect != rows[starts[starts.count - 1]][0] {
        starts.append(rows.count)
        rows.append(
          [total.dialect, "cases", "passed", "failed"] + (hasSkips ? ["skipped"] : [])
            + (hasGradients ? ["gradients"] : []) + ["elements", "worst"])
      }
      rows.append(
        [total.loss, "\(total.cases)", "\(total.passed)", "\(total.failed)"]
          + (hasSkips ? ["\(total.skipped)"] : [])
          + (hasGradients ? ["\(total.gradients)"] : [])
          + ["\(total.elements)", percent(total.largestToleranceUsed)])
    }
    let lines = table(rows, leftAligned: 1)
    return lines.indices.flatMap { $0 > 0 && starts.contains($0) ? ["", lines[$0]] : [lines[$0]] }
  }

  private func closing(_ report: Report) -> String {
    let checked = report.cases.count { $0.status != .skipped }
    let skipped = report.cases.count - checked
    let unanswered = report.unansweredGradients
    let unchecked =
      (skipped == 0 ? "" : "; \(skipped) cases were skipped")
      + (unanswered == 0 ? "" : "; \(unanswered) gradients were not answered")
    switch report.verdict {
    case .passed:
      return green("PASSED")
        + ": \(report.implementation) answers all \(checked) cases as Keras does\(unchecked)"
    case .failed:
      return red("FAILED") + ": \(report.implementation) differs from Keras in "
        + "\(report.failures.count) of \(checked) cases\(unchecked)"
    case .nothingChecked where skipped > 0:
      return red("NOTHING CHECKED") + ": \(report.implementation) supports none of the cases"
    case .nothingChecked:
      return red("NOTHING CHECKED") + ": no case is of that loss, dialect, id and flag; "
        + "loss-parity list shows the \(report.fixtures.caseCount) there are"
    }
  }

  // MARK: - Text

  /// The shortest decimal that gives a number of a dtype back.
  private func text(_ number: Double, _ dtype: String) -> String {
    NumberFormat(rawValue: dtype)?.text(number) ?? "\(number)"
  }

  private func percent(_ share: Double) -> String {
    decimalText(share * 100, digits: 2) + " %"
  }

  private func red(_ text: String) -> String { hasColor ? "\u{1b}[1;31m\(text)\u{1b}[0m" : text }

  private func green(_ text: String) -> String { hasColor ? "\u{1b}[1;32m\(text)\u{1b}[0m" : text }
}

/// Rows in columns two spaces apart; the first columns left-aligned, the others right-aligned.
///
/// - Complexity: O(cells).
func table(_ rows: [[String]], leftAligned: Int) -> [String] {
  let columns = rows.first?.count ?? 0
  let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
  return rows.map { row in
    let cells = row.enumerated().map { column, cell in
      let padding = String(repeating: " ", count: widths[column] - cell.count)
      return column < leftAligned ? cell + padding : padding + cell
    }
    return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
  }
}
