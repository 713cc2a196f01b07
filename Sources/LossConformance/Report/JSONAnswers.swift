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
    var value: Tensor?
    var gradient: Tensor?
    var error: Refusal?
    var unsupported: String?
    var broken: String?
    var stages: [Stage]?

    init(_ id: String, _ dialect: String, _ answer: RecordedAnswer) {
      self.id = id
      self.dialect = dialect
      switch answer.outcome {
      case .value(let value, let gradient):
        self.value = Tensor(value)
        self.gradient = gradient.map(Tensor.init)
      case .error(let code, let message): error = Refusal(code: code, message: message)
      case .unsupported(let reason): unsupported = reason
      case .broken(let what): broken = what
      }
      guard !answer.stages.isEmpty else { return }
      stages = answer.stages.sorted { $0.key < $1.key }
        .map { Stage(name: $0.key, tensor: Tensor($0.value)) }
    }
  }

  struct Refusal: Encodable {
    let code: String
    let message: String
  }

  struct Stage: Encodable {
    let name: String
    let tensor: Tensor
  }

  /// A tensor as programs answer it: each number by the shortest decimal that gives it back.
  struct Tensor: Encodable {
    let dtype: String
    let shape: [Int]
    let values: Numbers

    init(_ tensor: FixtureTensor) {
      dtype = tensor.values.dtype
      shape = tensor.shape
      values = Numbers(values: tensor.values)
    }
  }

  struct Numbers: Encodable {
    let values: FixtureTensor.Values

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch values {
      // Narrower formats have no text of their own; that of Float gives them back.
      case .float16(let numbers): try container.encode(numbers.map { Float($0) })
      case .bfloat16(let numbers): try container.encode(numbers.map { Float($0.double) })
      case .float32(let numbers): try container.encode(numbers)
      case .float64(let numbers): try container.encode(numbers)
      case .int8(let numbers): try container.encode(numbers)
      case .int16(let numbers): try container.encode(numbers)
      case .int32(let numbers): try container.encode(numbers)
      case .int64(let numbers): try container.encode(numbers)
      case .uint8(let numbers): try container.encode(numbers)
      case .uint16(let numbers): try container.encode(numbers)
      case .uint32(let numbers): try container.encode(numbers)
      case .uint64(let numbers): try container.encode(numbers)
      case .bool(let numbers): try container.encode(numbers)
      }
    }
  }
}
