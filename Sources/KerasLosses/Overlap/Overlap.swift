/// Labels and predictions of a batch, and sums over some axes of products of theirs.
struct Overlap<Scalar: LossScalar>: Sendable {
  /// The labels as they were given, but for their dtype.
  let givenLabels: Tensor<Scalar>
  /// The predictions as they were given.
  let givenPredictions: Tensor<Scalar>

  private let labels: Tensor<Scalar>
  private let predictions: Tensor<Scalar>
  private let overPairs: AxisSum
  private let flushes: Bool

  /// Casts the labels to the dtype of the predictions, and brings both to one shape for products.
  ///
  /// - Throws: `LossError.shapeMismatch` unless the shapes broadcast; `axisOutOfRange`,
  ///   `invalidParameter`.
  init<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>, over axes: [Int]?, flushes: Bool
  ) throws(LossError) where Storage.Compute == Scalar {
    func flushed(_ tensor: Tensor<Scalar>) -> Tensor<Scalar> {
      Tensor(
        unchecked: tensor.shape, elements: tensor.storage.map { $0.flushed(if: flushes) })
    }
    let yTrue = flushed(yTrue.converted(to: Storage.self).widened)
    let yPred = flushed(yPred.widened)
    let pair = try arranged(yTrue, yPred, .broadcast)
    (labels, predictions) = (pair.yTrue, pair.yPred)
    overPairs = try AxisSum(over: axes, of: labels.shape, flushes: flushes)
    (givenLabels, givenPredictions) = (yTrue, yPred)
    self.flushes = flushes
  }

  /// The sums of what a product makes of each label and prediction.
  func sum(_ product: (_ label: Scalar, _ prediction: Scalar) -> Scalar) -> Tensor<Scalar> {
    let products = zip(labels.storage, predictions.storage).map {
      product($0, $1).flushed(if: flushes)
    }
    return overPairs(Tensor(unchecked: labels.shape, elements: products))
  }

  /// The way back from sums of products: the gradient by the predictions.
  ///
  /// `slope` is the derivative by a prediction that meets a label in a term of the sum of an index.
  func gradient(
    ofProducts slope: (_ label: Scalar, _ sum: Int) -> Scalar
  ) -> Tensor<Scalar> {
    let slopes = zip(labels.storage, overPairs.indicesOfSums).map {
      slope($0, $1).flushed(if: flushes)
    }
    return Tensor(unchecked: labels.shape, elements: slopes)
      .summed(to: givenPredictions.shape, flushes: flushes)
  }
}
