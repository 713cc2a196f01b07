import LossFixtures

/// Failing cases with one thing behind them: what a report shows as one cause.
///
/// A mistake is one cause in however many losses and dialects it shows; what nobody knows is one in
/// each loss.
struct CauseGroup {
  /// How sure it is, and what it is.
  let heading: String
  /// The same in a few words.
  let title: String
  /// How sure it is.
  let verdict: Diagnosis.Verdict
  /// The mistakes that it consists of, none for dialects and where none is known.
  let mistakes: [Mistake]
  /// The losses and dialects that show it, in the order of the report.
  var members: [Member]
  /// The failing cases, those that tell most first.
  fileprivate(set) var cases: [CaseReport] = []

  /// A cause in one loss and dialect.
  struct Member {
    let loss: String
    let dialect: String
    let cause: Cause
    /// How many cases of the loss and dialect failed, for this cause or others.
    let failing: Int
  }

  /// The cause with some of its cases; `nil` where it has none of them.
  func keeping(_ isKept: (CaseReport) -> Bool) -> CauseGroup? {
    var group = self
    group.cases = cases.filter(isKept)
    return group.cases.isEmpty ? nil : group
  }

  /// The loss, where it is one alone.
  var loss: String? {
    let losses = Set(members.map(\.loss))
    return losses.count == 1 ? losses.first : nil
  }

  /// The losses with the dialects that show it: `huber (keras-3.15/jax, keras-3.15/torch)`.
  var placesText: String {
    var dialects: [(loss: String, dialects: [String])] = []
    for member in members {
      if let place = dialects.firstIndex(where: { $0.loss == member.loss }) {
        dialects[place].dialects.append(member.dialect)
      } else {
        dialects.append((member.loss, [member.dialect]))
      }
    }
    let shown = dialects.prefix(Self.mostPlaces)
      .map { "\($0.loss) (\($0.dialects.joined(separator: ", ")))" }
    let hidden = dialects.count - shown.count
    return shown.joined(separator: ", ") + (hidden > 0 ? " and \(hidden) more losses" : "")
  }

  private static let mostPlaces = 5

  /// What makes causes of several losses and dialects one.
  private struct Key: Hashable {
    let verdict: Diagnosis.Verdict
    let candidate: Candidate?
    let loss: String?
    let isBroken: Bool
  }

  /// The causes of a report, those behind most cases first.
  ///
  /// - Complexity: O(cases * log cases).
  static func all(of report: Report) -> [CauseGroup] {
    let words = CauseText(report.mistakes)
    let catalogue = Dictionary(report.mistakes.map { ($0.id, $0) }) { first, _ in first }
    var groups: [CauseGroup] = []
    var places: [Key: Int] = [:]
    var placeOfCase: [CaseKey: Int] = [:]
    for diagnosis in report.diagnoses {
      for cause in diagnosis.causes {
        let candidate = cause.candidates.first
        let isBroken = cause.patterns.contains {
          $0.kind == .broken && $0.cases == cause.cases.count
        }
        let key = Key(
          verdict: cause.verdict, candidate: candidate,
          loss: candidate == nil && !isBroken ? diagnosis.loss : nil, isBroken: isBroken)
        let member = Member(
          loss: diagnosis.loss, dialect: diagnosis.dialect, cause: cause,
          failing: diagnosis.failing)
        let place = places[key] ?? groups.count
        if place == groups.count {
          places[key] = place
          groups.append(
            CauseGroup(
              heading: words.heading(cause), title: words.title(cause), verdict: cause.verdict,
              mistakes: candidate?.mistakes.compactMap { catalogue[$0] } ?? [], members: []))
        }
        groups[place].members.append(member)
        for id in cause.cases {
          placeOfCase[CaseKey(loss: diagnosis.loss, dialect: diagnosis.dialect, id: id)] = place
        }
      }
    }
    for result in report.cases where result.status == .failed {
      if let place = placeOfCase[CaseKey(result)] { groups[place].cases.append(result) }
    }
    let order = groups.indices.sorted {
      (-groups[$0].cases.count, $0) < (-groups[$1].cases.count, $1)
    }
    return order.map { place in
      var group = groups[place]
      group.cases = group.cases.enumerated().map { (CaseStanding($1, $0), $1) }
        .sorted { $0.0 < $1.0 }.map(\.1)
      return group
    }
  }
}

/// How much a failing case tells people: numbers before NaN, shapes and errors; what somebody asked
/// before other cases; float32 before other dtypes; then what is furthest outside its tolerance.
struct CaseStanding: Comparable {
  private let isNumber: Bool
  private let isQuestion: Bool
  private let isUsual: Bool
  private let used: Double
  private let place: Int

  /// The standing of the case at a place of the report.
  init(_ result: CaseReport, _ place: Int) {
    used = result.toleranceUsed
    isNumber = used.isFinite
    isQuestion = result.flags.contains("question")
    isUsual = result.dtype == "float32"
    self.place = place
  }

  static func < (first: CaseStanding, second: CaseStanding) -> Bool {
    if first.isNumber != second.isNumber { return first.isNumber }
    if first.isQuestion != second.isQuestion { return first.isQuestion }
    if first.isUsual != second.isUsual { return first.isUsual }
    if first.used != second.used { return first.used > second.used }
    return first.place < second.place
  }
}

/// What tells a case from all others of a report.
struct CaseKey: Hashable {
  let loss: String
  let dialect: String
  let id: String

  init(loss: String, dialect: String, id: String) {
    self.loss = loss
    self.dialect = dialect
    self.id = id
  }

  init(_ result: CaseReport) {
    self.init(loss: result.loss, dialect: result.dialect, id: result.id)
  }
}

extension Report {
  /// The cause of each failing case.
  ///
  /// - Complexity: O(failing cases).
  var causes: [CaseKey: Cause] {
    var causes: [CaseKey: Cause] = [:]
    for diagnosis in diagnoses {
      for cause in diagnosis.causes {
        for id in cause.cases {
          causes[CaseKey(loss: diagnosis.loss, dialect: diagnosis.dialect, id: id)] = cause
        }
      }
    }
    return causes
  }

  /// The mistakes that diagnoses name, in the order of the catalogue.
  var namedMistakes: [Mistake] {
    let causes = diagnoses.flatMap(\.causes)
    let named = Set(
      causes.flatMap { $0.candidates + $0.rivals.map(\.candidate) }.flatMap(\.mistakes))
    return mistakes.filter { named.contains($0.id) }
  }
}
