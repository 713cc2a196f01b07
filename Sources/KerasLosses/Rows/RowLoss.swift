/// A loss that is computed row by row, and so in memory that callers own.
///
/// ```swift
/// var losses = [Float](repeating: 0, count: rows)
/// var gradient = [Float](repeating: 0, count: rows * columns)
/// var lossesOut = losses.mutableSpan
/// var gradientOut = gradient.mutableSpan
/// let value = try Huber().valueAndGradient(
///   yTrue: yTrue.span, yPred: yPred.span, columns: columns, losses: &lossesOut,
///   gradient: &gradientOut)
/// ```
///
/// The bits are those of the forms that take tensors.
public protocol RowLoss: Loss {
  /// Computes what is asked of rows: `try rows.compute(...)` with the loss's own kernel.
  ///
  /// One generic method is both requirements, each compiled for its dtype: a call that is generic takes
  /// longer than a small batch.
  ///
  /// - Throws: `LossError`, as `unreduced` does.
  /// - Complexity: O(elements).
  func compute(_ rows: LossRows<Float>) throws(LossError)

  /// Computes what is asked of rows of `Double`.
  ///
  /// - Throws: `LossError`, as `unreduced` does.
  /// - Complexity: O(elements).
  func compute(_ rows: LossRows<Double>) throws(LossError)
}

/// Labels and predictions row after row, and the places for losses and slopes, in memory of the caller.
public struct LossRows<Scalar: LossScalar> {
  /// Where all of it is.
  let memory: RowMemory<Scalar>

  /// The number of predictions of a row.
  public var columns: Int { memory.columns }

  /// The labels.
  var yTrue: Span<Scalar> {
    @_lifetime(borrow self)
    get {
      let labels = unsafe UnsafeBufferPointer(start: memory.yTrue, count: count)
      return unsafe _overrideLifetime(labels.span, borrowing: self)
    }
  }

  /// The class ids, where there are no labels.
  var ids: Span<Int32> {
    @_lifetime(borrow self)
    get {
      let ids = unsafe UnsafeBufferPointer(start: memory.ids, count: memory.rows)
      return unsafe _overrideLifetime(ids.span, borrowing: self)
    }
  }

  /// The predictions.
  var yPred: Span<Scalar> {
    @_lifetime(borrow self)
    get {
      let predictions = unsafe UnsafeBufferPointer(start: memory.yPred, count: count)
      return unsafe _overrideLifetime(predictions.span, borrowing: self)
    }
  }

  /// One loss a row, once they are computed.
  fileprivate var losses: Span<Scalar> {
    @_lifetime(borrow self)
    get {
      let losses = unsafe UnsafeBufferPointer(start: memory.losses, count: memory.rows)
      return unsafe _overrideLifetime(losses.span, borrowing: self)
    }
  }

  private var count: Int { memory.rows * memory.columns }

  /// What a kernel makes of the rows.
  ///
  /// - Complexity: O(elements).
  func compute<Kernel: RowKernel>(_ kernel: Kernel) where Kernel.Scalar == Scalar {
    if CompiledKernels.areUsed, let compiled = kernel.compiled {
      compiled.compute(memory)
      return
    }
    var losses = unsafe UnsafeMutableBufferPointer(start: memory.losses, count: memory.rows)
      .mutableSpan
    if let start = unsafe memory.slopes {
      var slopes = unsafe UnsafeMutableBufferPointer(start: start, count: count).mutableSpan
      rowLossesAndSlopes(
        kernel, yTrue, yPred, columns: memory.columns, scaledBy: memory.slopeFactor,
        into: &losses, slopes: &slopes)
    } else {
      rowLosses(kernel, yTrue, yPred, columns: memory.columns, into: &losses)
    }
  }
}

extension RowLoss {
  /// The reduced loss of a batch, in memory that the caller owns.
  ///
  /// - Parameters:
  ///   - yTrue: The labels, of shape (rows, columns).
  ///   - yPred: The predictions, of the same shape.
  ///   - columns: The extent of the axis that the loss reduces.
  ///   - losses: Receives one loss a row; its length is the number of rows.
  /// - Returns: The losses reduced as the loss says; their sum where it does not reduce.
  /// - Throws: `LossError.elementCount` where a length is not that of its shape; else as `unreduced`.
  /// - Complexity: O(`yPred.count`); no memory is allocated.
  public func value<Scalar: LossScalar>(
    yTrue: Span<Scalar>, yPred: Span<Scalar>, columns: Int, losses: inout MutableSpan<Scalar>
  ) throws(LossError) -> Scalar {
    try checkLength(yTrue.count, rows: losses.count, columns: columns)
    try checkLength(yPred.count, rows: losses.count, columns: columns)
    if Scalar.self == Float.self {
      let memory = unsafe RowMemory<Float>(yTrue, yPred, columns: columns, losses: &losses)
      return unsafe unsafeBitCast(try reduced(memory), to: Scalar.self)
    }
    precondition(Scalar.self == Double.self)
    let memory = unsafe RowMemory<Double>(yTrue, yPred, columns: columns, losses: &losses)
    return unsafe unsafeBitCast(try reduced(memory), to: Scalar.self)
  }

  /// The reduced loss of a batch and its gradient, in memory that the caller owns.
  ///
  /// - Parameters:
  ///   - yTrue: The labels, of shape (rows, columns).
  ///   - yPred: The predictions, of the same shape.
  ///   - columns: The extent of the axis that the loss reduces.
  ///   - losses: Receives one loss a row; its length is the number of rows.
  ///   - gradient: Receives the derivative of what is returned, of the shape of `yPred`.
  /// - Returns: The losses reduced as the loss says; their sum where it does not reduce.
  /// - Throws: `LossError.elementCount` where a length is not that of its shape; else as
  ///   `differentiated`.
  /// - Complexity: O(`yPred.count`); no memory is allocated.
  public func valueAndGradient<Scalar: LossScalar>(
    yTrue: Span<Scalar>, yPred: Span<Scalar>, columns: Int, losses: inout MutableSpan<Scalar>,
    gradient: inout MutableSpan<Scalar>
  ) throws(LossError) -> Scalar {
    try dialect.requireGradients()
    try checkLength(yTrue.count, rows: losses.count, columns: columns)
    try checkLength(yPred.count, rows: losses.count, columns: columns)
    try checkLength(gradient.count, rows: losses.count, columns: columns)
    if Scalar.self == Float.self {
      let memory = unsafe RowMemory<Float>(yTrue, yPred, columns: columns, losses: &losses)
        .writing(slopes: &gradient)
      return unsafe unsafeBitCast(try reduced(memory), to: Scalar.self)
    }
    precondition(Scalar.self == Double.self)
    let memory = unsafe RowMemory<Double>(yTrue, yPred, columns: columns, losses: &losses)
      .writing(slopes: &gradient)
    return unsafe unsafeBitCast(try reduced(memory), to: Scalar.self)
  }

  // What is generic makes its types each time it is called, which takes longer than a small batch: of
  // either dtype is chosen first.

  /// The reduced loss of rows; the slopes, where there is a place for them, are its derivative.
  func reduced(_ memory: RowMemory<Float>) throws(LossError) -> Float {
    let rows = LossRows(memory: shared(memory))
    try compute(rows)
    return reduced(rows.losses)
  }

  /// The reduced loss of rows of `Double`, as of `Float`.
  func reduced(_ memory: RowMemory<Double>) throws(LossError) -> Double {
    let rows = LossRows(memory: shared(memory))
    try compute(rows)
    return reduced(rows.losses)
  }

  /// The memory with slopes that are multiplied by the share of each row.
  @inline(__always) private func shared<Scalar: LossScalar>(
    _ memory: RowMemory<Scalar>
  ) -> RowMemory<Scalar> {
    var memory = memory
    memory.slopeFactor = share(of: memory.rows)
    return memory
  }
}

extension Loss {
  /// What each loss of rows that count counts in what they are reduced to.
  ///
  /// Each that counts is multiplied by `kept` first: rows / rows that count, or 1.
  @inline(__always) func share<Scalar: LossScalar>(of rows: Int, kept: Scalar = 1) -> Scalar {
    switch reduction {
    case .none, .sum: 1
    case .sumOverBatchSize, .mean, .meanWithSampleWeight:
      rows == 0 ? 0 : (kept / Scalar(rows)).flushed(if: dialect.flushes)
    }
  }

  /// The losses of rows reduced, each multiplied by a number first.
  ///
  /// - Complexity: O(`losses.count`).
  @inline(__always) func reduced<Scalar: LossScalar>(_ losses: Span<Scalar>, kept: Scalar = 1)
    -> Scalar
  {
    switch reduction {
    case .none, .sum: return KerasLosses.sum(losses)
    case .sumOverBatchSize, .mean, .meanWithSampleWeight:
      let sum =
        kept == 1 ? KerasLosses.sum(losses) : sum(losses, times: kept, flushes: dialect.flushes)
      return losses.count == 0
        ? 0 : (sum / Scalar(losses.count)).flushed(if: dialect.flushes)
    }
  }
}

/// The sum of some numbers times a factor.
///
/// - Complexity: O(`terms.count`).
private func sum<Scalar: LossScalar>(
  _ terms: Span<Scalar>, times factor: Scalar, flushes: Bool
) -> Scalar {
  var sum = LaneSum<Scalar>()
  for i in stride(from: 0, to: terms.count, by: Scalar.Lanes.count) {
    let products = (terms.lanes(at: i, padding: 0) * factor).flushed(if: flushes)
    sum.add(products, first: terms.count - i)
  }
  return sum.total
}
