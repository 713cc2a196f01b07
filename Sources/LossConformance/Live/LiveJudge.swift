import LossFixtures

/// Holds an implementation's answers to questions against a reference's.
struct LiveJudge: Sendable {
  let reference: any Reference
  let implementation: any Implementation

  /// What came of a question.
  enum Result: Sendable {
    /// The answer is the reference's; elements that rounding decides were not compared.
    case agreed(Judged)
    /// It is not.
    case failed(LiveFailure)
    /// Rounding decides what the reference gives: nothing was compared.
    case undecided
  }

  /// Both answers, side by side.
  struct Judged: Sendable {
    let fixture: FixtureCase
    let outcome: Outcome
    let comparison: Comparison
  }

  /// Asks both.
  ///
  /// - Parameters:
  ///   - asked: The question.
  ///   - worst: How many mismatched elements of each part are kept, worst first.
  /// - Throws: `ReferenceFailure.unavailable`, and nothing else.
  /// - Complexity: that of both.
  func result(of asked: GeneratedQuestion, worst: Int = 0) throws(ReferenceFailure) -> Result {
    let question = asked.question
    let expected: FixtureCase.Expected
    do throws(ReferenceFailure) {
      expected = try reference.answer(question, gradient: asked.gradient)
    } catch {
      switch error {
      case .unavailable: throw error
      case .undecided: return .undecided
      case .broken(let trace): return .failed(.reference(trace))
      }
    }
    let fixture = FixtureCase(question, expected: expected)
    let outcome = implementation.answer(fixture, loss: question.loss, dialect: question.dialect)
    let comparison = Comparison(
      outcome, expected, gradients: implementation.gradients, limit: worst)
    let judged = Judged(fixture: fixture, outcome: outcome, comparison: comparison)
    guard comparison.status == .failed else { return .agreed(judged) }
    return .failed(.answer(judged))
  }
}

/// A question that was not answered as it should be.
enum LiveFailure: Sendable {
  /// The implementation's answer is not the reference's.
  case answer(LiveJudge.Judged)
  /// The reference failed with an exception.
  case reference(String)

  /// What is wrong, as far as shrinking must keep it.
  enum Kind: Hashable, Sendable {
    case reference
    case broken
    case refused(code: String)
    case accepted(expectedCode: String)
    case errorCode(actual: String, expected: String)
    case form(Comparison.Part)
    case elements(Comparison.Part)
  }

  /// What is wrong.
  var kind: Kind {
    guard case .answer(let judged) = self else { return .reference }
    switch judged.comparison.mismatch {
    case .broken: return .broken
    case .refused(let code, _): return .refused(code: code)
    case .accepted(let code): return .accepted(expectedCode: code)
    case .errorCode(let actual, let expected, _):
      return .errorCode(actual: actual, expected: expected)
    case nil: break
    }
    let part = judged.comparison.failures.first ?? .value
    return judged.comparison[part]?.elements == nil ? .form(part) : .elements(part)
  }
}

extension FixtureCase {
  /// A generated question with an answer.
  init(_ question: Question, expected: Expected) {
    self.init(
      id: "\(question.loss).live", comment: "generated", flags: [], form: question.form,
      config: question.config, dtype: question.dtype, inputs: question.inputs, expected: expected)
  }
}
