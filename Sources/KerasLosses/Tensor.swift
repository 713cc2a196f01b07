/// A shape and its elements in C order (last axis fastest): a value to hand in and get back.
///
/// Literals nest as in NumPy:
///
/// ```swift
/// let yPred: Tensor<Float> = [[0.9, 0.05, 0.05], [0.5, 0.89, 0.6]]
/// ```
///
/// Callers that own their memory use the forms of the losses that take a `Span` instead.
public struct Tensor<Element: Sendable>: Sendable {
  /// The extents of the axes.
  public let shape: Shape

  /// The elements in C order; there are `shape.count` of them.
  public let elements: [Element]

  /// Creates a tensor from a shape and its elements in C order.
  ///
  /// - Throws: `LossError.elementCount` unless there are `shape.count` elements.
  public init(shape: Shape, elements: [Element]) throws(LossError) {
    guard elements.count == shape.count else {
      throw .elementCount(shape: shape, count: elements.count)
    }
    self.init(unchecked: shape, elements: elements)
  }

  /// A tensor whose element count is known to fit its shape.
  init(unchecked shape: Shape, elements: [Element]) {
    self.shape = shape
    self.elements = elements
  }

  /// A tensor of one element over and over.
  init(repeating element: Element, shape: Shape) {
    self.init(unchecked: shape, elements: Array(repeating: element, count: shape.count))
  }

  /// Creates a tensor of rank 0.
  public init(scalar element: Element) {
    self.init(unchecked: .scalar, elements: [element])
  }

  /// The only element of a tensor that has just one, as a reduced loss does; otherwise `nil`.
  public var item: Element? { elements.count == 1 ? elements[0] : nil }
}

extension Tensor: Equatable where Element: Equatable {}

extension Tensor: ExpressibleByArrayLiteral {
  /// Stacks tensors of one shape along a new first axis.
  ///
  /// - Precondition: all rows have the same shape.
  public init(arrayLiteral rows: Tensor...) {
    let inner = rows.first?.shape ?? .scalar
    precondition(rows.allSatisfy { $0.shape == inner }, "the rows of a literal differ in shape")
    self.init(
      unchecked: Shape(unchecked: [rows.count] + inner.dimensions),
      elements: rows.flatMap(\.elements)
    )
  }
}

extension Tensor: ExpressibleByFloatLiteral where Element: ExpressibleByFloatLiteral {
  /// Creates a tensor of rank 0.
  public init(floatLiteral value: Element.FloatLiteralType) {
    self.init(scalar: Element(floatLiteral: value))
  }
}

extension Tensor: ExpressibleByIntegerLiteral where Element: ExpressibleByIntegerLiteral {
  /// Creates a tensor of rank 0.
  public init(integerLiteral value: Element.IntegerLiteralType) {
    self.init(scalar: Element(integerLiteral: value))
  }
}

extension Tensor: ExpressibleByBooleanLiteral where Element: ExpressibleByBooleanLiteral {
  /// Creates a tensor of rank 0.
  public init(booleanLiteral value: Element.BooleanLiteralType) {
    self.init(scalar: Element(booleanLiteral: value))
  }
}
