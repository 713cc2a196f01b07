/// What came of a report at a gate.
public struct GateResult: Equatable, Sendable {
  /// The gate.
  public let gate: Gate
  /// The cases that expectations name and that were checked, in the order of the report; one that
  /// passes stands there once for each expectation.
  public let cases: [Case]
  /// Why the report does not pass; none where it does.
  public let problems: [Problem]

  /// Whether the report passes.
  public var passed: Bool { problems.isEmpty }

  /// Whether a case failed that was not expected to, or not for that cause.
  public var hasUnexpectedFailures: Bool {
    problems.contains { [.unexpectedFailure, .otherCause, .expired].contains($0.kind) }
  }

  /// How a case stands to an expectation that names it.
  public enum Standing: String, Sendable, CaseIterable {
    /// It fails for the expected cause.
    case expected
    /// It fails, and what is known of it does not contradict the expected cause.
    case notContradicted = "not_contradicted"
    /// It fails for another cause.
    case otherCause = "other_cause"
    /// It fails, and the expectation has expired.
    case expired
    /// It passes.
    case passes

    /// Whether the case fails as it should.
    public var isExpected: Bool { self == .expected || self == .notContradicted }
  }

  /// A case that an expectation names.
  public struct Case: Equatable, Sendable {
    /// The case's id.
    public let id: String
    /// The loss by Keras's name.
    public let loss: String
    /// The dialect's id.
    public let dialect: String
    /// How it stands to the expectation.
    public let standing: Standing
    /// The place of the expectation among those of the gate, from 0.
    public let expectation: Int
    /// Why the case failed, where it did.
    public let cause: CauseName?

    /// What tells the case from all others.
    var key: CaseKey { CaseKey(loss: loss, dialect: dialect, id: id) }

    init(_ result: CaseReport, _ standing: Standing, expectation: Int, cause: CauseName?) {
      id = result.id
      loss = result.loss
      dialect = result.dialect
      self.standing = standing
      self.expectation = expectation
      self.cause = cause
    }
  }

  /// Why a report does not pass.
  public struct Problem: Equatable, Sendable {
    /// What sort of problem it is.
    public let kind: Kind
    /// What is wrong, in a sentence.
    public let message: String
    /// What to do, in a sentence.
    public let advice: String
    /// The place of the expectation that it is about, from 0.
    public let expectation: Int?

    /// Sorts of problems.
    public enum Kind: String, Sendable, CaseIterable {
      /// Cases failed that no expectation names.
      case unexpectedFailure = "unexpected_failure"
      /// Cases that an expectation names failed for another cause.
      case otherCause = "other_cause"
      /// Cases failed whose expectation has expired.
      case expired
      /// Cases that an expectation names pass.
      case passes
      /// Nobody has written the reason of an expectation.
      case noReason = "no_reason"
      /// No case was checked.
      case nothingChecked = "nothing_checked"
      /// Fewer cases were checked than is required.
      case tooFewCases = "too_few_cases"
      /// No case of a loss was checked that is required.
      case lossMissing = "loss_missing"
      /// An element used more of its tolerance than is allowed.
      case toleranceUsed = "tolerance_used"
    }
  }

  /// The expectation that a case is named by.
  public func expectation(of result: Case) -> ExpectedFailure? {
    let expectations = gate.expectedFailures?.expectations ?? []
    return expectations.indices.contains(result.expectation)
      ? expectations[result.expectation] : nil
  }

  /// The cases that fail as expected, by their dialects and ids.
  ///
  /// - Complexity: O(cases).
  var expectedKeys: Set<CaseKey> {
    Set(cases.lazy.filter(\.standing.isExpected).map(\.key))
  }
}
