/// A tensor of a dtype that is known only when the program runs.
public struct DynamicTensor: Sendable {
  /// The extents of the axes.
  public let shape: Shape
  /// What the elements are: a dtype that losses are computed in.
  public let dtype: DType
  private let elements: Values

  private enum Values {
    case float16(Elements<Float16>)
    case bfloat16(Elements<BFloat16>)
    case float32(Elements<Float>)
    case float64(Elements<Double>)
  }

  /// The bytes of all elements.
  public var byteCount: Int { shape.count * dtype.size }

  /// Copies the elements in C order.
  ///
  /// - Precondition: There is room for `byteCount` bytes.
  /// - Complexity: O(`byteCount`).
  @unsafe public func copy(to memory: UnsafeMutableRawPointer) {
    switch elements {
    case .float16(let elements): unsafe copyBytes(of: elements.span, to: memory)
    case .bfloat16(let elements): unsafe copyBytes(of: elements.span, to: memory)
    case .float32(let elements): unsafe copyBytes(of: elements.span, to: memory)
    case .float64(let elements): unsafe copyBytes(of: elements.span, to: memory)
    }
  }

  init(_ tensor: Tensor<Float16>) { self.init(tensor.shape, .float16, .float16(tensor.storage)) }
  init(_ tensor: Tensor<BFloat16>) { self.init(tensor.shape, .bfloat16, .bfloat16(tensor.storage)) }
  init(_ tensor: Tensor<Float>) { self.init(tensor.shape, .float32, .float32(tensor.storage)) }
  init(_ tensor: Tensor<Double>) { self.init(tensor.shape, .float64, .float64(tensor.storage)) }

  private init(_ shape: Shape, _ dtype: DType, _ elements: Values) {
    self.shape = shape
    self.dtype = dtype
    self.elements = elements
  }
}

@inline(__always) private func copyBytes<Element: BitwiseCopyable>(
  of elements: Span<Element>, to memory: UnsafeMutableRawPointer
) {
  unsafe elements.bytes.withUnsafeBytes { bytes in
    guard let start = bytes.baseAddress, bytes.count > 0 else { return }
    unsafe memory.copyMemory(from: start, byteCount: bytes.count)
  }
}
