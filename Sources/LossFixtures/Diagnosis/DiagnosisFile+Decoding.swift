extension DiagnosisFile {
  /// The schema that this version reads.
  public static let schema = "loss-parity/diagnosis/1"

  /// Decodes a diagnosis file, as it stands: without the answers of its base.
  ///
  /// - Parameters:
  ///   - file: The name by which errors call the file.
  ///   - bytes: Its bytes.
  ///   - cases: The cases that it is about, which have the dtypes of the numbers.
  /// - Throws: `FixtureError` for text that is not JSON, unknown, repeated or missing fields, unknown
  ///   cases, mistakes that are not among those of the file, and answers that are no answers.
  /// - Complexity: O(`bytes.count` + cases).
  public init(file: String, bytes: [UInt8], cases: [FixtureCase]) throws(FixtureError) {
    var reader = JSONReader(file: file, bytes: bytes)
    let known = Dictionary(cases.map { ($0.id, $0) }) { first, _ in first }
    self = try reader.document { (reader) throws(FixtureError) in
      try DiagnosisFile(&reader, known)
    }
  }

  init(
    _ reader: inout JSONReader, _ cases: [String: FixtureCase]
  ) throws(FixtureError) {
    var texts: [String: String] = [:]
    var mistakes: [String]?
    var answers: [String: [Alternative]]?
    var stages: [String: [Stage]] = [:]
    let place = reader.place + 1
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "schema", "loss", "dialect", "base": texts[key] = try reader.string()
      case "mistakes":
        mistakes = try reader.list { (reader) throws(FixtureError) in try reader.string() }
      case "answers":
        var found: [String: [Alternative]] = [:]
        try reader.object { (reader, id) throws(FixtureError) in
          reader.name(place + 1, "case \(id)")
          defer { reader.name(0, nil) }
          guard let fixture = cases[id] else { throw reader.error("there is no case of this id") }
          found[id] = try reader.list { (reader) throws(FixtureError) in
            try Alternative(&reader, fixture)
          }
        }
        answers = found
      case "stages":
        try reader.object { (reader, id) throws(FixtureError) in
          reader.name(place + 1, "case \(id)")
          defer { reader.name(0, nil) }
          guard let fixture = cases[id] else { throw reader.error("there is no case of this id") }
          stages[id] = try reader.list { (reader) throws(FixtureError) in
            try Stage(&reader, dtype: fixture.dtype)
          }
        }
      default: throw reader.unknownField()
      }
    }
    try reader.require(schema: Self.schema, found: texts["schema"])
    self.init(
      loss: try reader.required(texts["loss"], "loss"),
      dialect: try reader.required(texts["dialect"], "dialect"), base: texts["base"],
      mistakes: try reader.required(mistakes, "mistakes"),
      answers: try reader.required(answers, "answers"), stages: stages)
    let made = Set(self.mistakes)
    for (id, alternatives) in self.answers.sorted(by: { $0.key < $1.key }) {
      var seen: Set<String> = []
      for mistake in alternatives.flatMap(\.mistakes) {
        guard made.contains(mistake) else {
          throw reader.error("case \(id): \(mistake) is not among the mistakes of the file")
        }
        guard seen.insert(mistake).inserted else {
          throw reader.error("case \(id): \(mistake) has two answers")
        }
      }
    }
  }
}

extension Alternative {
  fileprivate init(_ reader: inout JSONReader, _ fixture: FixtureCase) throws(FixtureError) {
    var mistakes: [String]?
    var answer: Answer?
    var dtype: String?
    try reader.object { (reader, key) throws(FixtureError) in
      func only(_ new: Answer) throws(FixtureError) -> Answer {
        guard answer == nil else { throw reader.error("expected one of value, gradient and error") }
        return new
      }
      switch key {
      case "mistakes":
        mistakes = try reader.list { (reader) throws(FixtureError) in try reader.string() }
      case "value":
        answer = try only(
          .value(try Golden(&reader, hasTolerance: true, dtype: fixture.dtype)))
      case "gradient":
        let golden = try Golden(&reader, hasTolerance: true, dtype: fixture.dtype)
        if let shape = fixture.inputs["y_pred"]?.shape, golden.tensor.shape != shape {
          throw reader.error("its shape is \(golden.tensor.shape), that of y_pred is \(shape)")
        }
        answer = try only(.gradient(golden))
      case "error": answer = try only(.error(try reader.string()))
      case "dtype": dtype = try reader.string()
      default: throw reader.unknownField()
      }
    }
    if let dtype, FixtureTensor.Values.elementTypes[dtype] == nil {
      throw reader.error("\(dtype) is not a dtype")
    }
    let named = try reader.required(mistakes, "mistakes")
    guard !named.isEmpty else { throw reader.error("mistakes are missing") }
    self.init(mistakes: named, answer: answer ?? .undecided, dtype: dtype)
  }
}

extension Stage {
  /// Reads a name beside the fields of a golden, which has the dtype of its case.
  fileprivate init(_ reader: inout JSONReader, dtype: String) throws(FixtureError) {
    var name: String?
    let golden = try Golden(&reader, hasTolerance: true, dtype: dtype) {
      (reader, key) throws(FixtureError) in
      guard key == "name" else { return false }
      name = try reader.string()
      return true
    }
    self.init(name: try reader.required(name, "name"), golden: golden)
  }
}
