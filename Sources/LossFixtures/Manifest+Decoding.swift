extension Manifest {
  /// The schema that this version reads.
  public static let schema = "loss-parity/manifest/1"

  /// The manifest's path below the folder of the fixtures.
  public static let path = "manifest.json"

  /// Decodes a manifest.
  ///
  /// - Throws: `FixtureError` for text that is not JSON, unknown, repeated or missing fields, another
  ///   schema, paths that leave the folder, and counts that do not add up.
  /// - Complexity: O(`bytes.count`).
  public init(bytes: [UInt8]) throws(FixtureError) {
    var reader = JSONReader(file: Self.path, bytes: bytes)
    self = try reader.document { (reader) throws(FixtureError) in try Manifest(&reader) }
  }

  private init(_ reader: inout JSONReader) throws(FixtureError) {
    var schema: String?
    var generator: Generator?
    var caseCount: Int?
    var files: [Entry]?
    var mistakes: Listed?
    var killMatrix: Listed?
    var ledger: Listed?
    var retiredIDs: [String]?
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "schema": schema = try reader.string()
      case "generator": generator = try Generator(&reader)
      case "case_count": caseCount = try reader.integer()
      case "files":
        files = try reader.list { (reader) throws(FixtureError) in try Entry(&reader) }
      case "mistakes": mistakes = try Listed(&reader)
      case "kill_matrix": killMatrix = try Listed(&reader)
      case "ledger": ledger = try Listed(&reader)
      case "retired_ids":
        retiredIDs = try reader.list { (reader) throws(FixtureError) in try reader.string() }
      default: throw reader.unknownField()
      }
    }
    try reader.require(schema: Self.schema, found: schema)
    self.init(
      generator: try reader.required(generator, "generator"),
      caseCount: try reader.required(caseCount, "case_count"),
      files: try reader.required(files, "files"),
      mistakes: try reader.required(mistakes, "mistakes"),
      killMatrix: try reader.required(killMatrix, "kill_matrix"), ledger: ledger,
      retiredIDs: try reader.required(retiredIDs, "retired_ids"))
    var total = 0
    for file in self.files {
      let (sum, overflow) = total.addingReportingOverflow(file.caseCount)
      guard !overflow, file.caseCount >= 0 else {
        throw reader.error("case_count of \(file.path) is \(file.caseCount)")
      }
      total = sum
    }
    guard total == self.caseCount else {
      throw reader.error("case_count is \(self.caseCount), but its files have \(total) cases")
    }
    var paths: Set<String> = []
    let common = [self.mistakes.path, self.killMatrix.path] + (self.ledger.map { [$0.path] } ?? [])
    for path in self.files.flatMap({ [$0.path, $0.diagnosis.path] }) + common
    where !paths.insert(path).inserted {
      throw reader.error("\(path) is listed twice")
    }
  }
}

extension Manifest.Generator {
  fileprivate init(_ reader: inout JSONReader) throws(FixtureError) {
    var texts: [String: String] = [:]
    try reader.object { (reader, key) throws(FixtureError) in
      guard ["name", "version"].contains(key) else { throw reader.unknownField() }
      texts[key] = try reader.string()
    }
    self.init(
      name: try reader.required(texts["name"], "name"),
      version: try reader.required(texts["version"], "version"))
  }
}

extension Manifest.Entry {
  fileprivate init(_ reader: inout JSONReader) throws(FixtureError) {
    var texts: [String: String] = [:]
    var caseCount: Int?
    var diagnosis: Manifest.Listed?
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "path", "schema", "loss", "dialect", "sha256": texts[key] = try reader.string()
      case "diagnosis": diagnosis = try Manifest.Listed(&reader)
      case "case_count": caseCount = try reader.integer()
      default: throw reader.unknownField()
      }
    }
    try reader.require(schema: FixtureFile.schema, found: texts["schema"])
    self.init(
      path: try reader.pathInFolder(texts["path"]),
      loss: try reader.required(texts["loss"], "loss"),
      dialect: try reader.required(texts["dialect"], "dialect"),
      caseCount: try reader.required(caseCount, "case_count"),
      sha256: try reader.required(texts["sha256"], "sha256"),
      diagnosis: try reader.required(diagnosis, "diagnosis"))
  }
}

extension Manifest.Listed {
  fileprivate init(_ reader: inout JSONReader) throws(FixtureError) {
    var texts: [String: String] = [:]
    try reader.object { (reader, key) throws(FixtureError) in
      guard ["path", "sha256"].contains(key) else { throw reader.unknownField() }
      texts[key] = try reader.string()
    }
    self.init(
      path: try reader.pathInFolder(texts["path"]),
      sha256: try reader.required(texts["sha256"], "sha256"))
  }
}

extension JSONReader {
  /// The field `path`, which must stay in the folder of the fixtures.
  fileprivate func pathInFolder(_ found: String?) throws(FixtureError) -> String {
    let path = try required(found, "path")
    // Bytes: a slash may have a mark combined with it, to which the system is blind.
    let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let leaving = ["", ".", ".."]
    guard !parts.contains(where: { part in leaving.contains { part.elementsEqual($0.utf8) } })
    else {
      throw error("the path \"\(path)\" leaves the folder of the fixtures")
    }
    return path
  }
}
