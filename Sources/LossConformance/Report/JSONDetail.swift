import LossFixtures

// The JSON's shape of details and mistakes, apart from their types: renaming one of these breaks no
// reader.

/// In JSON, a mistake that a diagnosis names.
struct NamedMistake: Encodable {
  let id: String
  let title: String
  let explanation: String
  let fix: String
  let links: [String]

  init(_ mistake: Mistake) {
    id = mistake.id
    title = mistake.title
    explanation = mistake.explanation
    fix = mistake.fix
    links = mistake.links
  }
}

/// A failing case number by number in JSON.
struct Detailed: Encodable {
  let form: String
  let config: [String: JSONParameter]
  let inputs: [String: Tensor]
  let candidate: Diagnosed.Named?
  let candidateError: String?
  let parts: [Part]
  let stages: [Stage]

  init(_ detail: CaseDetail) {
    form = detail.form.rawValue
    config = detail.config.mapValues(JSONParameter.init)
    inputs = detail.inputs.mapValues(Tensor.init)
    candidate = detail.candidate.map(Diagnosed.Named.init)
    candidateError = detail.candidateError
    parts = detail.parts.map(Part.init)
    stages = detail.stages.map(Stage.init)
  }

  /// A tensor, or `values` of a large one from the offset `start` on.
  struct Tensor: Encodable {
    let dtype: String
    let shape: [Int]
    let start: Int?
    let values: [Double]

    init(_ excerpt: TensorExcerpt) {
      dtype = excerpt.dtype
      shape = excerpt.shape
      start = excerpt.values.count < excerpt.count ? excerpt.start : nil
      values = excerpt.values
    }
  }

  struct Part: Encodable {
    let part: String
    let failed: Bool
    let actual: Tensor?
    let expected: Tensor?
    let tolerance: [Double]
    let candidate: Tensor?

    init(_ part: CaseDetail.Part) {
      self.part = part.part.rawValue
      failed = part.failed
      actual = part.actual.map(Tensor.init)
      expected = part.expected.map(Tensor.init)
      tolerance = part.tolerance
      candidate = part.candidate.map(Tensor.init)
    }
  }

  struct Stage: Encodable {
    let name: String
    let agrees: Bool?
    let actual: Tensor?
    let expected: Tensor
    let tolerance: [Double]

    init(_ stage: CaseDetail.StageDetail) {
      name = stage.name
      agrees = stage.agrees
      actual = stage.actual.map(Tensor.init)
      expected = Tensor(stage.expected)
      tolerance = stage.tolerance
    }
  }
}
