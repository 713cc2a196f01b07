/// An array of any dtype in memory of the caller, valid as long as the caller keeps that.
///
/// Unchecked: nobody frees the memory while the array is used, so says who makes it.
public struct DynamicArray: @unchecked Sendable {
  /// The extents of the axes.
  public let shape: Shape
  /// What the elements are.
  public let dtype: DType
  private let data: UnsafeRawPointer?

  /// Takes the memory of `shape.count` elements in C order; of any alignment, and none for none.
  ///
  /// - Throws: `LossError.elementCount` where there is no memory for elements.
  /// - Precondition: Nobody frees the memory while it is used. Numbers that are written meanwhile may
  ///   be read or not.
  /// - Complexity: O(1).
  @unsafe public init(
    shape: Shape, dtype: DType, data: UnsafeRawPointer?
  ) throws(LossError) {
    guard shape.count == 0 || data != nil else { throw .elementCount(shape: shape, count: 0) }
    self.shape = shape
    self.dtype = dtype
    unsafe self.data = data
  }

  /// The elements where they are; copied where they are not aligned.
  ///
  /// - Complexity: O(1) for aligned elements, else O(elements).
  @inline(__always) private func tensor<Element: BitwiseCopyable & Sendable>(
    of type: Element.Type
  ) -> Tensor<Element> {
    let count = shape.count
    guard let data = unsafe data, count > 0 else { return Tensor(unchecked: shape, elements: []) }
    guard Int(bitPattern: data) % MemoryLayout<Element>.alignment == 0 else {
      let bytes = unsafe UnsafeRawBufferPointer(
        start: data, count: count * MemoryLayout<Element>.stride)
      let elements = unsafe [Element](unsafeUninitializedCapacity: count) { memory, filled in
        unsafe UnsafeMutableRawBufferPointer(memory).copyMemory(from: bytes)
        filled = count
      }
      return Tensor(unchecked: shape, elements: elements)
    }
    let memory = unsafe UnsafeBufferPointer(
      start: data.assumingMemoryBound(to: Element.self), count: count)
    return Tensor(
      unchecked: shape, storage: unsafe .memory(BorrowedMemory(buffer: memory, owner: nil)))
  }

  /// Whether each element is not 0.
  ///
  /// - Complexity: O(elements).
  func flags() -> Tensor<Bool> {
    // Bytes that are neither 0 nor 1 are no `Bool`.
    let flags =
      dtype == .bool
      ? tensor(of: UInt8.self).storage.map { $0 != 0 }
      : converted(to: Double.self).storage.map { $0 != 0 }
    return Tensor(unchecked: shape, elements: flags)
  }

  /// The elements in a dtype, rounded to nearest.
  ///
  /// - Complexity: O(1) where they are of the dtype, else O(elements).
  @specialized(where Storage == Float16)
  @specialized(where Storage == BFloat16)
  @specialized(where Storage == Float)
  @specialized(where Storage == Double)
  func converted<Storage: LossStorage>(to type: Storage.Type) -> Tensor<Storage> {
    switch dtype {
    case .bool: flags().converted(to: type)
    case .int8: tensor(of: Int8.self).converted(to: type)
    case .int16: tensor(of: Int16.self).converted(to: type)
    case .int32: tensor(of: Int32.self).converted(to: type)
    case .int64: tensor(of: Int64.self).converted(to: type)
    case .uint8: tensor(of: UInt8.self).converted(to: type)
    case .uint16: tensor(of: UInt16.self).converted(to: type)
    case .uint32: tensor(of: UInt32.self).converted(to: type)
    case .uint64: tensor(of: UInt64.self).converted(to: type)
    case .float16: tensor(of: Float16.self).converted(to: type)
    case .bfloat16: tensor(of: BFloat16.self).converted(to: type)
    case .float32: tensor(of: Float.self).converted(to: type)
    case .float64: tensor(of: Double.self).converted(to: type)
    }
  }

  /// The elements as integers, where they are such and all of their numbers are.
  ///
  /// - Complexity: O(1) for integers of 64 bits, else O(elements).
  func integers() -> Tensor<Int>? {
    switch dtype {
    case .bool: flags().ids
    case .int8: tensor(of: Int8.self).ids
    case .int16: tensor(of: Int16.self).ids
    case .int32: tensor(of: Int32.self).ids
    #if _pointerBitWidth(_64)
    case .int64: tensor(of: Int.self)
    #else
    case .int64: tensor(of: Int64.self).ids
    #endif
    case .uint8: tensor(of: UInt8.self).ids
    case .uint16: tensor(of: UInt16.self).ids
    case .uint32: tensor(of: UInt32.self).ids
    case .uint64, .float16, .bfloat16, .float32, .float64: nil
    }
  }

  /// The elements as labels of their own type.
  ///
  /// - Complexity: O(1), but O(elements) for `bool`.
  func labels() -> any LabelTensor {
    switch dtype {
    case .bool: flags()
    case .int8: tensor(of: Int8.self)
    case .int16: tensor(of: Int16.self)
    case .int32: tensor(of: Int32.self)
    case .int64: tensor(of: Int64.self)
    case .uint8: tensor(of: UInt8.self)
    case .uint16: tensor(of: UInt16.self)
    case .uint32: tensor(of: UInt32.self)
    case .uint64: tensor(of: UInt64.self)
    case .float16: tensor(of: Float16.self)
    case .bfloat16: tensor(of: BFloat16.self)
    case .float32: tensor(of: Float.self)
    case .float64: tensor(of: Double.self)
    }
  }
}

/// A tensor of labels, whatever their type.
protocol LabelTensor {
  /// The type of the labels.
  associatedtype Label: LossLabel
  /// The tensor itself.
  var tensor: Tensor<Label> { get }
}

extension Tensor: LabelTensor where Element: LossLabel {
  var tensor: Tensor { self }
}

extension LabelTensor {
  /// The labels as class ids.
  ///
  /// - Complexity: O(elements).
  var ids: Tensor<Int> {
    Tensor(unchecked: tensor.shape, elements: tensor.storage.map(\.classID))
  }
}
