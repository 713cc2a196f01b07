public import LossFixtures

extension ExpectedFailures {
  /// The schema that this version reads and writes.
  public static let schema = "loss-parity/expected_failures/1"

  /// Decodes expectations about the cases of some fixtures.
  ///
  /// - Parameters:
  ///   - file: The name by which errors call the file.
  ///   - bytes: Its bytes.
  ///   - suite: The fixtures.
  /// - Throws: `FixtureError` for text that is not JSON, unknown, repeated, missing or empty fields,
  ///   days that are none, causes that nothing is called, and names of cases and dialects that the
  ///   fixtures do not have.
  /// - Complexity: O(`bytes.count` + cases of the suite * patterns).
  public init(
    file: String, bytes: [UInt8], suite: FixtureSuite
  ) throws(FixtureError) {
    let names = KnownNames(suite)
    var reader = JSONReader(file: file, bytes: bytes)
    self = try reader.document { (reader) throws(FixtureError) in
      var schema: String?
      var expectations: [ExpectedFailure]?
      try reader.object { (reader, key) throws(FixtureError) in
        switch key {
        case "schema": schema = try reader.string()
        case "expected_failures":
          var count = 0
          let place = reader.place
          expectations = try reader.list { (reader) throws(FixtureError) in
            count += 1
            reader.name(place, "expectation \(count)")
            return try ExpectedFailure(&reader, names)
          }
          reader.name(0, nil)
        default: throw reader.unknownField()
        }
      }
      try reader.require(schema: Self.schema, found: schema)
      return ExpectedFailures(
        file: file, expectations: try reader.required(expectations, "expected_failures"))
    }
  }
}

/// What expectations about some fixtures may name.
private struct KnownNames {
  let catalogue: MistakeCatalogue
  let cases: [String: Set<String>]
  let dialects: Set<String>

  init(_ suite: FixtureSuite) {
    catalogue = suite.catalogue
    var cases: [String: Set<String>] = [:]
    for file in suite.files { cases[file.dialect, default: []].formUnion(file.cases.map(\.id)) }
    self.cases = cases
    dialects = Set(cases.keys)
  }

  /// Whether a case of some dialects is called so.
  func hasCase(_ name: String, in patterns: [String]) -> Bool {
    cases.contains { dialect, ids in
      (patterns.isEmpty || patterns.contains { globMatches($0, dialect) })
        && (isPattern(name) ? ids.contains { globMatches(name, $0) } : ids.contains(name))
    }
  }
}

extension ExpectedFailure {
  fileprivate init(_ reader: inout JSONReader, _ names: KnownNames) throws(FixtureError) {
    var cases: [String]?
    var dialects: [String] = []
    var causes: [CauseName]?
    var reason: String?
    var expires: CalendarDate?
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "case": cases = try reader.texts()
      case "dialect":
        dialects = try reader.texts()
        for name in dialects where !names.dialects.contains(where: { globMatches(name, $0) }) {
          throw reader.error("the fixtures have no dialect \(name)")
        }
      case "cause":
        var named: [CauseName] = []
        for word in try reader.texts() {
          let cause = CauseName(word, catalogue: names.catalogue, dialects: names.dialects)
          guard let cause else {
            let plain = CauseName.Plain.allCases.map(\.rawValue).joined(separator: ", ")
            throw reader.error(
              "\(word) is no cause: a mistake (loss-parity mistakes lists them), a dialect, "
                + "\(plain), \"refused: CODE\" or \"accepted: CODE\"")
          }
          named.append(cause)
        }
        causes = named
      case "reason":
        let text = try reader.string()
        guard text.contains(where: { !$0.isWhitespace }) else {
          throw reader.error("a reason is a sentence")
        }
        reason = text
      case "expires":
        let text = try reader.string()
        guard let date = CalendarDate(text) else {
          throw reader.error("\(text) is no day such as 2027-01-31")
        }
        expires = date
      default: throw reader.unknownField()
      }
    }
    let named = try reader.required(cases, "case")
    for name in named where !names.hasCase(name, in: dialects) {
      let place =
        dialects.isEmpty ? "the fixtures have" : "\(dialects.joined(separator: ", ")) has"
      let what = isPattern(name) ? "no case that matches" : "no case"
      throw reader.error("\(place) \(what) \(name)")
    }
    self.init(
      cases: named, dialects: dialects, causes: try reader.required(causes, "cause"),
      reason: try reader.required(reason, "reason"), expires: expires)
  }
}

extension JSONReader {
  /// A text or a list of texts, none of them empty.
  fileprivate mutating func texts() throws(FixtureError) -> [String] {
    let texts: [String]
    if isArray() {
      texts = try list { (reader) throws(FixtureError) in try reader.string() }
    } else {
      texts = [try string()]
    }
    guard !texts.isEmpty, !texts.contains("") else { throw error("it is empty") }
    return texts
  }
}
