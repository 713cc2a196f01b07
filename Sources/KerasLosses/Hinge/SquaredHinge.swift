/// Squared hinge loss: the mean of max(1 - t p, 0)^2 along the last axis, t being -1 or 1.
///
/// Labels of 0 and 1 are converted to -1 and 1, if all labels of the call are such.
///
/// Source: Keras 3.15.1, `keras.losses.SquaredHinge`.
public struct SquaredHinge: Loss {
  /// How the losses of the batch are combined.
  public let reduction: Reduction

  /// The Keras that is followed.
  public let dialect: Dialect

  /// Creates the loss.
  public init(
    reduction: Reduction = .sumOverBatchSize, dialect: Dialect = .keras315JAX
  ) {
    self.reduction = reduction
    self.dialect = dialect
  }

  /// One loss for each row, as `keras.losses.squared_hinge` returns them.
  ///
  /// - Throws: `LossError.shapeMismatch` unless the shapes broadcast; `rankTooLow`.
  /// - Complexity: O(elements).
  public func unreduced<Label: LossLabel, Scalar: LossScalar>(
    yTrue: Tensor<Label>, yPred: Tensor<Scalar>
  ) throws(LossError) -> UnreducedLosses<Scalar> {
    let labels = signedLabels(yTrue, Scalar.self, flushes: dialect.flushes)
    let element = HingeElement<Scalar>(isSquared: true)
    return try rowLosses(
      labels, yPred, .broadcast, MeanRow(element: element, flushes: dialect.flushes))
  }
}
