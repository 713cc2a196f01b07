import LossFixtures

/// How many answers that were asked in one dialect are what a dialect answers.
public struct DialectAgreement: Equatable, Sendable {
  /// The dialect that was asked.
  public let asked: String
  /// The dialect that the answers are held against.
  public let dialect: String
  /// How many cases agree.
  public let agreed: Int
  /// How many cases were answered, and stand in that dialect's fixtures.
  public let answered: Int

  /// Creates a count.
  public init(asked: String, dialect: String, agreed: Int, answered: Int) {
    self.asked = asked
    self.dialect = dialect
    self.agreed = agreed
    self.answered = answered
  }
}

extension DialectAgreement {
  /// Holds the answers of each dialect of which a case failed against all dialects: the questions are
  /// the same in all.
  ///
  /// Gradients, where a dialect has none, are held against those of the one that was asked.
  ///
  /// - Throws: `FixtureError` where the file of another dialect is damaged that was not read before.
  /// - Complexity: O(answers * dialects), and O(elements) where dialects differ.
  static func found(
    in recording: Recording, _ cases: [CaseReport], of suite: FixtureSuite
  ) throws(FixtureError) -> [DialectAgreement] {
    var dialects: [String] = []
    for file in suite.manifest.files where !dialects.contains(file.dialect) {
      dialects.append(file.dialect)
    }
    let failing = Set(cases.lazy.filter { $0.status == .failed }.map(\.dialect))
    guard !failing.isEmpty else { return [] }
    var counts: [String: [String: (agreed: Int, answered: Int)]] = [:]
    let casesOfLosses = Dictionary(grouping: cases, by: \.loss)
    for (loss, cases) in casesOfLosses {
      let answered = cases.filter {
        failing.contains($0.dialect) && $0.status != .skipped
      }
      guard !answered.isEmpty else { continue }
      let expected = Dictionary(
        try suite.files(of: loss).map { file in
          let answers = file.cases.map { ($0.id, $0.expected) }
          return (file.dialect, Dictionary(answers) { first, _ in first })
        }
      ) { first, _ in first }
      for result in answered {
        guard let usual = expected[result.dialect]?[result.id],
          let outcome = recording.answers[result.dialect]?[result.id]?.outcome
        else { continue }
        for (dialect, answers) in expected {
          guard let other = answers[result.id]?.withGradient(of: usual) else { continue }
          let agrees =
            other == usual
            ? result.passed
            : Comparison(outcome, other, gradients: recording.gradients, limit: 0).passed
          counts[result.dialect, default: [:]][dialect, default: (0, 0)].agreed += agrees ? 1 : 0
          counts[result.dialect, default: [:]][dialect, default: (0, 0)].answered += 1
        }
      }
    }
    return dialects.filter(failing.contains).flatMap { asked in
      dialects.compactMap { dialect in
        counts[asked]?[dialect].map {
          DialectAgreement(
            asked: asked, dialect: dialect, agreed: $0.agreed, answered: $0.answered)
        }
      }
    }
  }
}

extension FixtureCase.Expected {
  /// The answer, where it has no gradient with that of another.
  fileprivate func withGradient(of other: Self) -> Self {
    guard case .value(let value, nil) = self, case .value(_, let gradient?) = other else {
      return self
    }
    return .value(value, gradient: gradient)
  }
}

extension Collection<DialectAgreement> {
  /// The dialect that agrees with most answers that were asked in another, and that one; `nil` where
  /// none agrees with more than the dialect that was asked.
  ///
  /// - Complexity: O(dialects).
  func closest(
    asked: String
  ) -> (best: DialectAgreement, own: DialectAgreement)? {
    let counts = filter { $0.asked == asked }
    guard let own = counts.first(where: { $0.dialect == asked }) else { return nil }
    var best = own
    for count in counts where count.agreed > best.agreed { best = count }
    return best == own ? nil : (best, own)
  }

  /// Where another dialect fits better than the one that was asked, in a sentence each.
  ///
  /// - Complexity: O(dialects^2).
  var sentences: [String] {
    var asked: [String] = []
    for count in self where !asked.contains(count.asked) { asked.append(count.asked) }
    return asked.compactMap { dialect in
      closest(asked: dialect).map { best, own in
        "closest dialect: \(best.dialect), \(groupedText(best.agreed)) of \(groupedText(best.answered)) "
          + "cases (\(own.dialect): \(groupedText(own.agreed)))"
      }
    }
  }
}
