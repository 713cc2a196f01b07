import LossFixtures

// The JSON's shape of a shard and its answers, apart from their types: renaming one of these breaks no
// reader but `Recording.init(report:file:)`.

/// In JSON, the part of the cases that a report is about.
struct JSONShard: Encodable {
  let index: Int
  let count: Int

  init(_ shard: Shard) {
    index = shard.index
    count = shard.count
  }
}

/// In JSON, the answers that a report was made of, and how they were judged.
struct JSONAnswers: Encodable {
  let command: String?
  let gradients: String
  let worstLimit: Int
  let cases: [Case]

  init(_ recording: Recording) {
    command = recording.command
    gradients = recording.gradients.rawValue
    worstLimit = recording.worstLimit
    cases = recording.answers.sorted { $0.key < $1.key }.flatMap { dialect, answers in
      answers.sorted { $0.key < $1.key }.map { Case($0.key, dialect, $0.value) }
    }
  }

  /// An answer: one of value, error, unsupported and broken.
  struct Case: Encodable {
    let dialect: String
    let id: String
    var value: JSONTensor?
    var gradient: JSONTensor?
    var error: Refusal?
    var unsupported: String?
    var broken: String?
    var stages: [Stage]?

    init(_ id: String, _ dialect: String, _ answer: RecordedAnswer) {
      self.id = id
      self.dialect = dialect
      switch answer.outcome {
      case .value(let value, let gradient):
        self.value = JSONTensor(value)
        self.gradient = gradient.map(JSONTensor.init)
      case .error(let code, let message): error = Refusal(code: code, message: message)
      case .unsupported(let reason): unsupported = reason
      case .broken(let what): broken = what
      }
      guard !answer.stages.isEmpty else { return }
      stages = answer.stages.sorted { $0.key < $1.key }
        .map { Stage(name: $0.key, tensor: JSONTensor($0.value)) }
    }
  }

  struct Refusal: Encodable {
    let code: String
    let message: String
  }

  struct Stage: Encodable {
    let name: String
    let tensor: JSONTensor
  }
}
