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

  /// The elements as they are.
  func elements<Element: BitwiseCopyable>(as type: Element.Type) -> [Element] {
    guard shape.count > 0, let data = unsafe data else { return [] }
    let bytes = unsafe UnsafeRawBufferPointer(
      start: data, count: shape.count * MemoryLayout<Element>.stride)
    return unsafe [Element](unsafeUninitializedCapacity: shape.count) { memory, count in
      unsafe UnsafeMutableRawBufferPointer(memory).copyMemory(from: bytes)
      count = shape.count
    }
  }

  /// Whether each element is not 0.
  func flags() throws(Failure) -> Tensor<Bool> {
    switch type {
    case .bool, .uint8: try tensor(elements(as: UInt8.self).map { $0 != 0 })
    default: try tensor(converted(to: Double.self).elements.map { $0 != 0 })
    }
  }

  /// The elements in a dtype, rounded to nearest.
  ///
  /// - Complexity: O(elements).
  func converted<Storage: LossStorage>(to type: Storage.Type) throws(Failure) -> Tensor<Storage> {
    try labels().converted(to: type)
  }

  /// The elements as labels of their own type.
  ///
  /// - Complexity: O(elements).
  func labels() throws(Failure) -> any LabelTensor {
    switch type {
    case .bool: try flags()
    case .int8: try tensor(elements(as: Int8.self))
    case .int16: try tensor(elements(as: Int16.self))
    case .int32: try tensor(elements(as: Int32.self))
    case .int64: try tensor(elements(as: Int64.self))
    case .uint8: try tensor(elements(as: UInt8.self))
    case .uint16: try tensor(elements(as: UInt16.self))
    case .uint32: try tensor(elements(as: UInt32.self))
    case .uint64: try tensor(elements(as: UInt64.self))
    case .float16: try tensor(elements(as: Float16.self))
    case .bfloat16: try tensor(elements(as: BFloat16.self))
    case .float32: try tensor(elements(as: Float.self))
    case .float64: try tensor(elements(as: Double.self))
    }
  }

  private func tensor<Element>(_ elements: [Element]) throws(Failure) -> Tensor<Element> {
    try failing { () throws(LossError) in try Tensor(shape: shape, elements: elements) }
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
  fileprivate func converted<Storage: LossStorage>(
    to type: Storage.Type
  ) throws(Failure) -> Tensor<Storage> {
    if let own = tensor as? Tensor<Storage> { return own }
    return try failing { () throws(LossError) in
      try Tensor(shape: tensor.shape, elements: tensor.elements.map { $0.converted(to: type) })
    }
  }
}
