#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A report as JUnit XML, in the form that Jenkins's xUnit plugin describes (junit-10), which GitLab,
/// Azure and others read as well.
///
/// A suite is a loss in a dialect, a test is a case by its id. Broken programs are errors, other failures
/// say their cause. It has no times, so that the same run gives the same bytes.
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
    let causes = report.causes
    let writer = SuiteWriter(report: report, causes: causes, words: CauseText(report.mistakes))
    let suites = report.cases.chunked { $0.loss == $1.loss && $0.dialect == $1.dialect }
    let totals = report.totals
    let errors = report.cases.count(where: \.isBroken)
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text +=
      "<testsuites name=\"\(xmlText(report.implementation))\" tests=\"\(report.cases.count)\" "
      + "failures=\"\(report.failures.count - errors)\" errors=\"\(errors)\">\n"
    for (suite, total) in zip(suites, totals) { writer.write(suite, total, to: &text) }
    return Data((text + "</testsuites>\n").utf8)
  }
}

/// Writes the suites of a report.
private struct SuiteWriter {
  let report: Report
  let causes: [CaseKey: Cause]
  let words: CauseText
  private let terminal = TerminalReport()

  init(report: Report, causes: [CaseKey: Cause], words: CauseText) {
    self.report = report
    self.causes = causes
    self.words = words
  }

  func write(_ suite: ArraySlice<CaseReport>, _ total: LossTotal, to text: inout String) {
    // Consumers take what is before the last dot for a package.
    let name = xmlText("\(total.dialect).\(total.loss)")
    let errors = suite.count(where: \.isBroken)
    text +=
      "<testsuite name=\"\(name)\" tests=\"\(suite.count)\" failures=\"\(total.failed - errors)\" "
      + "errors=\"\(errors)\" skipped=\"\(total.skipped)\">\n<properties>\n"
    for (key, value) in properties(total) {
      text += "<property name=\"\(key)\" value=\"\(xmlText(value))\"/>\n"
    }
    text += "</properties>\n"
    for result in suite {
      text += "<testcase classname=\"\(name)\" name=\"\(xmlText(result.id))\""
      let outcome = outcome(of: result)
      text += outcome.isEmpty ? "/>\n" : ">\(outcome)</testcase>\n"
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

  /// The element that says what came of a case; nothing for one that passed.
  private func outcome(of result: CaseReport) -> String {
    switch result.status {
    case .passed: return ""
    case .skipped:
      return "<skipped message=\"\(xmlText(result.comparison.unsupported ?? ""))\"/>"
    case .failed:
      let cause = causes[CaseKey(result)]
      let title = cause.map { words.title($0, for: result.id) }
      let body = terminal.text(result, cause: title, command: report.command)
      if case .broken(let what)? = result.comparison.mismatch {
        return element("error", type: "broken", message: what, body)
      }
      let message = [cause?.verdict.rawValue, title].compactMap(\.self)
      return element(
        "failure", type: cause?.verdict.rawValue ?? "mismatch",
        message: message.isEmpty ? result.mismatchText : message.unique.joined(separator: ": "),
        body)
    }
  }

  private func element(_ name: String, type: String, message: String, _ body: String) -> String {
    "<\(name) type=\"\(type)\" message=\"\(xmlText(shortened(message)))\">"
      + "\(xmlText(cut(body)))</\(name)>"
  }

  private func shortened(_ message: String) -> String {
    let limit = JUnitReport.messageLimit
    let line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.count <= limit ? line : line.prefix(limit - 3) + "..."
  }

  private func cut(_ body: String) -> String {
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

extension CaseReport {
  /// Whether the program under test did not answer.
  fileprivate var isBroken: Bool {
    if case .broken? = comparison.mismatch { true } else { false }
  }

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
