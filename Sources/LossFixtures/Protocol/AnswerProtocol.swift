/// The protocol by which a program answers cases: one line of JSON in, one line out.
///
/// A request holds what a case asks, in the words of the fixtures, without its answer:
///
/// ```json
/// {"protocol":"loss-parity/answer/1","id":"...","loss":"huber","dialect":"keras-3.15/jax",
///  "form":"class","config":{"delta":2.0},"dtype":"float32",
///  "inputs":{"y_true":{"dtype":"float32","shape":[2],"values":[0.0,1.0]},"y_pred":{...}}}
/// ```
///
/// `"gradient":true` stands in it where the case has a gradient: d(sum of the value's elements) /
/// d(y_pred), of the shape of `y_pred` and the dtype of the case.
///
/// `"stages":true` asks for intermediate results as well.
///
/// The program answers each with one of these, and nothing else on standard output:
///
/// ```json
/// {"id":"...","value":{"dtype":"float32","shape":[],"values":[0.25]}}
/// {"id":"...","value":{...},"gradient":{"dtype":"float32","shape":[2],"values":[0.0,0.5]}}
/// {"id":"...","value":{...},"stages":{"rescaled":{"dtype":"float32","shape":[2],"values":[...]}}}
/// {"id":"...","error":{"code":"shape_mismatch","message":"..."}}
/// {"id":"...","unsupported":"why"}
/// ```
///
/// A program that knows no gradients, or no stages, answers the value alone. Numbers are decimal, in any dtype, and
/// are read as the nearest number of it; NaN and the infinities are the strings `"NaN"`, `"Infinity"`
/// and `"-Infinity"`.
public enum AnswerProtocol {
  /// The protocol's name and version.
  public static let name = "loss-parity/answer/1"

  /// The code of programs that refuse without saying why in the fixtures' codes: it matches any.
  public static let unknownError = "unknown"

  /// The request of a case, one line without its end.
  ///
  /// - Parameters:
  ///   - fixture: The case.
  ///   - loss: Keras's name of the loss's function.
  ///   - dialect: The dialect's id.
  ///   - stages: Whether intermediate results are asked for.
  /// - Returns: JSON.
  /// - Complexity: O(elements).
  public static func request(
    _ fixture: FixtureCase, loss: String, dialect: String, stages: Bool = false
  ) -> String {
    let config = fixture.config.sorted { $0.key < $1.key }
      .map { "\(quoted($0.key)):\(text($0.value))" }
    let inputs = fixture.inputs.sorted { $0.key < $1.key }
      .map { "\(quoted($0.key)):\(text($0.value))" }
    return """
      {"protocol":\(quoted(name)),"id":\(quoted(fixture.id)),"loss":\(quoted(loss)),\
      "dialect":\(quoted(dialect)),"form":\(quoted(fixture.form.rawValue)),\
      "config":{\(config.joined(separator: ","))},"dtype":\(quoted(fixture.dtype)),\
      "inputs":{\(inputs.joined(separator: ","))}\(fixture.asksGradient ? ",\"gradient\":true" : "")\
      \(stages ? ",\"stages\":true" : "")}
      """
  }

  /// What a program answers to a case.
  public enum Answer: Equatable, Sendable {
    /// The losses, and their gradient and stages if the program knows them.
    case value(
      FixtureTensor, gradient: FixtureTensor? = nil, stages: [String: FixtureTensor] = [:])
    /// An error of a code.
    case error(code: String, message: String)
    /// The program cannot be asked this, for a reason.
    case unsupported(String)
  }

  /// The answer of a program to the case of an id.
  ///
  /// - Throws: `FixtureError` for a line that is not an answer, or is that of another case.
  /// - Complexity: O(`line.count`).
  public static func answer(
    _ line: [UInt8], to id: String
  ) throws(FixtureError) -> Answer {
    var reader = JSONReader(file: "answer", bytes: line)
    return try reader.document { (reader) throws(FixtureError) in
      var answeredID: String?
      var answer: Answer?
      var gradient: FixtureTensor?
      var stages: [String: FixtureTensor] = [:]
      try reader.object { (reader, key) throws(FixtureError) in
        switch key {
        case "id": answeredID = try reader.string()
        case "value" where answer == nil: answer = .value(try FixtureTensor(answer: &reader))
        case "gradient": gradient = try FixtureTensor(answer: &reader)
        case "stages":
          try reader.object { (reader, name) throws(FixtureError) in
            stages[name] = try FixtureTensor(answer: &reader)
          }
        case "unsupported" where answer == nil: answer = .unsupported(try reader.string())
        case "error" where answer == nil: answer = try error(&reader)
        default: throw reader.error("expected id and one of value, error, unsupported")
        }
      }
      guard try reader.required(answeredID, "id") == id else {
        throw reader.error("it answers the case \(answeredID ?? ""), not \(id)")
      }
      let answered = try reader.required(answer, "value, error or unsupported")
      if case .value(let value, _, _) = answered {
        return .value(value, gradient: gradient, stages: stages)
      }
      guard gradient == nil else { throw reader.error("a gradient stands without its value") }
      guard stages.isEmpty else { throw reader.error("stages stand without their value") }
      return answered
    }
  }

  private static func error(_ reader: inout JSONReader) throws(FixtureError) -> Answer {
    var texts: [String: String] = [:]
    try reader.object { (reader, key) throws(FixtureError) in
      guard ["code", "message"].contains(key) else { throw reader.unknownField() }
      texts[key] = try reader.string()
    }
    return .error(
      code: try reader.required(texts["code"], "code"), message: texts["message"] ?? "")
  }

  // MARK: - Writing

  static func text(_ value: ParameterValue) -> String {
    switch value {
    case .boolean(let boolean): boolean ? "true" : "false"
    case .number(let number): Int(exactly: number).map(String.init) ?? jsonText(number)
    case .string(let string): quoted(string)
    case .list(let values): "[" + values.map(text).joined(separator: ",") + "]"
    case .null: "null"
    }
  }

  static func text(_ tensor: FixtureTensor) -> String {
    """
    {"dtype":\(quoted(tensor.values.dtype)),\
    "shape":[\(tensor.shape.map(String.init).joined(separator: ","))],\
    "values":[\(tensor.values.elements.json.joined(separator: ","))]}
    """
  }

  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
