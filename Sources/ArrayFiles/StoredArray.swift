/// An array in a file: what it is, and where its elements are.
package struct StoredArray: Sendable {
  /// Its name in an NPZ archive; `nil` in a file of its own.
  package let name: String?
  /// The dtype.
  package let dtype: DType
  /// Whether the first byte of a number has its highest bits.
  package let isBigEndian: Bool
  /// Whether the first axis varies fastest.
  package let isFortranOrder: Bool
  /// The extents of the axes.
  package let shape: [Int]
  /// The number of elements.
  package let count: Int
  private let storage: Storage

  private enum Storage {
    /// Elements as they stand in memory or in a mapped file.
    case plain(FileBytes, Range<Int>)
    /// A member of an archive, that has a header of so many bytes before its elements.
    case deflated(FileBytes, ZipArchive.Member, header: Int)
  }

  private init(_ name: String?, _ header: NPYHeader, _ storage: Storage) {
    self.name = name
    dtype = header.dtype
    isBigEndian = header.isBigEndian
    isFortranOrder = header.isFortranOrder
    shape = header.shape
    count = header.elementCount
    self.storage = storage
  }

  /// Elements in memory, in C order and with their lowest bytes first.
  ///
  /// There are as many as the shape says.
  package init(dtype: DType, shape: [Int], bytes: [UInt8]) {
    precondition(NPYHeader.elementCount(shape).map { $0 * dtype.byteCount } == bytes.count)
    name = nil
    self.dtype = dtype
    isBigEndian = false
    isFortranOrder = false
    self.shape = shape
    count = bytes.count / dtype.byteCount
    storage = .plain(FileBytes(bytes), 0..<bytes.count)
  }

  /// The bytes of all elements.
  package var byteCount: Int { count * dtype.byteCount }

  /// Whether the elements can be read from any place on, not only from the first one.
  package var isPlain: Bool {
    if case .plain = storage { true } else { false }
  }

  /// Whether the elements stand in C order as in Fortran order.
  package var isOrderless: Bool { shape.count { $0 != 1 } <= 1 || count == 0 }

  /// Lends all elements as they stand, where they are plain.
  package func withPlainBytes<Result>(_ use: (UnsafeRawBufferPointer) -> Result) -> Result? {
    guard case .plain(let file, let range) = storage else { return nil }
    return withExtendedLifetime(file) {
      use(UnsafeRawBufferPointer(rebasing: file.bytes[range]))
    }
  }

  /// All elements as they stand, for as long as the array is there.
  var plainBytes: UnsafeRawBufferPointer? { withPlainBytes { $0 } }

  // MARK: - Files

  /// What a file holds.
  package enum Content: Sendable {
    /// An NPY file.
    case one(StoredArray)
    /// An NPZ archive, in the order of its directory.
    case several([StoredArray])
    /// Neither.
    case other
  }

  /// Finds the arrays of a file by its first bytes; checks stored members of an archive against their
  /// check values.
  ///
  /// - Complexity: O(1), and O(bytes) for stored members of an archive.
  package static func content(of file: FileBytes) throws(ArrayFileError) -> Content {
    if ZipArchive.isArchive(file.bytes) {
      var arrays: [StoredArray] = []
      for member in try ZipArchive(file.bytes).members { arrays.append(try array(member, file)) }
      return .several(arrays)
    }
    guard file.bytes.starts(with: NPYHeader.magic) else { return .other }
    let header = try NPYHeader(file.bytes)
    try requireWhole(header, byteCount: file.bytes.count)
    return .one(StoredArray(nil, header, .plain(file, header.byteCount..<file.bytes.count)))
  }

  private static func array(
    _ member: ZipArchive.Member, _ file: FileBytes
  ) throws(ArrayFileError) -> StoredArray {
    guard member.name.hasSuffix(".npy") else {
      throw ArrayFileError("its member \(member.name) is no array")
    }
    let name = String(member.name.dropLast(4))
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[member.data])
    do throws(ArrayFileError) {
      if member.isDeflated {
        let header = try inflatedHeader(bytes)
        try requireWhole(header, byteCount: member.byteCount)
        return StoredArray(name, header, .deflated(file, member, header: header.byteCount))
      }
      var crc = CRC32()
      crc.update(bytes)
      guard crc.value == member.crc32 else { throw damaged }
      let header = try NPYHeader(bytes)
      try requireWhole(header, byteCount: member.byteCount)
      let start = member.data.lowerBound + header.byteCount
      return StoredArray(name, header, .plain(file, start..<member.data.upperBound))
    } catch {
      throw ArrayFileError("its array \(name): \(error.message)")
    }
  }

  static let damaged = ArrayFileError("its bytes are damaged (CRC-32)")

  private static func inflatedHeader(
    _ bytes: UnsafeRawBufferPointer
  ) throws(ArrayFileError) -> NPYHeader {
    var inflate = Inflate(bytes)
    var header: NPYHeader?
    _ = try inflate.next { (piece) throws(ArrayFileError) in header = try NPYHeader(piece) }
    guard let header else { throw ArrayFileError("it is not an NPY file") }
    return header
  }

  private static func requireWhole(
    _ header: NPYHeader, byteCount: Int
  ) throws(ArrayFileError) {
    let bytes = byteCount - header.byteCount
    guard bytes == header.elementByteCount else {
      throw ArrayFileError(
        "it has \(bytes) bytes of elements, but shape \(header.shape) of \(header.dtype) has "
          + "\(header.elementByteCount)")
    }
  }

  // MARK: - Elements

  /// The same array with its elements in memory, in C order.
  ///
  /// - Complexity: O(bytes), nothing where they are plain in C order.
  package func inCOrder() throws(ArrayFileError) -> StoredArray {
    let isInPlace = isPlain && (!isFortranOrder || isOrderless)
    if isInPlace { return self }
    let elements = isPlain ? self : try inflated()
    guard isFortranOrder, !isOrderless else { return elements }
    let reader = ArrayReader(elements, transposed: true)
    let memory = try FileBytes(count: byteCount) { (memory) throws(ArrayFileError) in
      for start in stride(from: 0, to: count, by: ArrayReader.blockSize) {
        let end = min(start + ArrayReader.blockSize, count)
        let block = try reader.block(start, end - start)
        withExtendedLifetime(reader) {
          UnsafeMutableRawBufferPointer(
            rebasing: memory[start * dtype.byteCount..<end * dtype.byteCount]
          ).copyMemory(from: block)
        }
      }
    }
    return StoredArray(copying: self, isFortranOrder: false, memory)
  }

  /// The same array with its elements in memory.
  ///
  /// - Complexity: O(bytes), nothing where they are plain.
  package func inflated() throws(ArrayFileError) -> StoredArray {
    guard !isPlain else { return self }
    let memory = try FileBytes(count: byteCount) { (memory) throws(ArrayFileError) in
      let elements = DeflatedElements(self)
      try elements.read(memory)
      try elements.finish()
    }
    return StoredArray(copying: self, isFortranOrder: isFortranOrder, memory)
  }

  private init(copying array: StoredArray, isFortranOrder: Bool, _ memory: FileBytes) {
    name = array.name
    dtype = array.dtype
    isBigEndian = array.isBigEndian
    self.isFortranOrder = isFortranOrder
    shape = array.shape
    count = array.count
    storage = .plain(memory, 0..<memory.bytes.count)
  }

  /// What is needed to inflate the elements; `nil` where they are plain.
  var deflated: (file: FileBytes, member: ZipArchive.Member, header: Int)? {
    guard case .deflated(let file, let member, let header) = storage else { return nil }
    return (file, member, header)
  }
}
