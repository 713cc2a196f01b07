#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The bytes of a file, mapped into memory where it is a regular file: they cost no memory of ours.
///
/// The file must not be cut while it is read: the system sends SIGBUS then.
package final class FileBytes: @unchecked Sendable {
  // Unchecked: the bytes are written by nobody after the initialiser.

  /// All bytes.
  package let bytes: UnsafeRawBufferPointer
  private let isMapped: Bool

  /// Maps the file of a path, or reads standard input to its end for "-".
  ///
  /// - Complexity: O(1) for a regular file, else O(bytes).
  package init(path: String) throws(ArrayFileError) {
    let isInput = path == "-"
    let descriptor = isInput ? STDIN_FILENO : open(path, O_RDONLY)
    guard descriptor >= 0 else {
      throw ArrayFileError(
        errno == ENOENT ? "there is no such file" : "it cannot be opened: \(Self.reason())")
    }
    defer { if !isInput { close(descriptor) } }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw ArrayFileError("it cannot be read: \(Self.reason())")
    }
    let type = status.st_mode & S_IFMT
    guard type != S_IFDIR else { throw ArrayFileError("it is a folder") }
    let count = Int(status.st_size)
    // Not a regular file: a pipe, or one of /proc that says it is empty.
    if type == S_IFREG, count > 0, !isInput {
      let mapping = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
      guard let mapping, mapping != MAP_FAILED else {
        throw ArrayFileError("it cannot be mapped: \(Self.reason())")
      }
      _ = madvise(mapping, count, MADV_SEQUENTIAL)
      bytes = UnsafeRawBufferPointer(start: mapping, count: count)
      isMapped = true
    } else {
      bytes = Self.copy(try Self.contents(descriptor))
      isMapped = false
    }
  }

  /// Bytes that were in memory before.
  ///
  /// - Complexity: O(bytes).
  package init(_ contents: [UInt8]) {
    bytes = Self.copy(contents)
    isMapped = false
  }

  /// Zeros, that the closure replaces.
  package init(
    count: Int, filling fill: (UnsafeMutableRawBufferPointer) throws(ArrayFileError) -> Void
  ) throws(ArrayFileError) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
    _ = memory.initializeMemory(as: UInt8.self, repeating: 0)
    do throws(ArrayFileError) {
      try fill(memory)
    } catch {
      memory.deallocate()
      throw error
    }
    bytes = UnsafeRawBufferPointer(memory)
    isMapped = false
  }

  deinit {
    if isMapped {
      munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    } else {
      bytes.deallocate()
    }
  }

  private static func copy(_ contents: [UInt8]) -> UnsafeRawBufferPointer {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: contents.count, alignment: 64)
    memory.copyBytes(from: contents)
    return UnsafeRawBufferPointer(memory)
  }

  /// What a file that was opened has left.
  static func contents(_ descriptor: Int32) throws(ArrayFileError) -> [UInt8] {
    var contents: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      guard count >= 0 else {
        if errno == EINTR { continue }
        throw ArrayFileError("it cannot be read: \(reason())")
      }
      guard count > 0 else { return contents }
      contents += chunk[..<count]
    }
  }

  /// Why the last call of the system failed.
  static func reason() -> String { String(cString: strerror(errno)) }
}
