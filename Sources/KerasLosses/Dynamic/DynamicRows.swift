/// Labels and predictions of one dtype and one shape, row after row, in memory of the caller.
///
/// Most calls of a loss are of this kind: no tensor, no array and no shape is made for them.
package struct DynamicRows {
  /// What the elements are.
  package let dtype: DType
  /// The number of axes.
  let rank: Int
  /// The number of rows along the last axis.
  let rows: Int
  /// The extent of the last axis.
  let columns: Int
  private let yTrue: UnsafeRawPointer
  private let yPred: UnsafeRawPointer
  private let gradient: UnsafeMutableRawPointer?

  /// Takes memory of `rows * columns` elements, more than none.
  ///
  /// - Precondition: Nobody frees the memory while it is used.
  @unsafe package init(
    dtype: DType, rank: Int, rows: Int, columns: Int, yTrue: UnsafeRawPointer,
    yPred: UnsafeRawPointer, gradient: UnsafeMutableRawPointer?
  ) {
    self.dtype = dtype
    self.rank = rank
    self.rows = rows
    self.columns = columns
    unsafe self.yTrue = yTrue
    unsafe self.yPred = yPred
    unsafe self.gradient = gradient
  }

  /// Whether there is a place for the gradient.
  fileprivate var hasGradient: Bool { unsafe gradient != nil }

  /// Whether labels and predictions are aligned, and the gradient as well and apart from them.
  fileprivate var isUsable: Bool {
    let size = rows * columns * dtype.size
    let (labels, predictions) = unsafe (Int(bitPattern: yTrue), Int(bitPattern: yPred))
    let slopes = unsafe Int(bitPattern: gradient)
    guard (labels | predictions | slopes) & (dtype.size - 1) == 0 else { return false }
    return slopes == 0
      || (slopes &- labels).magnitude >= size && (slopes &- predictions).magnitude >= size
  }

  /// The memory in a dtype, with a place for the losses.
  fileprivate func memory<Scalar: LossScalar>(
    losses: UnsafeMutableBufferPointer<Scalar>
  ) -> RowMemory<Scalar> {
    unsafe RowMemory(
      yTrue: yTrue.assumingMemoryBound(to: Scalar.self),
      yPred: yPred.assumingMemoryBound(to: Scalar.self), rows: rows, columns: columns,
      losses: losses.baseAddress, slopes: gradient?.assumingMemoryBound(to: Scalar.self))
  }
}

extension CompiledRowLoss {
  /// Writes the reduced loss of rows, of which this loss takes those along the last axis alone.
  ///
  /// - Returns: Whether it did: where not, nothing is written, and tensors have to be made.
  func reduce(_ rows: DynamicRows, into value: UnsafeMutableRawPointer) -> Bool {
    guard axis == -1 || axis == rows.rank - 1, rows.isUsable,
      !rows.hasGradient || dialect.gradients == .computed
    else { return false }
    switch rows.dtype {
    case .float32:
      return unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: rows.rows) { losses in
        guard let loss = unsafe try? reduced(rows.memory(losses: losses)) else { return false }
        unsafe value.storeBytes(of: loss, as: Float.self)
        return true
      }
    case .float64:
      return unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: rows.rows) { losses in
        guard let loss = unsafe try? reduced(rows.memory(losses: losses)) else { return false }
        unsafe value.storeBytes(of: loss, as: Double.self)
        return true
      }
    default: return false
    }
  }
}
