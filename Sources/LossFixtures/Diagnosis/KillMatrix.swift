/// Which cases tell which mistakes from Keras.
public struct KillMatrix: Equatable, Sendable {
  /// By dialect, loss and mistake, the cases that tell it.
  let kills: [String: [String: [String: Kill]]]

  /// The cases that tell a mistake from Keras in a loss and dialect.
  public struct Kill: Equatable, Sendable {
    /// How many cases answer at least 10 tolerances off.
    public let caseCount: Int
    /// The case that tells most: numbers before NaN and shapes, float32 before other dtypes; `nil`
    /// where none does, as no input can.
    public let best: String?
    /// By how many times the tolerance that case is off; infinite for NaN and shapes.
    public let timesTolerance: Double
  }

  /// The cases that tell each mistake of a loss in a dialect; none where there is no such loss.
  public func kills(loss: String, dialect: String) -> [String: Kill] {
    kills[dialect]?[loss] ?? [:]
  }
}

extension KillMatrix {
  /// The schema that this version reads.
  public static let schema = "loss-parity/kill-matrix/1"

  /// Decodes a kill matrix.
  ///
  /// - Parameters:
  ///   - file: The name by which errors call the file.
  ///   - bytes: Its bytes.
  /// - Throws: `FixtureError` for text that is not JSON, unknown, repeated or missing fields.
  /// - Complexity: O(`bytes.count`).
  public init(file: String, bytes: [UInt8]) throws(FixtureError) {
    var reader = JSONReader(file: file, bytes: bytes)
    self = try reader.document { (reader) throws(FixtureError) in try KillMatrix(&reader) }
  }

  private init(_ reader: inout JSONReader) throws(FixtureError) {
    var schema: String?
    var kills: [String: [String: [String: Kill]]]?
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "schema": schema = try reader.string()
      case "kills":
        var dialects: [String: [String: [String: Kill]]] = [:]
        try reader.object { (reader, dialect) throws(FixtureError) in
          try reader.object { (reader, loss) throws(FixtureError) in
            try reader.object { (reader, mistake) throws(FixtureError) in
              dialects[dialect, default: [:]][loss, default: [:]][mistake] = try Kill(&reader)
            }
          }
        }
        kills = dialects
      default: throw reader.unknownField()
      }
    }
    try reader.require(schema: Self.schema, found: schema)
    self.init(kills: try reader.required(kills, "kills"))
  }
}

extension KillMatrix.Kill {
  fileprivate init(_ reader: inout JSONReader) throws(FixtureError) {
    var caseCount: Int?
    var best: String?
    var timesTolerance: Double?
    try reader.object { (reader, key) throws(FixtureError) in
      switch key {
      case "cases": caseCount = try reader.integer()
      case "best": best = try reader.string()
      case "times_tolerance": timesTolerance = try reader.number()
      default: throw reader.unknownField()
      }
    }
    self.init(
      caseCount: try reader.required(caseCount, "cases"),
      best: best,
      timesTolerance: try reader.required(timesTolerance, "times_tolerance"))
  }
}
