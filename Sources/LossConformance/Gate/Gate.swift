/// What a run has to fulfil besides that its cases pass, and which of them may fail.
public struct Gate: Equatable, Sendable {
  /// The cases that may fail; `nil` where none may.
  public var expectedFailures: ExpectedFailures?
  /// The largest error / allowed that a passing element may use, from 0 to 1.
  public var maxToleranceUsed: Double?
  /// How many cases have to be checked at least.
  public var minCases: Int?
  /// The losses of which a case has to be checked, by Keras's names.
  public var requiredLosses: [String]

  /// Creates a gate; the default lets a run pass whose cases all pass.
  public init(
    expectedFailures: ExpectedFailures? = nil, maxToleranceUsed: Double? = nil,
    minCases: Int? = nil, requiredLosses: [String] = []
  ) {
    self.expectedFailures = expectedFailures
    self.maxToleranceUsed = maxToleranceUsed
    self.minCases = minCases
    self.requiredLosses = requiredLosses
  }

  /// Holds a report against the gate.
  ///
  /// A case that fails is expected where an expectation names it that has not expired, and whose cause
  /// is what the diagnosis found, or is not contradicted by it.
  ///
  /// - Parameters:
  ///   - report: The report.
  ///   - today: The day against which expectations expire.
  /// - Returns: What came of it; it holds no day but those of expectations that have expired.
  /// - Complexity: O(cases * patterns of the expectations).
  public func result(of report: Report, today: CalendarDate) -> GateResult {
    var examination = Examination(self, report, today: today)
    examination.examineCases()
    examination.judgeExpectations()
    examination.judgePolicies()
    return GateResult(gate: self, cases: examination.cases, problems: examination.problems)
  }
}

/// A report on its way through a gate.
private struct Examination {
  private let gate: Gate
  private let report: Report
  private let today: CalendarDate
  private let expectations: [ExpectedFailure]
  private(set) var cases: [GateResult.Case] = []
  private(set) var problems: [GateResult.Problem] = []
  /// How many failing cases no expectation names.
  private var unexpected = 0

  init(_ gate: Gate, _ report: Report, today: CalendarDate) {
    self.gate = gate
    self.report = report
    self.today = today
    expectations = gate.expectedFailures?.expectations ?? []
  }

  // MARK: - Cases

  mutating func examineCases() {
    let index = ExpectationIndex(expectations)
    let causes = report.causes
    for result in report.cases where result.status != .skipped {
      let places = index.naming(CaseKey(result))
      if let cause = CaseCause(result, causes[CaseKey(result)]) {
        examine(result, cause, places)
      } else {
        cases += places.map { GateResult.Case(result, .passes, expectation: $0, cause: nil) }
      }
    }
  }

  private mutating func examine(_ result: CaseReport, _ cause: CaseCause, _ places: [Int]) {
    guard let first = places.first else {
      unexpected += 1
      return
    }
    let valid = places.filter { !hasExpired(expectations[$0]) }
    let agreements = valid.map { ($0, cause.agreement(with: expectations[$0].causes)) }
    let best =
      agreements.first { $0.1 == .confirmed } ?? agreements.first { $0.1 == .possible }
    if let (place, agreement) = best {
      let standing: GateResult.Standing =
        agreement == .confirmed ? .expected : .notContradicted
      cases.append(GateResult.Case(result, standing, expectation: place, cause: cause.name))
    } else {
      let standing: GateResult.Standing = valid.isEmpty ? .expired : .otherCause
      cases.append(
        GateResult.Case(result, standing, expectation: valid.first ?? first, cause: cause.name))
    }
  }

  private func hasExpired(_ expectation: ExpectedFailure) -> Bool {
    expectation.expires.map { $0 < today } ?? false
  }

  // MARK: - Expectations

  mutating func judgeExpectations() {
    if unexpected > 0 {
      let advice =
        expectations.isEmpty
        ? "Fix them, or name them in a file (--write-expected-failures)."
        : "Fix them, or name them."
      add(.unexpectedFailure, "\(counted(unexpected, "case")) failed that none expected.", advice)
    }
    var byExpectation: [[GateResult.Case]] = Array(repeating: [], count: expectations.count)
    for result in cases { byExpectation[result.expectation].append(result) }
    for (place, expectation) in expectations.enumerated() {
      judge(expectation, place, byExpectation[place])
    }
    judgeReasons()
  }

  private mutating func judge(
    _ expectation: ExpectedFailure, _ place: Int, _ named: [GateResult.Case]
  ) {
    // Of an expectation whose cases were not asked nothing is known.
    guard !named.isEmpty else { return }
    let name = "Expectation \(place + 1) of \(gate.expectedFailures?.file ?? "")"
    func ids(_ standing: GateResult.Standing) -> [String] {
      named.filter { $0.standing == standing }.map(\.id)
    }
    let others = named.filter { $0.standing == .otherCause }
    if !others.isEmpty {
      let found = distinct(others.compactMap { $0.cause?.description }).joined(separator: ", ")
      add(
        .otherCause,
        "\(name) is \(expectation.causeText), but \(listed(others.map(\.id))) "
          + "\(others.count == 1 ? "fails" : "fail") otherwise: \(found).",
        "Find out what changed: \(others.count == 1 ? "it is" : "they are") shown above.",
        place)
    }
    let expired = ids(.expired)
    if !expired.isEmpty, let day = expectation.expires {
      add(
        .expired,
        "\(name) expired on \(day), and \(listed(expired)) still "
          + "\(expired.count == 1 ? "fails" : "fail").",
        "Fix that, or give the expectation another day.", place)
    }
    let passing = ids(.passes)
    if !passing.isEmpty {
      add(
        .passes,
        "\(name) (\(expectation.causeText)) is stale: \(listed(passing)) "
          + "\(passing.count == 1 ? "passes" : "pass").",
        passing.count == named.count
          ? "Remove the expectation."
          : "Name only the cases that fail; --write-expected-failures writes them.", place)
    }
  }

  /// Reasons that nobody has written, told at once.
  private mutating func judgeReasons() {
    let named = Set(cases.map(\.expectation))
    let missing = expectations.indices.filter { named.contains($0) && !expectations[$0].hasReason }
    guard let file = gate.expectedFailures?.file, !missing.isEmpty else { return }
    let numbers = listed(missing.map { "\($0 + 1)" })
    add(
      .noReason,
      missing.count == 1
        ? "Expectation \(numbers) of \(file) has no reason yet."
        : "Expectations \(numbers) of \(file) have no reasons yet.",
      "Write why these failures are accepted, instead of \(ExpectedFailure.missingReason).")
  }

  // MARK: - Policies

  mutating func judgePolicies() {
    judgeToleranceUsed()
    // A shard has its part of the cases: how many there are is judged when they are merged.
    guard report.recording?.shard == nil else { return }
    let checked = report.cases.count { $0.status != .skipped }
    if checked == 0 {
      add(.nothingChecked, "No case was checked.", "Ask for cases that there are.")
    } else if let least = gate.minCases, checked < least {
      add(
        .tooFewCases, "\(counted(checked, "case")) checked, at least \(least) are required.",
        "See whether cases were deselected or skipped.")
    }
    let losses = Set(report.cases.lazy.filter { $0.status != .skipped }.map(\.loss))
    let missing = gate.requiredLosses.filter { !losses.contains($0) }
    if !missing.isEmpty {
      add(
        .lossMissing, "No case was checked of \(listed(missing)).",
        "See whether its cases were deselected or skipped.")
    }
  }

  private mutating func judgeToleranceUsed() {
    guard let limit = gate.maxToleranceUsed else { return }
    var beyond = 0
    var worst: (result: CaseReport, part: Comparison.Part, element: ElementDifference)?
    for result in report.cases {
      let elements = Comparison.Part.allCases.compactMap { part in
        result.comparison[part]?.elements?.worstPassing.map { (part, $0) }
      }
      guard let largest = elements.max(by: { $0.1.toleranceUsed < $1.1.toleranceUsed }),
        largest.1.toleranceUsed > limit
      else { continue }
      beyond += 1
      if largest.1.toleranceUsed > worst?.element.toleranceUsed ?? 0 {
        worst = (result, largest.0, largest.1)
      }
    }
    guard let worst else { return }
    let index = worst.element.index.isEmpty ? "" : " \(worst.element.index)"
    add(
      .toleranceUsed,
      "\(counted(beyond, "case")) used more than \(percent(limit)) of a tolerance, most "
        + "\(worst.part)\(index) of \(worst.result.id) in \(worst.result.dialect): "
        + "\(percent(worst.element.toleranceUsed)).",
      "See which step loses the precision, or allow more.")
  }

  // MARK: - Words

  private mutating func add(
    _ kind: GateResult.Problem.Kind, _ message: String, _ advice: String, _ place: Int? = nil
  ) {
    problems.append(
      GateResult.Problem(kind: kind, message: message, advice: advice, expectation: place))
  }

  private func distinct(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    return texts.filter { seen.insert($0).inserted }
  }

  private func listed(_ names: [String]) -> String { listedText(names, most: 3) }

  private func percent(_ share: Double) -> String { percentText(share, digits: 3) }
}
