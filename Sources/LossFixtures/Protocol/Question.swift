/// A question that nobody wrote down as a case, for the oracle: `tools/fixtures ask`.
///
/// One line of JSON in, one out. The answer holds a fixture file of one case, and its diagnosis file.
public struct Question: Equatable, Sendable {
  /// Keras's name of the loss's function.
  public var loss: String
  /// The dialect's id.
  public var dialect: String
  /// Whether the class or the function is called.
  public var form: FixtureCase.Form
  /// The dtype that the loss computes in.
  public var dtype: String
  /// The parameters that are passed, by Keras's names.
  public var config: [String: ParameterValue]
  /// The arrays by Keras's names.
  public var inputs: [String: FixtureTensor]

  /// Creates a question.
  public init(
    loss: String, dialect: String, form: FixtureCase.Form, dtype: String,
    config: [String: ParameterValue], inputs: [String: FixtureTensor]
  ) {
    self.loss = loss
    self.dialect = dialect
    self.form = form
    self.dtype = dtype
    self.config = config
    self.inputs = inputs
  }

  /// What is asked of the oracle besides Keras's answer.
  public enum Wish: Equatable, Sendable {
    /// What mistakes give, and the pairs of them that people make.
    case mistakes
    /// What mistakes give, and every pair of them that can be made at once.
    case pairs
    /// The stages of a mistake, or of two: `first+second`.
    case stages(ofMistake: String)
  }

  /// The question as one line of JSON, without its end.
  ///
  /// - Parameters:
  ///   - wish: What is asked besides Keras's answer.
  ///   - gradient: Whether the gradient is asked for as well.
  /// - Complexity: O(elements).
  public func json(_ wish: Wish, gradient: Bool = false) -> String {
    var fields = [
      ("loss", AnswerProtocol.quoted(loss)), ("dialect", AnswerProtocol.quoted(dialect)),
      ("form", AnswerProtocol.quoted(form.rawValue)), ("dtype", AnswerProtocol.quoted(dtype)),
      ("config", Self.object(config.mapValues(AnswerProtocol.text))),
      ("inputs", Self.object(inputs.mapValues(AnswerProtocol.text))),
    ]
    if gradient { fields.append(("gradient", "true")) }
    switch wish {
    case .mistakes: break
    case .pairs: fields.append(("pairs", "true"))
    case .stages(let id): fields.append(("mistake", AnswerProtocol.quoted(id)))
    }
    return "{" + fields.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
  }

  private static func object(_ members: [String: String]) -> String {
    let members = members.sorted { $0.key < $1.key }
      .map { "\(AnswerProtocol.quoted($0.key)):\($0.value)" }
    return "{" + members.joined(separator: ",") + "}"
  }
}

/// What the oracle says to a question.
public struct QuestionAnswer: Equatable, Sendable {
  /// The question as a case, with Keras's answer.
  public let fixture: FixtureCase
  /// What mistakes answer, and the stages.
  public let diagnosis: DiagnosisFile
  /// The mistakes that are known, with the pairs that were asked for.
  public let catalogue: MistakeCatalogue
  /// What the other dialects answer, by their ids.
  public let dialects: [String: FixtureCase.Expected]

  /// The schema that this version reads.
  public static let schema = "loss-parity/question-answer/1"

  /// Why a question has no answer.
  public struct Refusal: Error, Equatable, Sendable {
    /// A code, one of the fixtures' where Keras refuses.
    public let code: String
    /// What is wrong, in a sentence.
    public let message: String
  }

  /// Reads the oracle's line.
  ///
  /// - Returns: The answer, or the refusal.
  /// - Throws: `FixtureError` for a line that is neither.
  /// - Complexity: O(`line.count`).
  public static func read(
    _ line: [UInt8]
  ) throws(FixtureError) -> Result<QuestionAnswer, Refusal> {
    var reader = JSONReader(file: "answer", bytes: line)
    return try reader.document { (reader) throws(FixtureError) in
      var schema: String?
      var file: FixtureFile?
      var diagnosis: DiagnosisFile?
      var catalogue: MistakeCatalogue?
      var dialects: [String: FixtureCase.Expected] = [:]
      var refusal: Refusal?
      try reader.object { (reader, key) throws(FixtureError) in
        switch key {
        case "schema": schema = try reader.string()
        case "fixtures": file = try FixtureFile(&reader)
        case "diagnosis":
          let known = (file?.cases ?? []).map { ($0.id, $0) }
          diagnosis = try DiagnosisFile(&reader, Dictionary(known) { first, _ in first })
        case "catalogue": catalogue = try MistakeCatalogue(&reader)
        case "dialects":
          try reader.object { (reader, id) throws(FixtureError) in
            dialects[id] = try FixtureCase.Expected(&reader)
          }
        case "error": refusal = try Refusal(&reader)
        default: throw reader.unknownField()
        }
      }
      if let refusal { return .failure(refusal) }
      try reader.require(schema: Self.schema, found: schema)
      guard let fixture = file?.cases.first else { throw reader.error("there is no case") }
      return .success(
        QuestionAnswer(
          fixture: fixture, diagnosis: try reader.required(diagnosis, "diagnosis"),
          catalogue: try reader.required(catalogue, "catalogue"), dialects: dialects))
    }
  }
}

extension QuestionAnswer.Refusal {
  fileprivate init(_ reader: inout JSONReader) throws(FixtureError) {
    var texts: [String: String] = [:]
    try reader.object { (reader, key) throws(FixtureError) in
      guard ["code", "message"].contains(key) else { throw reader.unknownField() }
      texts[key] = try reader.string()
    }
    self.init(
      code: try reader.required(texts["code"], "code"),
      message: try reader.required(texts["message"], "message"))
  }
}
