import LossFixtures

// The JSON's shape of what cases are made of: renaming one of these breaks no reader.

/// In JSON, a tensor as programs answer it: each number by the shortest decimal that gives it back.
struct JSONTensor: Encodable {
  let dtype: String
  let shape: [Int]
  let values: Numbers

  init(_ tensor: FixtureTensor) {
    dtype = tensor.values.dtype
    shape = tensor.shape
    values = Numbers(values: tensor.values)
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

/// In JSON, a parameter of a case.
struct JSONParameter: Encodable {
  let value: ParameterValue

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch value {
    case .boolean(let boolean): try container.encode(boolean)
    case .number(let number): try container.encode(number)
    case .string(let text): try container.encode(text)
    case .list(let values): try container.encode(values.map(JSONParameter.init))
    case .null: try container.encodeNil()
    }
  }
}
