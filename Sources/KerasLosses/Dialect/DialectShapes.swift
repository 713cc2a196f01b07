// What the choices of casts and ranks mean.

extension Dialect {
  /// Labels in the dtype of the predictions.
  ///
  /// A dialect in which the loss does not cast its labels refuses those of another dtype; `casting`
  /// are the choices by which it does.
  ///
  /// - Throws: `LossError.notInDialect`.
  /// - Complexity: O(1) where they are of the dtype, else O(`yTrue.shape.count`).
  func cast<Label: LossLabel, Storage: LossStorage>(
    _ yTrue: Tensor<Label>, to type: Storage.Type, casting: [LabelsCast] = [.all, .allButCosine]
  ) throws(LossError) -> Tensor<Storage> {
    guard Label.self == Storage.self || casting.contains(labelsCast) else {
      throw .notInDialect(
        what: "cast of labels of \(Label.self) to \(Storage.self)", dialect: id)
    }
    return yTrue.converted(to: type)
  }

  /// Refuses the maximum along the last axis of an array without elements, where the dialect does.
  ///
  /// - Throws: `LossError.emptyMaximum`.
  func requireMaximum(of shape: Shape) throws(LossError) {
    let isRefused =
      switch emptyMaximum {
      case .minusInfinity: false
      case .noRows: shape.dimensions.last == 0 && !shape.dimensions.dropLast().contains(0)
      case .refused: shape.count == 0
      }
    guard !isRefused else { throw .emptyMaximum(shape: shape) }
  }
}

extension Dialect.Scalars {
  /// Whether a mean along the last axis takes a scalar.
  var inMeans: Bool { self == .everywhere }

  /// Whether a sum or a maximum along the last axis takes a scalar.
  var inSums: Bool { self != .refused }
}
