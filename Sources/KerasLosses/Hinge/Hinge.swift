/// Hinge loss: the mean of max(1 - t p, 0) along the last axis, t being -1 or 1.
///
/// Labels of 0 and 1 are converted to -1 and 1, if all labels of the call are such.
///
/// Source: Keras 3.15.1, `keras.losses.Hinge`.
public struct Hinge: Loss {
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

  /// One loss for each row, as `keras.losses.hinge` returns them.
  ///
  /// - Throws: `LossError.shapeMismatch` unless the shapes broadcast; `rankTooLow`.
  /// - Complexity: O(elements).
  public func unreduced<Label: LossLabel, Scalar: LossScalar>(
    yTrue: Tensor<Label>, yPred: Tensor<Scalar>
  ) throws(LossError) -> UnreducedLosses<Scalar> {
    let labels = signedLabels(yTrue, Scalar.self, flushes: dialect.flushes)
    let element = HingeElement<Scalar>(isSquared: false)
    return try rowLosses(
      labels, yPred, .broadcast, MeanRow(element: element, flushes: dialect.flushes))
  }
}

/// max(1 - t p, 0), or its square.
struct HingeElement<Scalar: LossScalar>: ElementKernel {
  let isSquared: Bool

  @inline(__always) func losses(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> Scalar.Lanes {
    let loss = (1 - yTrue * yPred).positivePart
    return isSquared ? loss * loss : loss
  }
}

/// 2 t - 1 where every label of the call is 0 or 1, else the labels as they are.
///
/// Source: Keras 3.15.1, `convert_binary_labels_to_hinge`.
///
/// - Complexity: O(elements).
func signedLabels<Label: LossLabel, Scalar: LossScalar>(
  _ yTrue: Tensor<Label>, _ type: Scalar.Type, flushes: Bool
) -> Tensor<Scalar> {
  let labels = yTrue.converted(to: Scalar.self)
  guard labels.allSatisfy({ $0.flushed(if: flushes) == 0 || $0 == 1 }) else {
    return Tensor(unchecked: yTrue.shape, elements: labels)
  }
  return Tensor(unchecked: yTrue.shape, elements: labels.map { 2 * $0.flushed(if: flushes) - 1 })
}
