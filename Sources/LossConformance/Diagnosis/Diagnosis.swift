/// Why the answers to the cases of one loss in one dialect are not Keras's.
public struct Diagnosis: Equatable, Sendable {
  /// The loss by Keras's name.
  public let loss: String
  /// The dialect's id.
  public let dialect: String
  /// The causes; each failing case belongs to one of them.
  public let causes: [Cause]

  /// How sure the diagnosis is as a whole: that of its least certain cause.
  public var verdict: Verdict {
    let verdicts = causes.map(\.verdict)
    if verdicts.count > 1, verdicts.contains(where: \.namesCandidates) {
      let unclear: [Verdict] = [.partial, .numerics, .unexplained]
      if verdicts.contains(where: unclear.contains) { return .partial }
    }
    return [Verdict.unexplained, .numerics, .partial, .ambiguous].first(where: verdicts.contains)
      ?? .explained
  }

  /// How many cases failed.
  public var failing: Int { causes.reduce(0) { $0 + $1.cases.count } }

  /// The cause of a failing case.
  public func cause(of id: String) -> Cause? { causes.first { $0.cases.contains(id) } }

  /// How sure it is why answers differ.
  public enum Verdict: String, Sendable, CaseIterable {
    /// One mistake, two at once, or another dialect gives every answer of the failing cases, and no
    /// passing case speaks against it.
    case explained
    /// Several candidates do, or one does on little evidence.
    case ambiguous
    /// A candidate gives some of them; others remain that no candidate gives.
    case partial
    /// The answers are off by a small multiple of their tolerances: precision, not semantics.
    case numerics
    /// No candidate gives these answers.
    case unexplained

    /// Whether candidates are named.
    public var namesCandidates: Bool { self != .numerics && self != .unexplained }
  }
}

/// What is behind some failing cases.
public struct Cause: Equatable, Sendable {
  /// How sure that is.
  public let verdict: Diagnosis.Verdict
  /// What it is, the first named first; the others give the same in every case of the suite.
  public let candidates: [Candidate]
  /// What it may be instead.
  public let rivals: [Rival]
  /// What the agreement proves, in bits, less what trying many candidates costs.
  public let evidenceBits: Double
  /// The ids of the failing cases behind which it is.
  public let cases: [String]
  /// The ids of those that could not be judged, for their size or as only their gradient fails.
  public let unjudged: [String]
  /// How many failing gradients could not be judged: where a loss is another, its gradient is not
  /// stored.
  public let unjudgedGradients: Int
  /// What the answers have in common, where no candidate gives them.
  public let patterns: [Pattern]
  /// How far off the answers are, where precision is the cause.
  public let numerics: Numerics?

  /// Evidence below this many bits may be chance.
  public static let weakEvidence = 20.0

  /// Whether the agreement may be chance.
  public var isWeak: Bool { evidenceBits < Self.weakEvidence }

  /// How many of the cases are reproduced.
  public var reproduced: Int { verdict.namesCandidates ? cases.count - unjudged.count : 0 }

  /// Another candidate that the answers do not tell from the first.
  public struct Rival: Equatable, Sendable {
    /// The candidate.
    public let candidate: Candidate
    /// The id of a case, asked or not, at which the two give different answers.
    public let splittingCase: String
  }
}

/// How far off answers are that only lack precision.
public struct Numerics: Equatable, Sendable {
  /// The id of the case of the element that is furthest outside its tolerance.
  public let caseID: String
  /// The part of the answer.
  public let part: Comparison.Part
  /// The element.
  public let element: ElementDifference
  /// The element's tolerance in ulp of its dtype: how ill-conditioned it is.
  public let toleranceInUlps: Double
  /// The intermediate result at which that case's tolerances grow most, in ulp: the ill-conditioned
  /// step; `nil` where none is known to.
  public let stage: String?

  /// Errors of up to this many tolerances are taken for a lack of precision.
  public static let limit = 64.0
}
