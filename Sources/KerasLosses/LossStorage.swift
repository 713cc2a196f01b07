/// A dtype that arrays are stored in: `Float`, `Double`, `Float16` or `BFloat16`.
///
/// Losses widen what they are given, compute in `Compute`, and round once at the end. What Keras has
/// as a number of the dtype (epsilon, 1 - epsilon, gamma, a batch size ...) is a `constant`.
public protocol LossStorage: LossLabel, BitwiseCopyable {
  /// The dtype that is computed in: `Float` for the halves, otherwise the dtype itself.
  associatedtype Compute: LossScalar

  /// The same number in the dtype that is computed in.
  var widened: Compute { get }

  /// Creates the nearest number, the even one of two.
  init(rounding number: Compute)

  /// Creates the nearest number, the even one of two.
  init<Source: BinaryInteger>(_ source: Source)

  /// Creates the nearest number, the even one of two.
  init<Source: BinaryFloatingPoint>(_ source: Source)
}

extension LossStorage {
  /// A number of Python as the dtype holds it: 1 - 1e-7 is 1 in `Float16`.
  public static func constant(_ number: Double) -> Compute { Self(number).widened }

  /// A number of Python as the dtype holds it, after it has been a float32 or not.
  static func constant(_ number: Double, isFloat32: Bool) -> Compute {
    constant(isFloat32 ? Double(Float(number)) : number)
  }

  /// Keras's epsilon, `keras.config.epsilon()`, rounded to the dtype.
  static var kerasEpsilon: Compute { constant(1e-7) }
}

extension LossScalar {
  /// The number itself.
  public var widened: Self { self }

  /// Creates the number itself.
  public init(rounding number: Self) { self = number }
}

extension Float16: LossStorage {
  /// `Float`.
  public typealias Compute = Float

  /// The same number as a `Float`.
  public var widened: Float { Float(self) }

  /// Creates the nearest number, the even one of two.
  public init(rounding number: Float) { self.init(number) }
}

extension BFloat16: LossStorage {
  /// `Float`.
  public typealias Compute = Float

  /// The same number as a `Float`.
  public var widened: Float { Float(self) }

  /// Creates the nearest number, the even one of two.
  public init(rounding number: Float) { self.init(number) }

  /// The label rounded to a dtype.
  public func converted<Storage: LossStorage>(to type: Storage.Type) -> Storage {
    Storage(widened)
  }

  /// The label as a class id, truncated towards zero and saturated; NaN is class 0.
  public var classID: Int { widened.classID }
}

// MARK: - Tensors

extension Tensor where Element: LossStorage {
  /// The same numbers in the dtype that is computed in.
  ///
  /// - Complexity: O(1) where that is the dtype itself, else O(`shape.count`).
  var widened: Tensor<Element.Compute> {
    Tensor<Element.Compute>(
      unchecked: shape,
      storage: storage.same(as: Element.Compute.self) ?? .array(widenedNumbers(storage)))
  }
}

extension Tensor where Element: LossScalar {
  /// The numbers rounded to the dtype of a tensor: to nearest, the even one of two.
  ///
  /// - Complexity: O(1) where they are of the dtype, else O(`shape.count`).
  public func rounded<Storage: LossStorage>(
    to type: Storage.Type = Storage.self
  ) -> Tensor<Storage> where Storage.Compute == Element {
    Tensor<Storage>(
      unchecked: shape,
      storage: storage.same(as: type) ?? .array(roundedNumbers(storage)))
  }
}

extension Tensor where Element: LossScalar {
  /// The numbers, infinite where they are beyond the range of a dtype; not rounded to it.
  ///
  /// - Complexity: O(1) where that is the dtype itself, else O(`shape.count`).
  func inRange<Storage: LossStorage>(
    of type: Storage.Type
  ) -> Tensor where Storage.Compute == Element {
    guard Storage.self != Element.self else { return self }
    return Tensor(
      unchecked: shape,
      elements: storage.map { number in
        let rounded = Storage(rounding: number).widened
        return rounded.isInfinite ? rounded : number
      })
  }
}

extension Tensor where Element: LossLabel {
  /// The labels cast to a dtype: rounded to nearest.
  ///
  /// - Complexity: O(1) where they are of the dtype, else O(`shape.count`).
  public func converted<Storage: LossStorage>(to type: Storage.Type) -> Tensor<Storage> {
    Tensor<Storage>(
      unchecked: shape,
      storage: storage.same(as: type) ?? .array(storage.map { $0.converted(to: type) }))
  }
}

@specialized(where Storage == Float16)
@specialized(where Storage == BFloat16)
private func widenedNumbers<Storage: LossStorage>(
  _ numbers: Elements<Storage>
) -> [Storage.Compute] {
  numbers.map { $0.widened }
}

@specialized(where Storage == Float16)
@specialized(where Storage == BFloat16)
private func roundedNumbers<Storage: LossStorage>(
  _ numbers: Elements<Storage.Compute>
) -> [Storage] {
  numbers.map { Storage(rounding: $0) }
}
