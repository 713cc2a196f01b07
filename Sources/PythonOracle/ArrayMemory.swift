#if PythonInterop
internal import CPython
import LossFixtures

/// The memory of an array of Python's, held until this value ends; nothing is copied.
///
/// Only with the GIL.
struct ArrayMemory: ~Copyable {
  /// On the heap: exporters may let fields point to the structure itself.
  private let buffer: UnsafeMutablePointer<Py_buffer>

  /// Takes hold of the memory of an array whose elements follow each other in C order.
  ///
  /// - Throws: What the array says where it is not of that kind.
  init(of array: borrowing PythonObject) throws(PythonError) {
    let buffer = UnsafeMutablePointer<Py_buffer>.allocate(capacity: 1)
    guard PyObject_GetBuffer(array.pointer, buffer, PyBUF_ND | PyBUF_FORMAT) == 0 else {
      buffer.deallocate()
      throw .raised()
    }
    self.buffer = buffer
  }

  deinit {
    PyBuffer_Release(buffer)
    buffer.deallocate()
  }

  /// The extents.
  var shape: [Int] {
    Array(UnsafeBufferPointer(start: buffer.pointee.shape, count: Int(buffer.pointee.ndim)))
  }

  /// The kind of the elements, in the words of Python's `struct`.
  var format: String { buffer.pointee.format.map { String(cString: $0) } ?? "B" }

  /// The elements, if they are of a format and a type.
  func elements<Element: BitwiseCopyable>(_ type: Element.Type) -> [Element] {
    guard buffer.pointee.itemsize == MemoryLayout<Element>.stride, let start = buffer.pointee.buf
    else { return [] }
    let bytes = UnsafeRawBufferPointer(start: start, count: buffer.pointee.len)
    return Array(unsafeUninitializedCapacity: bytes.count / MemoryLayout<Element>.stride) {
      (elements, count) in
      UnsafeMutableRawBufferPointer(elements).copyMemory(from: bytes)
      count = elements.count
    }
  }
}

extension FixtureTensor {
  /// The numbers of an array of Python's.
  ///
  /// - Throws: A `BufferError` for other dtypes than `float16`, `float32`, `float64` and `bool`, and
  ///   for arrays whose elements do not follow each other in C order.
  /// - Complexity: O(elements), which are copied once.
  init(copying array: borrowing PythonObject) throws(PythonError) {
    let memory = try ArrayMemory(of: array)
    let values: Values
    switch memory.format {
    case "e": values = .float16(memory.elements(Float16.self))
    case "f": values = .float32(memory.elements(Float.self))
    case "d": values = .float64(memory.elements(Double.self))
    case "?": values = .bool(memory.elements(UInt8.self).map { $0 != 0 })
    case let format:
      throw PythonError(
        "BufferError",
        "expected an array of float16, float32, float64 or bool in this machine's byte order, "
          + "not of the format \"\(format)\"")
    }
    self.init(shape: memory.shape, values: values)
  }
}
#endif
