public import LossFixtures

/// An outcome held against a case's expectation.
public struct Comparison: Equatable, Sendable {
  /// What is wrong, or `nil` where the case passed.
  public let mismatch: Mismatch?
  /// The elements, where both sides have a value of one dtype and shape.
  public let elements: ElementComparison?

  /// Why the implementation was not asked, where it says that it cannot be.
  public let unsupported: String?

  /// What came of the case.
  public var status: Status {
    if unsupported != nil { return .skipped }
    return mismatch == nil ? .passed : .failed
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

  /// The first thing that is wrong, in the order in which `numpy.testing` looks.
  public enum Mismatch: Equatable, Sendable {
    /// No answer at all: a crash, a silence, nonsense.
    case broken(String)
    /// An error where a value is expected.
    case refused(code: String, message: String)
    /// A value where an error is expected.
    case accepted(expectedCode: String)
    /// An error of another code.
    case errorCode(actual: String, expected: String, message: String)
    /// A value of another dtype.
    case dtype(actual: String, expected: String)
    /// A value of another shape.
    case shape(actual: [Int], expected: [Int])
    /// Elements outside their tolerances; `Comparison.elements` has them.
    case elements
  }
}

extension Comparison {
  /// Compares: value or error, dtype, shape, then each element against its own tolerance.
  ///
  /// - Parameters:
  ///   - outcome: The implementation's answer.
  ///   - expected: The case's golden, or its error.
  ///   - limit: How many mismatched elements are kept, worst first.
  /// - Complexity: O(elements).
  public init(_ outcome: Outcome, _ expected: FixtureCase.Expected, limit: Int = 5) {
    switch (outcome, expected) {
    case (.unsupported(let reason), _): self.init(mismatch: nil, unsupported: reason)
    case (.broken(let what), _): self.init(mismatch: .broken(what))
    case (.error(let code, let message), .error(let expectedCode)):
      self.init(
        mismatch: code == expectedCode || code == AnswerProtocol.unknownError
          ? nil : .errorCode(actual: code, expected: expectedCode, message: message))
    case (.error(let code, let message), .value):
      self.init(mismatch: .refused(code: code, message: message))
    case (.value, .error(let code)):
      self.init(mismatch: .accepted(expectedCode: code))
    case (.value(let actual), .value(let golden)):
      self.init(actual, golden, limit: limit)
    }
  }

  private init(mismatch: Mismatch?, unsupported: String? = nil) {
    self.init(mismatch: mismatch, elements: nil, unsupported: unsupported)
  }

  private init(_ actual: FixtureTensor, _ golden: Golden, limit: Int) {
    let expected = golden.tensor
    guard actual.values.dtype == expected.values.dtype else {
      self.init(
        mismatch: .dtype(actual: actual.values.dtype, expected: expected.values.dtype))
      return
    }
    guard actual.shape == expected.shape, actual.values.count == expected.values.count else {
      self.init(mismatch: .shape(actual: actual.shape, expected: expected.shape))
      return
    }
    let elements =
      switch (actual.values, expected.values) {
      case (.float32(let actual), .float32(let golds)):
        ElementComparison(
          actual, golds, tolerance: golden.tolerance, dtype: expected.values.dtype,
          shape: expected.shape, limit: limit)
      default:
        ElementComparison(
          actual.values.doubles, expected.values.doubles, tolerance: golden.tolerance,
          dtype: expected.values.dtype, shape: expected.shape, limit: limit)
      }
    self.init(
      mismatch: elements.mismatched == 0 ? nil : .elements, elements: elements, unsupported: nil)
  }
}

extension FixtureTensor.Values {
  /// The elements as Doubles; every dtype of a loss is exact in it.
  fileprivate var doubles: [Double] {
    switch self {
    case .float32(let values): values.map(Double.init)
    case .float64(let values): values
    case .int32(let values): values.map(Double.init)
    case .int64(let values): values.map(Double.init)
    case .uint8(let values): values.map(Double.init)
    case .bool(let values): values.map { $0 ? 1 : 0 }
    }
  }
}
