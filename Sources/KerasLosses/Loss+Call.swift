extension Loss {
  /// The loss of a batch: what calling the Keras class with its arrays returns.
  ///
  /// Labels are cast to the dtype of `yPred`; ranks that differ by one are repaired; the mask is
  /// merged into the weights, these multiply the losses by NumPy's broadcasting, and the result is
  /// reduced. A reduced loss has the shape `()`.
  ///
  /// Source: Keras 3.15.1, `keras.losses.Loss.__call__`, `reduce_weighted_values`.
  ///
  /// - Parameters:
  ///   - yTrue: The labels.
  ///   - yPred: The predictions; their dtype is that of the loss.
  ///   - sampleWeight: Weights that broadcast against the losses; Keras adds no axes to them but one.
  ///   - mask: Which losses count, as the Keras mask of `yPred`.
  /// - Returns: The reduced loss, or the weighted losses where nothing reduces them.
  /// - Throws: `LossError`.
  /// - Complexity: O(elements of `yPred` and of the weighted losses).
  public func callAsFunction<Label: LossLabel, Scalar: LossScalar>(
    yTrue: Tensor<Label>, yPred: Tensor<Scalar>, sampleWeight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> Tensor<Scalar> {
    let labels = Tensor(unchecked: yTrue.shape, elements: yTrue.converted(to: Scalar.self))
    let (trueShape, predShape) = repairedRanks(yTrue.shape, yPred.shape)
    let unreduced = try unreduced(
      yTrue: labels.reshaped(to: trueShape), yPred: yPred.reshaped(to: predShape))
    var losses = unreduced.losses
    var weight = sampleWeight
    if let mask = try merged(mask, unreduced.mask) {
      weight = try maskedWeight(weight, mask)
    }
    if let given = weight {
      let (lossShape, weightShape) = repairedRanks(losses.shape, given.shape)
      let repaired = given.reshaped(to: weightShape)
      losses = try losses.reshaped(to: lossShape)
        .combined(with: repaired, argument: "sample_weight") { [flushes = dialect.flushes] in
          ($0 * $1).flushed(if: flushes)
        }
      weight = repaired
    }
    return reduced(losses, weight: weight)
  }

  /// The caller's mask and the one that the loss attaches, both where both are given.
  private func merged(
    _ given: Tensor<Bool>?, _ attached: Tensor<Bool>?
  ) throws(LossError) -> Tensor<Bool>? {
    guard let given, let attached else { return given ?? attached }
    return try attached.combined(with: given, argument: "mask") { $0 && $1 }
  }

  /// The mask as a weight: kept positions count total / valid for means, 1 otherwise.
  private func maskedWeight<Scalar: LossScalar>(
    _ weight: Tensor<Scalar>?, _ mask: Tensor<Bool>
  ) throws(LossError) -> Tensor<Scalar> {
    var kept: Scalar = 1
    if reduction == .mean || reduction == .sumOverBatchSize {
      let valid = mask.elements.count { $0 }
      kept = valid == 0 ? 0 : Scalar(mask.shape.count) / Scalar(valid)
    }
    let factors = Tensor(unchecked: mask.shape, elements: mask.elements.map { $0 ? kept : 0 })
    guard let weight else { return factors }
    let (factorShape, weightShape) = repairedRanks(factors.shape, weight.shape)
    let product = try factors.reshaped(to: factorShape)
      .combined(with: weight.reshaped(to: weightShape), argument: "sample_weight", *)
    guard dialect.maskAndWeight == .broadcast || product.shape == weightShape else {
      throw .weightNotBroadcastable(
        argument: "mask", shape: factorShape, losses: weightShape)
    }
    return product
  }

  /// The weighted losses reduced; the shapes `()` and `(0,)` stay as they are.
  private func reduced<Scalar: LossScalar>(
    _ losses: Tensor<Scalar>, weight: Tensor<Scalar>?
  ) -> Tensor<Scalar> {
    if reduction == .none || losses.shape == .scalar || losses.shape.dimensions == [0] {
      return losses
    }
    let sum = KerasLosses.sum(losses.elements.span)
    switch reduction {
    case .none, .sum: return Tensor(scalar: sum)
    case .sumOverBatchSize, .mean:
      return Tensor(scalar: sum.divided(by: Scalar(losses.shape.count), flushes: dialect.flushes))
    case .meanWithSampleWeight:
      let divisor = weight.map { KerasLosses.sum($0.elements.span) } ?? Scalar(losses.shape.count)
      return Tensor(scalar: sum.divided(by: divisor, flushes: dialect.flushes))
    }
  }
}

extension LossScalar {
  /// This number by another, 0 where the other is 0.
  fileprivate func divided(by divisor: Self, flushes: Bool) -> Self {
    divisor == 0 ? 0 : (self / divisor).flushed(if: flushes)
  }
}
