import Foundation
import KerasLosses

/// A loss of the library on memory of the caller, who owns what is computed as well.
final class SpanLoss<Scalar: LossScalar & BitwiseCopyable>: TimedLoss {
  private let workload: Workload
  private let rows: (any RowLoss)?
  private let sparse: SparseCategoricalCrossentropy?
  private let batch: Batch<Scalar>
  private let losses: LargeArray<Scalar>
  private let gradient: LargeArray<Scalar>
  private var value: Scalar = 0

  /// The loss on memory of the caller.
  ///
  /// - Throws: `LossError`; `Unsupported` where the library takes no such memory for a loss.
  init(_ workload: Workload, _ batch: Batch<Scalar>, threads: Int) throws {
    let loss = try kerasLoss(
      workload.loss, workload.fromLogits ? ["from_logits": .boolean(true)] : [:])
    rows = loss as? any RowLoss
    sparse = loss as? SparseCategoricalCrossentropy
    guard rows != nil || sparse != nil else {
      throw Unsupported(reason: "it takes tensors alone")
    }
    CompiledKernels.maximumThreads = threads
    self.workload = workload
    self.batch = batch
    losses = LargeArray(count: workload.isWhole ? 1 : workload.rows)
    gradient = LargeArray(count: workload.quantity == .gradient ? batch.yPred.elements.count : 0)
  }

  func call() throws {
    value = try Self.call(
      workload, rows, sparse, batch.yTrue.elements, batch.ids.elements, batch.yPred.elements,
      losses.elements, gradient.elements)
  }

  // Memory comes as parameters: of spans on what an object has the compiler (6.3.1) loses track.
  private static func call(
    _ workload: Workload, _ loss: (any RowLoss)?, _ sparse: SparseCategoricalCrossentropy?,
    _ labels: UnsafeMutableBufferPointer<Scalar>,
    _ classIDs: UnsafeMutableBufferPointer<Int32>,
    _ predictions: UnsafeMutableBufferPointer<Scalar>,
    _ rowLosses: UnsafeMutableBufferPointer<Scalar>, _ slopes: UnsafeMutableBufferPointer<Scalar>
  ) throws -> Scalar {
    let yTrue = labels.span
    let ids = classIDs.span
    let yPred = predictions.span
    var losses = rowLosses.mutableSpan
    var gradient = slopes.mutableSpan
    let columns = workload.isWhole ? predictions.count : workload.columns
    let withGradient = workload.quantity == .gradient
    if let sparse {
      return withGradient
        ? try sparse.valueAndGradient(
          yTrue: ids, yPred: yPred, columns: columns, losses: &losses, gradient: &gradient)
        : try sparse.value(yTrue: ids, yPred: yPred, columns: columns, losses: &losses)
    }
    guard let loss else { return .nan }
    return withGradient
      ? try loss.valueAndGradient(
        yTrue: yTrue, yPred: yPred, columns: columns, losses: &losses, gradient: &gradient)
      : try loss.value(yTrue: yTrue, yPred: yPred, columns: columns, losses: &losses)
  }

  func results(into folder: URL) throws -> Double {
    switch workload.quantity {
    case .value: break
    case .gradient: try gradient.write(to: folder.appending(path: "gradient"))
    case .losses: try losses.write(to: folder.appending(path: "losses"))
    }
    return Double(value)
  }
}
