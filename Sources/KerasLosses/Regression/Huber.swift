/// Huber loss: the mean of a^2 / 2 where a <= delta, else delta a - delta^2 / 2, a = |p - t|.
///
/// The mean is along the last axis. Keras does not validate delta, and neither is it here.
///
/// Source: Keras 3.15.1, `keras.losses.Huber`.
public struct Huber: Loss {
  /// Where the square becomes a line.
  public let delta: Double
  /// How the losses of the batch are combined.
  public let reduction: Reduction

  /// The Keras that is followed.
  public let dialect: Dialect

  /// Creates the loss; the default is Keras's.
  public init(
    delta: Double = 1, reduction: Reduction = .sumOverBatchSize, dialect: Dialect = .keras315JAX
  ) {
    self.delta = delta
    self.reduction = reduction
    self.dialect = dialect
  }

  /// One loss for each row, as `keras.losses.huber` returns them.
  ///
  /// - Throws: `LossError.shapeMismatch` unless the shapes broadcast; `rankTooLow`.
  /// - Complexity: O(elements).
  public func unreduced<Label: LossLabel, Scalar: LossScalar>(
    yTrue: Tensor<Label>, yPred: Tensor<Scalar>
  ) throws(LossError) -> UnreducedLosses<Scalar> {
    let element = HuberElement<Scalar>(delta: Scalar(delta))
    return try rowLosses(
      yTrue, yPred, .repaired, MeanRow(element: element, flushes: dialect.flushes))
  }
}

/// a <= delta ? a^2 / 2 : delta a - delta^2 / 2.
struct HuberElement<Scalar: LossScalar>: ElementKernel {
  let delta: Scalar

  @inline(__always) func losses(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> Scalar.Lanes {
    let a = (yPred - yTrue).magnitudes
    let line = a * delta - 0.5 * (delta * delta)
    return line.replacing(a * a * 0.5, whereNoLarger: a, than: delta)
  }
}
