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
  /// Whether the whole batch is one loss of arrays of one shape, which the C target sums.
  let isWhole: Bool

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
    let labels = yTrue.converted(to: Storage.self).widened
    isWhole = axes == nil && labels.shape == yPred.shape && CompiledKernels.areUsed
    let yTrue = isWhole ? labels : flushed(labels)
    let yPred = isWhole ? yPred.widened : flushed(yPred.widened)
    let pair = try arranged(yTrue, yPred, .broadcast)
    (self.labels, predictions) = (pair.yTrue, pair.yPred)
    overPairs = try AxisSum(over: axes, of: pair.yTrue.shape, flushes: flushes)
    (givenLabels, givenPredictions) = (yTrue, yPred)
    self.flushes = flushes
  }

  /// The three sums of products of a whole batch.
  func sums(_ whole: WholeOverlap<Scalar>) -> (Tensor<Scalar>, Tensor<Scalar>, Tensor<Scalar>) {
    let sums = whole.flushedSums(givenLabels.storage.span, givenPredictions.storage.span)
    return (Tensor(scalar: sums.0), Tensor(scalar: sums.1), Tensor(scalar: sums.2))
  }

  /// The slopes of a whole batch, of the shape of the predictions.
  func slopes(_ whole: WholeOverlap<Scalar>, _ a: Scalar, _ b: Scalar) -> Tensor<Scalar> {
    var slopes = [Scalar](repeating: 0, count: givenPredictions.shape.count)
    var output = slopes.mutableSpan
    whole.setSlopes(givenLabels.storage.span, ofLabelled: a, ofOthers: b, into: &output)
    return Tensor(unchecked: givenPredictions.shape, elements: slopes)
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
