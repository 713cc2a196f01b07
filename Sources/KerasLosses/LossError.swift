/// Why a loss has no answer: which argument is wrong, what it was, and what was expected.
public enum LossError: Error, Equatable, Sendable {
  /// A shape has a negative extent, or more elements than fit in memory.
  case invalidShape(dimensions: [Int])

  /// A buffer does not have as many elements as its shape says.
  case elementCount(shape: Shape, count: Int)

  /// The loss takes the maximum of rows without elements.
  case emptyMaximum(shape: Shape)

  /// `y_true` and `y_pred` do not fit each other.
  case shapeMismatch(yTrue: Shape, yPred: Shape, expected: String)

  /// `y_pred` has fewer axes than the loss needs.
  case rankTooLow(yPred: Shape, minimum: Int)

  /// `axis` is not an axis of an array of that rank.
  case axisOutOfRange(axis: Int, rank: Int)

  /// `sample_weight` or `mask` does not broadcast against the losses.
  case weightNotBroadcastable(argument: String, shape: Shape, losses: Shape)

  /// A parameter is unknown to the loss, or has a value that it does not take.
  case invalidParameter(name: String, value: String, expected: String)

  /// A label or a prediction is not what the dialect takes.
  case valueOutOfRange(argument: String, expected: String)

  /// A class id is at least the class count, which the dialect refuses.
  case classIDOutOfRange(id: Int, classes: Int)

  /// The Keras that is followed has no such thing.
  case notInDialect(what: String, dialect: String)
}

extension LossError {
  /// The kind of an error, in the words of the fixtures.
  public enum Code: String, CaseIterable, Sendable {
    /// See `LossError.invalidShape`, `LossError.elementCount`, `LossError.emptyMaximum`.
    case invalidShape = "invalid_shape"
    /// See `LossError.shapeMismatch`.
    case shapeMismatch = "shape_mismatch"
    /// See `LossError.rankTooLow`.
    case rankTooLow = "rank_too_low"
    /// See `LossError.axisOutOfRange`.
    case axisOutOfRange = "axis_out_of_range"
    /// See `LossError.weightNotBroadcastable`.
    case weightNotBroadcastable = "weight_not_broadcastable"
    /// See `LossError.invalidParameter`.
    case invalidParameter = "invalid_parameter"
    /// See `LossError.valueOutOfRange`.
    case valueOutOfRange = "value_out_of_range"
    /// See `LossError.classIDOutOfRange`.
    case classIDOutOfRange = "class_id_out_of_range"
    /// See `LossError.notInDialect`.
    case notInDialect = "not_in_dialect"
  }

  /// The kind of this error.
  public var code: Code {
    switch self {
    case .invalidShape, .elementCount, .emptyMaximum: .invalidShape
    case .shapeMismatch: .shapeMismatch
    case .rankTooLow: .rankTooLow
    case .axisOutOfRange: .axisOutOfRange
    case .weightNotBroadcastable: .weightNotBroadcastable
    case .invalidParameter: .invalidParameter
    case .valueOutOfRange: .valueOutOfRange
    case .classIDOutOfRange: .classIDOutOfRange
    case .notInDialect: .notInDialect
    }
  }
}

extension LossError: CustomStringConvertible {
  /// One sentence that names the argument, what it was, and what was expected.
  public var description: String {
    switch self {
    case .invalidShape(let dimensions):
      "shape \(dimensions): expected no negative extents, and as many elements as fit in memory"
    case .elementCount(let shape, let count):
      "\(count) elements for shape \(shape): expected \(shape.count)"
    case .emptyMaximum(let shape):
      "y_true and y_pred have the shape \(shape): expected elements to take the maximum of"
    case .shapeMismatch(let yTrue, let yPred, let expected):
      "y_true has shape \(yTrue) and y_pred \(yPred): they must have \(expected)"
    case .rankTooLow(let yPred, let minimum):
      "y_pred has shape \(yPred): expected at least \(minimum) axis"
    case .axisOutOfRange(let axis, let rank):
      "axis is \(axis) for an array of rank \(rank): expected \(-rank) to \(rank - 1)"
    case .weightNotBroadcastable(let argument, let shape, let losses):
      "\(argument) has shape \(shape): expected one that broadcasts against the losses' \(losses)"
    case .invalidParameter(let name, let value, let expected):
      "\(name) is \(value): expected \(expected)"
    case .valueOutOfRange(let argument, let expected):
      "\(argument) is outside [0, 1] somewhere: expected \(expected)"
    case .classIDOutOfRange(let id, let classes):
      "y_true has the class id \(id): expected ids below \(classes)"
    case .notInDialect(let what, let dialect):
      "\(dialect) has no \(what)"
    }
  }
}
