/// What was accepted, rejected and retired of the fixtures, and why.
///
/// `tools/fixtures review` writes it. Digests are those of the oracle: here they are not computed.
public struct Ledger: Equatable, Sendable {
  /// The decisions by their keys.
  public let decisions: [String: Decision]
  /// By dialect and loss, `keras-1/huber`, the digest of the answers to all its cases.
  public let answers: [String: String]
  /// By the ids of cases, what is accepted.
  public let cases: [String: Entry]
  /// By the ids of cases, what was rejected last.
  public let rejected: [String: Entry]
  /// By ids that must not be used again, what they asked.
  public let retired: [String: Entry]

  /// Why the question and the answers of a case are what they are; `nil` where nobody decided.
  public func reason(of id: String) -> Decision? {
    cases[id].flatMap { decisions[$0.decision] }
  }

  /// What somebody decided.
  public struct Decision: Equatable, Sendable {
    /// `accepted` or `rejected`.
    public let decision: String
    /// Why.
    public let reason: String
    /// Who; empty where nobody says.
    public let by: String
    /// The day.
    public let date: String
  }

  /// What is recorded of an id.
  public struct Entry: Equatable, Sendable {
    /// The digest of what is asked; empty where it is rejected that the case is gone.
    public let question: String
    /// The digest of what all dialects answer.
    public let answers: String
    /// The key of the decision.
    public let decision: String
  }
}

extension Ledger {
  /// The schema that this version reads.
  public static let schema = "loss-parity/ledger/1"

  /// Decodes a ledger.
  ///
  /// - Parameters:
  ///   - file: The name by which errors call the file.
  ///   - bytes: Its bytes.
  /// - Throws: `FixtureError` for text that is not JSON, unknown, repeated or missing fields, digests
  ///   that are none, decisions that are not there, and ids that are in use and retired.
  /// - Complexity: O(`bytes.count`).
  public init(file: String, bytes: [UInt8]) throws(FixtureError) {
    var reader = JSONReader(file: file, bytes: bytes)
    self = try reader.document { (reader) throws(FixtureError) in try Ledger(&reader) }
  }

  private init(_ reader: inout JSONReader) throws(FixtureError) {
    var schema: String?
    var decisions: [String: Decision]?
    var answers: [String: String]?
    var entries: [String: [String: Entry]] = [:]
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "schema": schema = try reader.string()
      case "decisions":
        var read: [String: Decision] = [:]
        try reader.object { (reader, key) throws(FixtureError) in read[key] = try Decision(&reader)
        }
        decisions = read
      case "answers":
        var read: [String: String] = [:]
        try reader.object { (reader, path) throws(FixtureError) in read[path] = try reader.digest()
        }
        answers = read
      case "cases", "rejected", "retired":
        var read: [String: Entry] = [:]
        try reader.object { (reader, id) throws(FixtureError) in
          read[id] = try Entry(&reader, mayBeEmpty: key == "rejected")
        }
        entries[key] = read
      default: throw reader.unknownField()
      }
    }
    try reader.require(schema: Self.schema, found: schema)
    self.init(
      decisions: try reader.required(decisions, "decisions"),
      answers: try reader.required(answers, "answers"),
      cases: try reader.required(entries["cases"], "cases"),
      rejected: try reader.required(entries["rejected"], "rejected"),
      retired: try reader.required(entries["retired"], "retired"))
    for (name, entries) in entries.sorted(by: { $0.key < $1.key }) {
      for (id, entry) in entries where self.decisions[entry.decision] == nil {
        throw reader.error("\(name).\(id): there is no decision \(entry.decision)")
      }
    }
    if let id = Set(cases.keys).intersection(retired.keys).min() {
      throw reader.error("\(id) is both a case and retired")
    }
  }
}

extension Ledger.Decision {
  fileprivate init(_ reader: inout JSONReader) throws(FixtureError) {
    var texts: [String: String] = [:]
    try reader.object { (reader, key) throws(FixtureError) in
      guard ["decision", "reason", "by", "date"].contains(key) else {
        throw reader.unknownField()
      }
      texts[key] = try reader.string()
    }
    self.init(
      decision: try reader.required(texts["decision"], "decision"),
      reason: try reader.required(texts["reason"], "reason"),
      by: try reader.required(texts["by"], "by"), date: try reader.required(texts["date"], "date"))
    guard ["accepted", "rejected"].contains(decision) else {
      throw reader.error("decision is \(decision), expected accepted or rejected")
    }
  }
}

extension Ledger.Entry {
  /// Reads `[question, answers, decision]`.
  fileprivate init(_ reader: inout JSONReader, mayBeEmpty: Bool) throws(FixtureError) {
    var words: [String] = []
    try reader.array { (reader) throws(FixtureError) in
      words.append(
        words.count < 2 ? try reader.digest(mayBeEmpty: mayBeEmpty) : try reader.string())
    }
    guard words.count == 3 else {
      throw reader.error("expected the digests of question and answers, and a decision")
    }
    self.init(question: words[0], answers: words[1], decision: words[2])
  }
}

extension JSONReader {
  /// Reads 16 hexadecimal digits.
  fileprivate mutating func digest(mayBeEmpty: Bool = false) throws(FixtureError) -> String {
    let text = try string()
    let isDigest =
      text.utf8.count == 16
      && text.utf8.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
    guard isDigest || (mayBeEmpty && text.isEmpty) else {
      throw error("\"\(text)\" is not a digest of 16 hexadecimal digits")
    }
    return text
  }
}

extension FixtureSuite {
  /// Reads the ledger.
  ///
  /// - Returns: The ledger, or `nil` where the fixtures were never reviewed.
  /// - Throws: `FixtureError` where the file is missing or damaged, differs from the manifest in its
  ///   hash, or retires other ids than that.
  /// - Complexity: O(bytes of the file).
  public func ledger() throws(FixtureError) -> Ledger? {
    guard let listed = manifest.ledger else { return nil }
    let ledger = try Ledger(file: listed.path, bytes: try folder.bytes(of: listed))
    let different = Set(ledger.retired.keys).symmetricDifference(manifest.retiredIDs)
    if let id = different.min() {
      throw FixtureError(
        file: listed.path, line: nil,
        message: "it and \(Manifest.path) do not agree whether \(id) is retired; "
          + "run tools/fixtures generate")
    }
    return ledger
  }
}
