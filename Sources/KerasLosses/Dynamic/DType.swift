/// The dtype of an array, where it is known only when the program runs.
public enum DType: String, CaseIterable, Sendable {
  /// A byte, true where it is not 0.
  case bool
  /// An integer of 8 bits.
  case int8
  /// An integer of 16 bits.
  case int16
  /// An integer of 32 bits.
  case int32
  /// An integer of 64 bits.
  case int64
  /// An unsigned integer of 8 bits.
  case uint8
  /// An unsigned integer of 16 bits.
  case uint16
  /// An unsigned integer of 32 bits.
  case uint32
  /// An unsigned integer of 64 bits.
  case uint64
  /// `Float16`.
  case float16
  /// `BFloat16`.
  case bfloat16
  /// `Float`.
  case float32
  /// `Double`.
  case float64

  /// Whether losses are computed in it.
  public var isFloat: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    default: false
    }
  }

  /// The bytes of an element.
  public var size: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }

  /// The dtype of a name that losses are computed in.
  ///
  /// - Throws: `LossError.invalidParameter` for other names.
  public init(computing name: String) throws(LossError) {
    guard let dtype = DType(rawValue: name), dtype.isFloat else {
      throw .invalidParameter(
        name: "dtype", value: "\"\(name)\"", expected: "float16, bfloat16, float32 or float64")
    }
    self = dtype
  }
}
