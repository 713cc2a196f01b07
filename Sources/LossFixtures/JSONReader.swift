/// A strict reader of JSON text: what is read goes straight into typed values.
///
/// Unlike a decoder of trees it knows the line of every error, refuses repeated keys, and leaves the
/// rounding of numbers to the type they are read into.
package struct JSONReader {
  private static let deepest = 32

  /// The files that tensors may stand in, where the text is one of several files.
  var resources: Resources?

  private let file: String
  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  /// What is being read, for error messages: `inputs.y_pred`.
  private var path: [String] = []
  /// A name for the part of the path before `contextStart`: `case x`.
  private var context: String?
  private var contextStart = 0

  init(file: String, bytes: [UInt8], resources: Resources?) {
    self.file = file
    self.bytes = bytes
    self.resources = resources
  }

  package init(file: String, bytes: [UInt8]) {
    self.init(file: file, bytes: bytes, resources: nil)
  }

  // MARK: - Errors

  /// An error at the current place.
  package func error(_ message: String) -> FixtureError {
    let line = bytes[..<min(position, bytes.count)].count { $0 == UInt8(ascii: "\n") } + 1
    let field = path.dropFirst(contextStart).joined(separator: ".")
    let parts = [context, field.isEmpty ? nil : field, message].compactMap(\.self)
    return FixtureError(file: file, line: line, message: parts.joined(separator: ": "))
  }

  /// The error of a field that the format does not have.
  package func unknownField() -> FixtureError { error("an unknown field") }

  /// The value of a field that must be there.
  package func required<Value>(_ value: Value?, _ field: String) throws(FixtureError) -> Value {
    guard let value else { throw error("\(field) is missing") }
    return value
  }

  /// Throws unless the document follows the schema.
  package func require(schema: String, found: String?) throws(FixtureError) {
    guard found == schema else {
      throw error("schema is \(found ?? "missing"), expected \(schema)")
    }
  }

  /// How deep in the document the reader is.
  package var place: Int { path.count }

  /// Names what is being read below a place, for errors from now on.
  package mutating func name(_ place: Int, _ name: String?) {
    context = name
    contextStart = place
  }

  // MARK: - Structure

  /// Reads a whole document.
  package mutating func document<Value>(
    _ read: (inout JSONReader) throws(FixtureError) -> Value
  ) throws(FixtureError) -> Value {
    guard !bytes.isEmpty else { throw error("the file is empty") }
    guard !bytes.starts(with: [0xef, 0xbb, 0xbf]) else {
      throw error("the file starts with a byte order mark")
    }
    let value = try read(&self)
    guard peek() == nil else { throw error("expected the end of the file") }
    return value
  }

  /// Reads an object; the closure reads the value of each key, and throws for unknown ones.
  package mutating func object(
    _ read: (inout JSONReader, String) throws(FixtureError) -> Void
  ) throws(FixtureError) {
    _ = try firstField { (reader, key) throws(FixtureError) -> Void? in
      try read(&reader, key)
      return nil
    }
  }

  /// Reads an object up to the first field of which the closure makes something; `nil` where it makes
  /// nothing of any.
  mutating func firstField<Value>(
    _ read: (inout JSONReader, String) throws(FixtureError) -> Value?
  ) throws(FixtureError) -> Value? {
    try enter(UInt8(ascii: "{"), "an object")
    var keys = SeenKeys()
    while try !leaves(UInt8(ascii: "}"), first: keys.isEmpty) {
      let key = try string()
      guard keys.insert(key) else { throw error("the field \"\(key)\" is repeated") }
      try expect(UInt8(ascii: ":"), "':' after \"\(key)\"")
      path.append(key)
      if let value = try read(&self, key) { return value }
      path.removeLast()
    }
    return nil
  }

  /// Reads an array; the closure reads each element.
  package mutating func array(
    _ read: (inout JSONReader) throws(FixtureError) -> Void
  ) throws(FixtureError) {
    try enter(UInt8(ascii: "["), "an array")
    var isFirst = true
    while try !leaves(UInt8(ascii: "]"), first: isFirst) {
      isFirst = false
      try read(&self)
    }
  }

  /// Reads an array into a list; the closure reads each element.
  package mutating func list<Element>(
    _ read: (inout JSONReader) throws(FixtureError) -> Element
  ) throws(FixtureError) -> [Element] {
    var list: [Element] = []
    try array { (reader) throws(FixtureError) in list.append(try read(&reader)) }
    return list
  }

  /// Reads the same text twice: returns to a place that `mark` gave.
  mutating func rereading<Value>(
    from mark: Int, _ read: (inout JSONReader) throws(FixtureError) -> Value
  ) throws(FixtureError) -> Value {
    let here = position
    position = mark
    let value = try read(&self)
    position = here
    return value
  }

  /// Reads an array of numbers, about as many as a count; each is what `number()` reads.
  mutating func numbers<Value: DecimalNumber>(
    about count: Int
  ) throws(FixtureError) -> [Value] {
    try enter(UInt8(ascii: "["), "an array")
    var list: [Value] = []
    // No number has less than a digit and a comma.
    list.reserveCapacity(max(0, min(count, (bytes.count - position) / 2 + 1)))
    while try !leaves(UInt8(ascii: "]"), first: list.isEmpty) {
      list.append(try number())
      bytes.withUnsafeBufferPointer { position = Value.append(from: $0, at: position, to: &list) }
    }
    return list
  }

  /// The current place, and what is read past.
  package mutating func skipping() throws(FixtureError) -> Int {
    let mark = position
    try skip()
    return mark
  }

  /// Reads past a value.
  mutating func skip() throws(FixtureError) {
    switch peek() {
    case UInt8(ascii: "{"): try object { (reader, _) throws(FixtureError) in try reader.skip() }
    case UInt8(ascii: "["): try array { (reader) throws(FixtureError) in try reader.skip() }
    case UInt8(ascii: "\""): try skipString()
    default: _ = try word()
    }
  }

  private mutating func skipString() throws(FixtureError) {
    position += 1
    if let (end, isASCII) = plainEnd(), isASCII {
      position = end + 1
    } else {
      position -= 1
      _ = try string()
    }
  }

  // MARK: - Values

  /// Whether a string is next.
  package mutating func isString() -> Bool { peek() == UInt8(ascii: "\"") }

  /// Whether an array is next.
  package mutating func isArray() -> Bool { peek() == UInt8(ascii: "[") }

  /// Whether an object is next.
  package mutating func isObject() -> Bool { peek() == UInt8(ascii: "{") }

  /// Reads a string.
  package mutating func string() throws(FixtureError) -> String {
    try expect(UInt8(ascii: "\""), "a string")
    if let string = plainString() { return string }
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw error("a string is not UTF-8")
        }
        return string
      case 0..<0x20: throw error("a control character stands in a string")
      case UInt8(ascii: "\\"): text += Array(String(try escape()).utf8)
      default: text.append(byte)
      }
    }
    throw error("the file ends in a string")
  }

  /// Reads on to the end of a string that stands in the file as it is; `nil` for any other.
  private mutating func plainString() -> String? {
    guard let (end, isASCII) = plainEnd() else { return nil }
    let text = bytes.withUnsafeBufferPointer { bytes in
      let text = UnsafeBufferPointer(rebasing: bytes[position..<end])
      // Whether text is ASCII is known, and what is need not be validated.
      return isASCII
        ? String(decoding: text, as: UTF8.self) : String(validating: text, as: UTF8.self)
    }
    if text != nil { position = end + 1 }
    return text
  }

  /// The closing quote of a string without escapes, if it is one, and whether it is ASCII.
  private func plainEnd() -> (Int, isASCII: Bool)? {
    bytes.withUnsafeBufferPointer { bytes in
      var end = position
      var all: UInt8 = 0
      while end < bytes.count {
        let byte = bytes[end]
        if byte == UInt8(ascii: "\"") { return (end, all < 0x80) }
        guard byte >= 0x20, byte != UInt8(ascii: "\\") else { return nil }
        all |= byte
        end += 1
      }
      return nil
    }
  }

  /// Reads what is neither string, array nor object: a number, true, false or null.
  package mutating func word() throws(FixtureError) -> String {
    _ = peek()
    let start = position
    while position < bytes.count, Self.isWord(bytes[position]) { position += 1 }
    guard position > start else { throw error("expected a value") }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// Reads an integer.
  package mutating func integer<Value: FixedWidthInteger>() throws(FixtureError) -> Value {
    let text = try word()
    guard let value = Value(text), text.first != "+" else {
      throw error("\(text) is not a number of type \(Value.self)")
    }
    return value
  }

  /// Reads a number that JSON allows, rounded once to the type; the non-finite ones are strings.
  package mutating func number<Value: DecimalNumber>() throws(FixtureError) -> Value {
    if isString() {
      switch try string() {
      case "NaN": return .nan
      case "Infinity": return .infinity
      case "-Infinity": return -.infinity
      case let text: throw error("\"\(text)\" is not NaN, Infinity or -Infinity")
      }
    }
    _ = peek()
    let start = position
    let decimal = bytes.withUnsafeBufferPointer { JSONDecimal($0, at: &position) }
    guard let decimal, position == bytes.count || !Self.isWord(bytes[position]) else {
      position = start
      throw error("\(try word()) is not a number of type \(Value.self)")
    }
    let value =
      Value(decimal)
      ?? Value(String(decoding: bytes[start..<position], as: UTF8.self)) ?? .nan
    guard value.isFinite else {
      position = start
      throw error("\(try word()) is out of the range of \(Value.self)")
    }
    return value
  }

  /// Reads a number rounded to a Double, and that to a narrower format; see `NarrowFloat`.
  mutating func narrowNumber<Value: NarrowFloat>() throws(FixtureError) -> Value {
    _ = peek()
    let start = position
    let number: Double = try number()
    let value = Value(number)
    guard value.double.isFinite == number.isFinite else {
      position = start
      throw error("\(try word()) is out of the range of \(Value.dtype)")
    }
    return value
  }

  /// Reads true or false.
  package mutating func boolean() throws(FixtureError) -> Bool {
    switch try word() {
    case "true": return true
    case "false": return false
    case let text: throw error("\(text) is not true or false")
    }
  }

  // MARK: - Characters

  /// The next byte that is not white space.
  private mutating func peek() -> UInt8? {
    while position < bytes.count {
      let byte = bytes[position]
      guard Self.isSpace(byte) else { return byte }
      position += 1
    }
    return nil
  }

  private mutating func expect(
    _ byte: UInt8, _ what: @autoclosure () -> String
  ) throws(FixtureError) {
    guard peek() == byte else { throw error("expected \(what())") }
    position += 1
  }

  private mutating func enter(_ byte: UInt8, _ what: String) throws(FixtureError) {
    try expect(byte, what)
    depth += 1
    guard depth <= Self.deepest else { throw error("nested deeper than \(Self.deepest) levels") }
  }

  private mutating func leaves(_ end: UInt8, first: Bool) throws(FixtureError) -> Bool {
    if peek() == end {
      position += 1
      depth -= 1
      return true
    }
    if !first {
      try expect(UInt8(ascii: ","), "',' or '\(Unicode.Scalar(end))'")
    }
    return false
  }

  /// Whether a byte is white space.
  @inline(__always)
  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
  }

  /// Whether a byte is of a number, true, false or null.
  @inline(__always)
  static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "E"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  private mutating func escape() throws(FixtureError) -> Unicode.Scalar {
    guard position < bytes.count else { throw error("the file ends in a string") }
    let byte = bytes[position]
    position += 1
    switch Unicode.Scalar(byte) {
    case "\"": return "\""
    case "\\": return "\\"
    case "/": return "/"
    case "b": return "\u{8}"
    case "f": return "\u{c}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u":
      let high = try codeUnit()
      if let scalar = Unicode.Scalar(high) { return scalar }
      guard high < 0xdc00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      else { throw error("a surrogate stands alone") }
      position += 2
      let low = try codeUnit()
      guard (0xdc00..<0xe000).contains(low),
        let scalar = Unicode.Scalar(
          0x10000 + (UInt32(high) - 0xd800) << 10 + (UInt32(low) - 0xdc00))
      else { throw error("a surrogate stands alone") }
      return scalar
    default: throw error("an unknown escape stands in a string")
    }
  }

  private mutating func codeUnit() throws(FixtureError) -> UInt16 {
    let digits = bytes[position..<min(position + 4, bytes.count)]
    let text = String(decoding: digits, as: UTF8.self)
    guard digits.count == 4, text.allSatisfy(\.isHexDigit), let unit = UInt16(text, radix: 16)
    else { throw error("an escape needs four hexadecimal digits") }
    position += 4
    return unit
  }
}
