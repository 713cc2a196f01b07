/// Memory of a call: labels and predictions row after row, and places for what is computed.
struct RowMemory<Scalar: LossScalar> {
  /// The labels of each prediction.
  var yTrue: UnsafePointer<Scalar>?
  /// The class ids of each row, where there are no labels.
  var ids: UnsafePointer<Int32>?
  /// The predictions.
  let yPred: UnsafePointer<Scalar>?
  /// The number of rows.
  let rows: Int
  /// The number of predictions of a row.
  let columns: Int
  /// Receives a loss a row.
  let losses: UnsafeMutablePointer<Scalar>?
  /// Receives the slopes, where they are asked for.
  var slopes: UnsafeMutablePointer<Scalar>?
  /// What slopes are multiplied by, for a gradient; flushed then where subnormal numbers are zero.
  var slopeFactor: Scalar?
}

extension RowMemory {
  /// Memory of spans of the dtype, by whatever name, that live as long as it is used.
  ///
  /// No closure lends the addresses: one that throws is not specialised, which costs more than a small
  /// batch.
  ///
  /// - Precondition: `Element` is `Scalar`.
  @unsafe @inline(__always) init<Element: LossScalar>(
    _ yTrue: Span<Element>, _ yPred: Span<Element>, columns: Int,
    losses: inout MutableSpan<Element>
  ) {
    unsafe self.init(
      yTrue: yTrue.start(as: Scalar.self), yPred: yPred.start(as: Scalar.self),
      rows: losses.count, columns: columns, losses: losses.start(as: Scalar.self))
  }

  /// Memory of spans of class ids and of predictions that live as long as it is used.
  ///
  /// - Precondition: `Element` is `Scalar`.
  @unsafe @inline(__always) init<Element: LossScalar>(
    ids: Span<Int32>, _ yPred: Span<Element>, columns: Int, losses: inout MutableSpan<Element>
  ) {
    unsafe self.init(
      ids: ids.withUnsafeBufferPointer { $0.baseAddress }, yPred: yPred.start(as: Scalar.self),
      rows: losses.count, columns: columns, losses: losses.start(as: Scalar.self))
  }

  /// The same memory with a place for slopes, which are multiplied by a factor if there is one.
  ///
  /// - Precondition: `Element` is `Scalar`.
  @unsafe @inline(__always) func writing<Element: LossScalar>(
    slopes: inout MutableSpan<Element>, times factor: Scalar? = nil
  ) -> Self {
    var memory = self
    unsafe memory.slopes = slopes.start(as: Scalar.self)
    memory.slopeFactor = factor
    return memory
  }
}

extension Span where Element: LossScalar {
  /// Where the elements are, for as long as the span lives.
  @unsafe @inline(__always) fileprivate func start<Scalar>(
    as type: Scalar.Type
  ) -> UnsafePointer<Scalar>? {
    unsafe bytes.withUnsafeBytes { $0.baseAddress }?.assumingMemoryBound(to: type)
  }
}

extension MutableSpan where Element: LossScalar {
  /// Where the elements are, for as long as the span lives.
  @unsafe @inline(__always) fileprivate mutating func start<Scalar>(
    as type: Scalar.Type
  ) -> UnsafeMutablePointer<Scalar>? {
    var bytes = mutableBytes
    return unsafe bytes.withUnsafeMutableBytes { $0.baseAddress }?.assumingMemoryBound(to: type)
  }
}
