import LossFixtures

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// An explanation as JSON, schema "loss-parity/explanation/1", for other programs.
///
/// NaN and infinities are strings as in the fixtures.
public struct ExplanationJSON: Sendable {
  /// The schema of the JSON.
  public static let schema = "loss-parity/explanation/1"

  /// Creates the rendering.
  public init() {}

  /// The JSON text, UTF-8, with a newline at its end.
  ///
  /// - Complexity: O(elements).
  public func data(_ explanation: Explanation) throws -> Data {
    try jsonData(Document(explanation))
  }
}

// The JSON's shape, apart from the explanation's types: renaming one of these breaks no reader.

private struct Document: Encodable {
  let schema = ExplanationJSON.schema
  let verdict: String
  let question: Asked
  let keras: Numbers?
  let actual: Numbers?
  /// The ids of the mistakes, or the dialect, that the answer names: two of a pair.
  let causes: [String]
  let candidates: [Candidate]
  let unexplained: [Int]?
  let evidenceBits: Double
  let isCutOff: Bool
  /// What the number has in common with Keras's, in words.
  let patterns: [String]
  let range: [Double]?
  let steps: [Step]
  let firstDifference: Difference?

  init(_ explanation: Explanation) {
    verdict = explanation.verdict.rawValue
    question = Asked(explanation)
    if case .value(let golden, _) = explanation.fixture.expected {
      keras = Numbers(golden.tensor)
    } else {
      keras = nil
    }
    actual = explanation.actual.map { Numbers(shape: $0.shape, values: $0.values) }
    let first = explanation.causes.first?.candidate
    causes = first.map { $0.mistakes.isEmpty ? [$0.id] : $0.mistakes } ?? []
    candidates = explanation.causes.map(Candidate.init)
    unexplained = explanation.verdict == .partial ? explanation.unexplained : nil
    evidenceBits = explanation.evidenceBits
    isCutOff = explanation.isCutOff
    patterns = explanation.patterns.map(CauseText(explanation.catalogue.mistakes).text)
    range = explanation.range.map { [$0.lowerBound, $0.upperBound] }
    steps = explanation.steps.stages.map(Step.init)
    firstDifference = explanation.steps.departure.map(Difference.init)
  }

  struct Asked: Encodable {
    let loss: String
    let dialect: String
    let form: String
    let dtype: String
    let reduction: String?
    /// The parameters and arrays as they were asked, in the words of fixtures: the question can be
    /// asked again from this alone.
    let config: [String: JSONParameter]
    let inputs: [String: JSONTensor]

    init(_ explanation: Explanation) {
      loss = explanation.question.loss
      dialect = explanation.question.dialect
      form = explanation.fixture.form.rawValue
      dtype = explanation.fixture.dtype
      switch explanation.question.config["reduction"] {
      case _ where explanation.fixture.form == .function: reduction = nil
      case .string(let name): reduction = name
      default: reduction = "sum_over_batch_size"
      }
      config = explanation.question.config.mapValues(JSONParameter.init)
      inputs = explanation.question.inputs.mapValues(JSONTensor.init)
    }
  }

  struct Numbers: Encodable {
    let shape: [Int]
    let values: [Double]

    init(shape: [Int], values: [Double]) {
      self.shape = shape
      self.values = values
    }

    init(_ tensor: FixtureTensor) {
      self.init(shape: tensor.shape, values: tensor.values.doubles)
    }
  }

  struct Candidate: Encodable {
    let id: String
    let kind: String
    let value: Numbers
    /// The id of a case of the fixtures that tells it from the first candidate.
    let splittingCase: String?

    init(_ cause: Explanation.Cause) {
      id = cause.candidate.id
      kind =
        switch cause.candidate {
        case .mistake: cause.candidate.isPair ? "pair" : "mistake"
        case .dialect: "dialect"
        }
      value = Numbers(cause.golden.tensor)
      splittingCase = cause.splitting?.fixture.id
    }
  }

  struct Step: Encodable {
    let name: String
    let keras: Numbers?
    /// same, skipped or other; left out where there is no cause.
    let own: String?
    let ownNumbers: Numbers?

    init(_ step: Steps.Step) {
      name = step.name
      keras = step.keras.map { Numbers($0) }
      switch step.own {
      case .none: (own, ownNumbers) = (nil, nil)
      case .same: (own, ownNumbers) = ("same", nil)
      case .skipped: (own, ownNumbers) = ("skipped", nil)
      case .other(let tensor): (own, ownNumbers) = ("other", Numbers(tensor))
      }
    }
  }

  struct Difference: Encodable {
    let stage: String
    let isSkipped: Bool
    let elements: [Element]

    struct Element: Encodable {
      let index: [Int]
      let before: Double?
      let keras: Double
      let own: Double
    }

    init(_ departure: Steps.Departure) {
      stage = departure.stage
      isSkipped = departure.isSkipped
      elements = departure.elements.map {
        Element(index: $0.index, before: $0.before, keras: $0.keras, own: $0.own)
      }
    }
  }
}
