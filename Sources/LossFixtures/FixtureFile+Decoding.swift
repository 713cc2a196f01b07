import ArrayFiles

extension FixtureFile {
  /// The schema that this version reads.
  public static let schema = "loss-parity/fixtures/1"

  /// The dialect that is meant where none is named.
  public static let defaultDialect = "keras-3.15/jax"

  /// Decodes a fixture file whose tensors are all in it.
  ///
  /// - Parameters:
  ///   - file: The name by which errors call the file.
  ///   - bytes: Its bytes.
  /// - Throws: `FixtureError` for text that is not JSON, unknown, repeated or missing fields, shapes
  ///   that do not count the values, and flags without a note.
  /// - Complexity: O(`bytes.count`).
  public init(file: String, bytes: [UInt8]) throws(FixtureError) {
    var reader = JSONReader(file: file, bytes: bytes)
    self = try reader.document { (reader) throws(FixtureError) in try FixtureFile(&reader) }
  }

  /// Decodes a fixture file whose large tensors stand in files beside it.
  init(file: String, bytes: [UInt8], resources: inout Resources) throws(FixtureError) {
    var reader = JSONReader(file: file, bytes: bytes, resources: resources)
    self = try reader.document { (reader) throws(FixtureError) in try FixtureFile(&reader) }
    resources = reader.resources ?? resources
  }

  /// The base that a file names, if any; it is read only up to there, or to its cases.
  ///
  /// - Complexity: O(bytes before the cases).
  static func base(file: String, bytes: [UInt8]) throws(FixtureError) -> String? {
    var reader = JSONReader(file: file, bytes: bytes)
    let base = try reader.firstField { (reader, key) throws(FixtureError) -> String?? in
      switch key {
      case "base": return .some(try reader.string())
      case "cases": return .some(nil)
      default:
        try reader.skip()
        return nil
      }
    }
    return base ?? nil
  }

  init(_ reader: inout JSONReader) throws(FixtureError) {
    var texts: [String: String] = [:]
    var notes: [String: Note] = [:]
    var cases: [FixtureCase]?
    var answers: [String: FixtureCase.Expected]?
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "schema", "loss", "dialect", "base": texts[key] = try reader.string()
      case "gradients":
        texts[key] = try reader.string()
        guard texts[key] == "none" else { throw reader.error("gradients can only be none") }
      // What the tolerances assume: for people and for the schema, not for the comparison.
      case "tolerance_model": _ = try reader.skipping()
      case "notes":
        try reader.object { (reader, flag) throws(FixtureError) in
          notes[flag] = try Note(&reader)
        }
      case "cases":
        cases = try reader.list { (reader) throws(FixtureError) in try FixtureCase(&reader) }
      case "answers":
        var own: [String: FixtureCase.Expected] = [:]
        try reader.object { (reader, id) throws(FixtureError) in
          own[id] = try FixtureCase.Expected(&reader)
        }
        answers = own
      default: throw reader.unknownField()
      }
    }
    try reader.require(schema: Self.schema, found: texts["schema"])
    self.init(
      loss: try reader.required(texts["loss"], "loss"),
      dialect: try reader.required(texts["dialect"], "dialect"), base: texts["base"],
      hasGradients: texts["gradients"] == nil, notes: notes,
      cases: texts["base"] == nil ? try reader.required(cases, "cases") : [],
      answers: texts["base"] == nil ? [:] : try reader.required(answers, "answers"))
    guard (cases == nil) != (answers == nil) else {
      throw reader.error("a file has cases, or answers to those of its base")
    }
    var ids: Set<String> = []
    for fixture in self.cases {
      guard ids.insert(fixture.id).inserted else {
        throw reader.error("case \(fixture.id) stands twice")
      }
      guard fixture.id.hasPrefix("\(loss).") else {
        throw reader.error("case \(fixture.id): an id begins with the loss, \(loss).")
      }
      for flag in fixture.flags where notes[flag] == nil {
        throw reader.error("case \(fixture.id): the flag \(flag) has no note")
      }
    }
  }
}

extension FixtureFile.Note {
  fileprivate init(_ reader: inout JSONReader) throws(FixtureError) {
    var texts: [String: String] = [:]
    var links: [String] = []
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "kind", "description": texts[key] = try reader.string()
      case "links":
        links = try reader.list { (reader) throws(FixtureError) in try reader.string() }
      default: throw reader.unknownField()
      }
    }
    self.init(
      kind: try reader.required(texts["kind"], "kind"),
      description: try reader.required(texts["description"], "description"), links: links)
  }
}

extension FixtureCase {
  fileprivate init(_ reader: inout JSONReader) throws(FixtureError) {
    var (id, comment, formName, caseDtype): (String?, String?, String?, String?)
    var flags: [String] = []
    var config: [String: ParameterValue]?
    var inputs: [String: FixtureTensor] = [:]
    var expected: Expected?
    let place = reader.place
    defer { reader.name(0, nil) }
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "id":
        let name = try reader.string()
        reader.name(place, "case \(name)")
        id = name
      case "comment": comment = try reader.string()
      case "form": formName = try reader.string()
      case "dtype": caseDtype = try reader.string()
      case "flags":
        flags = try reader.list { (reader) throws(FixtureError) in try reader.string() }
      case "config":
        var parameters: [String: ParameterValue] = [:]
        try reader.object { (reader, name) throws(FixtureError) in
          parameters[name] = try ParameterValue(&reader)
        }
        config = parameters
      case "inputs":
        try reader.object { (reader, name) throws(FixtureError) in
          guard FixtureCase.inputNames.contains(name) else {
            throw reader.unknownField()
          }
          inputs[name] = try Golden(&reader, hasTolerance: false).tensor
        }
      case "expected": expected = try Expected(&reader)
      default: throw reader.unknownField()
      }
    }
    let named = try reader.required(formName, "form")
    guard let form = Form(rawValue: named) else {
      throw reader.error("form is \(named), expected class or function")
    }
    if form == .class, inputs["ref_labels"] != nil || inputs["ref_embeddings"] != nil {
      throw reader.error("a class takes no references")
    }
    _ = try reader.required(inputs["y_true"], "inputs.y_true")
    let yPred = try reader.required(inputs["y_pred"], "inputs.y_pred")
    let dtype = try reader.required(caseDtype, "dtype")
    let answer = try reader.required(expected, "expected")
    if let problem = answer.gradientProblem(yPred: yPred, dtype: dtype) {
      throw reader.error(problem)
    }
    self.init(
      id: try reader.required(id, "id"),
      comment: try reader.required(comment, "comment"), flags: flags, form: form,
      config: try reader.required(config, "config"),
      dtype: dtype, inputs: inputs, expected: answer)
  }
}

extension FixtureCase.Expected {
  init(_ reader: inout JSONReader) throws(FixtureError) {
    var value: Golden?
    var gradient: Golden?
    var error: String?
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "value" where error == nil: value = try Golden(&reader, hasTolerance: true)
      case "gradient" where error == nil: gradient = try Golden(&reader, hasTolerance: true)
      case "error" where value == nil && gradient == nil: error = try reader.string()
      default: throw reader.error("expected either value, with gradient or without, or error")
      }
    }
    if let error {
      self = .error(error)
    } else {
      let field = gradient == nil ? "value or error" : "the value beside the gradient"
      self = .value(try reader.required(value, field), gradient: gradient)
    }
  }

  /// What is wrong with a gradient that has not an element of the case's dtype for each of `y_pred`.
  func gradientProblem(yPred: FixtureTensor, dtype: String) -> String? {
    guard case .value(_, let golden?) = self else { return nil }
    let gradient = golden.tensor
    if gradient.shape != yPred.shape {
      return "expected.gradient: its shape is \(gradient.shape), that of y_pred is \(yPred.shape)"
    }
    guard gradient.values.dtype == dtype else {
      return
        "expected.gradient: its dtype is \(gradient.values.dtype), that of the case is \(dtype)"
    }
    return nil
  }
}

extension ParameterValue {
  fileprivate init(_ reader: inout JSONReader) throws(FixtureError) {
    guard !reader.isString() else {
      self = .string(try reader.string())
      return
    }
    guard !reader.isArray() else {
      self = .list(try reader.list { (r) throws(FixtureError) in try ParameterValue(&r) })
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

extension FixtureTensor {
  /// A tensor as a program answers it.
  package init(answer reader: inout JSONReader) throws(FixtureError) {
    self = try Golden(&reader, hasTolerance: false).tensor
  }
}

extension Golden {
  /// Reads a tensor; a dtype that goes without saying does not stand in the text.
  ///
  /// `other` reads what the text has besides, and says which fields these are.
  init(
    _ reader: inout JSONReader, hasTolerance: Bool, dtype impliedDtype: String? = nil,
    other: (inout JSONReader, String) throws(FixtureError) -> Bool = { _, _ in false }
  ) throws(FixtureError) {
    var dtype = impliedDtype
    var shape: [Int]?
    var values: Elements?
    var tolerance: Elements?
    var edges: [Int] = []
    var file: [String: String] = [:]
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "dtype" where impliedDtype == nil: dtype = try reader.string()
      case "shape":
        shape = try reader.list { (reader) throws(FixtureError) in try reader.integer() }
      case "values":
        // In the order of the schema the dtype is known; else the numbers are read in a second pass.
        values =
          if let dtype {
            .read(try FixtureTensor.Values(&reader, dtype: dtype, shape: shape))
          } else {
            .unread(at: try reader.skipping())
          }
      case "file", "sha256": file[key] = try reader.string()
      case "tolerance" where hasTolerance:
        tolerance = try Elements(tolerance: &reader, shape: shape)
      case "edges" where hasTolerance:
        edges = try reader.list { (reader) throws(FixtureError) in try reader.integer() }
      default:
        guard try other(&reader, key) else { throw reader.unknownField() }
      }
    }
    if !file.isEmpty {
      guard values == nil else { throw reader.error("values and file exclude each other") }
      values = .file(try LargeFile(file, &reader))
    }
    let elements = Tensor(
      dtype: try reader.required(dtype, "dtype"), shape: try reader.required(shape, "shape"))
    let tensor = try elements.values(try reader.required(values, "values"), &reader)
    var bounds: [Double] = []
    if hasTolerance {
      let tolerances = Tensor(dtype: "float64", shape: elements.shape)
      let read = try tolerances.values(try reader.required(tolerance, "tolerance"), &reader)
      if case .float64(let values) = read { bounds = values }
      guard bounds.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
        throw reader.error("a tolerance is negative or not finite")
      }
    }
    let ascend = zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 }
    guard ascend, edges.first ?? 0 >= 0, edges.last ?? -1 < tensor.count else {
      throw reader.error("edges are not the ascending offsets of some of \(tensor.count) elements")
    }
    self.init(
      tensor: FixtureTensor(shape: elements.shape, values: tensor), tolerance: bounds,
      edges: edges)
  }

  /// What is known of a tensor before its elements are.
  private struct Tensor {
    let dtype: String
    let shape: [Int]

    func values(
      _ elements: Elements, _ reader: inout JSONReader
    ) throws(FixtureError) -> FixtureTensor.Values {
      let values: FixtureTensor.Values
      switch elements {
      case .read(let read): values = read
      case .unread(let place):
        values = try reader.rereading(from: place) { (reader) throws(FixtureError) in
          try FixtureTensor.Values(&reader, dtype: dtype, shape: shape)
        }
      case .file(let file):
        let bytes = try file.bytes(&reader)
        do throws(ArrayFileError) {
          values = try FixtureTensor.Values(npy: bytes, dtype: dtype, shape: shape)
        } catch {
          throw reader.error("\(file.name): \(error.message)")
        }
      }
      guard NPYHeader.elementCount(shape) == values.count else {
        throw reader.error("shape \(shape) does not count the \(values.count) elements")
      }
      return values
    }
  }

  /// Elements where they stand.
  private enum Elements {
    case read(FixtureTensor.Values)
    case unread(at: Int)
    case file(LargeFile)

    /// Tolerances: a list of numbers, or the file that has them.
    init(tolerance reader: inout JSONReader, shape: [Int]?) throws(FixtureError) {
      guard reader.isObject() else {
        self = .read(try FixtureTensor.Values(&reader, dtype: "float64", shape: shape))
        return
      }
      var fields: [String: String] = [:]
      try reader.object { (reader, key) throws(FixtureError) in
        guard ["file", "sha256"].contains(key) else { throw reader.unknownField() }
        fields[key] = try reader.string()
      }
      self = .file(try LargeFile(fields, &reader))
    }
  }

  /// An NPY file beside the fixture file, pinned by its hash.
  private struct LargeFile {
    let name: String
    let sha256: String

    init(_ fields: [String: String], _ reader: inout JSONReader) throws(FixtureError) {
      name = try reader.required(fields["file"], "file")
      sha256 = try reader.required(fields["sha256"], "sha256")
      guard !name.contains("/"), !name.hasPrefix("."), name.hasSuffix(".npy") else {
        throw reader.error("\"\(name)\" is not the name of an NPY file beside this one")
      }
    }

    func bytes(_ reader: inout JSONReader) throws(FixtureError) -> [UInt8] {
      guard let bytes = try reader.resources?.bytes(of: name) else {
        throw reader.error("\(name) cannot be read from a single file")
      }
      guard SHA256.hexadecimal(bytes) == sha256 else {
        throw reader.error("the SHA-256 of \(name) is not the one that stands here")
      }
      return bytes
    }
  }
}
