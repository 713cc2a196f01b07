// Gradients that are still to be written; this file goes away with the last of them.

extension Loss {
  /// No gradient yet.
  public func differentiated<Label: LossLabel, Storage: LossStorage>(
    yTrue: Tensor<Label>, yPred: Tensor<Storage>
  ) throws(LossError) -> DifferentiableLosses<Storage.Compute> {
    throw .notInDialect(what: "gradient of this loss", dialect: dialect.id)
  }
}

extension RowKernel {
  func loss(
    _ yTrue: Span<Scalar>, _ yPred: Span<Scalar>, slopes: inout MutableSpan<Scalar>
  ) -> Scalar {
    for i in slopes.indices { slopes[i] = .nan }
    return loss(yTrue, yPred)
  }
}

extension ElementKernel {
  func lossesAndSlopes(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> (losses: Scalar.Lanes, slopes: Scalar.Lanes) {
    (losses(yTrue, yPred), Scalar.Lanes(repeating: .nan))
  }
}
