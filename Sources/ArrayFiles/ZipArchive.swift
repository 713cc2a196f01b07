/// The directory of a ZIP archive (APPNOTE 6.3, with ZIP64), such as an NPZ file is.
///
/// What the directory says is checked against the members' own headers and the file's size.
struct ZipArchive {
  /// The files in the archive.
  let members: [Member]

  /// A file in the archive.
  struct Member: Sendable {
    let name: String
    /// The bytes in the archive.
    let data: Range<Int>
    let isDeflated: Bool
    /// The bytes of the file itself.
    let byteCount: Int
    let crc32: UInt32
  }

  /// The bytes that an archive begins with: of a member, or of the end of an empty directory.
  static func isArchive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.starts(with: [0x50, 0x4b, 3, 4]) || bytes.starts(with: [0x50, 0x4b, 5, 6])
  }

  /// Reads the directory.
  ///
  /// - Complexity: O(members).
  init(_ bytes: UnsafeRawBufferPointer) throws(ArrayFileError) {
    let reader = ZipReader(bytes)
    let (count, directory) = try reader.directory()
    var members: [Member] = []
    var names: Set<String> = []
    var position = directory.lowerBound
    for _ in 0..<count {
      let entry = try reader.entry(at: &position, before: directory.upperBound)
      if entry.name.hasSuffix("/") { continue }
      guard names.insert(entry.name).inserted else {
        throw ArrayFileError("it has the member \(entry.name) twice")
      }
      members.append(entry)
    }
    guard position == directory.upperBound else {
      throw ArrayFileError("its directory has \(count) entries, which do not fill it")
    }
    self.members = members
  }
}

private struct ZipReader {
  private let bytes: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  // MARK: - Numbers

  private func number<Value: FixedWidthInteger>(
    _ type: Value.Type, _ offset: Int
  ) throws(ArrayFileError) -> Value {
    guard offset >= 0, offset <= bytes.count - MemoryLayout<Value>.size else {
      throw ArrayFileError("it is a ZIP archive that is cut off")
    }
    return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
  }

  private func short(_ offset: Int) throws(ArrayFileError) -> Int {
    Int(try number(UInt16.self, offset))
  }

  private func word(_ offset: Int) throws(ArrayFileError) -> Int {
    Int(try number(UInt32.self, offset))
  }

  /// A size or a place of 64 bits.
  private func long(_ offset: Int) throws(ArrayFileError) -> Int {
    guard let value = Int(exactly: try number(UInt64.self, offset)) else {
      throw ArrayFileError("its ZIP directory has a size that no file has")
    }
    return value
  }

  private func require(_ signature: Int, _ offset: Int, _ what: String) throws(ArrayFileError) {
    guard try word(offset) == signature else {
      throw ArrayFileError("its ZIP \(what) is not where it should be")
    }
  }

  // MARK: - The directory

  /// The number of entries of the directory, and where it is.
  func directory() throws(ArrayFileError) -> (count: Int, Range<Int>) {
    // The end record is the last thing but for a comment of at most 65,535 bytes.
    var end = bytes.count - 22
    let lowest = max(0, end - 0xffff)
    while end >= lowest {
      if try word(end) == 0x0605_4b50, try short(end + 20) == bytes.count - end - 22 { break }
      end -= 1
    }
    guard end >= lowest else { throw ArrayFileError("it is a ZIP archive that is cut off") }
    guard try short(end + 4) == 0, try short(end + 6) == 0 else {
      throw ArrayFileError("it is a part of a ZIP archive of several parts")
    }
    var count = try short(end + 10)
    var size = try word(end + 12)
    var start = try word(end + 16)
    if count == 0xffff || size == 0xffff_ffff || start == 0xffff_ffff, end >= 20,
      try word(end - 20) == 0x0706_4b50
    {
      let record = try long(end - 12)
      try require(0x0606_4b50, record, "end record")
      count = try long(record + 32)
      size = try long(record + 40)
      start = try long(record + 48)
    }
    let (upper, overflow) = start.addingReportingOverflow(size)
    guard !overflow, upper <= end, count <= size / 46 else {
      throw ArrayFileError("its ZIP directory is not in the file")
    }
    return (count, start..<upper)
  }

  func entry(
    at position: inout Int, before limit: Int
  ) throws(ArrayFileError) -> ZipArchive.Member {
    let start = position
    guard start <= limit - 46 else { throw ArrayFileError("its ZIP directory is cut off") }
    try require(0x0201_4b50, start, "directory entry")
    let flags = try short(start + 8)
    let method = try short(start + 10)
    let nameLength = try short(start + 28)
    let extraLength = try short(start + 30)
    position = start + 46 + nameLength + extraLength + (try short(start + 32))
    guard position <= limit else { throw ArrayFileError("its ZIP directory is cut off") }
    let name = String(decoding: bytes[start + 46..<start + 46 + nameLength], as: UTF8.self)
    var sizes = (
      compressed: try word(start + 20), whole: try word(start + 24), header: try word(start + 42)
    )
    try readZIP64(
      start + 46 + nameLength..<start + 46 + nameLength + extraLength, &sizes.whole,
      &sizes.compressed, &sizes.header)
    guard flags & 1 == 0 else { throw ArrayFileError("its member \(name) is encrypted") }
    guard method == 0 || method == 8 else {
      throw ArrayFileError(
        "its member \(name) is compressed by method \(method); stored and deflated ones are read")
    }
    let data = try self.data(of: name, method, header: sizes.header, count: sizes.compressed)
    guard method == 8 || sizes.compressed == sizes.whole else {
      throw ArrayFileError("its member \(name) is stored, but with two sizes")
    }
    return ZipArchive.Member(
      name: name, data: data, isDeflated: method == 8, byteCount: sizes.whole,
      crc32: try number(UInt32.self, start + 16))
  }

  /// Replaces the sizes that do not fit 32 bits by those of the ZIP64 field.
  private func readZIP64(
    _ extra: Range<Int>, _ whole: inout Int, _ compressed: inout Int, _ header: inout Int
  ) throws(ArrayFileError) {
    var field = extra.lowerBound
    while field <= extra.upperBound - 4 {
      let end = field + 4 + (try short(field + 2))
      guard end <= extra.upperBound else { break }
      guard try short(field) == 1 else {
        field = end
        continue
      }
      var place = field + 4
      func next(_ value: inout Int) throws(ArrayFileError) {
        guard value == 0xffff_ffff else { return }
        guard place <= end - 8 else { throw ArrayFileError("its ZIP64 field is cut off") }
        value = try long(place)
        place += 8
      }
      try next(&whole)
      try next(&compressed)
      try next(&header)
      return
    }
  }

  /// Where a member's bytes are; its own header must agree with the directory.
  private func data(
    of name: String, _ method: Int, header: Int, count: Int
  ) throws(ArrayFileError) -> Range<Int> {
    guard header <= bytes.count - 30 else {
      throw ArrayFileError("its member \(name) is not in the file")
    }
    try require(0x0403_4b50, header, "member \(name)")
    let nameLength = try short(header + 26)
    let start = header + 30 + nameLength + (try short(header + 28))
    guard start <= bytes.count, count <= bytes.count - start else {
      throw ArrayFileError("its member \(name) is cut off")
    }
    let own = bytes[header + 30..<header + 30 + nameLength]
    guard try short(header + 8) == method, String(decoding: own, as: UTF8.self) == name else {
      throw ArrayFileError("its member \(name) is another one by its own header")
    }
    return start..<start + count
  }
}
