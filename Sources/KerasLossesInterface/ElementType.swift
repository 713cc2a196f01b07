/// The dtypes of the C interface, in the order of its header.
enum ElementType: Int32, CaseIterable {
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

  /// The type that NumPy gives a name.
  init?(named name: String) {
    guard let type = Self.allCases.first(where: { "\($0)" == name }) else { return nil }
    self = type
  }

  /// Whether losses are computed in it.
  var isFloat: Bool { rawValue >= Self.float16.rawValue }
}
