import KerasLosses
import LossFixtures

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a check of one's own losses says in a test's log.
struct ConformanceText {
  let report: Report
  /// The losses of which cases must be checked.
  let required: [String]
  /// The cases that were asked, by their ids.
  let fixtures: [String: FixtureCase]

  /// How many causes are shown, each with one failing case, unless all are asked for.
  private static let causeLimit = 3
  /// The environment variable that asks for all causes and all failing cases.
  private static let showAll = "LOSS_PARITY_ALL_FAILURES"
  private static let width = 100

  private let terminal = TerminalReport(showsCommands: false)

  init(_ report: Report, required: [String], suite: FixtureSuite) {
    self.report = report
    self.required = required
    let cases = suite.files.flatMap(\.cases)
    fixtures = Dictionary(cases.map { ($0.id, $0) }) { first, _ in first }
  }

  /// The losses that must be checked and of which no case was.
  var unchecked: [String] {
    let checked = Set(report.cases.filter { $0.status != .skipped }.map(\.loss))
    return required.filter { !checked.contains($0) }
  }

  // MARK: - The whole

  /// The text where all is well: what was checked, and what was not.
  var success: String { text(terminal.summary(report) + skipped) }

  /// The text of a failing test: causes, each with a failing case, then counts.
  var failure: String {
    let isWhole = ProcessInfo.processInfo.environment[Self.showAll] == "1"
    let causes = report.diagnoses.flatMap { diagnosis in
      diagnosis.causes.map { (diagnosis: diagnosis, cause: $0) }
    }
    let shown = isWhole ? causes.count : min(Self.causeLimit, causes.count)
    var lines = [headline, ""]
    for (diagnosis, cause) in causes.prefix(shown) {
      lines += describe(cause, of: diagnosis) + [""]
      for id in cause.cases.prefix(isWhole ? cause.cases.count : 1) {
        lines += describe(id, of: diagnosis) + [""]
      }
    }
    if causes.count > shown { lines += ["... \(causes.count - shown) more causes", ""] }
    lines += terminal.summary(report) + skipped
    if !isWhole, !report.failures.isEmpty {
      lines += [
        "All causes and failing cases: \(Self.showAll)=1 swift test",
        "The same as a page of HTML:   \(Conformance.reportFolder)=FOLDER swift test",
      ]
    }
    return text(lines)
  }

  private func text(_ lines: [String]) -> String { lines.joined(separator: "\n") }

  // MARK: - Lines

  /// What a list of failing tests shows: the losses with their causes.
  private var headline: String {
    let words = CauseText(report.mistakes)
    var clauses = report.diagnoses.prefix(Self.causeLimit).map { diagnosis in
      let causes = diagnosis.causes.map { cause in
        cause.cases.first.map { words.title(cause, for: $0) } ?? ""
      }
      return "\(diagnosis.loss) (\(causes.joined(separator: "; ")))"
    }
    let hidden = report.diagnoses.count - clauses.count
    if hidden > 0 { clauses.append("\(hidden) more") }
    let differing =
      clauses.isEmpty
      ? [] : ["\(report.implementation) differs from Keras: \(clauses.joined(separator: ", "))"]
    let unchecked =
      unchecked.isEmpty ? [] : ["no case was checked of \(unchecked.joined(separator: ", "))"]
    let parts = differing + unchecked
    return parts.isEmpty ? "no case was checked" : parts.joined(separator: "; ")
  }

  private func describe(_ cause: Cause, of diagnosis: Diagnosis) -> [String] {
    let words = CauseText(report.mistakes)
    return ["CAUSE \(words.heading(cause))", "  \(diagnosis.loss) in \(diagnosis.dialect)"]
      + words.paragraphs(cause, failing: diagnosis.failing)
      .flatMap { wrapped($0, width: Self.width - 2) }.map { "  " + $0 }
  }

  private func describe(_ id: String, of diagnosis: Diagnosis) -> [String] {
    let result = report.cases.first {
      $0.id == id && $0.loss == diagnosis.loss && $0.dialect == diagnosis.dialect
    }
    guard let result else { return [] }
    return [terminal.text(result)] + (fixtures[id].map { asked($0, diagnosis.loss) } ?? [])
  }

  /// What a case asks, so that it can be asked by hand.
  private func asked(_ fixture: FixtureCase, _ loss: String) -> [String] {
    let names = kerasLosses.map { $0.names }.first { $0.function == loss }
    let called = fixture.form == .class ? names?.class ?? loss : loss
    let parameters = fixture.config.sorted { $0.key < $1.key }
      .map { "\($0.key)=\(KerasLosses.ParameterValue($0.value))" }
    let order = ["y_true", "y_pred"]
    let inputs = order + fixture.inputs.keys.filter { !order.contains($0) }.sorted()
    return ["  asked: \(called)(\(parameters.joined(separator: ", "))) in \(fixture.dtype)"]
      + inputs.flatMap { name in
        fixture.inputs[name].map { wrapped("\(name) \(NumPyText.text($0))", width: 92) } ?? []
      }.map { "    " + $0 }
  }

  /// Why cases were skipped, the most frequent reason first.
  private var skipped: [String] {
    var reasons: [String: Int] = [:]
    for case let reason? in report.cases.map(\.comparison.unsupported) {
      reasons[reason, default: 0] += 1
    }
    guard !reasons.isEmpty else { return [] }
    let sorted = reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return ["Skipped cases:"]
      + sorted.map { "  \($0.value)  \($0.key)" }
  }
}
