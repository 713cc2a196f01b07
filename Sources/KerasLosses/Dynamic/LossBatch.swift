/// The arrays of a call, and what is asked about them.
struct LossBatch<Label: LossLabel, Storage: LossStorage> {
  /// The labels.
  let yTrue: Tensor<Label>
  /// The predictions.
  let yPred: Tensor<Storage>
  /// The weights, where a class is given some.
  let sampleWeight: Tensor<Storage>?
  /// The mask, where a class is given one.
  let mask: Tensor<Bool>?
  /// Whether the bare function is called.
  let isFunction: Bool
  /// Whether the gradient is asked for.
  let withGradient: Bool
}

/// The answer to a call in one dtype.
struct LossAnswer<Storage: LossStorage> {
  /// The loss, or the losses.
  let value: Tensor<Storage>
  /// The gradient by the predictions, where it is asked for.
  let gradient: Tensor<Storage>?

  init(_ value: Tensor<Storage>, gradient: Tensor<Storage>? = nil) {
    self.value = value
    self.gradient = gradient
  }

  init(_ both: ValueAndGradient<Storage>) { self.init(both.value, gradient: both.gradient) }
}

extension KerasLoss {
  /// The answer to labels of any type, in any dtype.
  func answer<Label: LossLabel, Storage: LossStorage>(
    generic batch: LossBatch<Label, Storage>
  ) throws(LossError) -> LossAnswer<Storage> {
    let (yTrue, yPred) = (batch.yTrue, batch.yPred)
    let (weight, mask) = (batch.sampleWeight, batch.mask)
    switch (batch.isFunction, batch.withGradient) {
    case (true, false):
      return LossAnswer(try unreduced(yTrue: yTrue, yPred: yPred).losses.rounded())
    case (true, true):
      return LossAnswer(try unreducedValueAndGradient(yTrue: yTrue, yPred: yPred))
    case (false, false):
      return LossAnswer(try self(yTrue: yTrue, yPred: yPred, sampleWeight: weight, mask: mask))
    case (false, true):
      return LossAnswer(
        try valueAndGradient(yTrue: yTrue, yPred: yPred, sampleWeight: weight, mask: mask))
    }
  }
}
