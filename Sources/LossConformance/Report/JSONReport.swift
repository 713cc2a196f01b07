#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A report as JSON, schema "loss-parity/report/4": what other renderings and tools read.
///
/// Keys are sorted, so the same run gives the same bytes; NaN and infinities are strings as in the
/// fixtures. `fixtures/schema/report.schema.json` describes it.
public struct JSONReport: Sendable {
  /// The schema of the JSON.
  public static let schema = "loss-parity/report/4"

  /// Of how many cases of a cause all numbers are written, those furthest outside their tolerances.
  public static let detailedCasesOfCause = 20

  /// Creates the rendering.
  public init() {}

  /// The cases of which all numbers are written.
  fileprivate static func detailedCases(of report: Report) -> Set<CaseKey> {
    var failing: [CaseKey: CaseStanding] = [:]
    for (place, result) in report.cases.enumerated() where result.detail != nil {
      failing[CaseKey(result)] = CaseStanding(result, place)
    }
    var detailed: Set<CaseKey> = []
    for diagnosis in report.diagnoses {
      for cause in diagnosis.causes {
        let keys = cause.cases.map {
          CaseKey(loss: diagnosis.loss, dialect: diagnosis.dialect, id: $0)
        }
        let worst = keys.compactMap { key in failing[key].map { (key: key, standing: $0) } }
          .sorted { $0.standing < $1.standing }
        detailed.formUnion(worst.prefix(detailedCasesOfCause).map(\.key))
      }
    }
    return detailed
  }

  /// The JSON text, UTF-8, with a newline at its end.
  ///
  /// - Complexity: O(cases).
  public func data(_ report: Report) throws -> Data { try data(report, isCompact: false) }

  /// The JSON text, with or without line breaks.
  func data(_ report: Report, isCompact: Bool) throws -> Data {
    try jsonData(Document(report), isCompact: isCompact)
  }
}

/// JSON as the project writes it: sorted keys in snake case, NaN and infinities as strings, UTF-8, with
/// a newline at its end.
///
/// - Complexity: O(bytes).
func jsonData(_ document: some Encodable, isCompact: Bool = false) throws -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  if !isCompact { encoder.outputFormatting.insert(.prettyPrinted) }
  encoder.keyEncodingStrategy = .convertToSnakeCase
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
  return try encoder.encode(document) + Data("\n".utf8)
}

// The JSON's shape, apart from the report's types: renaming one of these breaks no reader.

private struct Document: Encodable {
  let schema = JSONReport.schema
  let verdict: String
  let implementation: String
  let fixtures: Fixtures
  let selection: Selected
  let totals: [Total]
  let diagnoses: [Diagnosed]
  let mistakes: [NamedMistake]
  let killMatrix: [Killed]
  let cases: [Case]
  let gate: Gated?
  let dialects: [Agreed]?
  let shard: JSONShard?
  let answers: JSONAnswers?

  init(_ report: Report) {
    gate = report.gate.map(Gated.init)
    dialects = report.dialects.isEmpty ? nil : report.dialects.map(Agreed.init)
    verdict = report.verdict.rawValue
    implementation = report.implementation
    fixtures = Fixtures(
      manifestSha256: report.fixtures.manifestSHA256, caseCount: report.fixtures.caseCount)
    selection = Selected(
      losses: report.selection.losses, dialects: report.selection.dialects,
      cases: report.selection.casePatterns, flags: report.selection.flags)
    totals = report.totals.map(Total.init)
    let detailed = JSONReport.detailedCases(of: report)
    diagnoses = report.diagnoses.map { Diagnosed($0, detailed: detailed) }
    mistakes = report.namedMistakes.map(NamedMistake.init)
    killMatrix = report.totals.compactMap { total in
      report.killMatrix.map { Killed(total.loss, total.dialect, $0) }
    }
    cases = report.cases.map { Case($0, isDetailed: detailed.contains(CaseKey($0))) }
    shard = report.recording?.shard.map(JSONShard.init)
    answers = report.recording.map(JSONAnswers.init)
  }

  struct Fixtures: Encodable {
    let manifestSha256: String
    let caseCount: Int
  }

  struct Selected: Encodable {
    let losses: [String]
    let dialects: [String]
    let cases: [String]
    let flags: [String]
  }

  struct Total: Encodable {
    let loss: String
    let dialect: String
    let cases: Int
    let passed: Int
    let failed: Int
    let skipped: Int
    let gradients: Int
    let unansweredGradients: Int
    let elements: Int
    let largestToleranceUsed: Double
    let toleranceUse: Distribution

    init(_ total: LossTotal) {
      loss = total.loss
      dialect = total.dialect
      cases = total.cases
      passed = total.passed
      failed = total.failed
      skipped = total.skipped
      gradients = total.gradients
      unansweredGradients = total.unansweredGradients
      elements = total.elements
      largestToleranceUsed = total.largestToleranceUsed
      toleranceUse = Distribution(total.toleranceUse)
    }
  }

  /// error / allowed of the elements that differ, passing or not.
  struct Distribution: Encodable {
    let elements: Int
    let median: Double
    let percentile99: Double
    let largest: Double
    let histogram: [Bin]

    init(_ use: ToleranceUse) {
      elements = use.count
      median = use.median
      percentile99 = use.quantile(0.99)
      largest = use.largest
      histogram = use.histogram.map { Bin(below: $0.below, count: $0.count) }
    }

    struct Bin: Encodable {
      let below: Double
      let count: Int
    }
  }

  struct Case: Encodable {
    let id: String
    let loss: String
    let dialect: String
    let comment: String
    let flags: [String]
    let dtype: String
    let status: String
    let unsupported: String?
    let mismatch: Mismatch?
    let value: Part?
    let gradient: Part?
    let stage: Stage?
    let detail: Detailed?

    init(_ result: CaseReport, isDetailed: Bool) {
      let comparison = result.comparison
      id = result.id
      loss = result.loss
      dialect = result.dialect
      comment = result.comment
      flags = result.flags
      dtype = result.dtype
      status = result.status.rawValue
      unsupported = comparison.unsupported
      mismatch = comparison.mismatch.map(Mismatch.init)
      stage = result.departure.map(Stage.init)
      value = Part(.value, comparison)
      gradient = Part(.gradient, comparison)
      detail = isDetailed ? result.detail.map(Detailed.init) : nil
    }
  }

  /// The first stage that differs.
  struct Stage: Encodable {
    let name: String
    let lastAgreed: String?
    let comparison: Part

    init(_ departure: StageDeparture) {
      name = departure.stage
      lastAgreed = departure.lastAgreed
      comparison = Part(departure.comparison, failed: true)
    }
  }

  /// What is wrong with an answer as a whole.
  struct Mismatch: Encodable {
    let kind: String
    var actual: String?
    var expected: String?
    var message: String?

    init(_ mismatch: Comparison.Mismatch) {
      switch mismatch {
      case .broken(let what): (kind, message) = ("broken", what)
      case .refused(let code, let message):
        (kind, actual, self.message) = ("refused", code, message)
      case .accepted(let code): (kind, expected) = ("accepted", code)
      case .errorCode(let code, let expectedCode, let message):
        (kind, actual, expected, self.message) = ("error_code", code, expectedCode, message)
      }
    }
  }

  /// A tensor of an answer: what was found out about it, and whether that fails the case.
  struct Part: Encodable {
    let kind: String
    let failed: Bool
    var actual: String?
    var expected: String?
    var elements: Elements?

    init?(_ part: Comparison.Part, _ comparison: Comparison) {
      guard let compared = comparison[part] else { return nil }
      self.init(compared, failed: comparison.failures.contains(part))
    }

    init(_ compared: TensorComparison, failed: Bool) {
      self.failed = failed
      switch compared {
      case .unanswered: kind = "unanswered"
      case .dtype(let actual, let expected):
        (kind, self.actual, self.expected) = ("dtype", actual, expected)
      case .shape(let actual, let expected):
        (kind, self.actual, self.expected) = ("shape", "\(actual)", "\(expected)")
      case .elements(let elements): (kind, self.elements) = ("elements", Elements(elements))
      }
    }
  }

  struct Elements: Encodable {
    let dtype: String
    let count: Int
    let mismatched: Int
    let mismatchedNan: Int
    let mismatchedInfinity: Int
    let worst: [Element]
    let worstPassing: Element?

    init(_ elements: ElementComparison) {
      dtype = elements.dtype
      count = elements.count
      mismatched = elements.mismatched
      mismatchedNan = elements.mismatchedNaN
      mismatchedInfinity = elements.mismatchedInfinity
      worst = elements.worst.map(Element.init)
      worstPassing = elements.worstPassing.map(Element.init)
    }
  }

  struct Element: Encodable {
    let index: [Int]
    let actual: Double
    let expected: Double
    let error: Double
    let allowed: Double
    let toleranceUsed: Double
    let ulps: UInt64?
    let onEdge: Bool?

    init(_ element: ElementDifference) {
      index = element.index
      actual = element.actual
      expected = element.expected
      error = element.error
      allowed = element.allowed
      toleranceUsed = element.toleranceUsed
      ulps = element.ulps
      onEdge = element.isOnEdge ? true : nil
    }
  }
}
