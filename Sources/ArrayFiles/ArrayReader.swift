/// A reader of an array's elements, block by block.
///
/// Blocks come in the order in which elements stand in the file, or in C order of the transposed
/// shape, so that arrays of either order meet.
package final class ArrayReader {
  /// The most elements of a block.
  package static let blockSize = 1024

  private let array: StoredArray
  private let plain: UnsafeRawBufferPointer?
  private let deflated: DeflatedElements?
  private let isTransposed: Bool
  /// Holds the elements of a block that do not stand together.
  private let buffer: UnsafeMutableRawBufferPointer
  private var position = 0

  /// Creates a reader.
  ///
  /// - Parameters:
  ///   - array: The array; a plain one if blocks are not read in their order, or transposed.
  ///   - transposed: Whether elements come in the other of the two orders than that of the file.
  package init(_ array: StoredArray, transposed: Bool = false) {
    precondition(!transposed || array.isPlain)
    self.array = array
    isTransposed = transposed
    plain = array.plainBytes
    deflated = plain == nil ? DeflatedElements(array) : nil
    buffer = .allocate(byteCount: Self.blockSize * array.dtype.byteCount, alignment: 64)
  }

  deinit { buffer.deallocate() }

  /// The bytes of some elements, until the next call and as long as the reader is there.
  ///
  /// - Complexity: O(`count`); O(1) for plain elements in the order of the file.
  package func block(_ start: Int, _ count: Int) throws(ArrayFileError) -> UnsafeRawBufferPointer {
    precondition(start >= 0 && count <= Self.blockSize && start <= array.count - count)
    let size = array.dtype.byteCount
    if let plain, !isTransposed {
      return UnsafeRawBufferPointer(rebasing: plain[start * size..<(start + count) * size])
    }
    let block = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(count * size)])
    if let deflated {
      precondition(start == position)
      try deflated.read(block)
      position += count
      if position == array.count { try deflated.finish() }
    } else if let plain {
      gather(start, count, size, plain, block)
    }
    return UnsafeRawBufferPointer(block)
  }

  /// Copies elements that follow each other in the other order.
  private func gather(
    _ start: Int, _ count: Int, _ size: Int, _ elements: UnsafeRawBufferPointer,
    _ block: UnsafeMutableRawBufferPointer
  ) {
    // In the file's order, the last axis varies fastest after `stored`; in the other, the first.
    let stored = array.isFortranOrder ? Array(array.shape.reversed()) : array.shape
    var strides = stored
    var stride = 1
    for axis in stored.indices.reversed() {
      strides[axis] = stride
      stride *= stored[axis]
    }
    var index = stored
    var remaining = start
    for axis in stored.indices {
      (remaining, index[axis]) = remaining.quotientAndRemainder(dividingBy: stored[axis])
    }
    var place = zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }
    for position in 0..<count {
      let source = elements[place * size..<(place + 1) * size]
      UnsafeMutableRawBufferPointer(rebasing: block[position * size..<(position + 1) * size])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: source))
      for axis in stored.indices {
        index[axis] += 1
        place += strides[axis]
        guard index[axis] == stored[axis] else { break }
        place -= index[axis] * strides[axis]
        index[axis] = 0
      }
    }
  }
}

/// The elements of a deflated member in their order; the member's size and check value are checked.
final class DeflatedElements {
  private let file: FileBytes
  private let member: ZipArchive.Member
  private var inflate: Inflate
  private var crc = CRC32()
  /// How many bytes were inflated, with the header.
  private var total = 0
  private var piece: [UInt8] = []
  private var position = 0
  /// The bytes of the header, before the elements.
  private let header: Int

  /// Creates a reader of an array whose elements are not plain.
  init(_ array: StoredArray) {
    guard let (file, member, header) = array.deflated else {
      preconditionFailure("the elements are plain")
    }
    self.file = file
    self.member = member
    self.header = header
    inflate = Inflate(UnsafeRawBufferPointer(rebasing: file.bytes[member.data]))
  }

  /// Fills a buffer with the next bytes.
  ///
  /// - Complexity: O(`buffer.count`).
  func read(_ buffer: UnsafeMutableRawBufferPointer) throws(ArrayFileError) {
    if total == 0 {
      guard try nextPiece() else { throw tooShort }
      position = header
    }
    var filled = 0
    while filled < buffer.count {
      while position >= piece.count {
        // A header may end behind the first piece.
        position -= piece.count
        guard try nextPiece() else { throw tooShort }
      }
      let count = min(buffer.count - filled, piece.count - position)
      piece.withUnsafeBytes { bytes in
        UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<filled + count]).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: bytes[position..<position + count]))
      }
      filled += count
      position += count
    }
  }

  /// Throws unless all bytes of the member were read and are those of its check value.
  func finish() throws(ArrayFileError) {
    while try nextPiece() {}
    guard total == member.byteCount else { throw tooShort }
    guard inflate.inputCount == member.data.count else {
      throw named(ArrayFileError("something follows its compressed data"))
    }
    guard crc.value == member.crc32 else { throw named(StoredArray.damaged) }
  }

  private func nextPiece() throws(ArrayFileError) -> Bool {
    do throws(ArrayFileError) {
      return try inflate.next { (bytes) throws(ArrayFileError) in
        total += bytes.count
        guard total <= member.byteCount else {
          throw ArrayFileError("it has more than the \(member.byteCount) bytes of its directory")
        }
        crc.update(bytes)
        piece = Array(bytes)
      }
    } catch {
      throw named(error)
    }
  }

  private var tooShort: ArrayFileError {
    named(ArrayFileError("it has \(total) bytes, its directory says \(member.byteCount)"))
  }

  private func named(_ error: ArrayFileError) -> ArrayFileError {
    ArrayFileError("its array \(member.name.dropLast(4)): \(error.message)")
  }
}
