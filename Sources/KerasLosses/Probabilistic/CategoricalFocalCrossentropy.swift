/// Focal crossentropy of one-hot or soft labels: sum(alpha (1 - q)^gamma (-t log q)).
///
/// q = clip(p / sum(p)) as in `CategoricalCrossentropy`; logits pass the softmax first, and are
/// therefore clipped as well.
///
/// Source: Keras 3.15.1, `keras.losses.CategoricalFocalCrossentropy`.
public struct CategoricalFocalCrossentropy: Loss {
  /// The factor of the classes.
  public let alpha: Alpha
  /// How much less is paid for what is nearly right.
  public let gamma: Double
  /// Whether `yPred` holds logits.
  public let fromLogits: Bool
  /// The share s of `t (1 - s) + s / n`, n the last extent of `yTrue`.
  public let labelSmoothing: Double
  /// The axis of the classes.
  public let axis: Int
  /// How the losses of the batch are combined.
  public let reduction: Reduction

  /// The Keras that is followed.
  public let dialect: Dialect

  /// Creates the loss; the defaults and the order are Keras's.
  public init(
    alpha: Alpha = 0.25, gamma: Double = 2, fromLogits: Bool = false, labelSmoothing: Double = 0,
    axis: Int = -1, reduction: Reduction = .sumOverBatchSize, dialect: Dialect = .keras315JAX
  ) {
    self.alpha = alpha
    self.gamma = gamma
    self.fromLogits = fromLogits
    self.labelSmoothing = labelSmoothing
    self.axis = axis
    self.reduction = reduction
    self.dialect = dialect
  }

  /// The factor of the classes: one number, or a list as long as the last axis of `yPred`.
  public enum Alpha: Equatable, Sendable {
    /// One factor of all classes.
    case all(Double)
    /// A factor for each place on the last axis, even if the classes are on another one; a list of
    /// one counts for all.
    case each([Double])
  }

  /// One loss for each row of classes, as `keras.losses.categorical_focal_crossentropy` returns them.
  ///
  /// - Throws: `LossError.shapeMismatch` unless both have one shape; `rankTooLow`, `axisOutOfRange`;
  ///   `invalidParameter` for a list of factors of another length than the last axis.
  /// - Complexity: O(elements).
  public func unreduced<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> UnreducedLosses<Storage.Compute> {
    let pass = try pass(yTrue, yPred)
    guard let factors = try rowFactors(yPred) else { return pass.losses }
    return UnreducedLosses(losses: pass.losses.losses.scaled(by: factors, dialect.flushes))
  }

  /// The losses of `unreduced`, and the way back to the gradient of `yPred`.
  ///
  /// - Throws: `LossError`, as `unreduced` does.
  /// - Complexity: that of `unreduced`.
  public func differentiated<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> DifferentiableLosses<Storage.Compute> {
    let losses = try pass(yTrue, yPred).differentiated
    guard let factors = try rowFactors(yPred) else { return losses }
    let flushes = dialect.flushes
    let scaled = losses.unreduced.losses.scaled(by: factors, flushes)
    return DifferentiableLosses(UnreducedLosses(losses: scaled)) { upstream in
      losses.gradient(upstream: upstream.scaled(by: factors, flushes))
    }
  }

  /// The factors of the losses, where a list of them does not run along the classes.
  private func rowFactors<Storage: LossStorage>(
    _ yPred: Tensor<Storage>
  ) throws(LossError) -> [Storage.Compute]? {
    guard case .each(let factors) = alpha, factors.count != 1, !isLast(yPred.shape) else {
      return nil
    }
    return rounded(factors, Storage.self)
  }

  /// Whether the classes are on the last axis.
  private func isLast(_ shape: Shape) -> Bool {
    axis == -1 || axis == shape.dimensions.count - 1
  }

  /// Factors of a list, as Keras makes a tensor of them.
  private func rounded<Storage: LossStorage>(
    _ factors: [Double], _ type: Storage.Type
  ) -> [Storage.Compute] {
    factors.map { Storage.constant(dialect.alphaList.rounded($0)) }
  }

  /// The factors along a row of classes: one for all of them, or one for each.
  private func classFactors<Storage: LossStorage>(
    _ yPred: Tensor<Storage>
  ) throws(LossError) -> [Storage.Compute] {
    switch alpha {
    case .all(let factor): return [Storage.constant(factor)]
    case .each(let factors):
      let extent = yPred.shape.dimensions.last ?? 1
      guard [1, extent].contains(factors.count) else {
        throw .invalidParameter(
          name: "alpha", value: "\(factors)", expected: "a number, or a list of \(extent)")
      }
      // Those that do not run along the classes scale the losses: see `rowFactors`.
      return factors.count == 1 || isLast(yPred.shape) ? rounded(factors, Storage.self) : [1]
    }
  }

  private func pass<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>
  ) throws(LossError) -> RowPass<CategoricalFocalRow<Storage.Compute>> {
    try dialect.require(Self.names)
    // Shapes that do not fit, and an axis that there is not, are told before alphas that do not fit.
    guard yTrue.shape == yPred.shape else {
      throw .shapeMismatch(yTrue: yTrue.shape, yPred: yPred.shape, expected: "the same shape")
    }
    _ = try ClassAxis(axis, of: yPred.shape)
    let classes = dialect.focalSmoothingClassCount.classes(of: yTrue.shape, axis: axis)
    let kernel = CategoricalFocalRow<Storage.Compute>(
      alpha: try classFactors(yPred),
      gamma: Storage.constant(dialect.opsNumbers.rounded(gamma)),
      zerothPower: dialect.zerothPowerSlope, fromLogits: fromLogits,
      limits: ClipLimits(byOps: Storage.self, dialect), flushes: dialect.flushes,
      smoothing: LabelSmoothing(labelSmoothing, classes: classes, Storage.self))
    return try RowPass(yTrue, yPred, .same, dialect, axis: axis, kernel)
  }
}

extension CategoricalFocalCrossentropy.Alpha: ExpressibleByFloatLiteral {
  /// One factor.
  public init(floatLiteral value: Double) { self = .all(value) }
}

extension CategoricalFocalCrossentropy.Alpha: ExpressibleByIntegerLiteral {
  /// One factor.
  public init(integerLiteral value: Int) { self = .all(Double(value)) }
}

extension CategoricalFocalCrossentropy.Alpha: ExpressibleByArrayLiteral {
  /// A factor for each place on the last axis.
  public init(arrayLiteral elements: Double...) { self = .each(elements) }
}

extension Tensor where Element: LossScalar {
  /// The elements times factors that repeat along the last axis.
  ///
  /// - Complexity: O(elements).
  fileprivate func scaled(by factors: [Element], _ flushes: Bool) -> Tensor {
    let products = elements.enumerated().map { place, element in
      (element * factors[place % factors.count]).flushed(if: flushes)
    }
    return Tensor(unchecked: shape, elements: products)
  }
}

/// sum(alpha (1 - q)^gamma (-t log q)) over a row of classes.
struct CategoricalFocalRow<Scalar: LossScalar>: RowKernel {
  /// One factor for all classes, or one for each.
  let alpha: [Scalar]
  let gamma: Scalar
  /// The slope of x^0.
  let zerothPower: Dialect.ZerothPowerSlope
  let fromLogits: Bool
  let limits: ClipLimits<Scalar>
  /// Whether subnormal numbers are zero.
  let flushes: Bool
  let smoothing: LabelSmoothing<Scalar>

  @inline(__always) func loss(_ yTrue: Span<Scalar>, _ yPred: Span<Scalar>) -> Scalar {
    let softmax = fromLogits ? Softmax(yPred) : nil
    let divisor = total(yPred, softmax)
    var sum = LaneSum<Scalar>()
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      let t = smoothing(yTrue.lanes(at: i, padding: 0).flushed(if: flushes))
      let q = limits.clipped(probabilities(yPred, at: i, softmax) / divisor)
      let crossentropy = -t * Scalar.logarithmOfNormal(q)
      sum.add(
        Scalar.power(1 - q, gamma) * factors(at: i) * crossentropy, first: yPred.count - i)
    }
    return sum.total.flushed(if: flushes)
  }

  @inline(__always) func loss(
    _ yTrue: Span<Scalar>, _ yPred: Span<Scalar>, slopes: inout MutableSpan<Scalar>
  ) -> Scalar {
    let softmax = fromLogits ? Softmax(yPred) : nil
    let divisor = total(yPred, softmax)
    // The slopes by q first, then back through the rescaling: (d_j - sum(d q)) / sum(p).
    var sum = LaneSum<Scalar>()
    var products = LaneSum<Scalar>()
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      let t = smoothing(yTrue.lanes(at: i, padding: 0).flushed(if: flushes))
      let quotient = probabilities(yPred, at: i, softmax) / divisor
      let q = limits.clipped(quotient)
      let crossentropy = -t * Scalar.logarithmOfNormal(q)
      let alpha = factors(at: i)
      let factor = Scalar.power(1 - q, gamma) * alpha
      let factorSlope = zerothPower.slopes(ofPower: gamma, 1 - q) * alpha
      sum.add(factor * crossentropy, first: yPred.count - i)
      let slope = limits.passed(
        -(factorSlope * crossentropy + factor * (t / q)), at: quotient)
      products.add(slope * q, first: yPred.count - i)
      slopes.setLanes(slope, at: i)
    }
    let common = products.total
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      var slope = (slopes.span.lanes(at: i, padding: 0) - common) / divisor
      if let softmax {
        // Back through the softmax, where sum(y d) is 0, or NaN if it is not finite.
        slope = (slope + (common - common)) * softmax.probabilities(yPred.lanes(at: i, padding: 0))
      }
      slopes.setLanes(slope, at: i)
    }
    return sum.total.flushed(if: flushes)
  }

  /// The factors of some classes of the row.
  @inline(__always) private func factors(at index: Int) -> Scalar.Lanes {
    alpha.count == 1
      ? Scalar.Lanes(repeating: alpha[0]) : alpha.span.lanes(at: index, padding: 0)
  }

  /// The sum of a row of probabilities.
  @inline(__always) private func total(
    _ yPred: Span<Scalar>, _ softmax: Softmax<Scalar>?
  ) -> Scalar {
    var total = LaneSum<Scalar>()
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      total.add(probabilities(yPred, at: i, softmax), first: yPred.count - i)
    }
    return total.total.flushed(if: flushes)
  }

  @inline(__always) private func probabilities(
    _ yPred: Span<Scalar>, at index: Int, _ softmax: Softmax<Scalar>?
  ) -> Scalar.Lanes {
    let x = yPred.lanes(at: index, padding: 0)
    return (softmax?.probabilities(x) ?? x).flushed(if: flushes)
  }
}
