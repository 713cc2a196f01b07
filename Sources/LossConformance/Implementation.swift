public import LossFixtures

/// An implementation under test: whatever answers cases of losses.
public protocol Implementation: Sendable {
  /// What reports call it.
  var name: String { get }

  /// The command line that answers, where the implementation is a program.
  var command: String? { get }

  /// Whether the implementation owes the gradients that cases ask for.
  var gradients: GradientPolicy { get }

  /// Answers a case of a loss in a dialect; what the implementation refuses is an error.
  func answer(_ fixture: FixtureCase, loss: String, dialect: String) -> Outcome

  /// The intermediate results of a case by the names of `Stage`, those that the implementation knows.
  func stages(of fixture: FixtureCase, loss: String, dialect: String) -> [String: FixtureTensor]
}

extension Implementation {
  /// No program.
  public var command: String? { nil }

  /// No stages are known.
  public func stages(
    of fixture: FixtureCase, loss: String, dialect: String
  ) -> [String: FixtureTensor] { [:] }

  /// Losses may be without gradients.
  public var gradients: GradientPolicy { .optional }
}
