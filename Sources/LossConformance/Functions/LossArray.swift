/// An array of a call of a loss: its shape, and its elements in row-major order.
public struct LossArray<Element: Sendable>: Sendable {
  /// The size of each axis; empty for one number.
  public var shape: [Int]
  /// The elements, the last axis running fastest.
  public var elements: [Element]

  /// Creates an array; there are as many elements as the product of the shape.
  public init(shape: [Int], elements: [Element]) {
    self.shape = shape
    self.elements = elements
  }
}

extension LossArray: Equatable where Element: Equatable {}

/// What a function under test answers to a call.
public struct LossAnswer<Number: LossNumber>: Equatable, Sendable {
  /// The losses.
  public var losses: LossArray<Number>
  /// d(sum of the losses) / d(y_pred), of `y_pred`'s shape, where it is known.
  public var gradient: [Number]?

  /// Creates an answer of several losses.
  public init(_ losses: LossArray<Number>, gradient: [Number]? = nil) {
    self.losses = losses
    self.gradient = gradient
  }

  /// Creates an answer of one loss, such as that of a batch.
  public init(_ loss: Number, gradient: [Number]? = nil) {
    self.init(LossArray(shape: [], elements: [loss]), gradient: gradient)
  }
}

/// Thrown by a function under test that cannot be asked something: the case is skipped, and counted.
public struct Unsupported: Error, Equatable, Sendable, CustomStringConvertible {
  /// Why, in a few words that are the same for all such cases, which are counted by them.
  public let reason: String

  /// Creates the error.
  public init(_ reason: String) { self.reason = reason }

  /// The reason.
  public var description: String { reason }
}
