public import LossFixtures

extension RunSummary {
  /// Reads what a stored report tells: the JSON that `verify --report json=FILE` writes.
  ///
  /// Members that are not looked at are read past.
  ///
  /// - Parameters:
  ///   - file: The name by which errors call the file.
  ///   - bytes: Its bytes.
  /// - Throws: `FixtureError` for text that is not JSON, reports of another version or of a shard,
  ///   missing fields, and fields of other types.
  /// - Complexity: O(`bytes.count`).
  public init(file: String, bytes: [UInt8]) throws(FixtureError) {
    var reader = JSONReader(file: file, bytes: bytes)
    self = try reader.document { (reader) throws(FixtureError) in
      var stored = StoredReport()
      try reader.object { (reader, key) throws(FixtureError) in
        switch key {
        case "schema":
          try reader.require(schema: JSONReport.schema, found: try reader.string())
          stored.hasSchema = true
        case "implementation": stored.implementation = try reader.string()
        case "fixtures": stored.fixtures = try Report.Fixtures(&reader)
        case "mistakes":
          _ = try reader.list { (reader) throws(FixtureError) in try stored.addTitle(&reader) }
        case "diagnoses":
          _ = try reader.list { (reader) throws(FixtureError) in
            try stored.addDiagnosis(&reader)
          }
        case "dialects":
          stored.dialects = try reader.list { (reader) throws(FixtureError) in
            try DialectAgreement(&reader)
          }
        case "cases":
          stored.cases = try reader.list { (reader) throws(FixtureError) in
            try StoredReport.Case(&reader)
          }
        case "shard":
          throw reader.error("it is a part of a run; loss-parity merge joins the parts")
        default: _ = try reader.skipping()
        }
      }
      return try stored.summary(reader)
    }
  }
}

/// A report as its JSON has it, before cases have found their causes.
private struct StoredReport {
  var hasSchema = false
  var implementation: String?
  var fixtures: Report.Fixtures?
  var cases: [Case]?
  var dialects: [DialectAgreement] = []
  var titles: [String: String] = [:]
  private var causes: [CaseKey: Cause] = [:]

  /// A case without its cause.
  struct Case {
    var texts: [String: String] = [:]
    var status: Comparison.Status
    var fault: CauseName?
    var toleranceUsed = 0.0
  }

  /// A cause as far as it is needed.
  struct Cause {
    var verdict: Diagnosis.Verdict?
    var candidates: [Candidate] = []
    var rivals: [Candidate] = []
    var cases: [String] = []
    var unjudged: Set<String> = []
  }

  func summary(_ reader: JSONReader) throws(FixtureError) -> RunSummary {
    guard hasSchema else { throw reader.error("schema is missing") }
    var summarised: [RunSummary.Case] = []
    var known: Set<CaseKey> = []
    for stored in try reader.required(cases, "cases") {
      let key = CaseKey(
        loss: try reader.required(stored.texts["loss"], "cases: loss"),
        dialect: try reader.required(stored.texts["dialect"], "cases: dialect"),
        id: try reader.required(stored.texts["id"], "cases: id"))
      guard known.insert(key).inserted else {
        throw reader.error("cases: \(key.id) stands twice in \(key.dialect)")
      }
      var cause: CaseCause?
      if stored.status == .failed {
        let found = causes[key]
        cause = CaseCause(
          fault: stored.fault, verdict: found?.verdict, candidates: found?.candidates ?? [],
          rivals: found?.rivals ?? [], isJudged: found?.unjudged.contains(key.id) != true)
      }
      summarised.append(
        RunSummary.Case(
          id: key.id, loss: key.loss, dialect: key.dialect, status: stored.status, cause: cause,
          toleranceUsed: stored.toleranceUsed))
    }
    return RunSummary(
      name: try reader.required(implementation, "implementation"),
      fixtures: try reader.required(fixtures, "fixtures"), cases: summarised, dialects: dialects,
      titles: titles)
  }

  // MARK: - Diagnoses

  mutating func addTitle(_ reader: inout JSONReader) throws(FixtureError) {
    var texts: [String: String] = [:]
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "id", "title": texts[key] = try reader.string()
      default: _ = try reader.skipping()
      }
    }
    titles[try reader.required(texts["id"], "id")] = try reader.required(texts["title"], "title")
  }

  mutating func addDiagnosis(_ reader: inout JSONReader) throws(FixtureError) {
    var texts: [String: String] = [:]
    var found: [Cause] = []
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "loss", "dialect": texts[key] = try reader.string()
      case "causes":
        found = try reader.list { (reader) throws(FixtureError) in try Cause(&reader) }
      default: _ = try reader.skipping()
      }
    }
    let loss = try reader.required(texts["loss"], "loss")
    let dialect = try reader.required(texts["dialect"], "dialect")
    for cause in found {
      for id in cause.cases { causes[CaseKey(loss: loss, dialect: dialect, id: id)] = cause }
    }
  }
}

extension StoredReport.Cause {
  fileprivate init(_ reader: inout JSONReader) throws(FixtureError) {
    self.init()
    var cause = self
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "verdict":
        let text = try reader.string()
        cause.verdict = Diagnosis.Verdict(rawValue: text)
        guard cause.verdict != nil else { throw reader.error("\(text) is no verdict") }
      case "candidates":
        cause.candidates = try reader.list { (reader) throws(FixtureError) in
          try Candidate(&reader)
        }
      case "rivals":
        cause.rivals = try reader.list { (reader) throws(FixtureError) in
          var candidate: Candidate?
          try reader.object { (reader, key) throws(FixtureError) in
            switch key {
            case "candidate": candidate = try Candidate(&reader)
            default: _ = try reader.skipping()
            }
          }
          return try reader.required(candidate, "candidate")
        }
      case "cases":
        cause.cases = try reader.list { (reader) throws(FixtureError) in try reader.string() }
      case "unjudged":
        cause.unjudged = Set(
          try reader.list { (reader) throws(FixtureError) in try reader.string() })
      default: _ = try reader.skipping()
      }
    }
    self = cause
  }
}

extension Candidate {
  fileprivate init(_ reader: inout JSONReader) throws(FixtureError) {
    var candidate: Candidate?
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "mistakes":
        let ids = try reader.list { (reader) throws(FixtureError) in try reader.string() }
        candidate = .mistake(ids.joined(separator: "+"))
      case "dialect": candidate = .dialect(try reader.string())
      default: throw reader.unknownField()
      }
    }
    self = try reader.required(candidate, "mistakes or dialect")
  }
}

// MARK: - Cases

extension StoredReport.Case {
  fileprivate init(_ reader: inout JSONReader) throws(FixtureError) {
    var texts: [String: String] = [:]
    var status: Comparison.Status?
    var mismatch: CauseName?
    var value: StoredPart?
    var gradient: StoredPart?
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "id", "loss", "dialect": texts[key] = try reader.string()
      case "status":
        let text = try reader.string()
        status = Comparison.Status(rawValue: text)
        guard status != nil else { throw reader.error("\(text) is no status") }
      case "mismatch": mismatch = try CauseName(mismatch: &reader)
      case "value": value = try StoredPart(&reader)
      case "gradient": gradient = try StoredPart(&reader)
      default: _ = try reader.skipping()
      }
    }
    let parts = [value, gradient].compactMap(\.self)
    self.init(
      texts: texts, status: try reader.required(status, "status"),
      fault: mismatch ?? parts.first(where: \.failed)?.fault,
      toleranceUsed: parts.compactMap(\.toleranceUsed).max() ?? 0)
  }
}

/// A tensor of an answer as far as it is needed.
private struct StoredPart {
  var failed = false
  var fault: CauseName?
  var toleranceUsed: Double?

  init(_ reader: inout JSONReader) throws(FixtureError) {
    var failed: Bool?
    var kind: String?
    var used: Double?
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "failed": failed = try reader.boolean()
      case "kind": kind = try reader.string()
      case "elements":
        try reader.object { (reader, key) throws(FixtureError) in
          guard key == "worst_passing" else {
            _ = try reader.skipping()
            return
          }
          try reader.object { (reader, key) throws(FixtureError) in
            switch key {
            case "tolerance_used": used = try reader.number()
            default: _ = try reader.skipping()
            }
          }
        }
      default: _ = try reader.skipping()
      }
    }
    self.failed = try reader.required(failed, "failed")
    toleranceUsed = used
    switch try reader.required(kind, "kind") {
    case "elements": fault = nil
    case "unanswered": fault = .plain(.unanswered)
    case "dtype": fault = .plain(.dtype)
    case "shape": fault = .plain(.shape)
    case let kind: throw reader.error("kind: \(kind) is no kind")
    }
  }
}

extension CauseName {
  fileprivate init(mismatch reader: inout JSONReader) throws(FixtureError) {
    var texts: [String: String] = [:]
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "kind", "actual", "expected": texts[key] = try reader.string()
      default: _ = try reader.skipping()
      }
    }
    switch try reader.required(texts["kind"], "kind") {
    case "broken": self = .plain(.broken)
    case "refused", "error_code":
      self = .refused(try reader.required(texts["actual"], "actual"))
    case "accepted": self = .accepted(try reader.required(texts["expected"], "expected"))
    case let kind: throw reader.error("kind: \(kind) is no kind")
    }
  }
}

// MARK: - Facts about the run

extension Report.Fixtures {
  fileprivate init(_ reader: inout JSONReader) throws(FixtureError) {
    var hash: String?
    var count: Int?
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "manifest_sha256": hash = try reader.string()
      case "case_count": count = try reader.integer()
      default: _ = try reader.skipping()
      }
    }
    self.init(
      manifestSHA256: try reader.required(hash, "manifest_sha256"),
      caseCount: try reader.required(count, "case_count"))
  }
}

extension DialectAgreement {
  fileprivate init(_ reader: inout JSONReader) throws(FixtureError) {
    var texts: [String: String] = [:]
    var counts: [String: Int] = [:]
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "asked", "dialect": texts[key] = try reader.string()
      case "agreed", "answered": counts[key] = try reader.integer()
      default: _ = try reader.skipping()
      }
    }
    self.init(
      asked: try reader.required(texts["asked"], "asked"),
      dialect: try reader.required(texts["dialect"], "dialect"),
      agreed: try reader.required(counts["agreed"], "agreed"),
      answered: try reader.required(counts["answered"], "answered"))
  }
}
