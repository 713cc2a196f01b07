/// The arrays of a call in one dtype, and what is asked about them.
struct LossBatch<Storage: LossStorage> {
  /// The labels, cast to the dtype.
  let yTrue: Tensor<Storage>
  /// The predictions.
  let yPred: Tensor<Storage>
  /// The weights, where a class is given some.
  let sampleWeight: Tensor<Storage>?
  /// The mask, where a class is given one.
  let mask: Tensor<Bool>?
}

/// What is called of a loss, and for what.
struct LossRequest {
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
  /// The answer in any dtype.
  func answer<Storage: LossStorage>(
    generic batch: LossBatch<Storage>, _ request: LossRequest
  ) throws(LossError) -> LossAnswer<Storage> {
    guard !request.isFunction else {
      return try answer(ofFunction: batch.yTrue, batch.yPred, request)
    }
    return try answer(
      ofClass: batch.yTrue, batch.yPred, sampleWeight: batch.sampleWeight, mask: batch.mask, request
    )
  }

  /// The answer of the class to labels of any type.
  func answer<Label: LossLabel, Storage: LossStorage>(
    ofClass yTrue: Tensor<Label>, _ yPred: Tensor<Storage>, sampleWeight: Tensor<Storage>?,
    mask: Tensor<Bool>?, _ request: LossRequest
  ) throws(LossError) -> LossAnswer<Storage> {
    guard request.withGradient else {
      return LossAnswer(
        try self(yTrue: yTrue, yPred: yPred, sampleWeight: sampleWeight, mask: mask))
    }
    return LossAnswer(
      try valueAndGradient(yTrue: yTrue, yPred: yPred, sampleWeight: sampleWeight, mask: mask))
  }

  /// The answer of the bare function to labels of any type.
  func answer<Label: LossLabel, Storage: LossStorage>(
    ofFunction yTrue: Tensor<Label>, _ yPred: Tensor<Storage>, _ request: LossRequest
  ) throws(LossError) -> LossAnswer<Storage> {
    guard request.withGradient else {
      return LossAnswer(try unreduced(yTrue: yTrue, yPred: yPred).losses.rounded())
    }
    return LossAnswer(try unreducedValueAndGradient(yTrue: yTrue, yPred: yPred))
  }
}
