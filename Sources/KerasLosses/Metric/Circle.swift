/// Circle loss: pulls embeddings of one label together and pushes others apart.
///
/// softplus(logsumexp(-gamma w_p (margin - D)) + logsumexp(gamma w_n (1 - margin - D))) for each
/// sample, D = max(1 - p p^T, 0), w_p = margin + D over the samples of its label, w_n = max(1 + margin -
/// D, 0) over the others. Embeddings are not normalised. A sample without partners costs 0, and losses
/// that are not positive do not count in means.
///
/// Source: Keras 3.15.1, `keras.losses.Circle`.
public struct Circle: Loss {
  /// The scale of the similarities.
  public let gamma: Double
  /// The relaxation.
  public let margin: Double
  /// Whether a sample is no partner of itself.
  public let removeDiagonal: Bool
  /// How the losses of the batch are combined.
  public let reduction: Reduction

  /// The Keras that is followed.
  public let dialect: Dialect

  /// Creates the loss; the defaults and the order are Keras's.
  public init(
    gamma: Double = 80, margin: Double = 0.4, removeDiagonal: Bool = true,
    reduction: Reduction = .sumOverBatchSize, dialect: Dialect = .keras315JAX
  ) {
    self.gamma = gamma
    self.margin = margin
    self.removeDiagonal = removeDiagonal
    self.reduction = reduction
    self.dialect = dialect
  }

  /// One loss for each sample, as `keras.losses.circle` returns them.
  ///
  /// `yTrue` holds labels, (n,) or (n, 1); `yPred` embeddings, (n, d).
  ///
  /// - Throws: `LossError.shapeMismatch` for other shapes.
  /// - Complexity: O(n^2 d).
  public func unreduced<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> UnreducedLosses<Storage.Compute> {
    try unreduced(yTrue: yTrue, yPred: yPred, refLabels: nil, refEmbeddings: nil)
  }

  /// The losses of `unreduced`, and the way back to the gradient of `yPred`.
  ///
  /// - Throws: `LossError`, as `unreduced` does.
  /// - Complexity: that of `unreduced`, and so is the pullback; slopes of all pairs are kept.
  public func differentiated<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> DifferentiableLosses<Storage.Compute> {
    try differentiated(yTrue: yTrue, yPred: yPred, refLabels: nil, refEmbeddings: nil)
  }

  /// One loss for each sample, whose partners are reference embeddings, not the batch's own.
  ///
  /// `removeDiagonal` takes reference i for sample i itself, whatever it is, as Keras does.
  ///
  /// Source: Keras 3.15.1, `keras.losses.circle`; the class has no such arguments.
  ///
  /// - Parameters:
  ///   - yTrue: The labels, (n,) or (n, 1).
  ///   - yPred: The embeddings, (n, d).
  ///   - refLabels: The labels of the references, (m,) or (m, 1); `yTrue` where there are none.
  ///   - refEmbeddings: The references, (m, d); `yPred` where there are none.
  /// - Returns: The losses, (n,), and the mask of those that are positive.
  /// - Throws: `LossError.shapeMismatch` for other shapes.
  /// - Complexity: O(n m d).
  public func unreduced<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>, refLabels: Tensor<Label>?,
    refEmbeddings: Tensor<Storage>?
  ) throws(LossError) -> UnreducedLosses<Storage.Compute> {
    let pairs = try pairs(yTrue, yPred, refLabels, refEmbeddings)
    return pairs.unreduced((0..<pairs.count).map { pairs.loss(of: $0) }, in: Storage.self)
  }

  /// The losses against references, and the way back to the gradient of `yPred`.
  ///
  /// References other than `yPred` are constants.
  ///
  /// - Parameters:
  ///   - yTrue: The labels, (n,) or (n, 1).
  ///   - yPred: The embeddings, (n, d).
  ///   - refLabels: The labels of the references, (m,) or (m, 1); `yTrue` where there are none.
  ///   - refEmbeddings: The references, (m, d); `yPred` where there are none.
  /// - Returns: The losses with their pullback.
  /// - Throws: `LossError`, as `unreduced` does.
  /// - Complexity: that of `unreduced`, and so is the pullback; slopes of all pairs are kept.
  public func differentiated<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>, refLabels: Tensor<Label>?,
    refEmbeddings: Tensor<Storage>?
  ) throws(LossError) -> DifferentiableLosses<Storage.Compute> {
    let pairs = try pairs(yTrue, yPred, refLabels, refEmbeddings)
    _ = try Shape([pairs.count, pairs.references.count], from: 0)
    var losses: [Storage.Compute] = []
    var slopes: [Storage.Compute] = []
    for sample in 0..<pairs.count {
      let (loss, row) = pairs.lossAndSlopes(of: sample)
      losses.append(loss)
      slopes += row
    }
    return DifferentiableLosses(pairs.unreduced(losses, in: Storage.self)) { [slopes] upstream in
      pairs.gradient(scaledRows(slopes, by: upstream.elements, flushes: pairs.flushes))
    }
  }

  /// The losses against references, and the gradient of their sum by `yPred`.
  ///
  /// - Parameters:
  ///   - yTrue: The labels, (n,) or (n, 1).
  ///   - yPred: The embeddings, (n, d); their dtype is that of the losses and of the gradient.
  ///   - refLabels: The labels of the references, (m,) or (m, 1); `yTrue` where there are none.
  ///   - refEmbeddings: The references, (m, d); `yPred` where there are none.
  /// - Returns: The losses, (n,), and the derivative of their sum, (n, d).
  /// - Throws: `LossError`, as `unreduced` does; `notInDialect` where the Keras that is followed has no
  ///   gradients.
  /// - Complexity: O(n m d).
  public func unreducedValueAndGradient<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>, refLabels: Tensor<Label>?,
    refEmbeddings: Tensor<Storage>?
  ) throws(LossError) -> ValueAndGradient<Storage> {
    try dialect.requireGradients()
    return try differentiated(
      yTrue: yTrue, yPred: yPred, refLabels: refLabels, refEmbeddings: refEmbeddings
    ).valueAndGradient()
  }

  private func pairs<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>, _ refLabels: Tensor<Label>?,
    _ refEmbeddings: Tensor<Storage>?
  ) throws(LossError) -> EmbeddingPairs<Storage.Compute> {
    try dialect.require(Self.names)
    let samples = try labelled(yTrue, yPred)
    let references = try labelled(refLabels ?? yTrue, refEmbeddings ?? yPred)
    guard samples.width == references.width else {
      throw .shapeMismatch(
        yTrue: yTrue.shape, yPred: yPred.shape,
        expected: "the references' width, \(references.width)")
    }
    return EmbeddingPairs(
      samples: samples, references: references, areReferencesSamples: refEmbeddings == nil,
      gamma: Storage.constant(gamma), margin: Storage.constant(margin),
      otherMargin: Storage.constant(1 - margin), reach: Storage.constant(1 + margin),
      removesDiagonal: removeDiagonal, tie: Storage.Compute(dialect.maximumTie.slope),
      softplus: dialect.softplus, flushes: dialect.flushes)
  }

  private func labelled<Label: LossLabel, Storage: LossStorage>(
    _ labels: Tensor<Label>, _ embeddings: Tensor<Storage>
  ) throws(LossError) -> LabelledEmbeddings<Storage.Compute> {
    let dimensions = embeddings.shape.dimensions
    guard dimensions.count == 2,
      [[dimensions[0]], [dimensions[0], 1]].contains(labels.shape.dimensions)
    else {
      throw .shapeMismatch(
        yTrue: labels.shape, yPred: embeddings.shape,
        expected: "the shapes (n,) and (n, d)")
    }
    return LabelledEmbeddings(
      labels: labels.storage.map(\.classID), width: dimensions[1],
      elements: embeddings.widened.storage.map { $0.flushed(if: dialect.flushes) })
  }
}

/// Embeddings, one row each, and the label of each.
private struct LabelledEmbeddings<Scalar: LossScalar>: Sendable {
  let labels: [Int]
  /// The extent of a row.
  let width: Int
  let elements: [Scalar]

  /// The number of embeddings.
  var count: Int { labels.count }

  /// Where the elements of an embedding are.
  func range(of index: Int) -> Range<Int> { index * width..<(index + 1) * width }

  /// The elements, column after column.
  var columns: [Scalar] {
    (0..<width).flatMap { k in (0..<count).map { elements[$0 * width + k] } }
  }
}

/// The pairs of the samples of a batch and their references.
private struct EmbeddingPairs<Scalar: LossScalar>: Sendable {
  let samples: LabelledEmbeddings<Scalar>
  let references: LabelledEmbeddings<Scalar>
  /// Whether the references are the samples: then they have a gradient as well.
  let areReferencesSamples: Bool
  let gamma: Scalar
  /// The margin m of samples of one label.
  let margin: Scalar
  /// 1 - m.
  let otherMargin: Scalar
  /// 1 + m.
  let reach: Scalar
  /// Whether a sample is no partner of itself.
  let removesDiagonal: Bool
  /// The slope of max(x, 0) where x is 0.
  let tie: Scalar
  /// Where softplus is linear.
  let softplus: Dialect.Softplus
  /// Whether subnormal numbers are zero.
  let flushes: Bool

  /// The number of samples.
  var count: Int { samples.count }

  /// Losses with the mask that the loss attaches to them: of those that a dtype has as positive.
  func unreduced<Storage: LossStorage>(
    _ losses: [Scalar], in type: Storage.Type
  ) -> UnreducedLosses<Scalar> where Storage.Compute == Scalar {
    let shape = Shape(unchecked: [count])
    return UnreducedLosses(
      losses: Tensor(unchecked: shape, elements: losses),
      mask: Tensor(unchecked: shape, elements: losses.map { Storage(rounding: $0).widened > 0 }))
  }

  /// The loss of a sample.
  ///
  /// - Complexity: O(m d).
  func loss(of sample: Int) -> Scalar {
    let (same, others) = partners(of: sample)
    return loss(
      LogSumOfExponentials(same.exponents.span).value
        + LogSumOfExponentials(others.exponents.span).value)
  }

  /// The loss of a sample, and its derivatives by the products of its embedding with all references.
  ///
  /// - Complexity: O(m d).
  func lossAndSlopes(of sample: Int) -> (loss: Scalar, slopes: [Scalar]) {
    let (same, others) = partners(of: sample)
    let sumOfSame = LogSumOfExponentials(same.exponents.span)
    let sumOfOthers = LogSumOfExponentials(others.exponents.span)
    let x = sumOfSame.value + sumOfOthers.value
    let lanes = Scalar.Lanes(repeating: x)
    let slope = softplus.selected(
      Scalar.sigmoids(lanes).positive, whereLinear: Scalar.Lanes(repeating: 1), at: lanes)[0]
    var slopes = [Scalar](repeating: 0, count: references.count)
    for (partners, sum) in [(same, sumOfSame), (others, sumOfOthers)] {
      for (place, share) in sum.shares(flushes: flushes).enumerated() {
        slopes[partners.references[place]] =
          (slope * share * partners.slopes[place]).flushed(if: flushes)
      }
    }
    return (loss(x), slopes)
  }

  /// softplus(x).
  private func loss(_ x: Scalar) -> Scalar {
    Scalar.softplus(Scalar.Lanes(repeating: x), softplus)[0].flushed(if: flushes)
  }

  /// From the derivatives by the products, row after row, to those by the embeddings.
  ///
  /// Where the references are the samples, each product is one of two of these, so that each has its
  /// row and its column.
  ///
  /// - Complexity: O(n m d).
  func gradient(_ slopes: [Scalar]) -> Tensor<Scalar> {
    let width = samples.width
    let columns = references.columns
    let extent = references.count
    var gradient: [Scalar] = []
    gradient.reserveCapacity(samples.elements.count)
    for sample in 0..<count {
      let byProducts = (0..<extent).map { reference in
        let slope = slopes[sample * extent + reference]
        return areReferencesSamples ? slope + slopes[reference * extent + sample] : slope
      }
      for k in 0..<width {
        let column = columns.span.extracting(k * extent..<(k + 1) * extent)
        gradient.append(sumOfProducts(byProducts.span, column).flushed(if: flushes))
      }
    }
    return Tensor(unchecked: Shape(unchecked: [count, width]), elements: gradient)
  }

  /// The partners of a sample: those of its label, and the others.
  private func partners(of sample: Int) -> (same: Partners<Scalar>, others: Partners<Scalar>) {
    var (same, others) = (Partners<Scalar>(), Partners<Scalar>())
    for other in references.labels.indices {
      let isSame = references.labels[other] == samples.labels[sample]
      if isSame, other == sample, removesDiagonal { continue }
      let gap =
        1
        - sumOfProducts(
          samples.elements.span.extracting(samples.range(of: sample)),
          references.elements.span.extracting(references.range(of: other)))
      let distance = gap.larger(0)
      let (exponent, slope) = isSame ? pull(distance) : push(distance)
      let byProduct = -slope * slopeOfPositivePart(gap)
      if isSame {
        same.append(other, exponent, byProduct)
      } else {
        others.append(other, exponent, byProduct)
      }
    }
    return (same, others)
  }

  /// -gamma w (m - D), w = max(m + D, 0), and its derivative by D.
  private func pull(_ distance: Scalar) -> (exponent: Scalar, slope: Scalar) {
    let weight = (margin + distance).larger(0)
    let rest = margin - distance
    // Where w is m + D, w - (m - D) is 2 D without a cancellation.
    let slope =
      weight > 0
      ? 2 * distance : weight - slopeOfPositivePart(margin + distance) * rest
    return (-gamma * weight * rest, gamma * slope)
  }

  /// gamma w (1 - m - D), w = max(1 + m - D, 0), and its derivative by D.
  private func push(_ distance: Scalar) -> (exponent: Scalar, slope: Scalar) {
    let weight = (reach - distance).larger(0)
    let rest = otherMargin - distance
    let slope = -(slopeOfPositivePart(reach - distance) * rest + weight)
    return (gamma * weight * rest, gamma * slope)
  }

  /// The slope of max(x, 0): 1, a tie's where x is 0, 0; also for NaN.
  private func slopeOfPositivePart(_ x: Scalar) -> Scalar { x > 0 ? 1 : x == 0 ? tie : 0 }
}

/// Partners of a sample, and what they add to its loss.
private struct Partners<Scalar: LossScalar> {
  /// Which references they are.
  private(set) var references: [Int] = []
  /// What logsumexp is taken of.
  private(set) var exponents: [Scalar] = []
  /// The derivatives of these by the products of the embeddings.
  private(set) var slopes: [Scalar] = []

  mutating func append(_ reference: Int, _ exponent: Scalar, _ slope: Scalar) {
    references.append(reference)
    exponents.append(exponent)
    slopes.append(slope)
  }
}

/// sum(a b), in the order of `LaneSum`.
///
/// - Complexity: O(`a.count`).
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func sumOfProducts<Scalar: LossScalar>(_ a: Span<Scalar>, _ b: Span<Scalar>) -> Scalar {
  var sum = LaneSum<Scalar>()
  for i in stride(from: 0, to: a.count, by: Scalar.Lanes.count) {
    sum.add(a.lanes(at: i, padding: 0) * b.lanes(at: i, padding: 0), first: a.count - i)
  }
  return sum.total
}
