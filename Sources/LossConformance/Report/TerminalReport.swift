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

  /// The totals and the verdicts, as lines.
  ///
  /// - Complexity: O(cases).
  func summary(_ report: Report) -> [String] {
    let gateText = GateText(CauseText(report.mistakes), width: Self.width)
    var lines = report.gate.map(gateText.expected) ?? []
    if !report.cases.isEmpty { lines += totals(report.totals) + [""] }
    lines.append(closing(report))
    lines += report.dialects.sentences.map { "  " + $0 }
    lines += report.gate.map(gateText.verdict) ?? []
    return lines
  }

  /// The text of one case that failed.
  ///
  /// - Complexity: O(worst elements).
  public func text(_ result: CaseReport) -> String { text(result, cause: nil, command: nil) }

  /// The text of one case that failed, with what is behind it and the command line that answered.
  func text(_ result: CaseReport, cause: String?, command: String?) -> String {
    block(Failure(result: result, cause: cause), command).joined(separator: "\n")
  }

  // MARK: - Causes

  /// A block for each cause, before any numbers.
  private func causes(_ report: Report) -> [String] {
    let words = CauseText(report.mistakes)
    let expected = report.gate?.expectedKeys ?? []
    let causes = report.diagnoses.flatMap { diagnosis in
      diagnosis.causes.map { (diagnosis: diagnosis, cause: $0) }
    }.filter { diagnosis, cause in
      cause.cases.contains {
        !expected.contains(CaseKey(loss: diagnosis.loss, dialect: diagnosis.dialect, id: $0))
      }
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
    let causes = report.causes
    let failures = report.unexpectedFailures.map { result in
      guard let cause = causes[CaseKey(result)] else { return Failure(result: result) }
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
      lines += mismatch.sentences.map { "  " + $0 }
    }
    for part in result.comparison.failures {
      guard let compared = result.comparison[part] else { continue }
      let description = describe(compared)
      lines.append("  \(part): \(description.first ?? "")")
      if !failure.isBrief { lines += description.dropFirst().map { "  " + $0 } }
    }
    if let departure = result.departure { lines.append("  " + describe(departure)) }
    if !failure.isBrief, showsCommands { lines.append("  again: \(result.again(command))") }
    return lines
  }

  private func describe(_ part: TensorComparison) -> [String] {
    part.elements.map(describe) ?? [part.summary]
  }

  private func describe(_ departure: StageDeparture) -> String {
    let first = "first stage that differs: \(departure.stage), "
    guard let elements = departure.comparison.elements, let worst = elements.worst.first else {
      return first + departure.comparison.summary
    }
    return first + "\(worst.index) \(numberText(worst.actual, elements.dtype)), expected "
      + numberText(worst.expected, elements.dtype)
  }

  private func describe(_ elements: ElementComparison) -> [String] {
    let rows = [ElementDifference.columns] + elements.worst.map { $0.cells(elements.dtype) }
    var lines = [elements.summary] + table(rows, leftAligned: 1).map { "  " + $0 }
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
      let used = percentText(passing.toleranceUsed)
      lines.append("worst passing: \(passing.index) used \(used) of its tolerance")
    }
    return lines
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
            total.toleranceUse.median > 1 ? "> 100 %" : percentText(total.toleranceUse.median),
            percentText(total.largestToleranceUsed),
          ])
    }
    let lines = table(rows, leftAligned: 1)
    return lines.indices.flatMap { $0 > 0 && starts.contains($0) ? ["", lines[$0]] : [lines[$0]] }
  }

  private func closing(_ report: Report) -> String {
    let isAsExpected = report.verdict == .passed || report.failsAsExpected
    let verdict = report.verdictText.uppercased()
    return (isAsExpected ? green(verdict) : red(verdict)) + ": " + report.sentence
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
