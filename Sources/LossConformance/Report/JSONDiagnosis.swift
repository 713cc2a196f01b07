import LossFixtures

// The JSON's shape of diagnoses, apart from their types: renaming one of these breaks no reader.

/// In JSON, the cases of the fixtures that tell each mistake of a loss from Keras.
struct Killed: Encodable {
  let loss: String
  let dialect: String
  let mistakes: [Mistake]

  struct Mistake: Encodable {
    let id: String
    let cases: Int
    let best: String?
    let timesTolerance: Double
  }

  init(_ loss: String, _ dialect: String, _ matrix: KillMatrix) {
    self.loss = loss
    self.dialect = dialect
    mistakes = matrix.kills(loss: loss, dialect: dialect).sorted { $0.key < $1.key }
      .map { id, kill in
        Mistake(
          id: id, cases: kill.caseCount, best: kill.best, timesTolerance: kill.timesTolerance)
      }
  }
}

/// A diagnosis in JSON.
struct Diagnosed: Encodable {
  let loss: String
  let dialect: String
  let verdict: String
  let failingCases: Int
  let causes: [Cause]

  init(_ diagnosis: Diagnosis, detailed: Set<CaseKey>) {
    loss = diagnosis.loss
    dialect = diagnosis.dialect
    verdict = diagnosis.verdict.rawValue
    failingCases = diagnosis.failing
    causes = diagnosis.causes.map { cause in
      let keys = cause.cases.map {
        CaseKey(loss: diagnosis.loss, dialect: diagnosis.dialect, id: $0)
      }
      return Cause(cause, withoutDetail: keys.count { !detailed.contains($0) })
    }
  }

  struct Cause: Encodable {
    let verdict: String
    let candidates: [Named]
    let rivals: [Rival]
    let evidenceBits: Double
    let cases: [String]
    /// How many of the cases are without their `detail`.
    let casesWithoutDetail: Int
    let reproduced: Int
    let unjudged: [String]
    let unjudgedGradients: Int
    let patterns: [Found]
    let numerics: Precision?

    init(_ cause: LossConformance.Cause, withoutDetail: Int) {
      verdict = cause.verdict.rawValue
      candidates = cause.candidates.map(Named.init)
      rivals = cause.rivals.map(Rival.init)
      evidenceBits = cause.evidenceBits
      cases = cause.cases
      casesWithoutDetail = withoutDetail
      reproduced = cause.reproduced
      unjudged = cause.unjudged
      unjudgedGradients = cause.unjudgedGradients
      patterns = cause.patterns.map(Found.init)
      numerics = cause.numerics.map(Precision.init)
    }
  }

  /// A candidate: the ids of its mistakes, or that of a dialect.
  struct Named: Encodable {
    var mistakes: [String]?
    var dialect: String?

    init(_ candidate: Candidate) {
      switch candidate {
      case .mistake: mistakes = candidate.mistakes
      case .dialect(let id): dialect = id
      }
    }
  }

  struct Rival: Encodable {
    let candidate: Named
    let splittingCase: String

    init(_ rival: LossConformance.Cause.Rival) {
      candidate = Named(rival.candidate)
      splittingCase = rival.splittingCase
    }
  }

  struct Found: Encodable {
    let kind: String
    let cases: Int
    var value: Double?
    var name: String?
    var actual: String?
    var expected: String?

    init(_ pattern: Pattern) {
      cases = pattern.cases
      switch pattern.kind {
      case .broken: kind = "broken"
      case .unanswered: kind = "unanswered"
      case .refused(let code): (kind, actual) = ("refused", code)
      case .accepted(let code): (kind, expected) = ("accepted", code)
      case .dtype(let actual, let expected):
        (kind, self.actual, self.expected) = ("dtype", actual, expected)
      case .shape(let actual, let expected):
        (kind, self.actual, self.expected) = ("shape", "\(actual)", "\(expected)")
      case .ratio(let ratio, let name):
        // A ratio that is another in each case has a name alone.
        (kind, value, self.name) = ("ratio", ratio.isNaN ? nil : ratio, name)
      case .offset(let offset): (kind, value) = ("offset", offset)
      case .sign: kind = "sign"
      case .transposition: kind = "transposition"
      case .permutation: kind = "permutation"
      case .narrower(let dtype): (kind, actual) = ("narrower", dtype)
      case .saturation(let value, let name):
        (kind, self.value, self.name) = ("saturation", value, name)
      case .constant(let value): (kind, self.value) = ("constant", value)
      case .nonFinite(let place): (kind, name) = ("non_finite", place.rawValue)
      }
    }
  }

  struct Precision: Encodable {
    let `case`: String
    let part: String
    let index: [Int]
    let toleranceUsed: Double
    let toleranceInUlps: Double
    let stage: String?

    init(_ numerics: Numerics) {
      `case` = numerics.caseID
      part = numerics.part.rawValue
      index = numerics.element.index
      toleranceUsed = numerics.element.toleranceUsed
      toleranceInUlps = numerics.toleranceInUlps
      stage = numerics.stage
    }
  }
}
