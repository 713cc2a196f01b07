/// A type that `y_true` may have: any dtype of a label.
public protocol LossLabel: Sendable {
  /// The label as a number of the loss's dtype, rounded to nearest.
  func converted<Storage: LossStorage>(to type: Storage.Type) -> Storage

  /// The label as a class id, truncated towards zero and saturated; NaN is class 0.
  ///
  /// Source: the conversion of floats to int32 in JAX 0.10, on which Keras 3.15.1 relies.
  var classID: Int { get }
}
