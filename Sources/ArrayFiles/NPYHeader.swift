/// The header of an NPY file (NumPy, `numpy.lib.format`, versions 1.0, 2.0 and 3.0).
///
/// Nothing is trusted that the file says of its size: the product of the extents is an `Int`, and so
/// is the number of bytes.
package struct NPYHeader: Equatable, Sendable {
  /// The dtype as the file spells it, such as `<f4`.
  package let descriptor: String
  /// The dtype.
  package let dtype: DType
  /// Whether the first byte of a number has its highest bits.
  package let isBigEndian: Bool
  /// Whether the first axis varies fastest.
  package let isFortranOrder: Bool
  /// The extents of the axes.
  package let shape: [Int]
  /// The number of elements.
  package let elementCount: Int
  /// Where the elements begin.
  package let byteCount: Int

  /// The bytes of all elements.
  package var elementByteCount: Int { elementCount * dtype.byteCount }

  /// The bytes that an NPY file begins with.
  package static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// NumPy itself writes headers of some 128 bytes, and reads none of more than 10,000.
  private static let longest = 1 << 20

  /// Parses the header at the start of a file's bytes; what follows it is not looked at.
  ///
  /// - Complexity: O(header).
  package init(_ bytes: UnsafeRawBufferPointer) throws(ArrayFileError) {
    guard bytes.count >= 10, bytes.starts(with: Self.magic) else {
      throw ArrayFileError("it is not an NPY file")
    }
    guard (1...3).contains(bytes[6]), bytes[7] == 0 else {
      throw ArrayFileError(
        "NPY version \(bytes[6]).\(bytes[7]) is not read; 1.0, 2.0 and 3.0 are")
    }
    let lengthBytes = bytes[6] == 1 ? 2 : 4
    let start = 8 + lengthBytes
    guard bytes.count >= start else { throw ArrayFileError("its header is cut off") }
    let length = (0..<lengthBytes).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
    guard length <= bytes.count - start else { throw ArrayFileError("its header is cut off") }
    guard length <= Self.longest else {
      throw ArrayFileError("its header has \(length) bytes, more than \(Self.longest)")
    }
    var parser = HeaderParser(Array(bytes[start..<start + length]))
    guard let fields = parser.fields() else { throw ArrayFileError("its header is not understood") }
    byteCount = start + length
    (descriptor, isFortranOrder, shape) = fields
    (dtype, isBigEndian) = try Self.dtype(descriptor)
    guard let count = Self.elementCount(shape),
      !count.multipliedReportingOverflow(by: dtype.byteCount).overflow
    else { throw ArrayFileError("its shape \(shape) has more elements than can be counted") }
    elementCount = count
  }

  /// The product of the extents, or `nil` where one is negative or it is no `Int`.
  ///
  /// - Complexity: O(`shape.count`).
  package static func elementCount(_ shape: [Int]) -> Int? {
    // An extent of 0 leaves nothing, however large the others are.
    if shape.contains(0) { return shape.allSatisfy { $0 >= 0 } ? 0 : nil }
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else { return nil }
      count = product
    }
    return count
  }

  private static func dtype(_ descriptor: String) throws(ArrayFileError) -> (DType, Bool) {
    if descriptor == "bfloat16" { return (.bfloat16, false) }
    guard let order = descriptor.first, "<>|=".contains(order),
      let dtype = DType(code: descriptor.dropFirst())
    else { throw ArrayFileError("its dtype \(descriptor)\(whatIsNotRead(descriptor))") }
    return (dtype, order == ">" && dtype.wordByteCount > 1)
  }

  private static func whatIsNotRead(_ descriptor: String) -> String {
    switch descriptor.dropFirst().first {
    case _ where descriptor.first == "[" || descriptor.first == "(":
      " is structured: its fields are to be saved as arrays of their own"
    case "O": ", Python objects, is not read"
    case "U", "S", "a": ", strings, has no numbers"
    case "M", "m": ", times, has no numbers"
    case "V": ", raw bytes, has no numbers"
    case "f", "g", "c", "G": " is longdouble, which differs by machine: save it as float64"
    default: " is not read"
    }
  }
}

/// The parser of the header: a Python dictionary literal of `descr`, `fortran_order` and `shape`.
private struct HeaderParser {
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
      case "descr" where descriptor == nil: descriptor = quoted() ?? structured()
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
    for quote in ["'", "\""] where take(quote) {
      guard let end = text[position...].firstIndex(of: quote.utf8.first ?? 0) else { return nil }
      defer { position = end + 1 }
      return String(validating: text[position..<end], as: UTF8.self)
    }
    return nil
  }

  /// The text of a dtype of several fields, to its closing bracket; brackets in quotes do not count.
  private mutating func structured() -> String? {
    let start = position
    var depth = 0
    var quote: UInt8?
    while position < text.count {
      let byte = text[position]
      position += 1
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        quote = quote == nil ? byte : quote == byte ? nil : quote
      case _ where quote != nil: break
      case UInt8(ascii: "["), UInt8(ascii: "("): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: ")"): depth -= 1
      default: break
      }
      if depth <= 0 { break }
    }
    guard position - start > 1, depth == 0 else { return nil }
    return String(validating: text[start..<position], as: UTF8.self)
  }

  private mutating func tuple() -> [Int]? {
    guard take("(") else { return nil }
    var extents: [Int] = []
    while !take(")") {
      let digits = text[position...].prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
      guard let extent = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
      extents.append(extent)
      position += digits.count
      // Python 2 wrote long integers with an L.
      _ = take("L")
      if !take(","), position < text.count, text[position] != UInt8(ascii: ")") { return nil }
    }
    return extents
  }
}
