/// A shape and its elements in C order (last axis fastest): a value to hand in and get back.
///
/// Literals nest as in NumPy:
///
/// ```swift
/// let yPred: Tensor<Float> = [[0.9, 0.05, 0.05], [0.5, 0.89, 0.6]]
/// ```
///
/// Callers that own their memory let a tensor borrow it, or use the forms of the losses that take a
/// `Span` instead.
public struct Tensor<Element: Sendable>: Sendable {
  /// The extents of the axes.
  public let shape: Shape

  /// The elements, wherever they are; there are `shape.count` of them.
  let storage: Elements<Element>

  /// The elements in C order; there are `shape.count` of them.
  ///
  /// - Complexity: O(1), but O(`shape.count`) where they are borrowed.
  public var elements: [Element] { storage.array }

  /// Creates a tensor from a shape and its elements in C order.
  ///
  /// - Throws: `LossError.elementCount` unless there are `shape.count` elements.
  public init(shape: Shape, elements: [Element]) throws(LossError) {
    guard elements.count == shape.count else {
      throw .elementCount(shape: shape, count: elements.count)
    }
    self.init(unchecked: shape, elements: elements)
  }

  /// Creates a tensor on memory of somebody else, which is not copied.
  ///
  /// - Parameters:
  ///   - shape: The shape.
  ///   - memory: The elements in C order.
  ///   - owner: What keeps the memory alive, and is kept as long as anything reads it; `nil` where the
  ///     memory outlives the tensor and all that is computed from it.
  /// - Throws: `LossError.elementCount` unless there are `shape.count` elements.
  /// - Precondition: Nobody frees the memory or changes its size while it is borrowed. Numbers that are
  ///   written meanwhile may be read or not.
  /// - Complexity: O(1).
  @unsafe public init(
    shape: Shape, borrowing memory: UnsafeBufferPointer<Element>,
    owner: (any AnyObject & Sendable)?
  ) throws(LossError) where Element: BitwiseCopyable {
    guard memory.count == shape.count else {
      throw .elementCount(shape: shape, count: memory.count)
    }
    self.init(
      unchecked: shape, storage: unsafe .memory(BorrowedMemory(buffer: memory, owner: owner)))
  }

  /// A tensor whose element count is known to fit its shape.
  init(unchecked shape: Shape, elements: [Element]) {
    self.init(unchecked: shape, storage: .array(elements))
  }

  /// A tensor whose element count is known to fit its shape.
  init(unchecked shape: Shape, storage: Elements<Element>) {
    self.shape = shape
    self.storage = storage
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
  public var item: Element? { storage.count == 1 ? storage[0] : nil }
}

extension Tensor: Equatable where Element: Equatable {
  /// Whether two tensors have one shape and equal elements.
  ///
  /// - Complexity: O(`shape.count`).
  public static func == (a: Tensor, b: Tensor) -> Bool {
    a.shape == b.shape && a.storage.elementsEqual(b.storage)
  }
}

extension Tensor: ExpressibleByArrayLiteral {
  /// Stacks tensors of one shape along a new first axis.
  ///
  /// - Precondition: all rows have the same shape.
  public init(arrayLiteral rows: Tensor...) {
    let inner = rows.first?.shape ?? .scalar
    precondition(rows.allSatisfy { $0.shape == inner }, "the rows of a literal differ in shape")
    self.init(
      unchecked: Shape(unchecked: [rows.count] + inner.dimensions),
      elements: rows.flatMap(\.storage)
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
