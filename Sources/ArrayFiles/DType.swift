/// A dtype of NumPy whose elements are numbers; its raw value is NumPy's name.
package enum DType: String, CaseIterable, Sendable {
  case bool
  case int8
  case int16
  case int32
  case int64
  case uint8
  case uint16
  case uint32
  case uint64
  case float16
  case bfloat16
  case float32
  case float64
  case complex64
  case complex128

  /// What an element is.
  package enum Kind: Sendable {
    case boolean
    case integer
    case float
    case complex
  }

  /// What its elements are.
  package var kind: Kind {
    switch self {
    case .bool: .boolean
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: .integer
    case .float16, .bfloat16, .float32, .float64: .float
    case .complex64, .complex128: .complex
    }
  }

  /// The bytes of an element.
  package var byteCount: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64, .complex64: 8
    case .complex128: 16
    }
  }

  /// The bytes that are in order together: those of a part of a complex number, else of an element.
  package var wordByteCount: Int { kind == .complex ? byteCount / 2 : byteCount }

  /// Whether an element is an integer of more bits than a Double's significand has.
  package var isWideInteger: Bool { self == .int64 || self == .uint64 }

  /// The dtype that NPY files spell as a kind's letter and a size in bytes: `f4`.
  ///
  /// NumPy has no bfloat16 of its own: ml_dtypes's is written as two bytes of no type (`V2`).
  init?(code: some StringProtocol) {
    switch code {
    case "b1", "?": self = .bool
    case "i1": self = .int8
    case "i2": self = .int16
    case "i4": self = .int32
    case "i8": self = .int64
    case "u1": self = .uint8
    case "u2": self = .uint16
    case "u4": self = .uint32
    case "u8": self = .uint64
    case "f2": self = .float16
    case "V2", "bfloat16": self = .bfloat16
    case "f4": self = .float32
    case "f8": self = .float64
    case "c8": self = .complex64
    case "c16": self = .complex128
    default: return nil
    }
  }
}
