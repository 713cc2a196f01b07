/// An array of a fixture: its shape, and its elements in C order in their own dtype.
public struct FixtureTensor: Equatable, Sendable {
  /// The extents of the axes.
  public let shape: [Int]
  /// The elements; there are as many as the shape says.
  public let values: Values

  /// Elements of one dtype.
  public enum Values: Equatable, Sendable {
    /// `float16`.
    case float16([Float16])
    /// `bfloat16`.
    case bfloat16([BFloat16Bits])
    /// `float32`.
    case float32([Float])
    /// `float64`.
    case float64([Double])
    /// `int8`.
    case int8([Int8])
    /// `int16`.
    case int16([Int16])
    /// `int32`.
    case int32([Int32])
    /// `int64`.
    case int64([Int64])
    /// `uint8`.
    case uint8([UInt8])
    /// `uint16`.
    case uint16([UInt16])
    /// `uint32`.
    case uint32([UInt32])
    /// `uint64`.
    case uint64([UInt64])
    /// `bool`.
    case bool([Bool])

    /// The number of elements.
    public var count: Int { elements.count }

    /// The dtype by NumPy's name.
    public var dtype: String { elements.dtype }

    /// The elements as Doubles: exact but for integers of more than 53 bits.
    ///
    /// - Complexity: O(`count`), O(1) for `float64`.
    public var doubles: [Double] { elements.doubles }

    /// The elements, whatever their dtype: what is the same for all is written once, on arrays.
    var elements: any FixtureElements {
      switch self {
      case .float16(let values): values
      case .bfloat16(let values): values
      case .float32(let values): values
      case .float64(let values): values
      case .int8(let values): values
      case .int16(let values): values
      case .int32(let values): values
      case .int64(let values): values
      case .uint8(let values): values
      case .uint16(let values): values
      case .uint32(let values): values
      case .uint64(let values): values
      case .bool(let values): values
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
  /// The offsets of elements at a kink, of which rounding alone decides the side; ascending.
  ///
  /// The tolerance covers both sides there, so that either passes.
  public let edges: [Int]

  /// Creates a golden; there is one tolerance for each element.
  public init(tensor: FixtureTensor, tolerance: [Double], edges: [Int] = []) {
    self.tensor = tensor
    self.tolerance = tolerance
    self.edges = edges
  }
}
