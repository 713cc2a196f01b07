#if PythonInterop
internal import CPython
import LossFixtures

extension FixtureTensor {
  /// Lends the elements to Python as a read-only ndarray of the same dtype, without a copy.
  ///
  /// `bfloat16`, which NumPy has not, becomes `float32`.
  ///
  /// - Parameters:
  ///   - asarray: `numpy.asarray`.
  ///   - body: Uses the array, and gives it back: no reference may be left.
  /// - Returns: What `body` returns.
  /// - Throws: `PythonError` of `body`; or a `BufferError` where Python kept the array.
  /// - Complexity: O(1), but for `bfloat16`.
  func lent<Result>(
    through asarray: borrowing PythonObject,
    _ body: (borrowing PythonObject) throws(PythonError) -> Result
  ) throws(PythonError) -> Result {
    guard holdsItsElements else {
      throw PythonError("ValueError", "shape \(shape) does not count \(values.count) elements")
    }
    return switch values {
    case .float16(let values): try lend(values, "e", asarray, body)
    case .bfloat16(let values): try lend(values.map(\.float), "f", asarray, body)
    case .float32(let values): try lend(values, "f", asarray, body)
    case .float64(let values): try lend(values, "d", asarray, body)
    case .int8(let values): try lend(values, "b", asarray, body)
    case .int16(let values): try lend(values, "h", asarray, body)
    case .int32(let values): try lend(values, "i", asarray, body)
    case .int64(let values): try lend(values, "l", asarray, body)
    case .uint8(let values): try lend(values, "B", asarray, body)
    case .uint16(let values): try lend(values, "H", asarray, body)
    case .uint32(let values): try lend(values, "I", asarray, body)
    case .uint64(let values): try lend(values, "L", asarray, body)
    case .bool(let values): try lend(values, "?", asarray, body)
    }
  }

  /// Whether the shape counts the elements.
  private var holdsItsElements: Bool {
    var count = 1
    var overflows = false
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      overflows = overflows || overflow || extent < 0
      count = product
    }
    return !overflows && count == values.count
  }

  private func lend<Element: Sendable, Result>(
    _ elements: [Element], _ format: StaticString, _ asarray: borrowing PythonObject,
    _ body: (borrowing PythonObject) throws(PythonError) -> Result
  ) throws(PythonError) -> Result {
    let array = try elements.ndarray(shape, format, asarray)
    let result = Swift.Result { () throws(PythonError) in try body(array) }
    if try array.isKept() {
      // What has the array may read it at any time: its memory stays from now on.
      _ = Unmanaged.passRetained(Kept(elements))
      _ = try result.get()
      throw PythonError(
        "BufferError",
        "Python kept an array that it was lent: let the function copy what it needs later")
    }
    return try result.get()
  }
}

/// Elements that Python did not give back.
private final class Kept<Element: Sendable>: Sendable {
  private let elements: [Element]

  init(_ elements: [Element]) { self.elements = elements }
}

extension PythonObject {
  /// Whether others have a reference to this lent ndarray, or to the memory under it.
  fileprivate func isKept() throws(PythonError) -> Bool {
    guard try !isOnlyMine() else { return false }
    // A frame that holds the exception that holds the frame is garbage, and keeps nothing.
    PyGC_Collect()
    return try !isOnlyMine()
  }

  private func isOnlyMine() throws(PythonError) -> Bool {
    // The array refers to its memory, and so do we here.
    let memory = try attribute("base")
    return references == 1 && memory.references == 2
  }
}

extension Array {
  /// A read-only ndarray of the elements, where they are.
  fileprivate func ndarray(
    _ shape: [Int], _ format: StaticString, _ asarray: borrowing PythonObject
  ) throws(PythonError) -> PythonObject {
    let memory = try memoryview(shape, format)
    let arguments = try PythonObject.list()
    try arguments.append(memory)
    return try asarray.call(arguments)
  }

  private func memoryview(
    _ shape: [Int], _ format: StaticString
  ) throws(PythonError) -> PythonObject {
    let view = shape.withUnsafeBufferPointer { extents in
      withUnsafeBytes { bytes -> UnsafeMutablePointer<PyObject>? in
        var buffer = Py_buffer()
        // There must be an address even where there are no elements.
        buffer.buf = UnsafeMutableRawPointer(
          mutating: bytes.baseAddress ?? UnsafeRawPointer(format.utf8Start))
        buffer.len = bytes.count
        buffer.itemsize = MemoryLayout<Element>.stride
        buffer.readonly = 1
        buffer.ndim = Int32(clamping: extents.count)
        // The text stays: memoryview does not copy it. The extents it does copy, and changes nothing.
        buffer.format = UnsafeMutablePointer(
          mutating: UnsafeRawPointer(format.utf8Start).assumingMemoryBound(to: CChar.self))
        buffer.shape = extents.isEmpty ? nil : UnsafeMutablePointer(mutating: extents.baseAddress)
        return PyMemoryView_FromBuffer(&buffer)
      }
    }
    return try PythonObject(view)
  }
}
#endif
