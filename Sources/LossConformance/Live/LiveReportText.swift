import LossFixtures

/// A live comparison as text for a terminal.
public struct LiveReportText: Sendable {
  /// Whether to colour the verdicts (ANSI escapes).
  public let hasColor: Bool

  /// Creates the rendering.
  public init(hasColor: Bool = false) { self.hasColor = hasColor }

  /// The text, with a newline at its end.
  ///
  /// - Complexity: O(losses + findings).
  public func text(_ report: LiveReport) -> String {
    var lines: [String] = []
    for finding in report.findings { lines += block(finding, report) + [""] }
    for index in report.tally.fatal {
      lines += [
        "\(red("FAIL")) question \(index) of the seed \(report.seed) ended the process, or took forever",
        "  again: \(report.again(index))", "",
      ]
    }
    let explored = Set(report.findings.map(\.index) + report.tally.fatal)
    let others = report.tally.failures.filter { !explored.contains($0) }
    if !others.isEmpty {
      let listed = listedText(others.map { "\($0)" }, most: Self.mostListed)
      lines += ["\(others.count) more failing; their --case: \(listed)", ""]
    }
    return (lines + totals(report) + closing(report)).joined(separator: "\n") + "\n"
  }

  private static let mostListed = 10
  private static let width = 98

  // MARK: - One question that failed

  private func block(_ finding: LiveFinding, _ report: LiveReport) -> [String] {
    let question = finding.shrunk.question
    let sizes = finding.asked.question.inputs["y_pred"]?.shape ?? []
    var lines = [
      "\(red("FAIL")) \(question.loss), question \(finding.index) of the seed \(report.seed)",
      "  y_pred was of shape \(sizes); made smaller in \(counted(finding.steps, "step")) to",
    ]
    lines += PythonCallText.lines(question).map { "    " + $0 }
    lines.append("  in \(question.dtype) of \(question.dialect)")
    switch finding.failure {
    case .reference(let trace):
      lines.append("  \(report.reference) fails:")
      lines += trace.split(separator: "\n").map { "    \($0)" }
    case .answer(let judged):
      lines += comparison(judged, report)
    }
    lines += opinion(finding.secondOpinion).flatMap { wrapped($0, width: Self.width) }
      .map { "  " + $0 }
    lines.append("  again: \(report.again(finding.index))")
    lines.append("  keep:  \(report.again(finding.index)) --save NAME")
    return lines
  }

  private func comparison(_ judged: LiveJudge.Judged, _ report: LiveReport) -> [String] {
    var lines: [String] = []
    if case .value(let golden, _) = judged.fixture.expected {
      lines.append("  Keras gives \(NumPyText.text(golden.tensor))")
    }
    if case .value(let value, _) = judged.outcome {
      lines.append("  \(report.implementation) gives \(NumPyText.text(value))")
    }
    let result = CaseReport(
      judged.fixture, loss: "", dialect: "", comparison: judged.comparison)
    let block = TerminalReport(showsCommands: false).text(result)
    // Without its heading, which names a case of the fixtures.
    return lines + block.split(separator: "\n").dropFirst(2).map(String.init)
  }

  private func opinion(_ opinion: SecondOpinion) -> [String] {
    switch opinion.verdict {
    case .confirmed:
      let heading = opinion.cause.map { ["Cause: \(opinion.words.heading($0))."] } ?? []
      return ["The exact oracle confirms that."] + heading
        + (opinion.cause.map { opinion.words.paragraphs($0, failing: 1) } ?? [])
    case .refuted:
      return [
        "The exact oracle does not confirm that: the reference's number or its bound is wrong here."
      ]
    case .undecided(let why): return ["The exact oracle does not decide it: \(why)."]
    case .missing(let why): return ["No word of the exact oracle: \(why)."]
    }
  }

  // MARK: - Totals

  private func totals(_ report: LiveReport) -> [String] {
    guard !report.tally.losses.isEmpty else { return [] }
    let names = SwiftImplementation.losses.filter { report.tally.losses[$0] != nil }
    var rows = [
      [
        "", "cases", "failed", "refused", "undecided", "gradients", "elements", "undecided",
        "worst",
      ]
    ]
    rows += names.compactMap { name in
      report.tally.losses[name].map { row(name, $0) }
    }
    if names.count > 1 { rows.append(row("all", report.tally.total)) }
    return table(rows, leftAligned: 1) + [""]
  }

  private func row(_ name: String, _ counts: LiveTally.Counts) -> [String] {
    [
      name, "\(counts.cases)", "\(counts.failed)", "\(counts.refused)", "\(counts.undecided)",
      "\(counts.gradients)", "\(counts.elements)", "\(counts.undecidedElements)",
      percentText(counts.largestToleranceUsed),
    ]
  }

  private func closing(_ report: LiveReport) -> [String] {
    let total = report.tally.total
    let rate = report.seconds > 0 ? Double(total.cases) / report.seconds : 0
    let sentence: String
    switch report.verdict {
    case .passed:
      sentence =
        green("PASSED") + ": \(report.implementation) answers all \(total.cases) questions as "
        + "\(report.reference) does"
    case .failed:
      sentence =
        red("FAILED") + ": \(report.implementation) differs from \(report.reference) in "
        + "\(total.failed) of \(total.cases) questions"
    case .nothingChecked: sentence = red("NOTHING CHECKED") + ": no question was compared"
    }
    return [
      sentence,
      "  seed \(report.seed); \(total.elements) elements in \(decimalText(report.seconds, digits: 4)) s, "
        + "\(decimalText(rate.rounded(), digits: 9)) questions a second",
    ]
  }

  private func red(_ text: String) -> String { hasColor ? "\u{1b}[1;31m\(text)\u{1b}[0m" : text }

  private func green(_ text: String) -> String { hasColor ? "\u{1b}[1;32m\(text)\u{1b}[0m" : text }
}

extension LiveReportText {
  /// A question as the Python that asks Keras, with a newline at its end.
  ///
  /// - Complexity: O(elements).
  public func text(_ asked: GeneratedQuestion) -> String {
    let question = asked.question
    let lines = PythonCallText.lines(question) + ["# \(question.dtype) of \(question.dialect)"]
    return lines.joined(separator: "\n") + "\n\n"
  }
}
