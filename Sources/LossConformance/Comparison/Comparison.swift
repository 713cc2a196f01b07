public import LossFixtures

/// An outcome held against a case's expectation.
public struct Comparison: Equatable, Sendable {
  /// What is wrong with the answer as a whole; `nil` where it is a value, or the expected error.
  public let mismatch: Mismatch?
  /// The losses, where values are answered and expected.
  public let value: TensorComparison?
  /// Their gradient, where the case has one and the value was compared.
  public let gradient: TensorComparison?
  /// Whether the gradient had to be answered.
  public let gradients: GradientPolicy
  /// Why the implementation was not asked, where it says that it cannot be.
  public let unsupported: String?

  /// What came of the case.
  public var status: Status {
    if unsupported != nil { return .skipped }
    return mismatch == nil && failures.isEmpty ? .passed : .failed
  }

  /// What came of a case.
  public enum Status: String, Sendable {
    /// The outcome is what is expected.
    case passed
    /// It is not.
    case failed
    /// The implementation says that it cannot be asked this.
    case skipped
  }

  /// Whether the outcome is what is expected.
  public var passed: Bool { status == .passed }

  /// The parts of an answer, in the order in which they are compared.
  public enum Part: String, CaseIterable, Sendable {
    /// The losses.
    case value
    /// d(sum of the losses) / d(y_pred).
    case gradient
  }

  /// A part of the answer, where it was compared.
  public subscript(part: Part) -> TensorComparison? {
    switch part {
    case .value: value
    case .gradient: gradient
    }
  }

  /// The parts that are not what is expected.
  public var failures: [Part] {
    Part.allCases.filter { part in
      switch self[part] {
      case nil: false
      case .unanswered: gradients == .required
      case let compared?: !compared.passed
      }
    }
  }

  /// What is wrong with an answer as a whole.
  public enum Mismatch: Equatable, Sendable {
    /// No answer at all: a crash, a silence, nonsense.
    case broken(String)
    /// An error where a value is expected.
    case refused(code: String, message: String)
    /// A value where an error is expected.
    case accepted(expectedCode: String)
    /// An error of another code.
    case errorCode(actual: String, expected: String, message: String)
  }
}

extension Comparison {
  /// Compares: value or error, then the value and the gradient, each by dtype, shape and elements.
  ///
  /// - Parameters:
  ///   - outcome: The implementation's answer.
  ///   - expected: The case's goldens, or its error.
  ///   - gradients: Whether a gradient that the case has must be answered.
  ///   - limit: How many mismatched elements of each part are kept, worst first.
  /// - Complexity: O(elements).
  public init(
    _ outcome: Outcome, _ expected: FixtureCase.Expected, gradients: GradientPolicy = .optional,
    limit: Int = 5
  ) {
    var mismatch: Mismatch?
    var value: TensorComparison?
    var gradient: TensorComparison?
    var unsupported: String?
    switch (outcome, expected) {
    case (.unsupported(let reason), _): unsupported = reason
    case (.broken(let what), _): mismatch = .broken(what)
    case (.error(let code, let message), .error(let expectedCode)):
      if code != expectedCode, code != AnswerProtocol.unknownError {
        mismatch = .errorCode(actual: code, expected: expectedCode, message: message)
      }
    case (.error(let code, let message), .value):
      mismatch = .refused(code: code, message: message)
    case (.value, .error(let code)): mismatch = .accepted(expectedCode: code)
    case (.value(let actual, let slope), .value(let golden, let goldenSlope)):
      value = TensorComparison(actual, golden, limit: limit)
      gradient = goldenSlope.map { TensorComparison(slope, $0, limit: limit) }
    }
    self.init(
      mismatch: mismatch, value: value, gradient: gradient, gradients: gradients,
      unsupported: unsupported)
  }
}
