extension MistakeCatalogue {
  /// The schema that this version reads.
  public static let schema = "loss-parity/mistakes/1"

  /// Decodes a catalogue.
  ///
  /// - Parameters:
  ///   - file: The name by which errors call the file.
  ///   - bytes: Its bytes.
  /// - Throws: `FixtureError` for text that is not JSON, unknown, repeated or missing fields, ids that
  ///   stand twice, and pairs of unknown mistakes.
  /// - Complexity: O(`bytes.count`).
  public init(file: String, bytes: [UInt8]) throws(FixtureError) {
    var reader = JSONReader(file: file, bytes: bytes)
    self = try reader.document { (reader) throws(FixtureError) in try MistakeCatalogue(&reader) }
  }

  init(_ reader: inout JSONReader) throws(FixtureError) {
    var schema: String?
    var mistakes: [Mistake]?
    var pairs: [Pair]?
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "schema": schema = try reader.string()
      case "mistakes":
        mistakes = try reader.list { (reader) throws(FixtureError) in try Mistake(&reader) }
      case "pairs":
        pairs = try reader.list { (reader) throws(FixtureError) in try Pair(&reader) }
      default: throw reader.unknownField()
      }
    }
    try reader.require(schema: Self.schema, found: schema)
    self.init(
      mistakes: try reader.required(mistakes, "mistakes"),
      pairs: try reader.required(pairs, "pairs"))
    var ids: Set<String> = []
    for id in self.mistakes.map(\.id) where !ids.insert(id).inserted {
      throw reader.error("the mistake \(id) stands twice")
    }
    var known: Set<Pair> = []
    for pair in self.pairs {
      for id in [pair.first, pair.second] where !ids.contains(id) {
        throw reader.error("the pair \(pair.id) names \(id), which is no mistake")
      }
      guard known.insert(pair).inserted else {
        throw reader.error("the pair \(pair.id) stands twice")
      }
    }
  }
}

extension Mistake {
  fileprivate init(_ reader: inout JSONReader) throws(FixtureError) {
    var texts: [String: String] = [:]
    var lists: [String: [String]] = [:]
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "id", "kind", "title", "explanation", "fix": texts[key] = try reader.string()
      case "losses", "links":
        lists[key] = try reader.list { (reader) throws(FixtureError) in try reader.string() }
      default: throw reader.unknownField()
      }
    }
    self.init(
      id: try reader.required(texts["id"], "id"),
      kind: try reader.required(texts["kind"], "kind"),
      title: try reader.required(texts["title"], "title"),
      explanation: try reader.required(texts["explanation"], "explanation"),
      fix: try reader.required(texts["fix"], "fix"),
      losses: try reader.required(lists["losses"], "losses"),
      links: try reader.required(lists["links"], "links"))
  }
}

extension MistakeCatalogue.Pair {
  fileprivate init(_ reader: inout JSONReader) throws(FixtureError) {
    let ids = try reader.list { (reader) throws(FixtureError) in try reader.string() }
    guard ids.count == 2 else { throw reader.error("a pair has two mistakes") }
    self.init(first: ids[0], second: ids[1])
  }
}
