#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A report as JUnit XML, in the form that Jenkins's xUnit plugin describes (junit-10), which GitLab,
/// Azure and others read as well.
///
/// A suite is a loss in a dialect, a test is a case by its id. Broken programs are errors, other failures
/// say their cause; those that a gate expects are skipped, with the reason. It has no times, so that the same run gives the same bytes.
public struct JUnitReport: Sendable {
  /// The characters of a failure's message, which lists of failures show.
  public static let messageLimit = 120
  /// The bytes of a failure's text.
  public static let bodyLimit = 16 * 1024

  /// Creates the rendering.
  public init() {}

  /// The XML, UTF-8.
  ///
  /// - Complexity: O(cases).
  public func data(_ report: Report) -> Data {
    let writer = SuiteWriter(report: report)
    let suites = report.cases.chunked { $0.loss == $1.loss && $0.dialect == $1.dialect }
    var (text, whole) = ("", Counts())
    for (cases, total) in zip(suites, report.totals) {
      writer.write(cases, total, to: &text, &whole)
    }
    writer.writeProblems(to: &text, &whole)
    return Data(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="\(xmlText(report.implementation))" tests="\(whole.tests)" \
      failures="\(whole.failures)" errors="\(whole.errors)">
      \(text)</testsuites>

      """.utf8)
  }
}

/// How many tests of a suite ended how.
private struct Counts {
  var (tests, failures, errors, skipped) = (0, 0, 0, 0)

  mutating func add(_ outcome: TestOutcome) {
    tests += 1
    switch outcome {
    case .passed: break
    case .skipped: skipped += 1
    case .failure: failures += 1
    case .error: errors += 1
    }
  }

  mutating func add(_ other: Counts) {
    tests += other.tests
    failures += other.failures
    errors += other.errors
    skipped += other.skipped
  }

  var attributes: String {
    "tests=\"\(tests)\" failures=\"\(failures)\" errors=\"\(errors)\" skipped=\"\(skipped)\""
  }
}

/// What a test says of itself.
private enum TestOutcome {
  case passed
  case skipped(String)
  case failure(type: String, message: String, body: String)
  case error(message: String, body: String)

  /// The element within that of the test; nothing for one that passed.
  var element: String {
    switch self {
    case .passed: ""
    case .skipped(let reason): "<skipped message=\"\(xmlText(reason))\"/>"
    case .failure(let type, let message, let body):
      Self.element("failure", type: type, message: message, body)
    case .error(let message, let body):
      Self.element("error", type: "broken", message: message, body)
    }
  }

  private static func element(
    _ name: String, type: String, message: String, _ body: String
  ) -> String {
    "<\(name) type=\"\(type)\" message=\"\(xmlText(shortened(message)))\">"
      + "\(xmlText(cut(body)))</\(name)>"
  }

  private static func shortened(_ message: String) -> String {
    let limit = JUnitReport.messageLimit
    let line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.count <= limit ? line : line.prefix(limit - 3) + "..."
  }

  private static func cut(_ body: String) -> String {
    let (limit, end) = (JUnitReport.bodyLimit, "\n... cut")
    guard body.utf8.count > limit else { return body }
    var bytes = 0
    let kept = body.prefix { character in
      bytes += character.utf8.count
      return bytes <= limit - end.utf8.count
    }
    return kept + end
  }
}

/// Writes the suites of a report.
private struct SuiteWriter {
  let report: Report
  private let causes: [CaseKey: Cause]
  private let words: CauseText
  private let marks: GateMarks
  private let terminal = TerminalReport()

  init(report: Report) {
    self.report = report
    causes = report.causes
    words = CauseText(report.mistakes)
    marks = GateMarks(report.gate)
  }

  func write(
    _ cases: ArraySlice<CaseReport>, _ total: LossTotal, to text: inout String,
    _ whole: inout Counts
  ) {
    // Consumers take what is before the last dot for a package.
    let tests = cases.map { (name: $0.id, outcome: outcome(of: $0)) }
    write("\(total.dialect).\(total.loss)", properties(total), tests, to: &text, &whole)
  }

  /// What is wrong with the run as a whole: a suite of its own.
  func writeProblems(to text: inout String, _ whole: inout Counts) {
    var tests = (report.gate?.policyProblems ?? []).filter { $0.kind != .passes }.map { problem in
      (
        name: problem.kind.rawValue,
        outcome: TestOutcome.failure(
          type: "gate", message: problem.message, body: "\(problem.message)\n\(problem.advice)")
      )
    }
    if report.gate == nil, report.verdict == .nothingChecked, report.recording?.shard == nil {
      tests.append(
        (
          name: report.verdict.rawValue,
          outcome: .failure(type: "gate", message: report.sentence, body: report.sentence)
        ))
    }
    if !tests.isEmpty { write("loss-parity.gate", [], tests, to: &text, &whole) }
  }

  private func write(
    _ suite: String, _ properties: [(String, String)],
    _ tests: [(name: String, outcome: TestOutcome)],
    to text: inout String, _ whole: inout Counts
  ) {
    let name = xmlText(suite)
    var counts = Counts()
    for test in tests { counts.add(test.outcome) }
    whole.add(counts)
    text += "<testsuite name=\"\(name)\" \(counts.attributes)>\n<properties>\n"
    for (key, value) in properties {
      text += "<property name=\"\(key)\" value=\"\(xmlText(value))\"/>\n"
    }
    text += "</properties>\n"
    for test in tests {
      text += "<testcase classname=\"\(name)\" name=\"\(xmlText(test.name))\""
      let element = test.outcome.element
      text += element.isEmpty ? "/>\n" : ">\(element)</testcase>\n"
    }
    text += "</testsuite>\n"
  }

  private func properties(_ total: LossTotal) -> [(String, String)] {
    let diagnosis = report.diagnoses.first {
      $0.loss == total.loss && $0.dialect == total.dialect
    }
    return [
      ("loss", total.loss), ("dialect", total.dialect),
      ("largest_error_over_allowed_of_passing", decimalText(total.largestToleranceUsed, digits: 3)),
      ("largest_error_over_allowed", decimalText(total.toleranceUse.largest, digits: 3)),
    ]
      + (diagnosis?.causes ?? []).map {
        ("cause", "\(words.heading($0)) (\($0.cases.count) of \(total.failed) failing cases)")
      }
  }

  private func outcome(of result: CaseReport) -> TestOutcome {
    switch result.status {
    case .passed:
      return marks.stale(result).map { .failure(type: "stale", message: $0, body: $0) } ?? .passed
    case .skipped: return .skipped(result.comparison.unsupported ?? "")
    case .failed:
      let cause = causes[CaseKey(result)]
      let title = cause.map { words.title($0, for: result.id) }
      if let reason = marks.reason(of: result) {
        return .skipped("fails as expected (\(title ?? result.mismatchText)): \(reason)")
      }
      let body = terminal.text(result, cause: title, command: report.command)
      if case .broken(let what)? = result.comparison.mismatch {
        return .error(message: what, body: body)
      }
      let message = [cause?.verdict.rawValue, title].compactMap(\.self)
      return .failure(
        type: cause?.verdict.rawValue ?? "mismatch",
        message: message.isEmpty ? result.mismatchText : message.unique.joined(separator: ": "),
        body: body)
    }
  }
}

extension CaseReport {
  /// What is wrong with the answer, in a line.
  fileprivate var mismatchText: String {
    comparison.mismatch?.sentences.first
      ?? comparison.failures.first.map { "\($0): \(comparison[$0]?.summary ?? "")" } ?? ""
  }
}

extension [String] {
  /// The texts without those that stand twice in a row.
  fileprivate var unique: [String] {
    indices.filter { $0 == 0 || self[$0] != self[$0 - 1] }.map { self[$0] }
  }
}

extension Array {
  /// The longest slices of which neighbours belong together.
  ///
  /// - Complexity: O(elements).
  func chunked(_ belongTogether: (Element, Element) -> Bool) -> [ArraySlice<Element>] {
    var chunks: [ArraySlice<Element>] = []
    var start = startIndex
    for place in indices where place > start && !belongTogether(self[place - 1], self[place]) {
      chunks.append(self[start..<place])
      start = place
    }
    return isEmpty ? [] : chunks + [self[start...]]
  }
}

/// A text in XML or HTML: markup is escaped, and what XML 1.0 has no place for is left out.
///
/// - Complexity: O(characters).
func xmlText(_ text: String) -> String {
  let isPlain = text.utf8.allSatisfy { byte in
    byte >= 0x20 && byte < 0x7f && byte != 0x26 && byte != 0x3c && byte != 0x3e && byte != 0x22
      && byte != 0x27
  }
  if isPlain { return text }
  var escaped = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
    case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
    case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
    case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
    case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
    case "\n", "\t": escaped.append(scalar)
    case "\u{0}"..<"\u{20}", "\u{7f}"..<"\u{a0}", "\u{fffe}", "\u{ffff}": break
    default: escaped.append(scalar)
    }
  }
  return String(escaped)
}
