public import LossFixtures

/// A tensor of an answer held against its golden, in the order in which `numpy.testing` looks.
public enum TensorComparison: Equatable, Sendable {
  /// The tensor was not answered.
  case unanswered
  /// It is of another dtype.
  case dtype(actual: String, expected: String)
  /// It is of another shape.
  case shape(actual: [Int], expected: [Int])
  /// Each element is held against its own tolerance.
  case elements(ElementComparison)

  /// The elements, where both sides are of one dtype and shape.
  public var elements: ElementComparison? {
    if case .elements(let elements) = self { elements } else { nil }
  }

  /// Whether every element was answered within its tolerance.
  public var passed: Bool { elements?.mismatched == 0 }
}

extension TensorComparison {
  /// Compares dtype, shape, then each element against its own tolerance.
  ///
  /// - Parameters:
  ///   - actual: What was answered, if anything.
  ///   - golden: What is expected.
  ///   - limit: How many mismatched elements are kept, worst first.
  /// - Complexity: O(elements).
  public init(_ actual: FixtureTensor?, _ golden: Golden, limit: Int) {
    let expected = golden.tensor
    guard let actual else {
      self = .unanswered
      return
    }
    guard actual.values.dtype == expected.values.dtype else {
      self = .dtype(actual: actual.values.dtype, expected: expected.values.dtype)
      return
    }
    guard actual.shape == expected.shape, actual.values.count == expected.values.count else {
      self = .shape(actual: actual.shape, expected: expected.shape)
      return
    }
    self = .elements(
      ElementComparison(
        actual.values.doubles, expected.values.doubles, tolerance: golden.tolerance,
        edges: golden.edges, dtype: expected.values.dtype, shape: expected.shape, limit: limit))
  }
}
