/// A loss of `keras.losses` that is called with arrays of any dtype.
///
/// A class, so that a small call copies none of it.
public final class DynamicLoss: Sendable {
  private let loss: any KerasLoss
  /// The same loss, if its calls are compiled for each dtype.
  private let compiled: (any CompiledLoss)?
  /// The same loss, if its labels are class ids.
  private let ofIDs: (any ClassIDLoss)?
  /// Reduces the losses of rows, if the loss is a class that does so.
  ///
  /// A function, as to call the loss itself would copy it.
  private let reduceRows: (@Sendable (DynamicRows, UnsafeMutableRawPointer) -> Bool)?
  private let isFunction: Bool
  private let dtype: DType?

  /// Makes a loss from the parameters of a Keras config.
  ///
  /// - Parameters:
  ///   - name: The name of the class or the function, or an alias such as `mse`.
  ///   - config: The parameters by Keras's names; `name` and `dtype` are passed over.
  ///   - isFunction: Whether the bare function is meant.
  ///   - dialect: The Keras that is followed.
  ///   - dtype: What is computed in; `nil` for the dtype of the predictions, `float32` where that is no
  ///     float.
  /// - Throws: `LossError`, as `kerasLoss` does; `invalidParameter` for a dtype that is no float.
  public init(
    _ name: String, _ config: [String: ParameterValue] = [:], isFunction: Bool = false,
    dialect: Dialect = .keras315JAX, dtype: DType? = nil
  ) throws(LossError) {
    if let dtype { _ = try DType(computing: dtype.rawValue) }
    loss = try kerasLoss(name, config, isFunction: isFunction, dialect: dialect)
    compiled = loss as? any CompiledLoss
    ofIDs = loss as? any ClassIDLoss
    let isReduced =
      !isFunction && loss.reduction != .none
      && (try? loss.dialect.requireClass(reducedBy: loss.reduction)) != nil
    if isReduced, let ofRows = loss as? any CompiledRowLoss {
      reduceRows = { rows, value in unsafe ofRows.reduce(rows, into: value) }
    } else {
      reduceRows = nil
    }
    self.isFunction = isFunction
    self.dtype = dtype
  }

  /// The arrays of a call.
  public struct Inputs: Sendable {
    /// The labels.
    public let yTrue: DynamicArray
    /// The predictions.
    public let yPred: DynamicArray
    /// Weights that broadcast against the losses of a class.
    public let sampleWeight: DynamicArray?
    /// Which losses of a class count.
    public let mask: DynamicArray?
    /// The labels of other embeddings than the batch's own, for the function `circle`.
    public let refLabels: DynamicArray?
    /// These embeddings.
    public let refEmbeddings: DynamicArray?

    /// Takes the arrays of a call.
    public init(
      yTrue: DynamicArray, yPred: DynamicArray, sampleWeight: DynamicArray? = nil,
      mask: DynamicArray? = nil, refLabels: DynamicArray? = nil, refEmbeddings: DynamicArray? = nil
    ) {
      self.yTrue = yTrue
      self.yPred = yPred
      self.sampleWeight = sampleWeight
      self.mask = mask
      self.refLabels = refLabels
      self.refEmbeddings = refEmbeddings
    }

    /// The first that bare functions do not take.
    fileprivate var ofClass: String? {
      sampleWeight != nil ? "sample_weight" : mask != nil ? "mask" : nil
    }

    /// The first that only the function `circle` takes.
    fileprivate var ofReferences: String? {
      refLabels != nil ? "ref_labels" : refEmbeddings != nil ? "ref_embeddings" : nil
    }
  }

  /// The loss of a batch, or the losses that the bare function returns; and the gradient.
  ///
  /// - Parameters:
  ///   - inputs: The arrays.
  ///   - withGradient: Whether the gradient is asked for.
  /// - Returns: The value, and the derivative of the sum of its elements by the predictions, of their
  ///   shape.
  /// - Throws: `LossError`, as the loss does; `invalidParameter` for arrays that it does not take.
  /// - Complexity: that of the loss.
  public func answer(
    to inputs: Inputs, withGradient: Bool
  ) throws(LossError) -> (value: DynamicTensor, gradient: DynamicTensor?) {
    if isFunction, let name = inputs.ofClass { throw given(name, expected: "none, by a function") }
    let dtype = try dtype(for: inputs.yPred.dtype)
    switch dtype {
    case .float16:
      return try answer(inputs, dtype, Float16.self, withGradient).dynamic { DynamicTensor($0) }
    case .bfloat16:
      return try answer(inputs, dtype, BFloat16.self, withGradient).dynamic { DynamicTensor($0) }
    case .float64:
      return try answer(
        inputs, dtype, Double.self, withGradient,
        { (loss, batch) throws(LossError) in try loss.answer(batch) },
        { (loss, batch) throws(LossError) in try loss.answer(batch) }
      ).dynamic { DynamicTensor($0) }
    default:
      return try answer(
        inputs, dtype, Float.self, withGradient,
        { (loss, batch) throws(LossError) in try loss.answer(batch) },
        { (loss, batch) throws(LossError) in try loss.answer(batch) }
      ).dynamic { DynamicTensor($0) }
    }
  }

  /// Writes the reduced loss of rows in their dtype, and the gradient where there is a place for it:
  /// the bits that `answer` gives.
  ///
  /// - Returns: Whether it did. Where not, nothing is written, and `answer` is to be asked, which also
  ///   says what is wrong.
  /// - Complexity: that of the loss; no memory is allocated but for many rows.
  @unsafe package func reduce(_ rows: DynamicRows, into value: UnsafeMutableRawPointer) -> Bool {
    guard let reduceRows, dtype == nil || dtype == rows.dtype else { return false }
    return unsafe reduceRows(rows, value)
  }

  /// The dtype that predictions of a dtype are computed in.
  ///
  /// - Throws: `LossError.notInDialect` for another than theirs where a class has none of its own.
  private func dtype(for predictions: DType) throws(LossError) -> DType {
    guard let dtype else { return predictions.isFloat ? predictions : .float32 }
    if dtype != predictions, !isFunction { try loss.dialect.requireClassDtype() }
    return dtype
  }

  private func given(_ name: String, expected: String) -> LossError {
    .invalidParameter(name: name, value: "given", expected: expected)
  }

  /// Whether labels may be cast before the loss is asked: it casts them itself, whatever it is.
  private var castsLabels: Bool {
    if !isFunction, loss.dialect.classDtype == .own { return true }
    guard ofIDs == nil else { return false }
    return switch loss.dialect.labelsCast {
    case .all: true
    case .allButCosine: !(loss is CosineSimilarity)
    case .none: false
    }
  }

  /// The answer in a dtype, by code that is compiled for it where there is some.
  @inline(__always) private func answer<Storage: LossStorage>(
    _ inputs: Inputs, _ dtype: DType, _ type: Storage.Type, _ withGradient: Bool,
    _ answer: (
      (any CompiledLoss, LossBatch<Storage, Storage>) throws(LossError) -> LossAnswer<Storage>
    )? = nil,
    _ answerToIDs: (
      (any ClassIDLoss, LossBatch<Int, Storage>) throws(LossError) -> LossAnswer<Storage>
    )? = nil
  ) throws(LossError) -> LossAnswer<Storage> {
    if let name = inputs.ofReferences {
      return try references(name, inputs, type, withGradient)
    }
    if inputs.yTrue.dtype == dtype || castsLabels {
      let batch = batch(inputs.yTrue.converted(to: type), inputs, type, withGradient)
      if let compiled, let answer { return try answer(compiled, batch) }
      return try loss.answer(generic: batch)
    }
    if let ofIDs, let answerToIDs, let ids = inputs.yTrue.integers() {
      return try answerToIDs(ofIDs, batch(ids, inputs, type, withGradient))
    }
    return try self.answer(to: inputs.yTrue.labels(), inputs, type, withGradient)
  }

  /// The answer to labels of another type than that which is computed in.
  private func answer<Storage: LossStorage>(
    to labels: some LabelTensor, _ inputs: Inputs, _ type: Storage.Type, _ withGradient: Bool
  ) throws(LossError) -> LossAnswer<Storage> {
    try loss.answer(generic: batch(labels.tensor, inputs, type, withGradient))
  }

  /// Labels with the other arrays of a call in a dtype.
  @inline(__always) private func batch<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ inputs: Inputs, _ type: Storage.Type, _ withGradient: Bool
  ) -> LossBatch<Label, Storage> {
    LossBatch(
      yTrue: yTrue, yPred: inputs.yPred.converted(to: type),
      sampleWeight: inputs.sampleWeight?.converted(to: type), mask: inputs.mask?.flags(),
      isFunction: isFunction, withGradient: withGradient)
  }

  /// The answer of the function `circle` about other embeddings than the batch's own.
  private func references<Storage: LossStorage>(
    _ name: String, _ inputs: Inputs, _ type: Storage.Type, _ withGradient: Bool
  ) throws(LossError) -> LossAnswer<Storage> {
    guard let circle = loss as? Circle, isFunction else {
      throw given(name, expected: "none but by the function circle")
    }
    // As ids, labels and those of the references have one type, whatever their dtypes are.
    let ids = inputs.yTrue.labels().ids
    let refIDs = inputs.refLabels?.labels().ids
    let embeddings = inputs.yPred.converted(to: type)
    let references = inputs.refEmbeddings?.converted(to: type)
    guard withGradient else {
      let losses = try circle.unreduced(
        yTrue: ids, yPred: embeddings, refLabels: refIDs, refEmbeddings: references
      ).losses
      return LossAnswer(losses.rounded())
    }
    return LossAnswer(
      try circle.unreducedValueAndGradient(
        yTrue: ids, yPred: embeddings, refLabels: refIDs, refEmbeddings: references))
  }
}

extension LossAnswer {
  /// The answer of a dtype that is known only when the program runs.
  @inline(__always) fileprivate func dynamic(
    _ tensor: (Tensor<Storage>) -> DynamicTensor
  ) -> (value: DynamicTensor, gradient: DynamicTensor?) {
    (tensor(value), gradient.map(tensor))
  }
}
