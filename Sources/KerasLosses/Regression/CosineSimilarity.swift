internal import CLossKernels

/// Cosine similarity, negated: -sum(t p / (|t| |p|)) along an axis.
///
/// Vectors shorter than f = 1e-7 are multiplied by 1 / f, not normalised; zero vectors give 0. In
/// tf.keras 2 and Keras 1 f is 1e-6, and Keras 1 takes the mean along the axis.
///
/// Source: Keras 3.15.1, `keras.losses.CosineSimilarity`.
public struct CosineSimilarity: RowLoss {
  /// How the losses of the batch are combined.
  public let reduction: Reduction
  /// The axis of the vectors.
  public let axis: Int

  /// The Keras that is followed.
  public let dialect: Dialect

  /// Creates the loss; the defaults and the order are Keras's.
  public init(
    axis: Int = -1, reduction: Reduction = .sumOverBatchSize, dialect: Dialect = .keras315JAX
  ) {
    self.axis = axis
    self.reduction = reduction
    self.dialect = dialect
  }

  /// One loss for each vector, as `keras.losses.cosine_similarity` returns them.
  ///
  /// A scalar is a vector of one element, or refused.
  ///
  /// - Throws: `LossError.shapeMismatch` unless the shapes broadcast; `axisOutOfRange`; `rankTooLow`.
  /// - Complexity: O(elements).
  public func unreduced<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> UnreducedLosses<Storage.Compute> {
    guard dialect.cosineNorm != .divide else {
      return try dividedByNorms(yTrue.converted(to: Storage.self).widened, yPred.widened)
    }
    if let similarities = try similarities(yTrue, yPred) { return similarities.losses }
    return try pass(yTrue, yPred).losses
  }

  /// The losses of `unreduced`, and the way back to the gradient of `yPred`.
  ///
  /// - Throws: `LossError`, as `unreduced` does.
  /// - Complexity: that of `unreduced`.
  public func differentiated<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> DifferentiableLosses<Storage.Compute> {
    guard dialect.cosineNorm != .divide else {
      throw .notInDialect(what: "gradient of norms that divide", dialect: dialect.id)
    }
    if let similarities = try similarities(yTrue, yPred) { return similarities.differentiated }
    return try pass(yTrue, yPred).differentiated
  }

  /// The vectors where those of the labels lie along another axis than those of the predictions.
  ///
  /// - Throws: `LossError`, as `unreduced` does.
  private func similarities<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>
  ) throws(LossError) -> CosineSimilarities<Storage.Compute>? {
    // Counted from the last axis on, it is the same one in both.
    guard axis >= 0 else { return nil }
    let (trueShape, predShape) = ShapeRule.repaired.followed(by: dialect)
      .ranks(yTrue.shape, yPred.shape)
    guard trueShape.rank != predShape.rank else { return nil }
    // What it refuses is refused here as well.
    _ = try pass(yTrue, yPred)
    let labels = try dialect.cast(yTrue, to: Storage.self, casting: [.all]).widened
    let kernel = CosineSimilarityRow(
      Storage.self, dialect, labelIsRepeated: false, predictionIsRepeated: false)
    return try CosineSimilarities(
      labels.reshaped(to: trueShape), yPred.widened.reshaped(to: predShape),
      givenShape: yPred.shape, axis: axis, kernel)
  }

  /// Computes what is asked of rows.
  public func compute<Scalar: LossScalar>(_ rows: LossRows<Scalar>) throws(LossError) {
    try dialect.require(Self.names, hasDefaults: axis == -1)
    guard dialect.cosineNorm != .divide else {
      throw .notInDialect(what: "row by row cosine similarity", dialect: dialect.id)
    }
    rows.compute(
      CosineSimilarityRow(
        Scalar.self, dialect, labelIsRepeated: false, predictionIsRepeated: false))
  }

  private func pass<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>
  ) throws(LossError) -> RowPass<CosineSimilarityRow<Storage.Compute>> {
    try dialect.require(Self.names, hasDefaults: axis == -1)
    let labels = try dialect.cast(yTrue, to: Storage.self, casting: [.all])
    let (trueShape, predShape) = ShapeRule.repaired.followed(by: dialect)
      .ranks(yTrue.shape, yPred.shape)
    let kernel = CosineSimilarityRow(
      Storage.self, dialect, labelIsRepeated: isRepeated(trueShape, predShape),
      predictionIsRepeated: isRepeated(predShape, trueShape))
    // Of a scalar and a vector of one element, the vector is a scalar as well.
    let areScalars = trueShape.rank == 0 && predShape.rank == 0
    if areScalars, dialect.cosineScalars == .vectors {
      guard axis == -1 || axis == 0 else { throw .axisOutOfRange(axis: axis, rank: 0) }
      return try RowPass(scalars: labels, yPred, kernel)
    }
    let pass = try RowPass(labels, yPred, .repaired, dialect, axis: axis, kernel)
    // Each is normalised along an axis of its own.
    for shape in [trueShape, predShape] { try requireAxis(of: shape) }
    return pass
  }

  /// Refuses vectors along an axis that there is not, of a scalar any.
  ///
  /// - Throws: `LossError.axisOutOfRange`.
  private func requireAxis(of shape: Shape) throws(LossError) {
    guard (-shape.rank..<shape.rank).contains(axis) else {
      throw .axisOutOfRange(axis: axis, rank: shape.rank)
    }
  }

  /// Whether the vectors of a shape have one element, which is repeated along those of the other.
  private func isRepeated(_ shape: Shape, _ other: Shape) -> Bool {
    let rank = max(shape.rank, other.rank)
    let fromEnd = axis < 0 ? -axis : rank - axis
    func extent(_ shape: Shape) -> Int {
      (1...max(shape.rank, 1)).contains(fromEnd) && shape.rank > 0
        ? shape.dimensions[shape.rank - fromEnd] : 1
    }
    return extent(shape) == 1 && extent(other) != 1
  }

  /// What `keras.utils.normalize` does to NumPy arrays: x / |x|, |x| expanded along `axis or -1`.
  private func dividedByNorms<Scalar: LossScalar>(
    _ yTrue: Tensor<Scalar>, _ yPred: Tensor<Scalar>
  ) throws(LossError) -> UnreducedLosses<Scalar> {
    _ = try arranged(yTrue, yPred, .repaired)
    let (trueShape, predShape) = repairedRanks(yTrue.shape, yPred.shape)
    guard trueShape.rank > 0 || predShape.rank > 0 else {
      throw .rankTooLow(yPred: yPred.shape, minimum: 1)
    }
    let t = try dividedByNorm(yTrue.reshaped(to: trueShape))
    let p = try dividedByNorm(yPred.reshaped(to: predShape))
    let products = try t.combined(with: p, argument: "y_pred", *)
    return UnreducedLosses(
      losses: try products.summed(over: [axis], flushes: false).negated)
  }

  private func dividedByNorm<Scalar: LossScalar>(
    _ vectors: Tensor<Scalar>
  ) throws(LossError) -> Tensor<Scalar> {
    let squares = Tensor(unchecked: vectors.shape, elements: vectors.storage.map { $0 * $0 })
    // An axis out of range is told as such, and not as a matter of shapes.
    try requireAxis(of: vectors.shape)
    let norms = try squares.summed(over: [axis], flushes: false)
    var shape = norms.shape.rank == 0 ? [1] : norms.shape.dimensions
    let position = axis == 0 ? -1 : axis
    shape.insert(1, at: position < 0 ? shape.count + 1 + position : position)
    let divisors = Tensor(
      unchecked: Shape(unchecked: shape),
      elements: norms.storage.map { $0 == 0 ? 1 : $0.squareRoot() })
    do throws(LossError) {
      return try vectors.combined(with: divisors, argument: "y_pred", /)
    } catch {
      throw .shapeMismatch(
        yTrue: vectors.shape, yPred: divisors.shape, expected: "norms that broadcast")
    }
  }
}

/// -sum(t n(t) p n(p)), n(x) = min(1 / sqrt(sum(x^2)), limit) or 1 / sqrt(max(sum(x^2), floor)), or
/// the mean of these products.
struct CosineSimilarityRow<Scalar: LossScalar>: RowKernel {
  /// How vectors are normalised: `floor` or `floorOfSquare`.
  private let norm: Dialect.CosineNorm
  private let reduction: Dialect.CosineReduction
  /// The largest factor n(x) of `floor`.
  private let limit: Scalar
  /// The smallest square |x|^2 of `floorOfSquare`.
  private let floor: Scalar
  /// The slope of a maximum or minimum where both are the same.
  private let tie: Scalar
  /// Whether labels are vectors of one element, normalised before it was repeated.
  private let labelIsRepeated: Bool
  /// Whether predictions are vectors of one element, normalised before it was repeated.
  private let predictionIsRepeated: Bool
  /// Whether subnormal numbers are zero.
  let flushes: Bool

  /// The row as a dialect has it, with the limits of a dtype.
  init<Storage: LossStorage>(
    _ type: Storage.Type, _ dialect: Dialect, labelIsRepeated: Bool, predictionIsRepeated: Bool
  ) where Storage.Compute == Scalar {
    self.labelIsRepeated = labelIsRepeated
    self.predictionIsRepeated = predictionIsRepeated
    norm = dialect.cosineNorm
    reduction = dialect.cosineReduction
    limit = Storage.constant(1 / dialect.cosineFloor)
    floor = Storage.constant(dialect.cosineFloor * dialect.cosineFloor)
    tie = Scalar(dialect.maximumTie.slope)
    flushes = dialect.flushes
  }

  var compiled: CompiledKernel<Scalar>? {
    guard norm == .floor, reduction == .sum, !labelIsRepeated, !predictionIsRepeated else {
      return nil
    }
    return CompiledKernel(
      kernel: loss_kernel_cosine_similarity, flushes: flushes, tie: tie, constant: limit)
  }

  @inline(__always) func loss(_ yTrue: Span<Scalar>, _ yPred: Span<Scalar>) -> Scalar {
    if let plain = plain(yTrue, yPred) { return plain.negated.flushed(if: flushes) }
    return (negatedSum(yTrue, yPred) / divisor(yPred)).flushed(if: flushes)
  }

  /// -sum(t p) / sqrt(sum(t^2) sum(p^2)), 1 / |t| and 1 / |p|; `nil` where a norm is limited, or it or
  /// the sum is so large or small that products may be out of range.
  @inline(__always) private func plain(
    _ yTrue: Span<Scalar>, _ yPred: Span<Scalar>
  ) -> (negated: Scalar, trueFactor: Scalar, predFactor: Scalar)? {
    guard norm == .floor, reduction == .sum, !labelIsRepeated, !predictionIsRepeated else {
      return nil
    }
    var products = LaneSum<Scalar>()
    var trueSquares = LaneSum<Scalar>()
    var predSquares = LaneSum<Scalar>()
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      let t = yTrue.lanes(at: i, padding: 0).flushed(if: flushes)
      let p = yPred.lanes(at: i, padding: 0).flushed(if: flushes)
      products.add(t * p, first: yPred.count - i)
      trueSquares.add(t * t)
      predSquares.add(p * p)
    }
    let (trueSquare, predSquare) = (trueSquares.total, predSquares.total)
    let trueFactor = 1 / trueSquare.squareRoot()
    let predFactor = 1 / predSquare.squareRoot()
    guard trueSquare.larger(predSquare) <= 0x1p40, trueSquare >= 0x1p-40, predSquare >= 0x1p-40,
      trueFactor.larger(predFactor) < limit, products.total.magnitude >= 0x1p-60
    else { return nil }
    let negated = -(products.total / (trueSquare * predSquare).squareRoot())
    return (negated, trueFactor, predFactor)
  }

  /// What the sum of products is divided by: 1, or their count.
  @inline(__always) private func divisor(_ row: Span<Scalar>) -> Scalar { divisor(of: row.count) }

  /// What the sum of some products is divided by: 1, or their count.
  @inline(__always) func divisor(of count: Int) -> Scalar {
    reduction == .mean ? Scalar(count) : 1
  }

  /// -sum(t n(t) p n(p)).
  @inline(__always) private func negatedSum(
    _ yTrue: Span<Scalar>, _ yPred: Span<Scalar>
  ) -> Scalar {
    let trueFactor = factor(yTrue, isRepeated: labelIsRepeated).factor
    let predFactor = factor(yPred, isRepeated: predictionIsRepeated).factor
    var sum = LaneSum<Scalar>()
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      let t = yTrue.lanes(at: i, padding: 0).flushed(if: flushes) * trueFactor
      let p = yPred.lanes(at: i, padding: 0).flushed(if: flushes) * predFactor
      sum.add(t * p, first: yPred.count - i)
    }
    return -sum.total.flushed(if: flushes)
  }

  @inline(__always) func loss(
    _ yTrue: Span<Scalar>, _ yPred: Span<Scalar>, slopes: inout MutableSpan<Scalar>
  ) -> Scalar {
    if let plain = plain(yTrue, yPred) {
      // -n(p) (t^ - cos p^), x^ normalised.
      let ofLabels = -(plain.trueFactor * plain.predFactor)
      let ofPredictions = -(plain.predFactor * plain.predFactor * plain.negated)
      for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
        let t = yTrue.lanes(at: i, padding: 0).flushed(if: flushes)
        let p = yPred.lanes(at: i, padding: 0).flushed(if: flushes)
        slopes.setLanes(t * ofLabels + p * ofPredictions, at: i)
      }
      return plain.negated.flushed(if: flushes)
    }
    let trueFactor = factor(yTrue, isRepeated: labelIsRepeated).factor
    let (predFactor, share) = factor(yPred, isRepeated: predictionIsRepeated)
    let negatedSum = negatedSum(yTrue, yPred)
    let divisor = divisor(yPred)
    // -n (t^ - cos p^) where p is normalised, -n t^ where it is multiplied by a constant.
    // The slope of the norm of a repeated element is shared by its repetitions.
    let common = share * negatedSum / (predictionIsRepeated ? Scalar(yPred.count) : 1)
    let factor = -predFactor / divisor
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      let t = yTrue.lanes(at: i, padding: 0).flushed(if: flushes) * trueFactor
      let p = yPred.lanes(at: i, padding: 0).flushed(if: flushes) * predFactor
      slopes.setLanes((t + p * common) * factor, at: i)
    }
    return (negatedSum / divisor).flushed(if: flushes)
  }

  /// n(x), and how much of its slope counts: 1 where x is normalised, 0 where n is the limit.
  @inline(__always) func factor(
    _ row: Span<Scalar>, isRepeated: Bool
  ) -> (factor: Scalar, share: Scalar) {
    let vector = row.extracting(first: isRepeated ? 1 : row.count)
    var sum = LaneSum<Scalar>()
    for i in stride(from: 0, to: vector.count, by: Scalar.Lanes.count) {
      let x = vector.lanes(at: i, padding: 0).flushed(if: flushes)
      sum.add((x * x).flushed(if: flushes))
    }
    let square = sum.total.flushed(if: flushes)
    if norm == .floorOfSquare {
      let share: Scalar = square > floor ? 1 : square == floor ? tie : 0
      return (1 / square.larger(floor).squareRoot(), share)
    }
    let reciprocal = 1 / square.squareRoot()
    guard reciprocal >= limit else { return (reciprocal, 1) }
    // The slope of s^-1/2, s = |x|^2, is -s^-1/2 / s / 2; it may be infinite, and none of it is NaN.
    guard (reciprocal / square).isFinite else { return (limit, .nan) }
    return (limit, reciprocal == limit ? tie : 0)
  }
}

extension Tensor where Element: LossScalar {
  /// The elements with the other sign.
  fileprivate var negated: Tensor { Tensor(unchecked: shape, elements: elements.map { -$0 }) }
}
