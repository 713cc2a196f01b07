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
    let pairs = try pairs(yTrue, yPred)
    return pairs.unreduced((0..<pairs.count).map { pairs.loss(of: $0) })
  }

  /// The losses of `unreduced`, and the way back to the gradient of `yPred`.
  ///
  /// - Throws: `LossError`, as `unreduced` does.
  /// - Complexity: that of `unreduced`, and so is the pullback; slopes of all pairs are kept.
  public func differentiated<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> DifferentiableLosses<Storage.Compute> {
    let pairs = try pairs(yTrue, yPred)
    var losses: [Storage.Compute] = []
    var slopes: [Storage.Compute] = []
    for sample in 0..<pairs.count {
      let (loss, row) = pairs.lossAndSlopes(of: sample)
      losses.append(loss)
      slopes += row
    }
    return DifferentiableLosses(pairs.unreduced(losses)) { [slopes] upstream in
      pairs.gradient(scaledRows(slopes, by: upstream.elements, flushes: pairs.flushes))
    }
  }

  private func pairs<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>
  ) throws(LossError) -> EmbeddingPairs<Storage.Compute> {
    try dialect.require(Self.names)
    let count = yPred.shape.dimensions.first ?? 0
    guard yPred.shape.rank == 2, [[count], [count, 1]].contains(yTrue.shape.dimensions) else {
      throw .shapeMismatch(
        yTrue: yTrue.shape, yPred: yPred.shape, expected: "labels (n,) and embeddings (n, d)")
    }
    let embeddings = yPred.widened.elements.map { $0.flushed(if: dialect.flushes) }
    return EmbeddingPairs(
      labels: yTrue.converted(to: Storage.self).widened.elements,
      embeddings: Tensor(unchecked: yPred.shape, elements: embeddings),
      gamma: Storage.constant(gamma), margin: Storage.constant(margin),
      otherMargin: Storage.constant(1 - margin), reach: Storage.constant(1 + margin),
      removesDiagonal: removeDiagonal, tie: Storage.Compute(dialect.maximumTie.slope),
      flushes: dialect.flushes)
  }
}

/// The pairs of the samples of a batch.
private struct EmbeddingPairs<Scalar: LossScalar>: Sendable {
  let labels: [Scalar]
  /// One row a sample.
  let embeddings: Tensor<Scalar>
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
  /// Whether subnormal numbers are zero.
  let flushes: Bool

  /// The number of samples.
  var count: Int { labels.count }

  /// Losses with the mask that the loss attaches to them.
  func unreduced(_ losses: [Scalar]) -> UnreducedLosses<Scalar> {
    let shape = Shape(unchecked: [count])
    return UnreducedLosses(
      losses: Tensor(unchecked: shape, elements: losses),
      mask: Tensor(unchecked: shape, elements: losses.map { $0 > 0 }))
  }

  /// The loss of a sample.
  ///
  /// - Complexity: O(n d).
  func loss(of sample: Int) -> Scalar {
    let (same, others) = partners(of: sample)
    return loss(
      LogSumOfExponentials(same.exponents.span).value
        + LogSumOfExponentials(others.exponents.span).value)
  }

  /// The loss of a sample, and its derivatives by the products of its embedding with all.
  ///
  /// - Complexity: O(n d).
  func lossAndSlopes(of sample: Int) -> (loss: Scalar, slopes: [Scalar]) {
    let (same, others) = partners(of: sample)
    let sumOfSame = LogSumOfExponentials(same.exponents.span)
    let sumOfOthers = LogSumOfExponentials(others.exponents.span)
    let x = sumOfSame.value + sumOfOthers.value
    let slope = Scalar.sigmoid(Scalar.Lanes(repeating: x))[0]
    var slopes = [Scalar](repeating: 0, count: count)
    for (partners, sum) in [(same, sumOfSame), (others, sumOfOthers)] {
      for (place, share) in sum.shares(flushes: flushes).enumerated() {
        slopes[partners.samples[place]] =
          (slope * share * partners.slopes[place]).flushed(if: flushes)
      }
    }
    return (loss(x), slopes)
  }

  /// softplus(x).
  private func loss(_ x: Scalar) -> Scalar {
    Scalar.softplus(Scalar.Lanes(repeating: x))[0].flushed(if: flushes)
  }

  /// From the derivatives by the products, row after row, to those by the embeddings.
  ///
  /// Each product is one of two embeddings, so that each has its row and its column.
  ///
  /// - Complexity: O(n^2 d).
  func gradient(_ slopes: [Scalar]) -> Tensor<Scalar> {
    let width = embeddings.shape.dimensions[1]
    var columns: [Scalar] = []
    columns.reserveCapacity(embeddings.shape.count)
    for k in 0..<width {
      for sample in 0..<count { columns.append(embeddings.elements[sample * width + k]) }
    }
    var gradient: [Scalar] = []
    gradient.reserveCapacity(embeddings.shape.count)
    for sample in 0..<count {
      let both = (0..<count).map { slopes[sample * count + $0] + slopes[$0 * count + sample] }
      for k in 0..<width {
        let column = columns.span.extracting(k * count..<(k + 1) * count)
        gradient.append(sumOfProducts(both.span, column).flushed(if: flushes))
      }
    }
    return Tensor(unchecked: embeddings.shape, elements: gradient)
  }

  /// The partners of a sample: those of its label, and the others.
  private func partners(of sample: Int) -> (same: Partners<Scalar>, others: Partners<Scalar>) {
    let width = embeddings.shape.dimensions[1]
    func embedding(_ sample: Int) -> Range<Int> { sample * width..<(sample + 1) * width }
    var (same, others) = (Partners<Scalar>(), Partners<Scalar>())
    for other in labels.indices {
      let isSame = labels[other] == labels[sample]
      if isSame, other == sample, removesDiagonal { continue }
      let gap =
        1
        - sumOfProducts(
          embeddings.elements.span.extracting(embedding(sample)),
          embeddings.elements.span.extracting(embedding(other)))
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
  /// Which samples they are.
  private(set) var samples: [Int] = []
  /// What logsumexp is taken of.
  private(set) var exponents: [Scalar] = []
  /// The derivatives of these by the products of the embeddings.
  private(set) var slopes: [Scalar] = []

  mutating func append(_ sample: Int, _ exponent: Scalar, _ slope: Scalar) {
    samples.append(sample)
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
