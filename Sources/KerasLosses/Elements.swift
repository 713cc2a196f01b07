/// The elements of a tensor in C order: of an array, or in memory that somebody else owns.
enum Elements<Element: Sendable>: Sendable {
  case array([Element])
  case memory(BorrowedMemory<Element>)

  /// The elements as an array.
  ///
  /// - Complexity: O(1) for an array, else O(`count`).
  var array: [Element] {
    switch self {
    case .array(let array): array
    case .memory(let memory): unsafe Array(memory.buffer)
    }
  }

  /// The elements where they are.
  ///
  /// - Complexity: O(1).
  var span: Span<Element> {
    @_lifetime(borrow self)
    get {
      switch self {
      case .array(let array): return unsafe _overrideLifetime(array.span, borrowing: self)
      case .memory(let memory):
        return unsafe _overrideLifetime(memory.buffer.span, borrowing: self)
      }
    }
  }

  /// What a function makes of each element.
  ///
  /// - Complexity: O(`count`).
  @inline(__always) func map<Other>(_ transform: (Element) -> Other) -> [Other] {
    switch self {
    case .array(let array): array.map(transform)
    case .memory(let memory): unsafe memory.buffer.map(transform)
    }
  }

  /// These elements, if they are of another type as well.
  ///
  /// - Complexity: O(1).
  @inline(__always) func same<Other>(as type: Other.Type) -> Elements<Other>? {
    // The types are the same, and so are their layouts.
    Element.self == type ? unsafe unsafeBitCast(self, to: Elements<Other>.self) : nil
  }
}

extension Elements: RandomAccessCollection {
  /// 0.
  var startIndex: Int { 0 }

  /// The number of elements.
  var endIndex: Int {
    switch self {
    case .array(let array): array.count
    case .memory(let memory): unsafe memory.buffer.count
    }
  }

  /// The element of an index.
  subscript(index: Int) -> Element {
    switch self {
    case .array(let array): return array[index]
    case .memory(let memory):
      precondition(unsafe memory.buffer.indices.contains(index), "index out of range")
      return unsafe memory.buffer[index]
    }
  }
}

/// Memory of somebody else, and what keeps it alive.
///
/// Unchecked: nobody writes to the memory while it is borrowed, so says who lends it.
struct BorrowedMemory<Element: Sendable>: @unchecked Sendable {
  /// The elements.
  let buffer: UnsafeBufferPointer<Element>
  /// The owner; `nil` where the lender knows that the memory outlives the tensor.
  let owner: (any AnyObject & Sendable)?
}
