import LossFixtures

/// A report as annotations of GitHub Actions: workflow commands for standard output.
///
/// GitHub shows ten of each kind in a step, first come: each annotation is a cause with all of its cases,
/// those behind most cases first. What a gate misses besides comes before them; what it expects is left
/// out.
public struct AnnotationReport: Sendable {
  /// How many causes are annotated; the others are counted in a notice.
  public static let limit = 8

  /// Creates the rendering.
  public init() {}

  /// The workflow commands, a line each; none where every case passed.
  ///
  /// - Complexity: O(cases * log cases).
  public func text(_ report: Report) -> String {
    let marks = GateMarks(report.gate)
    // What a gate expects is no news.
    let groups = CauseGroup.all(of: report).compactMap { group in
      group.keeping { marks.reason(of: $0) == nil }
    }
    var commands = (report.gate?.policyProblems ?? []).map {
      command("error", "loss-parity: gate", "\($0.message)\n\($0.advice)")
    }
    if report.gate == nil, report.verdict == .nothingChecked {
      commands.append(
        command("error", "loss-parity: \(report.verdictText.lowercased())", report.sentence))
    }
    commands += groups.map { annotation($0, report) }
    let hidden = commands.count - Self.limit
    guard hidden > 0 else { return commands.joined() }
    let rest = groups.suffix(hidden).reduce(0) { $0 + $1.cases.count }
    return commands.prefix(Self.limit).joined()
      + command(
        "notice", "loss-parity: more causes",
        "\(counted(hidden, "more cause")) behind \(counted(rest, "failing case")). "
          + report.sentence)
  }

  private func annotation(_ group: CauseGroup, _ report: Report) -> String {
    var lines = ["\(counted(group.cases.count, "failing case")): \(group.placesText)."]
    if group.mistakes.isEmpty, let first = group.members.first {
      lines += CauseText(report.mistakes).paragraphs(first.cause, failing: first.failing)
    }
    for mistake in group.mistakes { lines += [mistake.explanation, "Fix: \(mistake.fix)"] }
    if let first = group.cases.first { lines.append("Again: \(first.again(report.command))") }
    return command(
      "error", "\(group.loss.map { "\($0): " } ?? "")\(group.heading)",
      lines.joined(separator: "\n"))
  }

  private func command(_ kind: String, _ title: String, _ message: String) -> String {
    "::\(kind) title=\(Self.escapedProperty(title))::\(Self.escaped(message))\n"
  }

  /// A text that stays within its command; of a line break every scalar counts.
  private static func escaped(_ text: String, also extra: Set<Unicode.Scalar> = []) -> String {
    let always: Set<Unicode.Scalar> = ["%", "\r", "\n"]
    return text.unicodeScalars.reduce(into: "") { escaped, scalar in
      if always.contains(scalar) || extra.contains(scalar) {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        escaped += "%" + (digits.count == 1 ? "0" : "") + digits
      } else if scalar.value >= 0x20 {
        escaped.unicodeScalars.append(scalar)
      }
    }
  }

  private static func escapedProperty(_ text: String) -> String { escaped(text, also: [":", ","]) }
}
