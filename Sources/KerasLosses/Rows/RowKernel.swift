/// What a loss makes of one row of labels and predictions.
protocol RowKernel<Scalar>: Sendable {
  /// The dtype that is computed in.
  associatedtype Scalar: LossScalar

  /// Whether subnormal numbers are zero.
  var flushes: Bool { get }

  /// Whether a dialect of such a choice takes a scalar for a row of one element.
  static func takesScalars(_ choice: Dialect.Scalars) -> Bool

  /// This kernel in the C target; `nil` where that has it not.
  var compiled: CompiledKernel<Scalar>? { get }

  /// The loss of a row; both spans have one length.
  ///
  /// - Complexity: O(`yPred.count`).
  func loss(_ yTrue: Span<Scalar>, _ yPred: Span<Scalar>) -> Scalar

  /// The loss of a row, the same bits, and its slopes: d(loss)/d(prediction) for each prediction.
  ///
  /// All spans have one length.
  ///
  /// - Complexity: O(`yPred.count`).
  func loss(
    _ yTrue: Span<Scalar>, _ yPred: Span<Scalar>, slopes: inout MutableSpan<Scalar>
  ) -> Scalar

  /// Sets to 0 what arrives at predictions whose branch is not taken, where the dialect selects.
  ///
  /// All spans have one length.
  ///
  /// - Complexity: O(`yPred.count`).
  func dropUntaken(
    _ yTrue: Span<Scalar>, _ yPred: Span<Scalar>, gradient: inout MutableSpan<Scalar>)
}

extension RowKernel {
  static func takesScalars(_ choice: Dialect.Scalars) -> Bool { false }

  var compiled: CompiledKernel<Scalar>? { nil }

  func dropUntaken(
    _ yTrue: Span<Scalar>, _ yPred: Span<Scalar>, gradient: inout MutableSpan<Scalar>
  ) {}
}

/// What a loss makes of one label and one prediction, in lanes.
protocol ElementKernel<Scalar>: Sendable {
  /// The dtype that is computed in.
  associatedtype Scalar: LossScalar

  /// The mean of this kernel in the C target; `nil` where that has it not.
  func compiledMean(flushes: Bool) -> CompiledKernel<Scalar>?

  /// The loss of each label and prediction; neither is subnormal.
  func losses(_ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes) -> Scalar.Lanes

  /// The loss of each label and prediction, the same bits, and its derivative by the prediction.
  func lossesAndSlopes(
    _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> (losses: Scalar.Lanes, slopes: Scalar.Lanes)

  /// What arrives at predictions: 0 where their branch is not taken and the dialect selects.
  func taken(
    _ gradient: Scalar.Lanes, _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> Scalar.Lanes
}

extension ElementKernel {
  func compiledMean(flushes: Bool) -> CompiledKernel<Scalar>? { nil }

  func taken(
    _ gradient: Scalar.Lanes, _ yTrue: Scalar.Lanes, _ yPred: Scalar.Lanes
  ) -> Scalar.Lanes { gradient }
}

/// The mean of the losses of a row's elements; NaN for an empty row.
struct MeanRow<Element: ElementKernel>: RowKernel {
  let element: Element
  /// Whether subnormal numbers are zero.
  let flushes: Bool
  /// What the mean is multiplied by.
  var factor: Element.Scalar = 1

  static func takesScalars(_ choice: Dialect.Scalars) -> Bool { choice.inMeans }

  var compiled: CompiledKernel<Element.Scalar>? {
    var compiled = element.compiledMean(flushes: flushes)
    compiled?.factor = factor
    return compiled
  }

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

  @inline(__always) func loss(
    _ yTrue: Span<Element.Scalar>, _ yPred: Span<Element.Scalar>,
    slopes: inout MutableSpan<Element.Scalar>
  ) -> Element.Scalar {
    var sum = LaneSum<Element.Scalar>()
    let share = factor / Element.Scalar(yPred.count)
    for i in stride(from: 0, to: yPred.count, by: Element.Scalar.Lanes.count) {
      let t = yTrue.lanes(at: i, padding: 0).flushed(if: flushes)
      let p = yPred.lanes(at: i, padding: 0).flushed(if: flushes)
      let terms = element.lossesAndSlopes(t, p)
      sum.add(terms.losses, first: yPred.count - i)
      slopes.setLanes(terms.slopes * share, at: i)
    }
    return (factor * (sum.total / Element.Scalar(yPred.count))).flushed(if: flushes)
  }
}

extension MeanRow {
  func dropUntaken(
    _ yTrue: Span<Element.Scalar>, _ yPred: Span<Element.Scalar>,
    gradient: inout MutableSpan<Element.Scalar>
  ) {
    for i in stride(from: 0, to: yPred.count, by: Element.Scalar.Lanes.count) {
      let t = yTrue.lanes(at: i, padding: 0).flushed(if: flushes)
      let p = yPred.lanes(at: i, padding: 0).flushed(if: flushes)
      let arrived = gradient.span.lanes(at: i, padding: 0)
      gradient.setLanes(element.taken(arrived, t, p), at: i)
    }
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
  if let compiled = kernel.compiled, CompiledKernels.areUsed {
    unsafe compiled.compute(RowMemory(yTrue, yPred, columns: columns, losses: &losses))
    return
  }
  for row in 0..<losses.count {
    let range = row * columns..<(row + 1) * columns
    losses[row] = kernel.loss(yTrue.extracting(range), yPred.extracting(range))
  }
}

/// The losses of rows that stand one behind the other, and their slopes, lengths known to fit.
///
/// With a factor the slopes are a gradient: multiplied by it, and flushed where subnormal numbers are zero.
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
func rowLossesAndSlopes<Kernel: RowKernel>(
  _ kernel: Kernel, _ yTrue: Span<Kernel.Scalar>, _ yPred: Span<Kernel.Scalar>, columns: Int,
  scaledBy factor: Kernel.Scalar?, into losses: inout MutableSpan<Kernel.Scalar>,
  slopes: inout MutableSpan<Kernel.Scalar>
) {
  if let compiled = kernel.compiled, CompiledKernels.areUsed {
    let memory = unsafe RowMemory<Kernel.Scalar>(
      yTrue, yPred, columns: columns, losses: &losses)
    unsafe compiled.compute(memory.writing(slopes: &slopes, times: factor))
    return
  }
  for row in 0..<losses.count {
    let range = row * columns..<(row + 1) * columns
    var rowSlopes = slopes._mutatingExtracting(range)
    losses[row] = kernel.loss(
      yTrue.extracting(range), yPred.extracting(range), slopes: &rowSlopes)
    if let factor { scale(&rowSlopes, by: factor, flushes: kernel.flushes) }
  }
}

/// Rows that stand one behind the other, each times its factor.
///
/// - Complexity: O(`rows.count`).
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func scaledRows<Scalar: LossScalar>(
  _ rows: [Scalar], by factors: [Scalar], flushes: Bool
) -> [Scalar] {
  guard !rows.isEmpty else { return rows }
  var scaled = rows
  var output = scaled.mutableSpan
  let columns = rows.count / factors.count
  for row in factors.indices {
    var scaledRow = output._mutatingExtracting(row * columns..<(row + 1) * columns)
    scale(&scaledRow, by: factors[row], flushes: flushes)
  }
  return scaled
}

/// Multiplies numbers by a factor.
///
/// - Complexity: O(`numbers.count`).
@inline(__always) func scale<Scalar: LossScalar>(
  _ numbers: inout MutableSpan<Scalar>, by factor: Scalar, flushes: Bool
) {
  for i in stride(from: 0, to: numbers.count, by: Scalar.Lanes.count) {
    let product = numbers.span.lanes(at: i, padding: 0) * Scalar.Lanes(repeating: factor)
    numbers.setLanes(product.flushed(if: flushes), at: i)
  }
}
