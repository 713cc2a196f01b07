import LossFixtures

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A live comparison as JSON, schema "loss-parity/live/1": `tools/fixtures add` makes cases of it.
///
/// NaN and infinities are strings as in the fixtures.
public struct LiveReportJSON: Sendable {
  /// The schema of the JSON.
  public static let schema = "loss-parity/live/1"

  /// Creates the rendering.
  public init() {}

  /// The JSON text, UTF-8, with a newline at its end.
  ///
  /// - Complexity: O(losses + elements of findings).
  public func data(_ report: LiveReport) throws -> Data { try jsonData(Document(report)) }
}

// The JSON's shape, apart from the report's types: renaming one of these breaks no reader.

private struct Document: Encodable {
  let schema = LiveReportJSON.schema
  let verdict: String
  let implementation: String
  let reference: String
  /// A string: JSON's numbers lose digits of large ones in many readers.
  let seed: String
  let seconds: Double
  let losses: [String: Counts]
  let failures: [String]
  let findings: [Finding]

  init(_ report: LiveReport) {
    verdict = report.verdict.rawValue
    implementation = report.implementation
    reference = report.reference
    seed = "\(report.seed)"
    seconds = report.seconds
    losses = report.tally.losses.mapValues(Counts.init)
    failures = report.tally.failures.map { "\($0)" }
    findings = report.findings.map { Finding($0, report) }
  }

  struct Counts: Encodable {
    let cases: Int
    let failed: Int
    let refused: Int
    let undecided: Int
    let gradients: Int
    let elements: Int
    let undecidedElements: Int
    let largestToleranceUsed: Double

    init(_ counts: LiveTally.Counts) {
      cases = counts.cases
      failed = counts.failed
      refused = counts.refused
      undecided = counts.undecided
      gradients = counts.gradients
      elements = counts.elements
      undecidedElements = counts.undecidedElements
      largestToleranceUsed = counts.largestToleranceUsed
    }
  }

  /// A question that failed, in the words of an explanation.
  struct Finding: Encodable {
    let index: String
    let again: String
    let question: Asked
    let actual: Numbers?
    /// How sure it is what is behind the answer, or that there is none.
    let verdict: String
    let causes: [String]
    /// confirmed, refuted, undecided or missing: what the exact oracle says.
    let exact: String

    init(_ finding: LiveFinding, _ report: LiveReport) {
      index = "\(finding.index)"
      again = report.again(finding.index)
      question = Asked(finding.shrunk.question, gradient: finding.shrunk.gradient)
      if case .value(let value, _)? = finding.outcome {
        actual = Numbers(shape: value.shape, values: value.values.doubles)
      } else {
        actual = nil
      }
      let cause = finding.secondOpinion.cause
      verdict = cause?.verdict.rawValue ?? Diagnosis.Verdict.unexplained.rawValue
      causes = cause?.candidates.first.map { $0.mistakes.isEmpty ? [$0.id] : $0.mistakes } ?? []
      exact =
        switch finding.secondOpinion.verdict {
        case .confirmed: "confirmed"
        case .refuted: "refuted"
        case .undecided: "undecided"
        case .missing: "missing"
        }
    }
  }

  struct Asked: Encodable {
    let loss: String
    let dialect: String
    let form: String
    let dtype: String
    let gradient: Bool
    let config: [String: JSONParameter]
    let inputs: [String: JSONTensor]

    init(_ question: Question, gradient: Bool) {
      loss = question.loss
      dialect = question.dialect
      form = question.form.rawValue
      dtype = question.dtype
      self.gradient = gradient
      config = question.config.mapValues(JSONParameter.init)
      inputs = question.inputs.mapValues(JSONTensor.init)
    }
  }

  struct Numbers: Encodable {
    let shape: [Int]
    let values: [Double]
  }
}
