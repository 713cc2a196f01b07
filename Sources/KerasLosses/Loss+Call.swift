extension Loss {
  /// The loss of a batch: what calling the Keras class with its arrays returns.
  ///
  /// Labels are cast to the dtype of `yPred`, unless the dialect leaves that to the function; ranks
  /// that differ by one are repaired; the mask is merged into the weights, these multiply the losses
  /// by NumPy's broadcasting, and the result is reduced. A reduced loss has the shape `()`.
  ///
  /// Source: Keras 3.15.1, `keras.losses.Loss.__call__`, `reduce_weighted_values`.
  ///
  /// - Parameters:
  ///   - yTrue: The labels.
  ///   - yPred: The predictions; their dtype is that of the loss.
  ///   - sampleWeight: Weights that broadcast against the losses; Keras adds no axes to them but one.
  ///   - mask: Which losses count, as the Keras mask of `yPred`.
  /// - Returns: The reduced loss, or the weighted losses where nothing reduces them.
  /// - Throws: `LossError`; `notInDialect` and `invalidParameter` where the Keras that is followed has
  ///   no such loss, class or reduction.
  /// - Complexity: O(elements of `yPred` and of the weighted losses).
  public func callAsFunction<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>, sampleWeight: Tensor<Storage>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> Tensor<Storage> {
    try dialect.requireClass(reducedBy: reduction)
    let (labels, predictions) = repaired(yTrue, yPred)
    let losses =
      dialect.classDtype == .own
      ? try unreduced(yTrue: labels.converted(to: Storage.self), yPred: predictions)
      : try unreduced(yTrue: labels, yPred: predictions)
    return try WeightedLosses(losses, sampleWeight, mask, reduction, dialect).reduced.rounded()
  }

  /// The loss of a batch as `callAsFunction` returns it, and its gradient by `yPred`.
  ///
  /// The gradient passes reduction, weights and mask, label smoothing, and what broadcasting repeats.
  ///
  /// - Parameters:
  ///   - yTrue: The labels.
  ///   - yPred: The predictions; their dtype is that of the loss and of the gradient.
  ///   - sampleWeight: Weights that broadcast against the losses; Keras adds no axes to them but one.
  ///   - mask: Which losses count, as the Keras mask of `yPred`.
  /// - Returns: The value, and the derivative of the sum of its elements, of the shape of `yPred`.
  /// - Throws: `LossError`; `notInDialect` where the Keras that is followed has no gradients.
  /// - Complexity: O(elements of `yPred` and of the weighted losses), for most losses.
  public func valueAndGradient<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>, sampleWeight: Tensor<Storage>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> ValueAndGradient<Storage> {
    try dialect.requireGradients()
    try dialect.requireClass(reducedBy: reduction)
    let (labels, predictions) = repaired(yTrue, yPred)
    let losses =
      dialect.classDtype == .own
      ? try differentiated(yTrue: labels.converted(to: Storage.self), yPred: predictions)
      : try differentiated(yTrue: labels, yPred: predictions)
    let weighted = try WeightedLosses<Storage>(
      losses.unreduced, sampleWeight, mask, reduction, dialect)
    let gradient = losses.gradient(upstream: weighted.upstream)
    return ValueAndGradient(
      value: weighted.reduced.rounded(), gradient: gradient.reshaped(to: yPred.shape).rounded())
  }

  /// The losses as the bare Keras function returns them, and the gradient of their sum by `yPred`.
  ///
  /// - Parameters:
  ///   - yTrue: The labels.
  ///   - yPred: The predictions; their dtype is that of the losses and of the gradient.
  /// - Returns: The losses, and the derivative of their sum, of the shape of `yPred`.
  /// - Throws: `LossError`; `notInDialect` where the Keras that is followed has no gradients.
  /// - Complexity: O(elements), for most losses.
  public func unreducedValueAndGradient<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> ValueAndGradient<Storage> {
    try dialect.requireGradients()
    return try differentiated(yTrue: yTrue, yPred: yPred).valueAndGradient()
  }

  /// Labels and predictions of one rank where they differ by one.
  private func repaired<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>
  ) -> (yTrue: Tensor<Label>, yPred: Tensor<Storage>) {
    let (trueShape, predShape) = repairedRanks(yTrue.shape, yPred.shape, dialect.classRanks)
    return (yTrue.reshaped(to: trueShape), yPred.reshaped(to: predShape))
  }
}
