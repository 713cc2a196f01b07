/// The NPY format (NumPy, `numpy.lib.format`, versions 1.0 and 2.0): one array in a file.
///
/// Read are little-endian arrays in C order; nothing is trusted that the file says of its size.
struct NPY {
  /// The dtype as the file spells it, such as `<f4`.
  let descriptor: String
  /// The extents of the axes.
  let shape: [Int]
  /// The elements' bytes.
  let elements: ArraySlice<UInt8>

  /// Parses a file; throws a sentence on what is wrong.
  ///
  /// - Complexity: O(header).
  init(_ bytes: [UInt8]) throws(Failure) {
    guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)), bytes.count >= 10 else {
      throw Failure("it is not an NPY file")
    }
    let lengthBytes = bytes[6] == 1 ? 2 : 4
    guard bytes[6] == 1 || bytes[6] == 2, bytes[7] == 0, bytes.count >= 8 + lengthBytes else {
      throw Failure("NPY version \(bytes[6]).\(bytes[7]) is not read, 1.0 and 2.0 are")
    }
    let length = (0..<lengthBytes).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
    let start = 8 + lengthBytes
    guard length <= bytes.count - start else { throw Failure("its header is cut off") }
    var header = Header(Array(bytes[start..<start + length]))
    guard let fields = header.fields() else { throw Failure("its header is not understood") }
    guard !fields.isFortranOrder else { throw Failure("it is in Fortran order, expected C order") }
    descriptor = fields.descriptor
    shape = fields.shape
    elements = bytes[(start + length)...]
  }

  /// What is wrong with a file.
  struct Failure: Error {
    let message: String

    init(_ message: String) { self.message = message }
  }
}

/// The header: a Python dictionary literal of `descr`, `fortran_order` and `shape`.
private struct Header {
  private let text: [UInt8]
  private var position = 0

  init(_ text: [UInt8]) { self.text = text }

  mutating func fields() -> (descriptor: String, isFortranOrder: Bool, shape: [Int])? {
    var descriptor: String?
    var isFortranOrder: Bool?
    var shape: [Int]?
    guard take("{") else { return nil }
    while !take("}") {
      guard let key = quoted(), take(":") else { return nil }
      switch key {
      case "descr" where descriptor == nil: descriptor = quoted()
      case "fortran_order" where isFortranOrder == nil:
        isFortranOrder = take("True") ? true : take("False") ? false : nil
      case "shape" where shape == nil: shape = tuple()
      default: return nil
      }
      if !take(","), position < text.count, text[position] != UInt8(ascii: "}") { return nil }
    }
    skipSpace()
    guard position == text.count, let descriptor, let isFortranOrder, let shape else { return nil }
    return (descriptor, isFortranOrder, shape)
  }

  private mutating func skipSpace() {
    while position < text.count, text[position] == 0x20 || text[position] == 0x0a { position += 1 }
  }

  private mutating func take(_ token: String) -> Bool {
    skipSpace()
    guard text[position...].starts(with: token.utf8) else { return false }
    position += token.utf8.count
    skipSpace()
    return true
  }

  private mutating func quoted() -> String? {
    guard take("'"), let end = text[position...].firstIndex(of: UInt8(ascii: "'")) else {
      return nil
    }
    defer { position = end + 1 }
    return String(validating: text[position..<end], as: UTF8.self)
  }

  private mutating func tuple() -> [Int]? {
    guard take("(") else { return nil }
    var extents: [Int] = []
    while !take(")") {
      let digits = text[position...].prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
      guard let extent = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
      extents.append(extent)
      position += digits.count
      if !take(","), position < text.count, text[position] != UInt8(ascii: ")") { return nil }
    }
    return extents
  }
}
