/// Generalized cross entropy of class ids: (1 - p_t^q) / q, p_t the prediction of the labelled class.
///
/// Predictions are neither rescaled nor clipped. An id that is no class has p_t = 0, or is refused.
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
  /// - Throws: `LossError.shapeMismatch` unless these broadcast; `rankTooLow`; `classIDOutOfRange`.
  /// - Complexity: O(elements).
  public func unreduced<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> UnreducedLosses<Storage.Compute> {
    try pairs(yTrue, yPred).losses
  }

  /// The losses of `unreduced`, and the way back to the gradient of `yPred`.
  ///
  /// - Throws: `LossError`, as `unreduced` does.
  /// - Complexity: that of `unreduced`, and so is the pullback.
  public func differentiated<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> DifferentiableLosses<Storage.Compute> {
    let pairs = try pairs(yTrue, yPred)
    return DifferentiableLosses(pairs.losses, pullback: pairs.gradient)
  }

  private func pairs<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, _ yPred: Tensor<Storage>
  ) throws(LossError) -> LabelledRows<Storage.Compute> {
    try dialect.require(Self.names)
    let classes = try ClassAxis(-1, of: yPred.shape)
    let rows = Tensor(unchecked: classes.rows, elements: Array(0..<classes.rows.count))
    try dialect.check(yTrue.storage, classes: classes.extent)
    let ids = Tensor(
      unchecked: yTrue.shape, elements: yTrue.storage.map { dialect.classID($0) })
    guard let shape = try rows.shape.broadcast(with: ids.shape) else {
      throw .shapeMismatch(
        yTrue: yTrue.shape, yPred: yPred.shape,
        expected: "shapes that broadcast, but for y_pred's last axis")
    }
    // The gradient has a row of classes for each.
    _ = try Shape(shape.dimensions + [classes.extent], from: yPred.shape.count)
    return LabelledRows(
      ids: ids.broadcast(to: shape), rows: rows.broadcast(to: shape).elements,
      predictions: yPred.widened, classes: classes.extent,
      exponent: Storage.constant(q, isFloat32: dialect.opsNumbers == .float32),
      q: Storage.constant(q), dialect)
  }
}

/// Class ids, each with the row of predictions that it is about.
private struct LabelledRows<Scalar: LossScalar>: Sendable {
  /// The ids, of the losses' shape.
  private let ids: Tensor<Int>
  /// The prediction of the class of each id.
  private let probabilities: [Scalar]
  private let predictionShape: Shape
  private let classes: Int
  /// q as an exponent.
  private let exponent: Scalar
  /// q as a divisor.
  private let q: Scalar
  private let zerothPowerSlope: Dialect.ZerothPowerSlope
  private let flushes: Bool

  /// Picks the prediction of each id from its row.
  ///
  /// - Complexity: O(`ids.shape.count` * `classes`).
  init(
    ids: Tensor<Int>, rows: [Int], predictions: Tensor<Scalar>, classes: Int, exponent: Scalar,
    q: Scalar, _ dialect: Dialect
  ) {
    let flushes = dialect.flushes
    self.ids = ids
    self.exponent = exponent
    self.q = q
    self.classes = classes
    self.flushes = flushes
    zerothPowerSlope = dialect.zerothPowerSlope
    predictionShape = predictions.shape
    probabilities = zip(rows, ids.storage).map { row, id in
      // As if summed over a one-hot row: 0 times a NaN or an infinity is NaN.
      var p: Scalar = 0
      for index in 0..<classes {
        p +=
          (index == id ? 1 : 0)
          * predictions.storage[row * classes + index].flushed(if: flushes)
      }
      return p
    }
  }

  /// (1 - p^q) / q for each id.
  var losses: UnreducedLosses<Scalar> {
    UnreducedLosses(
      losses: Tensor(
        unchecked: ids.shape, elements: probabilities.map { (1 - $0.power(exponent)) / q }))
  }

  /// From the derivatives by the losses to those by the predictions: -p^(q - 1) times the one-hot row
  /// of the id, where 0 times an infinity is NaN.
  @Sendable func gradient(_ upstream: Tensor<Scalar>) -> Tensor<Scalar> {
    var slopes: [Scalar] = []
    slopes.reserveCapacity(ids.shape.count * classes)
    for (index, id) in ids.storage.enumerated() {
      let slope = (upstream.storage[index] * slope(probabilities[index])).flushed(if: flushes)
      for k in 0..<classes { slopes.append(slope * (k == id ? 1 : 0)) }
    }
    return Tensor(
      unchecked: Shape(unchecked: ids.shape.dimensions + [classes]), elements: slopes
    ).summed(to: predictionShape, flushes: flushes)
  }

  /// The derivative -p^(q - 1) of (1 - p^q) / q; where q is 0 NaN as the loss itself, or 0.
  private func slope(_ p: Scalar) -> Scalar {
    if q == 0 { return zerothPowerSlope == .zero ? 0 : .nan }
    // 1, but for the rounding of the exponent.
    let factor = -(exponent / q)
    // p^q / p does not ask for q - 1 where that is not exact, for q below 1/2.
    if (exponent - 1) + 1 != exponent, p.isNormal { return factor * (p.power(exponent) / p) }
    return factor * Scalar.power(Scalar.Lanes(repeating: p), exponent - 1)[0]
  }
}
