import LossFixtures

/// Why a case failed, in one word: what expectations name, and what parity tables show.
///
/// As text: the id of a mistake (`rescale_skipped`, `clip_skipped+sum_for_mean` for two at once) or of
/// a dialect (`keras-3.15/torch`), `numerics`, `unexplained`, `broken`, `unanswered`, `dtype`, `shape`,
/// `refused: CODE` or `accepted: CODE`.
public enum CauseName: Hashable, Sendable {
  /// A mistake, two at once, or another dialect.
  case candidate(Candidate)
  /// What needs no other word.
  case plain(Plain)
  /// Refused with this error, where Keras answers, or refuses with another.
  case refused(String)
  /// Answered where Keras refuses with this error.
  case accepted(String)

  /// Causes that are neither a mistake nor a dialect nor an error.
  public enum Plain: String, CaseIterable, Sendable {
    /// Precision, not semantics.
    case numerics
    /// Numbers that nothing known gives.
    case unexplained
    /// There is no answer.
    case broken
    /// There is no gradient where one is owed.
    case unanswered
    /// Numbers of another dtype.
    case dtype
    /// Another shape.
    case shape
  }
}

extension CauseName: CustomStringConvertible {
  private static let refused = "refused: "
  private static let accepted = "accepted: "

  /// The word.
  public var description: String {
    switch self {
    case .candidate(let candidate): candidate.id
    case .plain(let plain): plain.rawValue
    case .refused(let code): Self.refused + code
    case .accepted(let code): Self.accepted + code
    }
  }

  /// What a word means among the mistakes and dialects of some fixtures; `nil` where it means nothing.
  ///
  /// - Complexity: O(mistakes + pairs).
  init?(_ word: String, catalogue: MistakeCatalogue, dialects: Set<String>) {
    if let plain = Plain(rawValue: word) {
      self = .plain(plain)
    } else if dialects.contains(word) {
      self = .candidate(.dialect(word))
    } else if !catalogue.mistakes(of: word).isEmpty {
      self = .candidate(.mistake(word))
    } else if let code = Self.code(in: word, after: Self.refused) {
      self = .refused(code)
    } else if let code = Self.code(in: word, after: Self.accepted) {
      self = .accepted(code)
    } else {
      return nil
    }
  }

  private static func code(in word: String, after prefix: String) -> String? {
    guard word.hasPrefix(prefix), word.utf8.count > prefix.utf8.count else { return nil }
    return String(word.dropFirst(prefix.count))
  }
}

/// What is known of why one case failed.
public struct CaseCause: Equatable, Sendable {
  /// What it is, the most telling word first; more than one where they come to the same.
  public let names: [CauseName]
  /// What it may be instead.
  public let rivals: [CauseName]
  /// Whether the case itself was judged, and on enough evidence.
  public let isCertain: Bool

  /// Creates what is known.
  public init(names: [CauseName], rivals: [CauseName] = [], isCertain: Bool = true) {
    self.names = names
    self.rivals = rivals
    self.isCertain = isCertain
  }

  /// The one word.
  public var name: CauseName { names.first ?? .plain(.unexplained) }

  /// How what is known agrees with what was expected.
  public enum Agreement: Equatable, Sendable {
    /// It is what was expected.
    case confirmed
    /// It may be: the case was not judged, on little evidence, or something else fits as well.
    case possible
    /// It is something else.
    case contradicted
  }

  /// Holds what is known against the causes that were expected, any of which may be it.
  ///
  /// Two mistakes at once are expected where their pair is, or each of them.
  ///
  /// - Complexity: O(names * expected).
  public func agreement(with expected: [CauseName]) -> Agreement {
    func isExpected(_ name: CauseName) -> Bool {
      if expected.contains(name) { return true }
      guard case .candidate(let candidate) = name, candidate.isPair else { return false }
      return candidate.mistakes.allSatisfy { expected.contains(.candidate(.mistake($0))) }
    }
    if names.contains(where: isExpected) { return isCertain ? .confirmed : .possible }
    return rivals.contains(where: isExpected) ? .possible : .contradicted
  }
}

extension CaseCause {
  /// What the comparison itself says of a failing case, and what a diagnosis found behind it.
  ///
  /// What is no answer at all, or lacks only a gradient, is that and nothing else.
  ///
  /// - Parameters:
  ///   - fault: What is wrong with the answer before any number of it.
  ///   - verdict: How sure the diagnosis is; `nil` where there is none.
  ///   - candidates: What it names.
  ///   - rivals: What it may be instead.
  ///   - isJudged: Whether the case itself was judged.
  init(
    fault: CauseName?, verdict: Diagnosis.Verdict?, candidates: [Candidate] = [],
    rivals: [Candidate] = [], isJudged: Bool = true
  ) {
    let isSilent = fault == .plain(.broken) || fault == .plain(.unanswered)
    switch verdict {
    case let verdict? where verdict.namesCandidates && !isSilent:
      self.init(
        names: candidates.map(CauseName.candidate) + (fault.map { [$0] } ?? []),
        rivals: rivals.map(CauseName.candidate), isCertain: isJudged && verdict != .ambiguous)
    default:
      self.init(names: [fault ?? .plain(verdict == .numerics ? .numerics : .unexplained)])
    }
  }

  /// Why a case failed; `nil` where it did not.
  ///
  /// - Parameters:
  ///   - result: What came of the case.
  ///   - cause: What the diagnosis says is behind it.
  public init?(_ result: CaseReport, _ cause: Cause?) {
    guard result.status == .failed else { return nil }
    self.init(
      fault: Self.fault(result.comparison), verdict: cause?.verdict,
      candidates: cause?.candidates ?? [], rivals: cause?.rivals.map(\.candidate) ?? [],
      isJudged: cause?.unjudged.contains(result.id) != true)
  }

  private static func fault(_ comparison: Comparison) -> CauseName? {
    switch comparison.mismatch {
    case .broken: return .plain(.broken)
    case .refused(let code, _), .errorCode(let code, _, _): return .refused(code)
    case .accepted(let code): return .accepted(code)
    case nil: break
    }
    switch comparison.failures.first.flatMap({ comparison[$0] }) {
    case .unanswered: return .plain(.unanswered)
    case .dtype: return .plain(.dtype)
    case .shape: return .plain(.shape)
    case .elements, nil: return nil
    }
  }
}
