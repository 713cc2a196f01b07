/// A report as text for a terminal, at most 100 columns wide but for long case ids.
public struct TerminalReport: Sendable {
  /// Whether to colour the verdicts (ANSI escapes).
  public let hasColor: Bool
  /// How many failing cases are shown in full; `nil` shows all.
  public let failureLimit: Int?
  /// Whether the command lines are shown that ask a case once more, or show more of it.
  public let showsCommands: Bool

  /// Texts are broken into lines of at most this many characters.
  private static let width = 100

  /// Creates the rendering.
  public init(hasColor: Bool = false, failureLimit: Int? = 10, showsCommands: Bool = true) {
    self.hasColor = hasColor
    self.failureLimit = failureLimit
    self.showsCommands = showsCommands
  }

  /// The text, with a newline at its end.
  ///
  /// - Complexity: O(cases).
  public func text(_ report: Report) -> String {
    var lines = causes(report)
    let failures = failuresWithCauses(report)
    for failure in failures.prefix(failureLimit ?? failures.count) {
      lines += block(failure, report.command) + [""]
    }
    if let failureLimit, failures.count > failureLimit {
      lines += ["... \(failures.count - failureLimit) more failing cases (--all-failures)", ""]
    }
    lines += summary(report)
    return lines.joined(separator: "\n") + "\n"
  }

  /// The totals and the verdict, as lines.
  ///
  /// - Complexity: O(cases).
  func summary(_ report: Report) -> [String] {
    (report.cases.isEmpty ? [] : totals(report.totals) + [""]) + [closing(report)]
  }

  /// The text of one case that failed.
  ///
  /// - Complexity: O(worst elements).
  public func text(_ result: CaseReport) -> String {
    block(Failure(result: result), nil).joined(separator: "\n")
  }

  // MARK: - Causes

  /// A block for each cause, before any numbers.
  private func causes(_ report: Report) -> [String] {
    let words = CauseText(report.mistakes)
    let causes = report.diagnoses.flatMap { diagnosis in
      diagnosis.causes.map { (diagnosis: diagnosis, cause: $0) }
    }
    var described: Set<Candidate> = []
    var lines: [String] = []
    for (diagnosis, cause) in causes.prefix(failureLimit ?? causes.count) {
      let isKnown = cause.candidates.first.map { !described.insert($0).inserted } ?? false
      lines.append("\(red("CAUSE")) \(words.heading(cause))")
      lines.append("  \(diagnosis.loss) in \(diagnosis.dialect)")
      lines += words.paragraphs(cause, failing: diagnosis.failing, isKnown: isKnown)
        .flatMap { wrapped($0, width: Self.width - 2) }.map { "  " + $0 }
      lines.append("")
    }
    let hidden = causes.count - (failureLimit ?? causes.count)
    if hidden > 0 { lines += ["... \(hidden) more causes (--all-failures)", ""] }
    return lines
  }

  /// A failing case with the words for its cause.
  private struct Failure {
    let result: CaseReport
    var cause: String?
    /// Whether a case with the same known cause is shown in full.
    var isBrief = false
  }

  /// The failing cases: first those that say something new, then those of a cause that was shown.
  private func failuresWithCauses(_ report: Report) -> [Failure] {
    let words = CauseText(report.mistakes)
    var shown: Set<Candidate> = []
    var causes: [String: [String: Cause]] = [:]
    for diagnosis in report.diagnoses {
      let key = "\(diagnosis.loss) \(diagnosis.dialect)"
      for cause in diagnosis.causes {
        for id in cause.cases { causes[key, default: [:]][id] = cause }
      }
    }
    let failures = report.failures.map { result in
      guard let cause = causes["\(result.loss) \(result.dialect)"]?[result.id] else {
        return Failure(result: result)
      }
      let isBrief = cause.candidates.first.map { !shown.insert($0).inserted } ?? false
      return Failure(result: result, cause: words.title(cause, for: result.id), isBrief: isBrief)
    }
    return failures.filter { !$0.isBrief } + failures.filter(\.isBrief)
  }

  // MARK: - One failing case

  private func block(_ failure: Failure, _ command: String?) -> [String] {
    let result = failure.result
    let flags = result.flags.isEmpty ? "" : "  [\(result.flags.joined(separator: ", "))]"
    var lines = ["\(red("FAIL")) \(result.id)"]
    if let cause = failure.cause { lines.append("  cause: \(cause)") }
    if !failure.isBrief { lines.append("  \(result.comment)\(flags)") }
    if let mismatch = result.comparison.mismatch {
      lines += describe(mismatch).map { "  " + $0 }
    }
    for part in result.comparison.failures {
      guard let compared = result.comparison[part] else { continue }
      let description = describe(compared)
      lines.append("  \(part): \(description.first ?? "")")
      if !failure.isBrief { lines += description.dropFirst().map { "  " + $0 } }
    }
    if let departure = result.departure { lines.append("  " + describe(departure)) }
    if !failure.isBrief, showsCommands { lines.append("  again: \(again(result, command))") }
    return lines
  }

  /// The command line that asks a case once more.
  private func again(_ result: CaseReport, _ command: String?) -> String {
    let owed = result.comparison.gradients == .required ? " --gradients required" : ""
    let program = command.map { "\(owed) --command '\($0.replacing("'", with: "'\\''"))'" } ?? ""
    return "loss-parity verify --dialect \(result.dialect) --case '\(result.id)'\(program)"
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

  private func describe(_ departure: StageDeparture) -> String {
    let first = "first stage that differs: \(departure.stage), "
    guard let elements = departure.comparison.elements, let worst = elements.worst.first else {
      return first + describe(departure.comparison).joined(separator: " ")
    }
    return first + "\(worst.index) \(text(worst.actual, elements.dtype)), expected "
      + text(worst.expected, elements.dtype)
  }

  private func describe(_ elements: ElementComparison) -> [String] {
    var first = "\(elements.mismatched) of \(elements.count) elements outside their tolerances"
    if elements.mismatchedNaN > 0 { first += ", \(elements.mismatchedNaN) by NaN" }
    if elements.mismatchedInfinity > 0 { first += ", \(elements.mismatchedInfinity) by infinity" }
    var rows = [["index", "actual", "expected", "error", "allowed", "error/allowed", "ulp"]]
    rows += elements.worst.map { row($0, dtype: elements.dtype) }
    var lines = [first] + table(rows, leftAligned: 1).map { "  " + $0 }
    let edges = elements.worst.filter(\.isOnEdge).map { "\($0.index)" }
    if !edges.isEmpty {
      lines.append(
        "\(edges.joined(separator: ", ")) at a kink: either side passes, and this is neither")
    }
    let hidden = elements.mismatched - elements.worst.count
    if hidden > 0 {
      let command = showsCommands ? " (--worst \(elements.mismatched))" : ""
      lines.append("  ... \(hidden) more\(command)")
    }
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
          [total.dialect, "cases", "failed"] + (hasSkips ? ["skipped"] : [])
            + (hasGradients ? ["gradients"] : []) + ["elements", "median", "worst"])
      }
      rows.append(
        [total.loss, "\(total.cases)", "\(total.failed)"]
          + (hasSkips ? ["\(total.skipped)"] : [])
          + (hasGradients ? ["\(total.gradients)"] : [])
          + [
            "\(total.elements)",
            total.toleranceUse.median > 1 ? "> 100 %" : percent(total.toleranceUse.median),
            percent(total.largestToleranceUsed),
          ])
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

/// A text broken at spaces into lines of at most a number of characters; longer words stay whole.
///
/// - Parameters:
///   - text: The text.
///   - width: The number of characters.
/// - Returns: The lines.
/// - Complexity: O(characters).
public func wrapped(_ text: String, width: Int) -> [String] {
  var lines: [String] = []
  for word in text.split(separator: " ") {
    if let last = lines.last, last.count + 1 + word.count <= width {
      lines[lines.count - 1] = last + " " + word
    } else {
      lines.append(String(word))
    }
  }
  return lines
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
