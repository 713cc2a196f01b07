/// Losses before weights and reduction, and the way back from them to the predictions.
public struct DifferentiableLosses<Scalar: LossScalar>: Sendable {
  /// The losses, and the mask that the loss attaches to them.
  public let unreduced: UnreducedLosses<Scalar>

  /// From d(result)/d(losses), of the losses' shape, to d(result)/d(`yPred`), of that of `yPred`.
  private let pullback: @Sendable (Tensor<Scalar>) -> Tensor<Scalar>

  /// Creates losses with their pullback.
  public init(
    _ unreduced: UnreducedLosses<Scalar>,
    pullback: @escaping @Sendable (_ upstream: Tensor<Scalar>) -> Tensor<Scalar>
  ) {
    self.unreduced = unreduced
    self.pullback = pullback
  }

  /// The gradient of what depends on the predictions through the losses alone.
  ///
  /// - Parameter upstream: Its derivative by each loss.
  /// - Returns: Its derivative by each prediction: the sum of upstream times d(loss)/d(`yPred`).
  /// - Precondition: `upstream` has the shape of the losses.
  public func gradient(upstream: Tensor<Scalar>) -> Tensor<Scalar> {
    precondition(
      upstream.shape == unreduced.losses.shape, "upstream is not of the losses' shape")
    return pullback(upstream)
  }

  /// The losses and the gradient of their sum, rounded to a dtype.
  func valueAndGradient<Storage: LossStorage>() -> ValueAndGradient<Storage>
  where Storage.Compute == Scalar {
    let losses = unreduced.losses
    let ones = Tensor(repeating: Scalar(1), shape: losses.shape)
    return ValueAndGradient(
      value: losses.rounded(), gradient: gradient(upstream: ones).rounded())
  }
}

/// A loss and its gradient.
public struct ValueAndGradient<Storage: LossStorage>: Sendable {
  /// The loss, or the losses where nothing reduces them.
  public let value: Tensor<Storage>

  /// The derivative of the sum of the value's elements by each prediction: of the shape of `yPred`.
  public let gradient: Tensor<Storage>

  /// Creates a pair.
  public init(value: Tensor<Storage>, gradient: Tensor<Storage>) {
    self.value = value
    self.gradient = gradient
  }
}

extension ValueAndGradient: Equatable where Storage: Equatable {}
