public import LossFixtures

/// Says what a loss should give to questions that nobody wrote down, with a tolerance for each element.
public protocol Reference: Sendable {
  /// What it is called in reports, such as "keras_oracle" or "keras 3.15.1 on jax".
  var name: String { get }
  /// The answer to a question, and the gradient where it is asked for and exists.
  func answer(_ question: Question, gradient: Bool) throws(ReferenceFailure) -> FixtureCase.Expected
}

/// Why a reference has no answer.
public enum ReferenceFailure: Error, Equatable, Sendable {
  /// It does not run at all, and what to do about that.
  case unavailable(String)
  /// It failed at this question: the exception with its traceback.
  case broken(String)
  /// Rounding decides what Keras gives: there is nothing to compare.
  case undecided(String)
}
