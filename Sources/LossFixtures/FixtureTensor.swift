/// An array of a fixture: its shape, and its elements in C order in their own dtype.
public struct FixtureTensor: Equatable, Sendable {
  /// The extents of the axes.
  public let shape: [Int]
  /// The elements; there are as many as the shape says.
  public let values: Values

  /// Elements of one dtype.
  public enum Values: Equatable, Sendable {
    /// `float32`.
    case float32([Float])
    /// `float64`.
    case float64([Double])
    /// `int32`.
    case int32([Int32])
    /// `int64`.
    case int64([Int64])
    /// `uint8`.
    case uint8([UInt8])
    /// `bool`.
    case bool([Bool])

    /// The number of elements.
    public var count: Int {
      switch self {
      case .float32(let values): values.count
      case .float64(let values): values.count
      case .int32(let values): values.count
      case .int64(let values): values.count
      case .uint8(let values): values.count
      case .bool(let values): values.count
      }
    }

    /// The dtype by NumPy's name.
    public var dtype: String {
      switch self {
      case .float32: "float32"
      case .float64: "float64"
      case .int32: "int32"
      case .int64: "int64"
      case .uint8: "uint8"
      case .bool: "bool"
      }
    }
  }

  /// Creates a tensor of a shape.
  public init(shape: [Int], values: Values) {
    self.shape = shape
    self.values = values
  }
}

/// A golden: the tensor that is expected, with an absolute tolerance for each element.
public struct Golden: Equatable, Sendable {
  /// What Keras computes.
  public let tensor: FixtureTensor
  /// How far from it each element may be.
  public let tolerance: [Double]

  /// Creates a golden; there is one tolerance for each element.
  public init(tensor: FixtureTensor, tolerance: [Double]) {
    self.tensor = tensor
    self.tolerance = tolerance
  }
}
