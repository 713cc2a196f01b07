#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Reads a file into memory of ours: it may be changed or cut afterwards.
///
/// - Parameters:
///   - path: The file's path.
///   - limit: How many bytes are read at most.
/// - Returns: The bytes; `nil` where there is no such file.
/// - Throws: `ArrayFileError` for a folder, and what may not or cannot be read.
/// - Complexity: O(bytes).
package func contents(
  ofFile path: String, atMost limit: Int = .max
) throws(ArrayFileError) -> [UInt8]? {
  let descriptor = open(path, O_RDONLY)
  guard descriptor >= 0 else {
    if errno == ENOENT || errno == ENOTDIR { return nil }
    throw ArrayFileError("it cannot be opened: \(FileBytes.reason())")
  }
  defer { close(descriptor) }
  var status = stat()
  var failure = fstat(descriptor, &status) == 0 ? nil : FileBytes.reason()
  // One more than there should be: where nothing comes any more, that was the end.
  let size = failure == nil ? min(Int(status.st_size) + 1, limit) : 0
  var bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
    while count < size, failure == nil {
      let more = read(descriptor, buffer.baseAddress.map { $0 + count }, size - count)
      guard more != 0 else { break }
      if more > 0 { count += more } else if errno != EINTR { failure = FileBytes.reason() }
    }
  }
  if let failure { throw ArrayFileError("it cannot be read: \(failure)") }
  // A file of /proc does not say how much there is.
  if bytes.count == size, size < limit {
    bytes += try FileBytes.contents(descriptor).prefix(limit - size)
  }
  return bytes
}
