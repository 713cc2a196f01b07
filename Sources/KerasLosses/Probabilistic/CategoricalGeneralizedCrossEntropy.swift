/// Generalized cross entropy of class ids: (1 - p_t^q) / q, p_t the prediction of the labelled class.
///
/// Predictions are neither rescaled nor clipped. An id that is no class has p_t = 0.
///
/// Source: Keras 3.15.1, `keras.losses.CategoricalGeneralizedCrossEntropy`.
public struct CategoricalGeneralizedCrossEntropy: Loss {
  /// From 0, where it is the crossentropy, to 1, where it is the absolute error.
  public let q: Double
  /// How the losses of the batch are combined.
  public let reduction: Reduction

  /// The Keras that is followed.
  public let dialect: Dialect

  /// Creates the loss.
  ///
  /// - Throws: `LossError.invalidParameter` unless 0 < q < 1.
  public init(
    q: Double = 0.5, reduction: Reduction = .sumOverBatchSize, dialect: Dialect = .keras315JAX
  ) throws(LossError) {
    guard q > 0, q < 1 else {
      throw .invalidParameter(name: "q", value: "\(q)", expected: "0 < q < 1")
    }
    self.init(unchecked: q, reduction: reduction, dialect: dialect)
  }

  /// The bare function of Keras checks nothing.
  init(unchecked q: Double, reduction: Reduction, dialect: Dialect) {
    self.q = q
    self.reduction = reduction
    self.dialect = dialect
  }

  /// One loss for each id, as `keras.losses.categorical_generalized_cross_entropy` returns them.
  ///
  /// The ids' shape is broadcast with that of `yPred` without its last axis: ids (n, 1) give (n, n).
  ///
  /// - Throws: `LossError.shapeMismatch` unless these broadcast; `rankTooLow`.
  /// - Complexity: O(elements).
  public func unreduced<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> UnreducedLosses<Storage.Compute> {
    let classes = try ClassAxis(-1, of: yPred.shape)
    let rows = Tensor(unchecked: classes.rows, elements: Array(0..<classes.rows.count))
    try dialect.check(yTrue.elements, classes: classes.extent)
    let ids = Tensor(
      unchecked: yTrue.shape, elements: yTrue.elements.map { dialect.classID($0) })
    guard let shape = try rows.shape.broadcast(with: ids.shape) else {
      throw .shapeMismatch(
        yTrue: yTrue.shape, yPred: yPred.shape,
        expected: "y_true that broadcasts with y_pred's shape without its last axis")
    }
    let predictions = yPred.widened.elements
    let exponent = Storage.constant(q)
    let losses = zip(rows.broadcast(to: shape).elements, ids.broadcast(to: shape).elements)
      .map { row, id in
        let range = row * classes.extent..<(row + 1) * classes.extent
        return loss(ofClass: id, predictions[range], exponent)
      }
    return UnreducedLosses(losses: Tensor(unchecked: shape, elements: losses))
  }

  private func loss<Scalar: LossScalar>(
    ofClass id: Int, _ row: ArraySlice<Scalar>, _ q: Scalar
  ) -> Scalar {
    // As if summed over a one-hot row: 0 times a NaN or an infinity is NaN.
    var p: Scalar = 0
    for (index, prediction) in row.enumerated() {
      p += (index == id ? 1 : 0) * prediction.flushed(if: dialect.flushes)
    }
    return (1 - p.power(q)) / q
  }
}
