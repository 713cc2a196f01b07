public import CKerasLosses
internal import KerasLosses

/// The loss of a batch, and its gradient where it is asked for; see the header.
@c @implementation public func keras_loss_call(
  _ loss: OpaquePointer?, _ inputs: UnsafePointer<keras_loss_inputs>?,
  _ value: UnsafeMutablePointer<keras_loss_output>?,
  _ gradient: UnsafeMutablePointer<keras_loss_output>?,
  _ failure: UnsafeMutablePointer<keras_loss_failure>?
) -> Bool {
  unsafe reporting(to: failure) { () throws(Failure) -> Void in
    guard let loss = unsafe loss, let inputs = unsafe inputs, let value = unsafe value else {
      throw Failure(call: "a call without loss, inputs or value")
    }
    let handle = unsafe Unmanaged<LossHandle>.fromOpaque(UnsafeRawPointer(loss))
      .takeUnretainedValue()
    let question = unsafe try LossQuestion(inputs.pointee)
    let type = try handle.type(for: question.yPred.type)
    func run<Storage: LossStorage>(_ storage: Storage.Type) throws(Failure) {
      let answer = unsafe try question.answer(
        of: handle, in: storage, withGradient: gradient != nil)
      unsafe try value.pointee.write(answer.value, type)
      if let slopes = answer.gradient { unsafe try gradient?.pointee.write(slopes, type) }
    }
    switch type {
    case .float16: try run(Float16.self)
    case .bfloat16: try run(BFloat16.self)
    case .float64: try run(Double.self)
    default: try run(Float.self)
    }
  } != nil
}

/// The arrays of a call.
struct LossQuestion {
  /// The predictions.
  let yPred: GivenArray
  private let yTrue: GivenArray
  private let sampleWeight: GivenArray?
  private let mask: GivenArray?
  private let refLabels: GivenArray?
  private let refEmbeddings: GivenArray?

  /// Takes the arrays of the header.
  ///
  /// - Throws: `invalid_call`, `invalid_shape`.
  init(_ inputs: keras_loss_inputs) throws(Failure) {
    guard let yTrue = unsafe try array(inputs.y_true, named: "y_true"),
      let yPred = unsafe try array(inputs.y_pred, named: "y_pred")
    else { throw Failure(call: "a call without y_true or y_pred") }
    self.yTrue = yTrue
    self.yPred = yPred
    sampleWeight = unsafe try array(inputs.sample_weight, named: "sample_weight")
    mask = unsafe try array(inputs.mask, named: "mask")
    refLabels = unsafe try array(inputs.ref_labels, named: "ref_labels")
    refEmbeddings = unsafe try array(inputs.ref_embeddings, named: "ref_embeddings")
  }

  /// What a loss computes, and its gradient where it is asked for.
  ///
  /// - Throws: what the loss refuses; arrays that its form does not take.
  func answer<Storage: LossStorage>(
    of handle: LossHandle, in type: Storage.Type, withGradient: Bool
  ) throws(Failure) -> (value: Tensor<Storage>, gradient: Tensor<Storage>?) {
    guard handle.isFunction else {
      return try answer(ofClass: handle.loss, in: type, withGradient)
    }
    if let name = sampleWeight != nil ? "sample_weight" : mask != nil ? "mask" : nil {
      throw refused(name, expected: "none, as bare functions have")
    }
    if refLabels != nil || refEmbeddings != nil {
      return try answer(ofReferences: handle.loss, in: type, withGradient)
    }
    return try answer(ofFunction: handle.loss, yTrue.labels(), in: type, withGradient)
  }

  private func answer<Storage: LossStorage>(
    ofClass loss: any KerasLoss, in type: Storage.Type, _ withGradient: Bool
  ) throws(Failure) -> (value: Tensor<Storage>, gradient: Tensor<Storage>?) {
    if let name = refLabels != nil ? "ref_labels" : refEmbeddings != nil ? "ref_embeddings" : nil {
      throw refused(name, expected: "none but by the function circle")
    }
    // The cast that the class makes of its labels.
    guard loss.dialect.classDtype == .own else {
      return try answer(ofClass: loss, yTrue.labels(), in: type, withGradient)
    }
    return try answer(ofClass: loss, yTrue.converted(to: type), in: type, withGradient)
  }

  private func answer<Storage: LossStorage>(
    ofClass loss: any KerasLoss, _ labels: some LabelTensor, in type: Storage.Type,
    _ withGradient: Bool
  ) throws(Failure) -> (value: Tensor<Storage>, gradient: Tensor<Storage>?) {
    let predictions = try yPred.converted(to: type)
    let weights = try sampleWeight?.converted(to: type)
    let kept = try mask?.flags()
    return try failing { () throws(LossError) in
      guard withGradient else {
        let value = try loss(
          yTrue: labels.tensor, yPred: predictions, sampleWeight: weights, mask: kept)
        return (value, nil)
      }
      let both = try loss.valueAndGradient(
        yTrue: labels.tensor, yPred: predictions, sampleWeight: weights, mask: kept)
      return (both.value, both.gradient)
    }
  }

  private func answer<Storage: LossStorage>(
    ofFunction loss: any KerasLoss, _ labels: some LabelTensor, in type: Storage.Type,
    _ withGradient: Bool
  ) throws(Failure) -> (value: Tensor<Storage>, gradient: Tensor<Storage>?) {
    let predictions = try yPred.converted(to: type)
    return try failing { () throws(LossError) in
      guard withGradient else {
        let losses = try loss.unreduced(yTrue: labels.tensor, yPred: predictions).losses
        return (losses.rounded(), nil)
      }
      let both = try loss.unreducedValueAndGradient(yTrue: labels.tensor, yPred: predictions)
      return (both.value, both.gradient)
    }
  }

  private func answer<Storage: LossStorage>(
    ofReferences loss: any KerasLoss, in type: Storage.Type, _ withGradient: Bool
  ) throws(Failure) -> (value: Tensor<Storage>, gradient: Tensor<Storage>?) {
    guard let circle = loss as? Circle else {
      throw refused(
        refLabels != nil ? "ref_labels" : "ref_embeddings",
        expected: "none but by the function circle")
    }
    let predictions = try yPred.converted(to: type)
    // As ids, labels and those of the references have one type, whatever their dtypes are.
    let ids = try yTrue.labels().ids()
    let refIDs = try refLabels?.labels().ids()
    let references = try refEmbeddings?.converted(to: type)
    return try failing { () throws(LossError) in
      guard withGradient else {
        let losses = try circle.unreduced(
          yTrue: ids, yPred: predictions, refLabels: refIDs, refEmbeddings: references
        ).losses
        return (losses.rounded(), nil)
      }
      let both = try circle.unreducedValueAndGradient(
        yTrue: ids, yPred: predictions, refLabels: refIDs, refEmbeddings: references)
      return (both.value, both.gradient)
    }
  }

  private func refused(_ name: String, expected: String) -> Failure {
    Failure(.invalidParameter(name: name, value: "given", expected: expected))
  }
}

extension LabelTensor {
  /// The labels as class ids.
  fileprivate func ids() throws(Failure) -> Tensor<Int> {
    try failing { () throws(LossError) in
      try Tensor(shape: tensor.shape, elements: tensor.elements.map(\.classID))
    }
  }
}

/// An array of the header, if it is given.
func array(
  _ array: UnsafePointer<keras_loss_array>?, named name: String
) throws(Failure) -> GivenArray? {
  guard let array = unsafe array else { return nil }
  return unsafe try GivenArray(array.pointee, named: name)
}
