internal import CKerasLosses
internal import KerasLosses

/// Answers a call that rows suffice for, as most do: labels and predictions of one dtype and one shape,
/// no weights, no masks, one number.
///
/// - Returns: Whether it did: where not, nothing is written, and arrays have to be made.
func reduceRows(
  _ loss: OpaquePointer, _ inputs: UnsafePointer<keras_loss_inputs>,
  _ value: UnsafeMutablePointer<keras_loss_output>,
  _ gradient: UnsafeMutablePointer<keras_loss_output>?
) -> Bool {
  guard unsafe inputs.pointee.sample_weight == nil, unsafe inputs.pointee.mask == nil,
    unsafe inputs.pointee.ref_labels == nil, unsafe inputs.pointee.ref_embeddings == nil,
    let yTrue = unsafe inputs.pointee.y_true, let yPred = unsafe inputs.pointee.y_pred,
    let result = unsafe value.pointee.data,
    let rows = unsafe DynamicRows(yTrue.pointee, yPred.pointee, gradient),
    unsafe value.pointee.capacity >= rows.dtype.size
  else { return false }
  let isReduced = unsafe Unmanaged<DynamicLoss>.fromOpaque(UnsafeRawPointer(loss))
    ._withUnsafeGuaranteedRef { unsafe $0.reduce(rows, into: result) }
  guard isReduced else { return false }
  unsafe value.pointee.dtype = yPred.pointee.dtype
  unsafe value.pointee.rank = 0
  if let gradient = unsafe gradient {
    unsafe gradient.pointee.dtype = yPred.pointee.dtype
    unsafe gradient.pointee.rank = yPred.pointee.rank
    unsafe withUnsafeMutableBytes(of: &gradient.pointee.shape) { bytes in
      let size = Int(yPred.pointee.rank) * MemoryLayout<Int64>.stride
      unsafe bytes.copyMemory(from: UnsafeRawBufferPointer(start: yPred.pointee.shape, count: size))
    }
  }
  return true
}

extension DynamicRows {
  /// The rows of two arrays of the header, where these are of one float dtype and one shape of at least
  /// two axes, and there is memory for the gradient if it is asked for.
  @inline(__always) fileprivate init?(
    _ yTrue: keras_loss_array, _ yPred: keras_loss_array,
    _ gradient: UnsafeMutablePointer<keras_loss_output>?
  ) {
    guard yTrue.dtype == yPred.dtype, yTrue.rank == yPred.rank,
      yPred.rank >= 2, yPred.rank <= KERAS_LOSS_MAX_RANK,
      yPred.dtype == KERAS_LOSS_FLOAT32 || yPred.dtype == KERAS_LOSS_FLOAT64,
      let labels = unsafe yTrue.data, let predictions = unsafe yPred.data,
      let labelExtents = unsafe yTrue.shape, let extents = unsafe yPred.shape
    else { return nil }
    let last = Int(yPred.rank) - 1
    var (rows, overflows) = (1, false)
    for axis in 0...last {
      let extent = unsafe Int(extents[axis])
      guard extent > 0, unsafe extent == labelExtents[axis] else { return nil }
      guard axis < last else { break }
      (rows, overflows) = rows.multipliedReportingOverflow(by: extent)
      guard !overflows else { return nil }
    }
    let columns = unsafe Int(extents[last])
    let dtype: DType = yPred.dtype == KERAS_LOSS_FLOAT32 ? .float32 : .float64
    let (count, isLarge) = rows.multipliedReportingOverflow(by: columns)
    let (size, isHuge) = count.multipliedReportingOverflow(by: dtype.size)
    guard !isLarge, !isHuge else { return nil }
    var slopes: UnsafeMutableRawPointer?
    if let gradient = unsafe gradient {
      guard let memory = unsafe gradient.pointee.data, unsafe gradient.pointee.capacity >= size
      else {
        return nil
      }
      unsafe slopes = memory
    }
    unsafe self.init(
      dtype: dtype, rank: last + 1, rows: rows, columns: columns, yTrue: labels,
      yPred: predictions, gradient: slopes)
  }
}
