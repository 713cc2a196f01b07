internal import CLossKernels

/// What the binary losses share: the crossentropy of each label, from probabilities or from logits.
///
/// Source: Keras 3.15.1, `keras.ops.binary_crossentropy` on each backend; Keras 1.2.2, tf-keras 2.21,
/// `backend.binary_crossentropy`.
struct BinaryTerms<Scalar: LossScalar>: Sendable {
  private let ofLogits: Dialect.BinaryLogits
  private let logarithms: Dialect.BinaryLogs
  private let domain: Dialect.BinaryDomain
  private let shapes: Dialect.BinaryShapes
  /// The limits of probabilities.
  private let limits: ClipLimits<Scalar>
  /// What is added inside the logarithms.
  private let inside: Scalar
  /// What q (1 - q) is at least in slopes, so that torch's are finite where 1 - q rounds to 0.
  private let leastProduct: Scalar

  /// What a dialect has in a dtype.
  init<Storage: LossStorage>(
    _ type: Storage.Type, _ dialect: Dialect
  ) where Storage.Compute == Scalar {
    ofLogits = dialect.binaryLogits
    logarithms = dialect.binaryLogs
    domain = dialect.binaryDomain
    shapes = dialect.binaryShapes
    limits = ClipLimits(Storage.self, dialect)
    inside = dialect.epsilonInLog ? Storage.kerasEpsilon : 0
    leastProduct = dialect.binaryLogs == .log1p ? Storage.constant(1e-12) : 0
  }

  /// A kernel of the C target with these terms in it; `nil` where it has not their form.
  func compiled(
    _ kernel: loss_kernel, fromLogits: Bool, smoothing: LabelSmoothing<Scalar>, flushes: Bool
  ) -> CompiledKernel<Scalar>? {
    if fromLogits {
      guard ofLogits == .stable else { return nil }
      return CompiledKernel(kernel: kernel, flushes: flushes, smoothing: smoothing)
    }
    guard logarithms == .logs, inside == 0, limits.high != 1 else { return nil }
    return .clipping(kernel, to: limits, flushes: flushes, smoothing: smoothing)
  }

  /// Whether there are logits that stay logits: others pass the sigmoid and are probabilities.
  private func staysLogits(_ fromLogits: Bool) -> Bool {
    fromLogits && ofLogits != .clippedSigmoid
  }

  // MARK: - Losses

  /// The crossentropies of labels.
  @inline(__always) func losses(
    _ labels: Scalar.Lanes, _ predictions: Scalar.Lanes, fromLogits: Bool
  ) -> Scalar.Lanes {
    if staysLogits(fromLogits) { return losses(labels, ofLogits: predictions) }
    let q = limits.clipped(fromLogits ? Scalar.sigmoid(predictions) : predictions)
    switch logarithms {
    case .logs:
      var (q, rest) = (q, 1 - q)
      if inside != 0 { (q, rest) = (q + inside, rest + inside) }
      var logarithmOfRest = Scalar.logarithmOfNormal(rest)
      if limits.high == 1 {
        // 1 - epsilon is 1 in the halves.
        logarithmOfRest = logarithmOfRest.replacing(
          Scalar.Lanes(repeating: -.infinity), whereZero: rest)
      }
      return losses(labels, Scalar.logarithmOfNormal(q), logarithmOfRest)
    case .log1p:
      return losses(
        labels, Scalar.logarithmOfNormal(q).atLeast(-100),
        Scalar.logarithm(ofOneMinus: q).atLeast(-100))
    case .logit:
      return losses(labels, ofLogits: Scalar.logarithm(q / (1 - q)))
    }
  }

  /// -(t log q + (1 - t) log(1 - q)).
  @inline(__always) private func losses(
    _ labels: Scalar.Lanes, _ logarithm: Scalar.Lanes, _ logarithmOfRest: Scalar.Lanes
  ) -> Scalar.Lanes {
    -(labels * logarithm + (1 - labels) * logarithmOfRest)
  }

  /// The crossentropies of labels by logits that stay logits: one number in several forms.
  @inline(__always) private func losses(
    _ labels: Scalar.Lanes, ofLogits x: Scalar.Lanes
  ) -> Scalar.Lanes {
    // softplus(x) and softplus(-x) share their logarithm.
    let tail = Scalar.logarithmOfOnePlus(Scalar.exponential(-x.magnitudes))
    switch ofLogits {
    case .positivePart:
      return (x.positivePart - x * labels) + tail
    case .oneLogSigmoid:
      return (1 - labels) * x + ((-x).positivePart + tail)
    case .stable, .clippedSigmoid:
      return labels * ((-x).positivePart + tail) + (1 - labels) * (x.positivePart + tail)
    }
  }

  // MARK: - Slopes

  /// The slopes of `losses` by the predictions.
  @inline(__always) func slopes(
    _ labels: Scalar.Lanes, _ predictions: Scalar.Lanes, fromLogits: Bool
  ) -> Scalar.Lanes {
    guard fromLogits else { return slopes(labels, ofProbabilities: predictions) }
    switch ofLogits {
    case .stable, .positivePart:
      // sigmoid(x) - t, the exponential being that of -|x| for both sigmoids.
      let (positive, negative) = Scalar.sigmoids(predictions)
      return (1 - labels) * positive - labels * negative
    case .oneLogSigmoid:
      // torch cancels where the prediction is confident and right.
      return Scalar.sigmoid(predictions) - labels
    case .clippedSigmoid:
      let p = Scalar.sigmoid(predictions)
      return slopes(labels, ofProbabilities: p) * (p * Scalar.sigmoid(-predictions))
    }
  }

  /// (q - t) / (q (1 - q)): the derivative of -(t log q + (1 - t) log(1 - q)), also through a logit.
  ///
  /// With e inside the logarithms it is (q - t + e (1 - 2 t)) / ((q + e) (1 - q + e)).
  @inline(__always) private func slopes(
    _ labels: Scalar.Lanes, ofProbabilities p: Scalar.Lanes
  ) -> Scalar.Lanes {
    let q = limits.clipped(p)
    let product = (q + inside) * ((1 - q) + inside)
    var slopes = ((q - labels) + (1 - labels * 2) * inside) / product.atLeast(leastProduct)
    if logarithms == .logit, limits.high == 1 {
      // The slope of the logarithm of an infinite quotient is 0, that of the quotient infinite.
      slopes = slopes.replacing(Scalar.Lanes(repeating: .nan), whereZero: 1 - q)
    }
    return limits.passed(slopes, at: p)
  }

  /// What arrives at the predictions: 0 where the clip leaves them out and the dialect selects.
  func taken(
    _ gradient: Scalar.Lanes, _ predictions: Scalar.Lanes, fromLogits: Bool
  ) -> Scalar.Lanes {
    staysLogits(fromLogits)
      ? gradient
      : limits.taken(gradient, at: fromLogits ? Scalar.sigmoid(predictions) : predictions)
  }

  // MARK: - Domain

  /// The shapes that are accepted: logits never broadcast.
  func shapes(fromLogits: Bool) -> ShapeRule {
    shapes == .equal || staysLogits(fromLogits) ? .same : .broadcast
  }

  /// Refuses labels and probabilities outside [0, 1] where the dialect does.
  ///
  /// - Throws: `LossError.valueOutOfRange`.
  /// - Complexity: O(1) where nothing is refused, else O(elements).
  func requireDomain<Storage: LossStorage, Label: LossLabel>(
    _ yTrue: Tensor<Label>, smoothing: LabelSmoothing<Scalar>, _ yPred: Tensor<Storage>,
    fromLogits: Bool
  ) throws(LossError) where Storage.Compute == Scalar {
    guard domain == .unitInterval, !staysLogits(fromLogits) else { return }
    try requireDomain(
      yTrue.converted(to: Storage.self).widened.storage.span, smoothing: smoothing,
      yPred.widened.storage.span, fromLogits: fromLogits)
  }

  /// Refuses labels and probabilities outside [0, 1] where the dialect does.
  ///
  /// - Throws: `LossError.valueOutOfRange`.
  /// - Complexity: O(1) where nothing is refused, else O(elements).
  func requireDomain(
    _ yTrue: Span<Scalar>, smoothing: LabelSmoothing<Scalar>, _ yPred: Span<Scalar>,
    fromLogits: Bool
  ) throws(LossError) {
    guard domain == .unitInterval, !staysLogits(fromLogits) else { return }
    guard yTrue.isWithinUnitInterval({ smoothing($0) }) else {
      throw .valueOutOfRange(argument: "y_true", expected: "labels from 0 to 1")
    }
    // Clipped or from a sigmoid, only NaN is outside.
    guard yPred.isWithinUnitInterval({ limits.clipped($0) }) else {
      throw .valueOutOfRange(argument: "y_pred", expected: "probabilities, not NaN")
    }
  }
}

extension Span where Element: LossScalar {
  /// Whether what a function makes of each number is from 0 to 1.
  fileprivate func isWithinUnitInterval(_ function: (Element.Lanes) -> Element.Lanes) -> Bool {
    for i in stride(from: 0, to: count, by: Element.Lanes.count) {
      let numbers = function(lanes(at: i, padding: 0))
      // 0 where nothing is cut off; NaN for NaN.
      guard (numbers.clipped(0, 1) - numbers).areZero else { return false }
    }
    return true
  }
}
