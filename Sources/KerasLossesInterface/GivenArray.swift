internal import CKerasLosses
internal import KerasLosses

/// An array of a call: its memory is the caller's, and valid while the call lasts.
struct GivenArray {
  /// The extents.
  let shape: Shape
  /// What the elements are.
  let type: ElementType
  private let data: UnsafeRawPointer?

  /// Takes an array of the header.
  ///
  /// - Throws: `invalid_call` for what is no array, `invalid_shape` for extents that are none.
  init(_ array: keras_loss_array, named name: String) throws(Failure) {
    guard let type = ElementType(rawValue: array.dtype) else {
      throw Failure(call: "\(name) has the dtype \(array.dtype): expected one of the header")
    }
    let rank = Int(array.rank)
    guard (0...Int(KERAS_LOSS_MAX_RANK)).contains(rank), rank == 0 || array.shape != nil else {
      throw Failure(call: "\(name) has the rank \(rank): expected 0 to \(KERAS_LOSS_MAX_RANK)")
    }
    let extents = unsafe UnsafeBufferPointer(start: array.shape, count: rank)
    shape = try failing { () throws(LossError) in unsafe try Shape(extents.map(Int.init)) }
    guard shape.count == 0 || array.data != nil else {
      throw Failure(call: "\(name) has no memory for its \(shape.count) elements")
    }
    self.type = type
    unsafe data = array.data
  }

  /// The elements where they are; copied where they are not aligned.
  ///
  /// - Complexity: O(1) for aligned elements, else O(elements).
  func tensor<Element: BitwiseCopyable & Sendable>(
    of type: Element.Type
  ) throws(Failure) -> Tensor<Element> {
    let count = shape.count
    guard let data = unsafe data, count > 0 else {
      return try failing { () throws(LossError) in try Tensor(shape: shape, elements: []) }
    }
    guard Int(bitPattern: data) % MemoryLayout<Element>.alignment == 0 else {
      let elements = unsafe [Element](unsafeUninitializedCapacity: count) { memory, filled in
        unsafe UnsafeMutableRawBufferPointer(memory).copyMemory(
          from: UnsafeRawBufferPointer(start: data, count: count * MemoryLayout<Element>.stride))
        filled = count
      }
      return try failing { () throws(LossError) in try Tensor(shape: shape, elements: elements) }
    }
    let memory = unsafe UnsafeBufferPointer(
      start: data.assumingMemoryBound(to: Element.self), count: count)
    return try failing { () throws(LossError) in
      unsafe try Tensor(shape: shape, borrowing: memory, owner: nil)
    }
  }

  /// Whether each element is not 0.
  ///
  /// - Complexity: O(elements).
  func flags() throws(Failure) -> Tensor<Bool> {
    // Bytes that are neither 0 nor 1 are no `Bool`.
    let flags =
      type == .bool
      ? try tensor(of: UInt8.self).elements.map { $0 != 0 }
      : try converted(to: Double.self).elements.map { $0 != 0 }
    return try failing { () throws(LossError) in try Tensor(shape: shape, elements: flags) }
  }

  /// The elements in a dtype, rounded to nearest.
  ///
  /// - Complexity: O(1) where they are of the dtype, else O(elements).
  func converted<Storage: LossStorage>(to type: Storage.Type) throws(Failure) -> Tensor<Storage> {
    try labels().converted(to: type)
  }

  /// The elements as labels of their own type.
  ///
  /// - Complexity: O(1), but O(elements) for `bool`.
  func labels() throws(Failure) -> any LabelTensor {
    switch type {
    case .bool: try flags()
    case .int8: try tensor(of: Int8.self)
    case .int16: try tensor(of: Int16.self)
    case .int32: try tensor(of: Int32.self)
    case .int64: try tensor(of: Int64.self)
    case .uint8: try tensor(of: UInt8.self)
    case .uint16: try tensor(of: UInt16.self)
    case .uint32: try tensor(of: UInt32.self)
    case .uint64: try tensor(of: UInt64.self)
    case .float16: try tensor(of: Float16.self)
    case .bfloat16: try tensor(of: BFloat16.self)
    case .float32: try tensor(of: Float.self)
    case .float64: try tensor(of: Double.self)
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
  /// The labels in a dtype, rounded to nearest.
  fileprivate func converted<Storage: LossStorage>(to type: Storage.Type) -> Tensor<Storage> {
    tensor.converted(to: type)
  }
}
