import ArrayFiles
import Foundation

/// Memory of the caller's own, in large pages where the machine has them.
///
/// Reading through small pages takes half as long again.
final class LargeArray<Element: BitwiseCopyable> {
  let elements: UnsafeMutableBufferPointer<Element>

  /// Creates an array whose elements have been written: its pages are there.
  init(count: Int) {
    let page = 1 << 21
    let bytes = (count * MemoryLayout<Element>.stride + page - 1) / page * page
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(bytes, page), alignment: page)
    #if os(Linux)
    madvise(memory.baseAddress, memory.count, MADV_HUGEPAGE)
    #endif
    memory.initializeMemory(as: UInt8.self, repeating: 1)
    let whole = memory.bindMemory(to: Element.self)
    elements = UnsafeMutableBufferPointer(rebasing: whole[..<count])
  }

  /// Copies the elements of an NPY file.
  convenience init(npy path: String) throws {
    guard case .one(let array) = try StoredArray.content(of: FileBytes(path: path)) else {
      throw ArrayFileError("\(path) is no NPY file")
    }
    self.init(count: array.count)
    let isCopied = array.withPlainBytes { bytes in
      guard bytes.count == MemoryLayout<Element>.stride * elements.count else { return false }
      UnsafeMutableRawBufferPointer(elements).copyMemory(from: bytes)
      return true
    }
    guard isCopied == true else {
      throw ArrayFileError("\(path) holds \(array.dtype), not \(Element.self)")
    }
  }

  deinit { UnsafeMutableRawPointer(elements.baseAddress)?.deallocate() }

  /// Writes the bytes of all elements to a file.
  func write(to url: URL) throws {
    try Data(UnsafeRawBufferPointer(elements)).write(to: url)
  }
}
