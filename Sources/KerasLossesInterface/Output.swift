internal import CKerasLosses
internal import Glibc
internal import KerasLosses

extension keras_loss_output {
  /// Takes over a result: into the caller's memory where it fits, else into new memory.
  ///
  /// - Throws: `out_of_memory`.
  mutating func write<Storage: LossStorage>(
    _ tensor: Tensor<Storage>, _ type: ElementType
  ) throws(Failure) {
    let elements = tensor.elements
    let size = elements.count * MemoryLayout<Storage>.stride
    if size > capacity || data == nil {
      guard let memory = unsafe malloc(max(size, 1)) else {
        throw Failure(outOfMemory: size)
      }
      unsafe data = memory
    }
    unsafe elements.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress, bytes.count > 0 else { return }
      unsafe data?.copyMemory(from: start, byteCount: bytes.count)
    }
    dtype = type.rawValue
    rank = Int32(tensor.shape.rank)
    let extents = tensor.shape.dimensions
    withUnsafeMutableBytes(of: &shape) { bytes in
      let memory = unsafe bytes.bindMemory(to: Int64.self)
      for (axis, extent) in extents.enumerated() { unsafe memory[axis] = Int64(extent) }
    }
  }
}

extension Failure {
  /// Memory that there is not.
  init(outOfMemory size: Int) {
    self.init(code: "out_of_memory", message: "no memory for \(size) bytes")
  }

  private init(code: String, message: String) {
    self.code = code
    self.message = message
  }
}
