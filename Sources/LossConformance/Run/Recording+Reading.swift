public import LossFixtures

extension Recording {
  /// Reads the answers that a shard's JSON report holds.
  ///
  /// What the report makes of them is not read: judging makes it again.
  ///
  /// - Parameters:
  ///   - report: The bytes of the report.
  ///   - file: The name by which errors call it.
  /// - Returns: The answers; `nil` for a report that holds none, as that of a run of all cases.
  /// - Throws: `FixtureError` for text that is not JSON, that follows another schema, whose answers have
  ///   unknown, repeated or missing fields, or are no answers.
  /// - Complexity: O(`report.count`).
  public static func read(
    report: [UInt8], file: String
  ) throws(FixtureError) -> Recording? {
    var reader = JSONReader(file: file, bytes: report)
    return try reader.document { (reader) throws(FixtureError) in
      try StoredReport(&reader).recording(&reader)
    }
  }
}

/// The members of a report that a recording is made of.
private struct StoredReport {
  private var schema: String?
  private var implementation: String?
  private var fixtures: Report.Fixtures?
  private var selection: Selection?
  private var shard: Shard?
  private var answers: Answers?

  init(_ reader: inout JSONReader) throws(FixtureError) {
    var found = self
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "schema": found.schema = try reader.string()
      case "implementation": found.implementation = try reader.string()
      case "fixtures": found.fixtures = try Report.Fixtures(&reader)
      case "selection": found.selection = try Selection(&reader)
      case "shard": found.shard = try Shard(&reader)
      case "answers": found.answers = try Answers(&reader)
      default: _ = try reader.skipping()
      }
    }
    self = found
  }

  private init() {}

  func recording(_ reader: inout JSONReader) throws(FixtureError) -> Recording? {
    try reader.require(schema: JSONReport.schema, found: schema)
    guard shard != nil || answers != nil else { return nil }
    let answers = try reader.required(answers, "answers")
    return Recording(
      implementation: try reader.required(implementation, "implementation"),
      command: answers.command, gradients: answers.gradients,
      fixtures: try reader.required(fixtures, "fixtures"),
      selection: try reader.required(selection, "selection"), worstLimit: answers.worstLimit,
      shard: try reader.required(shard, "shard"), answers: answers.cases)
  }
}

/// The member `answers` of a report.
private struct Answers {
  let command: String?
  let gradients: GradientPolicy
  let worstLimit: Int
  let cases: [String: [String: RecordedAnswer]]

  init(_ reader: inout JSONReader) throws(FixtureError) {
    var command: String?
    var gradients: GradientPolicy?
    var worstLimit: Int?
    var cases: [String: [String: RecordedAnswer]]?
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "command": command = try reader.string()
      case "gradients":
        let name = try reader.string()
        gradients = GradientPolicy(rawValue: name)
        if gradients == nil { throw reader.error("\(name) is not a policy") }
      case "worst_limit": worstLimit = try reader.integer()
      case "cases":
        var found: [String: [String: RecordedAnswer]] = [:]
        try reader.array { (reader) throws(FixtureError) in
          let answered = try AnsweredCase(&reader)
          let (dialect, id) = (answered.dialect, answered.id)
          guard found[dialect, default: [:]].updateValue(answered.answer, forKey: id) == nil else {
            throw reader.error("the case \(id) in \(dialect) is answered twice")
          }
        }
        cases = found
      default: throw reader.unknownField()
      }
    }
    self.command = command
    self.gradients = try reader.required(gradients, "gradients")
    self.worstLimit = try reader.required(worstLimit, "worst_limit")
    self.cases = try reader.required(cases, "cases")
    guard self.worstLimit >= 1 else { throw reader.error("worst_limit is less than 1") }
  }
}

/// An answer with the case that it belongs to.
private struct AnsweredCase {
  let dialect: String
  let id: String
  let answer: RecordedAnswer

  init(_ reader: inout JSONReader) throws(FixtureError) {
    var texts: [String: String] = [:]
    var outcome: Outcome?
    var gradient: FixtureTensor?
    var stages: [String: FixtureTensor] = [:]
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "dialect", "id": texts[key] = try reader.string()
      case "value" where outcome == nil: outcome = .value(try FixtureTensor(answer: &reader))
      case "error" where outcome == nil: outcome = try Outcome(error: &reader)
      case "unsupported" where outcome == nil: outcome = .unsupported(try reader.string())
      case "broken" where outcome == nil: outcome = .broken(try reader.string())
      case "gradient": gradient = try FixtureTensor(answer: &reader)
      case "stages":
        try reader.array { (reader) throws(FixtureError) in
          let (name, tensor) = try stage(&reader)
          guard stages.updateValue(tensor, forKey: name) == nil else {
            throw reader.error("the stage \(name) stands twice")
          }
        }
      default:
        throw reader.error("expected dialect, id and one of value, error, unsupported, broken")
      }
    }
    dialect = try reader.required(texts["dialect"], "dialect")
    id = try reader.required(texts["id"], "id")
    switch (try reader.required(outcome, "value, error, unsupported or broken"), gradient) {
    case (.value(let value, _), _):
      answer = RecordedAnswer(.value(value, gradient: gradient), stages: stages)
    case (let outcome, nil): answer = RecordedAnswer(outcome, stages: stages)
    default: throw reader.error("a gradient stands without its value")
    }
  }
}

/// Reads a stage's name and its tensor.
private func stage(
  _ reader: inout JSONReader
) throws(FixtureError) -> (name: String, tensor: FixtureTensor) {
  var name: String?
  var tensor: FixtureTensor?
  try reader.object { (reader, key) throws(FixtureError) in
    switch key {
    case "name": name = try reader.string()
    case "tensor": tensor = try FixtureTensor(answer: &reader)
    default: throw reader.unknownField()
    }
  }
  return (try reader.required(name, "name"), try reader.required(tensor, "tensor"))
}

extension Outcome {
  fileprivate init(error reader: inout JSONReader) throws(FixtureError) {
    var texts: [String: String] = [:]
    try reader.object { (reader, key) throws(FixtureError) in
      guard ["code", "message"].contains(key) else { throw reader.unknownField() }
      texts[key] = try reader.string()
    }
    self = .error(
      code: try reader.required(texts["code"], "code"),
      message: try reader.required(texts["message"], "message"))
  }
}

extension Report.Fixtures {
  fileprivate init(_ reader: inout JSONReader) throws(FixtureError) {
    var manifestSHA256: String?
    var caseCount: Int?
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "manifest_sha256": manifestSHA256 = try reader.string()
      case "case_count": caseCount = try reader.integer()
      default: throw reader.unknownField()
      }
    }
    self.init(
      manifestSHA256: try reader.required(manifestSHA256, "manifest_sha256"),
      caseCount: try reader.required(caseCount, "case_count"))
  }
}

extension Selection {
  fileprivate init(_ reader: inout JSONReader) throws(FixtureError) {
    var lists: [String: [String]] = [:]
    try reader.object { (reader, key) throws(FixtureError) in
      guard ["losses", "dialects", "cases", "flags"].contains(key) else {
        throw reader.unknownField()
      }
      lists[key] = try reader.list { (reader) throws(FixtureError) in try reader.string() }
    }
    self.init(
      losses: try reader.required(lists["losses"], "losses"),
      dialects: try reader.required(lists["dialects"], "dialects"),
      casePatterns: try reader.required(lists["cases"], "cases"),
      flags: try reader.required(lists["flags"], "flags"))
  }
}

extension Shard {
  fileprivate init(_ reader: inout JSONReader) throws(FixtureError) {
    var index: Int?
    var count: Int?
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "index": index = try reader.integer()
      case "count": count = try reader.integer()
      default: throw reader.unknownField()
      }
    }
    let (own, all) = (try reader.required(index, "index"), try reader.required(count, "count"))
    guard let shard = Shard(index: own, count: all) else {
      throw reader.error("there is no shard \(own) of \(all)")
    }
    self = shard
  }
}
