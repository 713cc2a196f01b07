/// Crossentropy of class ids: -log q of the labelled class.
///
/// q is that of `CategoricalCrossentropy`. An id that is no class matches none and costs 0.
///
/// Source: Keras 3.15.1, `keras.losses.SparseCategoricalCrossentropy`, JAX backend.
public struct SparseCategoricalCrossentropy: Loss {
  /// Whether `yPred` holds logits.
  public let fromLogits: Bool
  /// The id of positions that are left out, and out of the mean's divisor.
  public let ignoreClass: Int?
  /// How the losses of the batch are combined.
  public let reduction: Reduction
  /// The axis of the classes.
  public let axis: Int

  /// Creates the loss; the defaults and the order are Keras's.
  public init(
    fromLogits: Bool = false, ignoreClass: Int? = nil,
    reduction: Reduction = .sumOverBatchSize, axis: Int = -1
  ) {
    self.fromLogits = fromLogits
    self.ignoreClass = ignoreClass
    self.reduction = reduction
    self.axis = axis
  }

  /// One loss for each id, as `keras.losses.sparse_categorical_crossentropy` returns them.
  ///
  /// - Throws: `LossError.shapeMismatch` unless the ids have the shape of `yPred` without its last
  ///   axis and without the class axis; `rankTooLow`, `axisOutOfRange`.
  /// - Complexity: O(`yPred.shape.count`).
  public func unreduced<Label: LossLabel, Scalar: LossScalar>(
    yTrue: Tensor<Label>, yPred: Tensor<Scalar>
  ) throws(LossError) -> UnreducedLosses<Scalar> {
    let classes = try ClassAxis(axis, of: yPred.shape)
    let leading = Array(yPred.shape.dimensions.dropLast())
    guard idShapes(yTrue.shape, yPred.shape).contains(leading), classes.rows.dimensions == leading
    else {
      throw .shapeMismatch(
        yTrue: yTrue.shape, yPred: yPred.shape,
        expected: "y_true of y_pred's shape without its last axis")
    }
    let logarithms = LogProbabilities<Scalar>(fromLogits: fromLogits)
    let ignored = ignoreClass.map { Scalar($0) }
    let valid = yTrue.elements.map { $0.converted(to: Scalar.self) != ignored }
    let losses = (0..<classes.rows.count).map { row -> Scalar in
      guard valid[row] else { return 0 }
      let id = yTrue.elements[row].classID
      // Products with the zeros of a one-hot row: NaN and infinities reach the sum through them.
      let oneHot = (0..<classes.extent).map { $0 == id ? Scalar(1) : 0 }
      return crossentropy(oneHot, logarithms.of(classes.row(row, of: yPred.elements)))
    }
    return UnreducedLosses(
      losses: Tensor(unchecked: classes.rows, elements: losses),
      mask: ignored == nil ? nil : Tensor(unchecked: classes.rows, elements: valid))
  }

  /// The shapes that ids may be taken to have: as they are, and without an axis of 1.
  private func idShapes(_ ids: Shape, _ predictions: Shape) -> [[Int]] {
    guard ids.rank == predictions.rank else { return [ids.dimensions] }
    let position = axis < 0 ? axis + ids.rank : axis
    return [position, ids.rank - 1].filter { ids.dimensions[$0] == 1 }.map {
      var remaining = ids.dimensions
      remaining.remove(at: $0)
      return remaining
    }
  }
}
