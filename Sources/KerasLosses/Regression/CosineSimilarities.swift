/// Cosine similarities of labels and predictions whose vectors lie along axes of their own.
///
/// Arrays of different ranks broadcast from their last axes on, while Keras counts an axis that is not
/// negative from the first on in each of them before, and in their product after that.
struct CosineSimilarities<Scalar: LossScalar>: Sendable {
  private let labels: Directions
  private let predictions: Directions
  /// The shape of the predictions as they were given.
  private let givenShape: Shape
  /// The shape of the products.
  private let shape: Shape
  /// Sums products.
  private let sum: AxisSum
  /// The shape of the sums, the axis kept with an extent of 1.
  private let kept: Shape
  /// What the sums are divided by.
  private let divisor: Scalar
  private let flushes: Bool

  /// Normalises both.
  ///
  /// - Throws: `LossError.shapeMismatch` unless the shapes broadcast; `axisOutOfRange`.
  /// - Complexity: O(elements).
  init(
    _ yTrue: Tensor<Scalar>, _ yPred: Tensor<Scalar>, givenShape: Shape, axis: Int,
    _ kernel: CosineSimilarityRow<Scalar>
  ) throws(LossError) {
    guard let shape = try yTrue.shape.broadcast(with: yPred.shape) else {
      throw .shapeMismatch(
        yTrue: yTrue.shape, yPred: yPred.shape, expected: "shapes that broadcast")
    }
    labels = try Directions(yTrue, axis, kernel)
    predictions = try Directions(yPred, axis, kernel)
    sum = try AxisSum(over: [axis], of: shape, flushes: kernel.flushes)
    var extents = shape.dimensions
    divisor = kernel.divisor(of: extents[axis])
    extents[axis] = 1
    kept = Shape(unchecked: extents)
    flushes = kernel.flushes
    (self.shape, self.givenShape) = (shape, givenShape)
  }

  /// -sum(t p / (|t| |p|)) along the axis, or the mean.
  ///
  /// - Complexity: O(elements of the products).
  var losses: UnreducedLosses<Scalar> {
    let products = zip(
      labels.vectors.broadcast(to: shape).storage, predictions.vectors.broadcast(to: shape).storage
    ).map { ($0 * $1).flushed(if: flushes) }
    let sums = sum(Tensor(unchecked: shape, elements: products))
    return UnreducedLosses(
      losses: Tensor(
        unchecked: sums.shape,
        elements: sums.storage.map { (-$0 / divisor).flushed(if: flushes) }))
  }

  /// The losses, and the way back to the gradient of the predictions.
  ///
  /// - Complexity: O(elements of the products), and so is the pullback.
  var differentiated: DifferentiableLosses<Scalar> {
    DifferentiableLosses(losses) { upstream in
      let arriving = upstream.reshaped(to: kept).broadcast(to: shape)
      let slopes = zip(arriving.storage, labels.vectors.broadcast(to: shape).storage).map {
        (-$0 * $1 / divisor).flushed(if: flushes)
      }
      let ofVectors = Tensor(unchecked: shape, elements: slopes)
        .summed(to: predictions.vectors.shape, flushes: flushes)
      return predictions.gradient(ofVectors).reshaped(to: givenShape)
    }
  }

  /// Vectors x n(x) along an axis.
  private struct Directions: Sendable {
    /// The normalised vectors.
    let vectors: Tensor<Scalar>
    private let axis: ClassAxis
    /// n(x) of each vector, and how much of its slope counts.
    private let factors: [(factor: Scalar, share: Scalar)]
    private let flushes: Bool

    init(
      _ tensor: Tensor<Scalar>, _ axis: Int, _ kernel: CosineSimilarityRow<Scalar>
    ) throws(LossError) {
      let axis = try ClassAxis(axis, of: tensor.shape)
      let rows = axis.rowsLast(tensor.storage)
      let factors = (0..<axis.rows.count).map { row in
        kernel.factor(
          rows.span.extracting(row * axis.extent..<(row + 1) * axis.extent), isRepeated: false)
      }
      let scaled = rows.enumerated().map { index, x in
        (x.flushed(if: kernel.flushes) * factors[index / axis.extent].factor)
          .flushed(if: kernel.flushes)
      }
      vectors = Tensor(unchecked: tensor.shape, elements: axis.inPlace(scaled))
      flushes = kernel.flushes
      (self.axis, self.factors) = (axis, factors)
    }

    /// The way back from the vectors to the numbers: n (g - x n(x) sum(g x n(x))) for a slope g.
    func gradient(_ slopes: Tensor<Scalar>) -> Tensor<Scalar> {
      let rows = axis.rowsLast(slopes.storage)
      let directions = axis.rowsLast(vectors.storage)
      var gradient: [Scalar] = []
      for (row, (factor, share)) in factors.enumerated() {
        let range = row * axis.extent..<(row + 1) * axis.extent
        let products = range.map { rows[$0] * directions[$0] }
        let common = share * KerasLosses.sum(products.span)
        gradient += range.map {
          ((rows[$0] - directions[$0] * common) * factor).flushed(if: flushes)
        }
      }
      return Tensor(unchecked: slopes.shape, elements: axis.inPlace(gradient))
    }
  }
}
