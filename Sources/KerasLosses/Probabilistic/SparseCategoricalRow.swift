internal import CLossKernels

/// One row of classes and the id of its class: what crossentropy makes of the predictions.
struct SparseCategoricalRow<Scalar: LossScalar> {
  /// The row as dense labels meet it.
  private let row: CategoricalRow<Scalar>
  private let rescale: Dialect.SparseRescale
  private let selection: Dialect.SparseSelection
  private let branchSlopes: Dialect.BranchSlopes

  /// A row of a dtype as a dialect has it.
  init<Storage: LossStorage>(
    _ type: Storage.Type, fromLogits: Bool, _ dialect: Dialect
  ) where Storage.Compute == Scalar {
    row = CategoricalRow(type, fromLogits: fromLogits, dialect)
    rescale = dialect.sparseRescale
    selection = dialect.sparseSelection
    branchSlopes = dialect.branchSlopes
  }

  /// Whether subnormal numbers are zero.
  var flushes: Bool { row.flushes }

  /// This kernel in the C target; `nil` where that has it not.
  var compiled: CompiledKernel<Scalar>? {
    guard selection == .oneHot, rescale == .beforeClip, branchSlopes == .multiplied,
      row.slope == .formula
    else { return nil }
    return .clipping(
      row.fromLogits
        ? loss_kernel_sparse_categorical_crossentropy_logits
        : loss_kernel_sparse_categorical_crossentropy,
      to: row.limits, flushes: flushes)
  }

  // MARK: - Values

  /// -log q of a class; an id that is no class costs nothing.
  ///
  /// As if summed over a one-hot row, where the dialect does so: a NaN or infinite logarithm elsewhere
  /// makes the loss NaN.
  ///
  /// - Complexity: O(`yPred.count`).
  @inline(__always) func loss(ofClass id: Int, _ yPred: Span<Scalar>) -> Scalar {
    let isClass = id >= 0 && id < yPred.count
    if row.fromLogits {
      if yPred.isEmpty { return 0 }
      let softmax = Softmax(yPred)
      // An infinite peak leaves no difference with a meaning, and NaN no sum.
      guard softmax.logarithm.isFinite else { return .nan }
      if selection == .oneHot, !row.areFinite(yPred, minus: softmax.peak) {
        return oneHotLoss(id, yPred.count) { (yPred[$0] - softmax.peak) - softmax.logarithm }
      }
      return isClass
        ? (softmax.logarithm - (yPred[id] - softmax.peak)).flushed(if: flushes) : 0
    }
    if rescale == .afterClip { return isClass ? lossOfClipped(id, yPred) : 0 }
    let total = row.total(yPred)
    guard selection == .gather || (total.isFinite && total != 0) else {
      return oneHotLoss(id, yPred.count) { row.logarithm(yPred[$0], total) }
    }
    return isClass ? -row.logarithm(yPred[id], total).flushed(if: flushes) : 0
  }

  /// The sum over a one-hot row, written out: 0 times a NaN or infinite logarithm is NaN.
  private func oneHotLoss(_ id: Int, _ count: Int, _ logarithm: (Int) -> Scalar) -> Scalar {
    var sum: Scalar = 0
    for index in 0..<count { sum += (index == id ? 1 : 0) * logarithm(index) }
    return -sum.flushed(if: flushes)
  }

  /// -log(q / sum(q)), q the clipped predictions.
  ///
  /// Not inlined: that made short rows 10 % slower where they are rescaled first.
  @inline(never) private func lossOfClipped(_ id: Int, _ yPred: Span<Scalar>) -> Scalar {
    let quotient = row.limits.clipped(yPred[id]) / totalOfClipped(yPred)
    return -quotient.logarithm.flushed(if: flushes)
  }

  /// The sum of a row of probabilities, each clipped.
  @inline(__always) private func totalOfClipped(_ yPred: Span<Scalar>) -> Scalar {
    var sum = LaneSum<Scalar>()
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      let q = row.limits.clipped(yPred.lanes(at: i, padding: 0))
      sum.add(q, first: yPred.count - i)
    }
    return sum.total
  }

  // MARK: - Slopes

  /// -log q of a class, and its slopes; both spans have one length.
  ///
  /// - Complexity: O(`yPred.count`).
  @inline(__always) func loss(
    ofClass id: Int, _ yPred: Span<Scalar>, slopes: inout MutableSpan<Scalar>
  ) -> Scalar {
    let isClass = id >= 0 && id < yPred.count
    if row.fromLogits {
      let softmax = Softmax(yPred)
      let label: Scalar = isClass || row.slope == .labelsSumToOne ? 1 : 0
      for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
        slopes.setLanes(softmax.probabilities(yPred.lanes(at: i, padding: 0)) * label, at: i)
      }
      if isClass { slopes[id] -= 1 }
    } else if rescale == .afterClip {
      setSlopesOfClipped(isClass ? id : nil, yPred, &slopes)
    } else {
      setSlopesOfRescaled(id, yPred, &slopes)
    }
    return loss(ofClass: id, yPred)
  }

  /// Of -log(q / sum(q)), q the clipped predictions: 1 / sum(q), less 1 / q for the class.
  @inline(__always) private func setSlopesOfClipped(
    _ id: Int?, _ yPred: Span<Scalar>, _ slopes: inout MutableSpan<Scalar>
  ) {
    let share = Scalar.Lanes(repeating: id == nil ? 0 : 1 / totalOfClipped(yPred))
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      slopes.setLanes(share, at: i)
    }
    if let id { slopes[id] -= 1 / row.limits.clipped(yPred[id]) }
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      let taken = row.limits.slopes(yPred.lanes(at: i, padding: 0))
      slopes.setLanes(
        branchSlopes.passed(slopes.span.lanes(at: i, padding: 0), share: taken), at: i)
    }
  }

  /// Of -log(clip(p / sum(p))): s / sum(p), less s / p for the class, s the slope of the clip.
  @inline(__always) private func setSlopesOfRescaled(
    _ id: Int, _ yPred: Span<Scalar>, _ slopes: inout MutableSpan<Scalar>
  ) {
    let total = row.total(yPred)
    var label: Scalar = 0
    if total.isFinite, total != 0 {
      if id >= 0, id < yPred.count {
        label = row.limits.slope(yPred[id].flushed(if: flushes) / total)
      }
    } else {
      // The slope of the sum takes in all quotients, times 0 where they do not count: one that is NaN
      // makes all slopes NaN.
      for index in yPred.indices {
        let quotient = yPred[index].flushed(if: flushes) / total
        if quotient.isNaN { label = .nan }
        if index == id { label += row.limits.slope(quotient) }
      }
    }
    let share = Scalar.Lanes(repeating: label / total)
    for i in stride(from: 0, to: yPred.count, by: Scalar.Lanes.count) {
      slopes.setLanes(share, at: i)
    }
    if label != 0, id >= 0, id < yPred.count { slopes[id] -= label / yPred[id] }
  }
}
