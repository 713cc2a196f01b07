extension FixtureFile {
  /// The schema that this version reads.
  public static let schema = "loss-parity/fixtures/1"

  /// Decodes a fixture file.
  ///
  /// - Throws: `FixtureError` for text that is not JSON, unknown, repeated or missing fields, shapes
  ///   that do not count the values, and flags without a note.
  /// - Complexity: O(`bytes.count`).
  public init(file: String, bytes: [UInt8]) throws(FixtureError) {
    var reader = JSONReader(file: file, bytes: bytes)
    self = try reader.document { (reader) throws(FixtureError) in try FixtureFile(&reader) }
  }

  init(_ reader: inout JSONReader) throws(FixtureError) {
    var schema: String?
    var loss: String?
    var dialect: String?
    var notes: Set<String> = []
    var cases: [FixtureCase] = []
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "schema": schema = try reader.string()
      case "loss": loss = try reader.string()
      case "dialect": dialect = try reader.string()
      case "tolerance_model": _ = try reader.skipping()
      case "notes":
        try reader.object { (reader, flag) throws(FixtureError) in
          notes.insert(flag)
          _ = try reader.skipping()
        }
      case "cases":
        try reader.array { (reader) throws(FixtureError) in
          cases.append(try FixtureCase(&reader))
        }
      default: throw reader.error("an unknown field")
      }
    }
    guard schema == Self.schema else {
      throw reader.error("schema is \(schema ?? "missing"), expected \(Self.schema)")
    }
    guard let loss, let dialect else { throw reader.error("loss or dialect is missing") }
    var ids: Set<String> = []
    for fixture in cases {
      guard ids.insert(fixture.id).inserted else {
        throw reader.error("the case \(fixture.id) stands twice")
      }
      for flag in fixture.flags where !notes.contains(flag) {
        throw reader.error("case \(fixture.id): the flag \(flag) has no note")
      }
    }
    self.init(loss: loss, dialect: dialect, cases: cases)
  }
}

extension FixtureCase {
  init(_ reader: inout JSONReader) throws(FixtureError) {
    var texts: [String: String] = [:]
    var flags: [String] = []
    var config: [String: ParameterValue] = [:]
    var inputs: [String: FixtureTensor] = [:]
    var expected: Expected?
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "id", "comment", "form", "dtype": texts[key] = try reader.string()
      case "flags":
        try reader.array { (reader) throws(FixtureError) in flags.append(try reader.string()) }
      case "config":
        try reader.object { (reader, name) throws(FixtureError) in
          config[name] = try ParameterValue(&reader)
        }
      case "inputs":
        try reader.object { (reader, name) throws(FixtureError) in
          guard ["y_true", "y_pred", "sample_weight", "mask"].contains(name) else {
            throw reader.error("an unknown input")
          }
          inputs[name] = try Golden(&reader, hasTolerance: false).tensor
        }
      case "expected": expected = try Expected(&reader)
      default: throw reader.error("an unknown field")
      }
    }
    guard let id = texts["id"], let comment = texts["comment"], let dtype = texts["dtype"],
      let expected
    else { throw reader.error("a case lacks id, comment, dtype or expected") }
    guard let form = texts["form"].flatMap(Form.init(rawValue:)) else {
      throw reader.error("case \(id): form must be class or function")
    }
    guard inputs["y_true"] != nil, inputs["y_pred"] != nil else {
      throw reader.error("case \(id): y_true or y_pred is missing")
    }
    self.init(
      id: id, comment: comment, flags: flags, form: form, config: config, dtype: dtype,
      inputs: inputs, expected: expected)
  }
}

extension FixtureCase.Expected {
  init(_ reader: inout JSONReader) throws(FixtureError) {
    var expected: Self?
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "value" where expected == nil:
        expected = .value(try Golden(&reader, hasTolerance: true))
      case "error" where expected == nil: expected = .error(try reader.string())
      default: throw reader.error("expected either value or error")
      }
    }
    guard let expected else { throw reader.error("expected either value or error") }
    self = expected
  }
}

extension ParameterValue {
  init(_ reader: inout JSONReader) throws(FixtureError) {
    guard !reader.isString() else {
      self = .string(try reader.string())
      return
    }
    let mark = try reader.skipping()
    switch try reader.rereading(from: mark, { (reader) throws(FixtureError) in try reader.word() })
    {
    case "true": self = .boolean(true)
    case "false": self = .boolean(false)
    case "null": self = .null
    default:
      self = .number(
        try reader.rereading(from: mark) { (reader) throws(FixtureError) in try reader.number() })
    }
  }
}

extension Golden {
  init(_ reader: inout JSONReader, hasTolerance: Bool) throws(FixtureError) {
    var dtype: String?
    var shape: [Int]?
    var values: Int?
    var tolerance: [Double] = []
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "dtype": dtype = try reader.string()
      case "shape":
        var extents: [Int] = []
        try reader.array { (reader) throws(FixtureError) in extents.append(try reader.integer()) }
        shape = extents
      // The dtype may stand after the values: these are read once it is known.
      case "values": values = try reader.skipping()
      case "tolerance" where hasTolerance:
        try reader.array { (reader) throws(FixtureError) in tolerance.append(try reader.number()) }
      default: throw reader.error("an unknown field")
      }
    }
    guard let dtype, let shape, let values else {
      throw reader.error("a tensor lacks dtype, shape or values")
    }
    let elements = try reader.rereading(from: values) { (reader) throws(FixtureError) in
      try FixtureTensor.Values(&reader, dtype: dtype)
    }
    guard Self.count(shape) == elements.count else {
      throw reader.error("shape \(shape) does not count the \(elements.count) values")
    }
    guard !hasTolerance || tolerance.count == elements.count else {
      throw reader.error("\(tolerance.count) tolerances for \(elements.count) values")
    }
    guard tolerance.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw reader.error("a tolerance is negative or not finite")
    }
    self.init(tensor: FixtureTensor(shape: shape, values: elements), tolerance: tolerance)
  }

  /// The product of the extents, or `nil` where one is negative or it is no `Int`.
  private static func count(_ shape: [Int]) -> Int? {
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else { return nil }
      count = product
    }
    return count
  }
}

extension FixtureTensor.Values {
  init(_ reader: inout JSONReader, dtype: String) throws(FixtureError) {
    switch dtype {
    case "float32":
      self = .float32(try Self.list(&reader) { (r) throws(FixtureError) in try r.number() })
    case "float64":
      self = .float64(try Self.list(&reader) { (r) throws(FixtureError) in try r.number() })
    case "int32":
      self = .int32(try Self.list(&reader) { (r) throws(FixtureError) in try r.integer() })
    case "int64":
      self = .int64(try Self.list(&reader) { (r) throws(FixtureError) in try r.integer() })
    case "uint8":
      self = .uint8(try Self.list(&reader) { (r) throws(FixtureError) in try r.integer() })
    case "bool":
      self = .bool(try Self.list(&reader) { (r) throws(FixtureError) in try r.boolean() })
    default: throw reader.error("\(dtype) is not a dtype")
    }
  }

  private static func list<Element>(
    _ reader: inout JSONReader, _ read: (inout JSONReader) throws(FixtureError) -> Element
  ) throws(FixtureError) -> [Element] {
    var list: [Element] = []
    try reader.array { (reader) throws(FixtureError) in list.append(try read(&reader)) }
    return list
  }
}
