public import LossFixtures

/// What an implementation answers to a case.
public enum Outcome: Equatable, Sendable {
  /// The losses, and d(sum of the losses) / d(y_pred) where the case asks for it and the
  /// implementation knows it.
  case value(FixtureTensor, gradient: FixtureTensor? = nil)
  /// An error, by its code in the fixtures' words, with what the implementation says of it.
  case error(code: String, message: String)
  /// The implementation cannot be asked this, for a reason: the case is skipped.
  case unsupported(String)
  /// The implementation did not answer: it crashed, was silent, or answered nonsense.
  case broken(String)
}
