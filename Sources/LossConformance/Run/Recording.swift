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
  /// The part of the chosen cases that was asked; `nil` for all of them.
  public let shard: Shard?
  /// The answers by dialect and id of the case.
  public let answers: [String: [String: RecordedAnswer]]

  /// Creates a recording.
  public init(
    implementation: String, command: String? = nil, gradients: GradientPolicy = .optional,
    fixtures: Report.Fixtures, selection: Selection, worstLimit: Int = 5,
    shard: Shard? = nil, answers: [String: [String: RecordedAnswer]]
  ) {
    self.implementation = implementation
    self.command = command
    self.gradients = gradients
    self.fixtures = fixtures
    self.selection = selection
    self.worstLimit = worstLimit
    self.shard = shard
    self.answers = answers
  }
}

/// An answer to a case, with what was asked about it besides.
public struct RecordedAnswer: Equatable, Sendable {
  /// What the implementation answered.
  public let outcome: Outcome
  /// What it has at its stages, by their names; asked where the answer fails.
  public let stages: [String: FixtureTensor]

  /// Creates an answer; all its NaN are the same one, as JSON has no other.
  public init(_ outcome: Outcome, stages: [String: FixtureTensor] = [:]) {
    self.outcome = outcome.withPlainNaN
    self.stages = stages.mapValues(\.withPlainNaN)
  }
}

extension Outcome {
  fileprivate var withPlainNaN: Outcome {
    guard case .value(let value, let gradient) = self else { return self }
    return .value(value.withPlainNaN, gradient: gradient?.withPlainNaN)
  }
}

extension FixtureTensor {
  /// The tensor without the signs and payloads of NaN.
  fileprivate var withPlainNaN: FixtureTensor {
    let values: Values =
      switch values {
      case .float16(let numbers): .float16(numbers.map { $0.isNaN ? .nan : $0 })
      case .bfloat16(let numbers):
        .bfloat16(numbers.map { $0.double.isNaN ? BFloat16Bits(.nan) : $0 })
      case .float32(let numbers): .float32(numbers.map { $0.isNaN ? .nan : $0 })
      case .float64(let numbers): .float64(numbers.map { $0.isNaN ? .nan : $0 })
      case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .bool: values
      }
    return FixtureTensor(shape: shape, values: values)
  }
}
