public import LossFixtures

/// What an implementation answers to a case.
public enum Outcome: Equatable, Sendable {
  /// A tensor.
  case value(FixtureTensor)
  /// An error, by its code in the fixtures' words, with what the implementation says of it.
  case error(code: String, message: String)
  /// The implementation cannot be asked this, for a reason: the case is skipped.
  case unsupported(String)
  /// The implementation did not answer: it crashed, was silent, or answered nonsense.
  case broken(String)
}
