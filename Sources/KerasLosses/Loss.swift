/// A loss of `keras.losses`, made with its parameters and called with arrays.
///
/// ```swift
/// let loss = CategoricalCrossentropy(labelSmoothing: 0.1)
/// let value = try loss(yTrue: yTrue, yPred: yPred, sampleWeight: weights).item
/// ```
///
/// A conforming type says what its bare Keras function computes (`unreduced`); calling the loss
/// does what `keras.losses.Loss.__call__` does around it: casts the labels to the dtype of `y_pred`,
/// repairs ranks, merges mask and weights, reduces.
public protocol Loss: Sendable {
  /// How the losses of the batch are combined.
  var reduction: Reduction { get }

  /// The Keras that is followed.
  var dialect: Dialect { get }

  /// The losses before weights and reduction: what the bare Keras function returns.
  ///
  /// No rank is repaired, no label is cast but where the function does so. They are computed in
  /// `Float` or `Double` and not yet rounded to the dtype of `yPred`.
  ///
  /// - Parameters:
  ///   - yTrue: The labels.
  ///   - yPred: The predictions; constants are rounded to their dtype.
  /// - Returns: The losses, and the mask that the loss attaches to them.
  /// - Throws: `LossError` where shapes or axis do not fit.
  func unreduced<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> UnreducedLosses<Storage.Compute>

  /// The losses of `unreduced`, with the way back from their derivatives to those of `yPred`.
  ///
  /// - Parameters:
  ///   - yTrue: The labels.
  ///   - yPred: The predictions.
  /// - Returns: The losses with their pullback; its gradients have the shape of `yPred`.
  /// - Throws: `LossError` where shapes or axis do not fit.
  func differentiated<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> DifferentiableLosses<Storage.Compute>
}

extension Loss {
  /// Keras 3.15.1 on JAX.
  public var dialect: Dialect { .keras315JAX }
}

/// What a loss gives before weights and reduction.
public struct UnreducedLosses<Scalar: LossScalar>: Sendable, Equatable {
  /// One loss for each sample.
  public let losses: Tensor<Scalar>

  /// Which losses count, where the loss itself decides that (`ignore_class`): of the losses' shape.
  public let mask: Tensor<Bool>?

  /// Creates losses with the mask that the loss attaches to them, if it does.
  public init(losses: Tensor<Scalar>, mask: Tensor<Bool>? = nil) {
    self.losses = losses
    self.mask = mask
  }
}
