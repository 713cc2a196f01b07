public import LossFixtures

/// What an implementation answered to cases of a suite: all that a report says besides the suite.
///
/// Recordings are made by `Verification.record` and judged by `Report.init(judging:of:)`, in one run or
/// on another machine.
public struct Recording: Equatable, Sendable {
  /// What reports call the implementation.
  public let implementation: String
  /// The command line that answered, where it was a program.
  public let command: String?
  /// Whether the implementation owes the gradients that cases ask for.
  public let gradients: GradientPolicy
  /// The fixtures that were read.
  public let fixtures: Report.Fixtures
  /// The cases that were asked for.
  public let selection: Selection
  /// How many mismatched elements each part of a case keeps, worst first.
  public let worstLimit: Int
  /// The answers by dialect and id of the case.
  public let answers: [String: [String: RecordedAnswer]]

  /// Creates a recording.
  public init(
    implementation: String, command: String? = nil, gradients: GradientPolicy = .optional,
    fixtures: Report.Fixtures, selection: Selection, worstLimit: Int = 5,
    answers: [String: [String: RecordedAnswer]]
  ) {
    self.implementation = implementation
    self.command = command
    self.gradients = gradients
    self.fixtures = fixtures
    self.selection = selection
    self.worstLimit = worstLimit
    self.answers = answers
  }
}

/// An answer to a case, with what was asked about it besides.
public struct RecordedAnswer: Equatable, Sendable {
  /// What the implementation answered.
  public let outcome: Outcome
  /// What it has at its stages, by their names; asked where the answer fails.
  public let stages: [String: FixtureTensor]

  /// Creates an answer.
  public init(_ outcome: Outcome, stages: [String: FixtureTensor] = [:]) {
    self.outcome = outcome
    self.stages = stages
  }
}
