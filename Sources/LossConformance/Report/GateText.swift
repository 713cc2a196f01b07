/// What came of a report at a gate, in lines.
struct GateText {
  private let words: CauseText
  private let width: Int

  /// Creates a description in the words of a catalogue, in lines of at most so many characters.
  init(_ words: CauseText, width: Int) {
    self.words = words
    self.width = width
  }

  /// The failures that were expected, with the reasons: some lines for each expectation.
  func expected(_ result: GateResult) -> [String] {
    let expectations = result.gate.expectedFailures?.expectations ?? []
    return expectations.indices.flatMap { place -> [String] in
      let cases = result.cases.filter { $0.expectation == place && $0.standing.isExpected }
      guard let first = cases.first else { return [] }
      let expectation = expectations[place]
      let causes = expectation.causes.map(words.title).joined(separator: " or ")
      let others = Set(cases.map { "\($0.loss) in \($0.dialect)" }).count - 1
      var lines = ["EXPECTED \(counted(cases.count, "failure")): \(causes)"]
      lines.append(
        "  \(first.loss) in \(first.dialect)"
          + (others > 0 ? " and \(others) more" : "")
          + (expectation.expires.map { ", until \($0)" } ?? ""))
      var texts = [expectation.reason]
      let unsure = cases.count { $0.standing == .notContradicted }
      if unsure > 0 {
        texts.append(
          "Of \(counted(unsure, "case")) all that is known is that the cause may be this one.")
      }
      return lines + texts.flatMap { wrapped($0, width: width - 2) }.map { "  " + $0 } + [""]
    }
  }

  /// The verdict, and what to do about each problem.
  func verdict(_ result: GateResult) -> [String] {
    guard !result.passed else { return ["GATE PASSED"] }
    return ["GATE FAILED: \(counted(result.problems.count, "problem"))"]
      + result.problems.flatMap { problem in
        wrapped(problem.message, width: width - 2).map { "  " + $0 }
          + wrapped(problem.advice, width: width - 4).map { "    " + $0 }
      }
  }
}

extension CauseText {
  /// A cause in a few words.
  func title(_ name: CauseName) -> String {
    switch name {
    case .candidate(let candidate): title(candidate)
    case .plain(.numerics): "precision, not semantics"
    case .plain(.unexplained): "unexplained"
    case .plain(.broken): "no answer"
    case .plain(.unanswered): "no gradient"
    case .plain(.dtype): "another dtype"
    case .plain(.shape): "another shape"
    case .refused(let code): "refused with \(code)"
    case .accepted(let code): "answered where Keras refuses with \(code)"
    }
  }
}
