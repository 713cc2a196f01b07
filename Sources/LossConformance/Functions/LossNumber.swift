public import LossFixtures

/// A type of numbers in which functions under test may compute: `Float16`, `Float` and `Double`.
public protocol LossNumber: BinaryFloatingPoint, Sendable {
  /// Numbers as the elements of a fixture's tensor.
  static func values(_ numbers: [Self]) -> FixtureTensor.Values
}

extension LossNumber {
  /// The type by NumPy's name.
  static var dtype: String { values([]).dtype }
}

extension Float16: LossNumber {
  /// Numbers as the elements of a `float16` tensor.
  public static func values(_ numbers: [Self]) -> FixtureTensor.Values { .float16(numbers) }
}

extension Float: LossNumber {
  /// Numbers as the elements of a `float32` tensor.
  public static func values(_ numbers: [Self]) -> FixtureTensor.Values { .float32(numbers) }
}

extension Double: LossNumber {
  /// Numbers as the elements of a `float64` tensor.
  public static func values(_ numbers: [Self]) -> FixtureTensor.Values { .float64(numbers) }
}
