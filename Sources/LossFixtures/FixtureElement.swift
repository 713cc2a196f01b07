import ArrayFiles

/// A type of elements: how each dtype is called, read and written.
protocol FixtureElement: Equatable, Sendable {
  /// An integer of the element's size, in which NPY files are read.
  associatedtype Pattern: FixedWidthInteger

  /// The dtype by NumPy's name.
  static var dtype: String { get }

  /// The dtype as NPY files spell it, or `nil` where they cannot.
  static var npyDescriptor: String? { get }

  /// The element that a bit pattern of an NPY file stands for.
  init(npy pattern: Pattern)

  /// Reads the element from JSON: numbers are rounded to nearest.
  init(_ reader: inout JSONReader) throws(FixtureError)

  /// The element in JSON: of a number the shortest decimal that gives it back.
  var json: String { get }

  /// The element as a Double.
  var double: Double { get }

  /// Reads an array of elements from JSON; `count` is how many there probably are.
  static func list(_ reader: inout JSONReader, about count: Int) throws(FixtureError) -> [Self]

  /// Elements as values of a tensor.
  static func values(_ elements: [Self]) -> FixtureTensor.Values
}

/// The elements of a tensor without their dtype.
protocol FixtureElements {
  var count: Int { get }
  var dtype: String { get }
  var doubles: [Double] { get }
  /// The elements in JSON.
  var json: [String] { get }
}

extension Array: FixtureElements where Element: FixtureElement {
  var dtype: String { Element.dtype }
  var doubles: [Double] {
    @specialized(where Element == Float)
    @specialized(where Element == Float16)
    @specialized(where Element == BFloat16Bits)
    get { self as? [Double] ?? map { $0.double } }
  }
  var json: [String] { map(\.json) }
}

extension FixtureTensor.Values {
  /// The element type of each dtype.
  static let elementTypes: [String: any FixtureElement.Type] = {
    let types: [any FixtureElement.Type] = [
      Float16.self, BFloat16Bits.self, Float.self, Double.self, Int8.self, Int16.self, Int32.self,
      Int64.self, UInt8.self, UInt16.self, UInt32.self, UInt64.self, Bool.self,
    ]
    return Dictionary(uniqueKeysWithValues: types.map { ($0.dtype, $0) })
  }()

  /// Reads a JSON array of elements of a dtype, that should be those of a shape if it is known.
  init(_ reader: inout JSONReader, dtype: String, shape: [Int]?) throws(FixtureError) {
    guard let type = Self.elementTypes[dtype] else {
      throw reader.error("\(dtype) is not a dtype")
    }
    self = try type.read(&reader, about: shape.flatMap(NPYHeader.elementCount) ?? 0)
  }
}

extension FixtureElement {
  static func list(_ reader: inout JSONReader, about count: Int) throws(FixtureError) -> [Self] {
    try reader.list { (reader) throws(FixtureError) in try Self(&reader) }
  }

  fileprivate static func read(
    _ reader: inout JSONReader, about count: Int
  ) throws(FixtureError) -> FixtureTensor.Values {
    values(try list(&reader, about: count))
  }
}

extension FixtureElement where Self: DecimalNumber {
  init(_ reader: inout JSONReader) throws(FixtureError) { self = try reader.number() }
  static func list(_ reader: inout JSONReader, about count: Int) throws(FixtureError) -> [Self] {
    try reader.numbers(about: count)
  }
}

// MARK: - Floating-point numbers

/// A format that is read as a Double first: the standard library reads no text into it correctly.
///
/// This is rounding once but for a decimal that lies beside the middle of two numbers of the format
/// by less than a Double tells; numbers of the format itself never do.
protocol NarrowFloat: FixtureElement {
  /// The number nearest to a Double.
  init(_ number: Double)
}

extension NarrowFloat {
  init(_ reader: inout JSONReader) throws(FixtureError) {
    self = try reader.narrowNumber()
  }
}

extension FixtureElement where Self: BinaryFloatingPoint & CustomStringConvertible {
  var json: String { jsonText(self) }
  var double: Double { Double(self) }
}

/// A number in JSON: the shortest decimal that gives it back; non-finite numbers are strings.
func jsonText<Number: BinaryFloatingPoint & CustomStringConvertible>(_ number: Number) -> String {
  if number.isNaN { return "\"NaN\"" }
  if number.isInfinite { return number < 0 ? "\"-Infinity\"" : "\"Infinity\"" }
  return number.description
}

extension Float16: NarrowFloat {
  static var dtype: String { "float16" }
  static var npyDescriptor: String? { "<f2" }
  init(npy pattern: UInt16) { self.init(bitPattern: pattern) }
  static func values(_ elements: [Self]) -> FixtureTensor.Values { .float16(elements) }
}

extension BFloat16Bits: NarrowFloat {
  static var dtype: String { "bfloat16" }
  static var npyDescriptor: String? { nil }
  init(npy pattern: UInt16) { self.init(bitPattern: pattern) }
  var json: String { float.json }
  /// The number as a Double, exactly.
  public var double: Double { Double(float) }
  static func values(_ elements: [Self]) -> FixtureTensor.Values { .bfloat16(elements) }
}

extension Float: FixtureElement {
  static var dtype: String { "float32" }
  static var npyDescriptor: String? { "<f4" }
  init(npy pattern: UInt32) { self.init(bitPattern: pattern) }
  static func values(_ elements: [Self]) -> FixtureTensor.Values { .float32(elements) }
}

extension Double: FixtureElement {
  static var dtype: String { "float64" }
  static var npyDescriptor: String? { "<f8" }
  init(npy pattern: UInt64) { self.init(bitPattern: pattern) }
  static func values(_ elements: [Self]) -> FixtureTensor.Values { .float64(elements) }
}

// MARK: - Integers and bool

extension FixtureElement where Self: FixedWidthInteger {
  static var dtype: String { "\(isSigned ? "int" : "uint")\(bitWidth)" }
  static var npyDescriptor: String? {
    "\(bitWidth == 8 ? "|" : "<")\(isSigned ? "i" : "u")\(bitWidth / 8)"
  }
  init(npy pattern: Self) { self = pattern }
  init(_ reader: inout JSONReader) throws(FixtureError) { self = try reader.integer() }
  var json: String { description }
  var double: Double { Double(self) }
}

extension Int8: FixtureElement {
  static func values(_ elements: [Self]) -> FixtureTensor.Values { .int8(elements) }
}

extension Int16: FixtureElement {
  static func values(_ elements: [Self]) -> FixtureTensor.Values { .int16(elements) }
}

extension Int32: FixtureElement {
  static func values(_ elements: [Self]) -> FixtureTensor.Values { .int32(elements) }
}

extension Int64: FixtureElement {
  static func values(_ elements: [Self]) -> FixtureTensor.Values { .int64(elements) }
}

extension UInt8: FixtureElement {
  static func values(_ elements: [Self]) -> FixtureTensor.Values { .uint8(elements) }
}

extension UInt16: FixtureElement {
  static func values(_ elements: [Self]) -> FixtureTensor.Values { .uint16(elements) }
}

extension UInt32: FixtureElement {
  static func values(_ elements: [Self]) -> FixtureTensor.Values { .uint32(elements) }
}

extension UInt64: FixtureElement {
  static func values(_ elements: [Self]) -> FixtureTensor.Values { .uint64(elements) }
}

extension Bool: FixtureElement {
  static var dtype: String { "bool" }
  static var npyDescriptor: String? { "|b1" }
  init(npy pattern: UInt8) { self = pattern != 0 }
  init(_ reader: inout JSONReader) throws(FixtureError) { self = try reader.boolean() }
  var json: String { description }
  var double: Double { self ? 1 : 0 }
  static func values(_ elements: [Self]) -> FixtureTensor.Values { .bool(elements) }
}
