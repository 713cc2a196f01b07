public import CKerasLosses
internal import KerasLosses

// swift-format-ignore: AlwaysUseLowerCamelCase
/// The loss of a batch, and its gradient where it is asked for; see the header.
@c @implementation public func keras_loss_call(
  _ loss: OpaquePointer?, _ inputs: UnsafePointer<keras_loss_inputs>?,
  _ value: UnsafeMutablePointer<keras_loss_output>?,
  _ gradient: UnsafeMutablePointer<keras_loss_output>?,
  _ failure: UnsafeMutablePointer<keras_loss_failure>?
) -> Bool {
  if let loss = unsafe loss, let inputs = unsafe inputs, let value = unsafe value,
    unsafe reduceRows(loss, inputs, value, gradient)
  {
    return true
  }
  return unsafe reporting(to: failure) { () throws(Failure) -> Void in
    guard let loss = unsafe loss, let inputs = unsafe inputs, let value = unsafe value else {
      throw Failure(call: "a call without loss, inputs or value")
    }
    let called = unsafe Unmanaged<DynamicLoss>.fromOpaque(UnsafeRawPointer(loss))
      .takeUnretainedValue()
    let arrays = unsafe try DynamicLoss.Inputs(inputs.pointee)
    let answer = try failing { () throws(LossError) in
      unsafe try called.answer(to: arrays, withGradient: gradient != nil)
    }
    unsafe try value.pointee.write(answer.value)
    if let slopes = answer.gradient { unsafe try gradient?.pointee.write(slopes) }
  } != nil
}

// swift-format-ignore: AlwaysUseLowerCamelCase
/// Weights, mask and reduction of losses; see the header.
@c @implementation public func keras_loss_reduce(
  _ losses: UnsafePointer<keras_loss_array>?, _ sampleWeight: UnsafePointer<keras_loss_array>?,
  _ mask: UnsafePointer<keras_loss_array>?, _ reduction: UnsafePointer<CChar>?,
  _ dialect: UnsafePointer<CChar>?, _ dtype: UnsafePointer<CChar>?,
  _ value: UnsafeMutablePointer<keras_loss_output>?,
  _ failure: UnsafeMutablePointer<keras_loss_failure>?
) -> Bool {
  unsafe reporting(to: failure) { () throws(Failure) -> Void in
    guard let value = unsafe value, let losses = unsafe try array(losses, named: "losses") else {
      throw Failure(call: "a call without losses or value")
    }
    let weights = unsafe try array(sampleWeight, named: "sample_weight")
    let mask = unsafe try array(mask, named: "mask")
    let (reduction, dialect, dtype) = unsafe (text(reduction), text(dialect), text(dtype))
    let reduced = try failing { () throws(LossError) in
      let dialect = try followed(dialect)
      return try losses.reduced(
        by: dialect.reduction(reduction.map(ParameterValue.string) ?? .null),
        sampleWeight: weights, mask: mask, dialect: dialect, dtype: computed(in: dtype))
    }
    unsafe try value.pointee.write(reduced)
  } != nil
}

extension DynamicLoss.Inputs {
  /// Takes the arrays of the header.
  ///
  /// - Throws: `invalid_call`, `invalid_shape`.
  fileprivate init(_ inputs: keras_loss_inputs) throws(Failure) {
    guard let yTrue = unsafe try array(inputs.y_true, named: "y_true"),
      let yPred = unsafe try array(inputs.y_pred, named: "y_pred")
    else { throw Failure(call: "a call without y_true or y_pred") }
    self.init(
      yTrue: yTrue, yPred: yPred,
      sampleWeight: unsafe try array(inputs.sample_weight, named: "sample_weight"),
      mask: unsafe try array(inputs.mask, named: "mask"),
      refLabels: unsafe try array(inputs.ref_labels, named: "ref_labels"),
      refEmbeddings: unsafe try array(inputs.ref_embeddings, named: "ref_embeddings"))
  }
}
