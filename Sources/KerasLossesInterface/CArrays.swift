internal import CKerasLosses
internal import Glibc
internal import KerasLosses

/// An array of the header, if it is given.
///
/// - Throws: `invalid_call` for what is no array, `invalid_shape` for extents that are none.
func array(
  _ array: UnsafePointer<keras_loss_array>?, named name: String
) throws(Failure) -> DynamicArray? {
  guard let array = unsafe array?.pointee else { return nil }
  guard let dtype = DType(code: array.dtype) else {
    throw Failure(call: "\(name) has the dtype \(array.dtype): expected one of the header")
  }
  let rank = Int(array.rank)
  guard (0...Int(KERAS_LOSS_MAX_RANK)).contains(rank), rank == 0 || array.shape != nil else {
    throw Failure(call: "\(name) has the rank \(rank): expected 0 to \(KERAS_LOSS_MAX_RANK)")
  }
  let extents = unsafe UnsafeBufferPointer(start: array.shape, count: rank)
  return try failing { () throws(LossError) in
    unsafe try DynamicArray(
      shape: Shape(extents.map { Int($0) }), dtype: dtype, data: array.data)
  }
}

extension keras_loss_output {
  /// Takes over a result: into the caller's memory where it fits, else into new memory.
  ///
  /// - Throws: `out_of_memory`.
  mutating func write(_ tensor: DynamicTensor) throws(Failure) {
    let size = tensor.byteCount
    if unsafe size > capacity || data == nil {
      guard let memory = unsafe malloc(max(size, 1)) else {
        throw Failure(outOfMemory: size)
      }
      unsafe data = memory
    }
    if let data = unsafe data { unsafe tensor.copy(to: data) }
    dtype = tensor.dtype.code
    rank = Int32(tensor.shape.rank)
    let extents = tensor.shape.dimensions
    withUnsafeMutableBytes(of: &shape) { bytes in
      for axis in extents.indices {
        unsafe bytes.storeBytes(
          of: Int64(extents[axis]), toByteOffset: axis * MemoryLayout<Int64>.stride,
          as: Int64.self)
      }
    }
  }
}

extension DType {
  /// The dtypes in the order of the header.
  private static let ofCodes: [DType] = allCases

  /// The dtype of a code of the header.
  fileprivate init?(code: Int32) {
    guard Self.ofCodes.indices.contains(Int(code)) else { return nil }
    self = Self.ofCodes[Int(code)]
  }

  /// The code of a float of the header.
  fileprivate var code: Int32 {
    switch self {
    case .float16: Int32(KERAS_LOSS_FLOAT16)
    case .bfloat16: Int32(KERAS_LOSS_BFLOAT16)
    case .float64: Int32(KERAS_LOSS_FLOAT64)
    default: Int32(KERAS_LOSS_FLOAT32)
    }
  }
}
