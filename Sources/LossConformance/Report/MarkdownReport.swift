import LossFixtures

/// A report as Markdown, for the step summary of GitHub Actions, which takes no more than 1 MiB.
public struct MarkdownReport: Sendable {
  /// The bytes that the text has at most; what does not fit is counted.
  public let byteLimit: Int

  /// How many cases of a cause are shown with their worst elements.
  private static let casesOfCause = 5
  /// The bytes that are kept for what is said last.
  private static let reserve = 256

  /// Creates the rendering.
  public init(byteLimit: Int = 900_000) { self.byteLimit = byteLimit }

  /// The text, with a newline at its end.
  ///
  /// - Complexity: O(cases * log cases).
  public func text(_ report: Report) -> String {
    let passes = report.gate?.passed ?? (report.verdict == .passed)
    let sign = passes ? "✅" : "❌"
    var text = "## \(sign) loss-parity: \(report.verdictText.lowercased())\n\n"
    text += escaped(report.sentence) + ".\n"
    if let gate = report.gate {
      let block = self.gate(gate)
      text += fits(block, text) ? block : "\nGate \(gate.passed ? "passed" : "failed").\n"
    }
    if !report.cases.isEmpty {
      let totals = "\n" + self.totals(report)
      text += fits(totals, text) ? totals : "\nThe table of losses and dialects is omitted.\n"
    }
    var omitted = 0
    for (place, group) in CauseGroup.all(of: report).enumerated() {
      let block = "\n" + self.block(group, isFirst: place == 0, report)
      if omitted == 0, fits(block, text) {
        text += block
      } else {
        omitted += 1
      }
    }
    return text + (omitted > 0 ? "\n\(counted(omitted, "more cause")) omitted.\n" : "")
  }

  private func fits(_ part: String, _ text: String) -> Bool {
    text.utf8.count + part.utf8.count <= byteLimit - Self.reserve
  }

  /// What the gate misses, and which failures it expects.
  private func gate(_ result: GateResult) -> String {
    var lines = ["", "**Gate \(result.passed ? "passed" : "failed")**", ""]
    lines += result.problems.map { "- \(escaped($0.message)) \(escaped($0.advice))" }
    lines += result.accepted.map { expectation, cases in
      "- \(counted(cases, "failure")) expected, \(escaped(expectation.causeText)): "
        + escaped(expectation.reason)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: - Causes

  private func block(_ group: CauseGroup, isFirst: Bool, _ report: Report) -> String {
    let words = CauseText(report.mistakes)
    var lines = [
      "<details\(isFirst ? " open" : "")><summary><b>\(escaped(group.heading))</b>, "
        + "\(counted(group.cases.count, "failing case"))</summary>", "",
    ]
    for mistake in group.mistakes {
      lines += [escaped(mistake.explanation), "", "**Fix:** \(escaped(mistake.fix))", ""]
      lines += mistake.links.map { "- \(link($0))" }
      if !mistake.links.isEmpty { lines.append("") }
    }
    for member in group.members {
      let paragraphs = words.paragraphs(
        member.cause, failing: member.failing, isKnown: !group.mistakes.isEmpty)
      lines.append(
        "- \(escaped(member.loss)) in \(escaped(member.dialect)): "
          + paragraphs.map(escaped).joined(separator: " "))
    }
    lines.append("")
    for result in group.cases.prefix(Self.casesOfCause) { lines += self.lines(result) }
    if let first = group.cases.first {
      lines += ["Again: \(code(first.again(report.command)))", ""]
    }
    let hidden = group.cases.count - Self.casesOfCause
    if hidden > 0 { lines += ["\(counted(hidden, "more case")) omitted.", ""] }
    return (lines + ["</details>"]).joined(separator: "\n") + "\n"
  }

  private func lines(_ result: CaseReport) -> [String] {
    var lines = [
      "\(code(result.id)) in \(escaped(result.dialect)): \(escaped(result.comment))", "",
    ]
    let sentences = result.comparison.mismatch?.sentences ?? []
    if !sentences.isEmpty {
      lines += [sentences.map(escaped).joined(separator: "; ") + ".", ""]
    }
    for part in result.comparison.failures {
      guard let compared = result.comparison[part] else { continue }
      lines += ["\(part): \(escaped(compared.summary))", ""]
      guard let elements = compared.elements else { continue }
      lines += table(
        [ElementDifference.columns] + elements.worst.map { $0.cells(elements.dtype) })
      lines.append("")
    }
    return lines
  }

  // MARK: - Totals

  /// Losses by dialects: passed, failed, skipped, and the largest tolerance used.
  private func totals(_ report: Report) -> String {
    let totals = report.totals
    var (losses, dialects): ([String], [String]) = ([], [])
    var cells: [[String]: String] = [:]
    for total in totals {
      if !losses.contains(total.loss) { losses.append(total.loss) }
      if !dialects.contains(total.dialect) { dialects.append(total.dialect) }
      cells[[total.loss, total.dialect]] = cell(total)
    }
    let rows = losses.map { loss in [loss] + dialects.map { cells[[loss, $0]] ?? "-" } }
    let head =
      "Cases that passed, and the largest share of its tolerance that a passing element used:"
    return ([head, ""] + table([["loss"] + dialects] + rows)).joined(separator: "\n") + "\n"
  }

  private func cell(_ total: LossTotal) -> String {
    ((total.failed > 0 ? ["❌ \(total.failed) failed"] : [])
      + ["\(total.passed) passed (\(percentText(total.largestToleranceUsed)))"]
      + (total.skipped > 0 ? ["\(total.skipped) skipped"] : [])).joined(separator: ", ")
  }

  // MARK: - Text

  private func table(_ rows: [[String]]) -> [String] {
    var lines = rows.map { "| " + $0.map(escaped).joined(separator: " | ") + " |" }
    let columns = rows.first?.count ?? 0
    lines.insert("|:--|" + String(repeating: "--:|", count: max(columns - 1, 0)), at: 1)
    return lines
  }

  private func code(_ text: String) -> String { "<code>\(escaped(text))</code>" }

  /// A link that goes where it says; anything but https stays text.
  private func link(_ address: String) -> String {
    address.hasPrefix("https://")
      ? "<a href=\"\(xmlText(address))\">\(escaped(address))</a>" : escaped(address)
  }

  /// A text that is nothing but text: neither Markdown nor HTML, in one line.
  func escaped(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    func isInWord(_ place: Int) -> Bool {
      scalars.indices.contains(place) && scalars[place].properties.isAlphabetic
    }
    var escaped = ""
    for (place, scalar) in scalars.enumerated() {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      // Within words it is a letter like others.
      case "_" where isInWord(place - 1) && isInWord(place + 1): escaped += "_"
      case "\\", "`", "*", "_", "[", "]", "|", "~", "#", "@", "!", "$":
        escaped += "&#\(scalar.value);"
      case "\n", "\r", "\t": escaped += " "
      case "\u{0}"..<"\u{20}", "\u{7f}"..<"\u{a0}": break
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
