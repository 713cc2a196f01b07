/// What a loss makes of one row of labels and predictions.
protocol RowKernel: Sendable {
  /// The dtype that is computed in.
  associatedtype Scalar: LossScalar

  /// The loss of a row; both spans have one length.
  ///
  /// - Complexity: O(`yPred.count`).
  func loss(_ yTrue: Span<Scalar>, _ yPred: Span<Scalar>) -> Scalar
}

/// What a loss makes of one label and one prediction, in lanes.
protocol ElementKernel: Sendable {
  /// The dtype that is computed in.
  associatedtype Scalar: LossScalar

  /// The loss of each label and prediction; neither is subnormal.
  func losses(_ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes) -> Scalar.Lanes
}

/// The mean of the losses of a row's elements; NaN for an empty row.
struct MeanRow<Element: ElementKernel>: RowKernel {
  let element: Element
  /// Whether subnormal numbers are zero.
  let flushes: Bool
  /// What the mean is multiplied by.
  var factor: Element.Scalar = 1

  @inline(__always) func loss(
    _ yTrue: Span<Element.Scalar>, _ yPred: Span<Element.Scalar>
  ) -> Element.Scalar {
    var sum = LaneSum<Element.Scalar>()
    for i in stride(from: 0, to: yPred.count, by: Element.Scalar.Lanes.count) {
      let t = yTrue.lanes(at: i, padding: 0).flushed(if: flushes)
      let p = yPred.lanes(at: i, padding: 0).flushed(if: flushes)
      sum.add(element.losses(t, p), first: yPred.count - i)
    }
    return (factor * (sum.total / Element.Scalar(yPred.count))).flushed(if: flushes)
  }
}

/// The losses of rows that stand one behind the other, lengths known to fit.
///
/// - Complexity: O(`yPred.count`).
@specialized(where Kernel == CategoricalRow<Float>)
@specialized(where Kernel == CategoricalRow<Double>)
@specialized(where Kernel == CategoricalFocalRow<Float>)
@specialized(where Kernel == CategoricalFocalRow<Double>)
@specialized(where Kernel == KLDivergenceRow<Float>)
@specialized(where Kernel == KLDivergenceRow<Double>)
@specialized(where Kernel == CosineSimilarityRow<Float>)
@specialized(where Kernel == CosineSimilarityRow<Double>)
@specialized(where Kernel == CategoricalHingeRow<Float>)
@specialized(where Kernel == CategoricalHingeRow<Double>)
@specialized(where Kernel == MeanRow<BinaryCrossentropyElement<Float>>)
@specialized(where Kernel == MeanRow<BinaryCrossentropyElement<Double>>)
@specialized(where Kernel == MeanRow<BinaryFocalCrossentropyElement<Float>>)
@specialized(where Kernel == MeanRow<BinaryFocalCrossentropyElement<Double>>)
@specialized(where Kernel == MeanRow<SquaredErrorElement<Float>>)
@specialized(where Kernel == MeanRow<SquaredErrorElement<Double>>)
@specialized(where Kernel == MeanRow<AbsoluteErrorElement<Float>>)
@specialized(where Kernel == MeanRow<AbsoluteErrorElement<Double>>)
@specialized(where Kernel == MeanRow<AbsolutePercentageErrorElement<Float>>)
@specialized(where Kernel == MeanRow<AbsolutePercentageErrorElement<Double>>)
@specialized(where Kernel == MeanRow<SquaredLogarithmicErrorElement<Float>>)
@specialized(where Kernel == MeanRow<SquaredLogarithmicErrorElement<Double>>)
@specialized(where Kernel == MeanRow<HuberElement<Float>>)
@specialized(where Kernel == MeanRow<HuberElement<Double>>)
@specialized(where Kernel == MeanRow<LogCoshElement<Float>>)
@specialized(where Kernel == MeanRow<LogCoshElement<Double>>)
@specialized(where Kernel == MeanRow<HingeElement<Float>>)
@specialized(where Kernel == MeanRow<HingeElement<Double>>)
@specialized(where Kernel == MeanRow<PoissonElement<Float>>)
@specialized(where Kernel == MeanRow<PoissonElement<Double>>)
func rowLosses<Kernel: RowKernel>(
  _ kernel: Kernel, _ yTrue: Span<Kernel.Scalar>, _ yPred: Span<Kernel.Scalar>, columns: Int,
  into losses: inout MutableSpan<Kernel.Scalar>
) {
  for row in 0..<losses.count {
    let range = row * columns..<(row + 1) * columns
    losses[row] = kernel.loss(yTrue.extracting(range), yPred.extracting(range))
  }
}
