import Foundation
import KerasLosses

/// A loss of the library on memory of the caller, who owns what is computed as well.
final class SpanLoss<Scalar: LossScalar & BitwiseCopyable>: TimedLoss {
  private let workload: Workload
  private let batch: Batch<Scalar>
  private let losses: LargeArray<Scalar>
  private let gradient: LargeArray<Scalar>
  private var value = 0.0

  /// Whether the library takes memory of the caller for a loss.
  static func takes(_ loss: String) -> Bool {
    ["categorical_crossentropy", "sparse_categorical_crossentropy", "binary_crossentropy"]
      .contains(loss)
  }

  /// - Throws: `Unsupported`.
  init(_ workload: Workload, _ batch: Batch<Scalar>, threads: Int) throws {
    guard threads == 1 else { throw Unsupported(reason: "it has one thread") }
    self.workload = workload
    self.batch = batch
    losses = LargeArray(count: workload.rows)
    gradient = LargeArray(count: workload.quantity == .gradient ? batch.yPred.elements.count : 0)
  }

  func call() throws {
    try Self.call(
      workload, batch.yTrue.elements, batch.ids.elements, batch.yPred.elements, losses.elements,
      gradient.elements)
    value = 0
    for loss in losses.elements { value += Double(loss) }
    value /= Double(workload.rows)
  }

  // Memory comes as parameters: of spans on what an object has the compiler (6.3.1) loses track.
  private static func call(
    _ workload: Workload, _ labels: UnsafeMutableBufferPointer<Scalar>,
    _ classIDs: UnsafeMutableBufferPointer<Int32>,
    _ predictions: UnsafeMutableBufferPointer<Scalar>,
    _ rowLosses: UnsafeMutableBufferPointer<Scalar>, _ slopes: UnsafeMutableBufferPointer<Scalar>
  ) throws {
    let yTrue = labels.span
    let ids = classIDs.span
    let yPred = predictions.span
    var losses = rowLosses.mutableSpan
    var gradient = slopes.mutableSpan
    let (classes, fromLogits) = (workload.columns, workload.fromLogits)
    let share = 1 / Scalar(workload.rows)
    switch (workload.loss, workload.quantity) {
    case ("categorical_crossentropy", .gradient):
      try categoricalCrossentropy(
        yTrue: yTrue, yPred: yPred, classes: classes, fromLogits: fromLogits, scaledBy: share,
        into: &losses, gradient: &gradient)
    case ("categorical_crossentropy", _):
      try categoricalCrossentropy(
        yTrue: yTrue, yPred: yPred, classes: classes, fromLogits: fromLogits, into: &losses)
    case ("sparse_categorical_crossentropy", .gradient):
      try sparseCategoricalCrossentropy(
        yTrue: ids, yPred: yPred, classes: classes, fromLogits: fromLogits, scaledBy: share,
        into: &losses, gradient: &gradient)
    case ("sparse_categorical_crossentropy", _):
      try sparseCategoricalCrossentropy(
        yTrue: ids, yPred: yPred, classes: classes, fromLogits: fromLogits, into: &losses)
    case (_, .gradient):
      try binaryCrossentropy(
        yTrue: yTrue, yPred: yPred, features: classes, fromLogits: fromLogits, scaledBy: share,
        into: &losses, gradient: &gradient)
    default:
      try binaryCrossentropy(
        yTrue: yTrue, yPred: yPred, features: classes, fromLogits: fromLogits, into: &losses)
    }
  }

  func results(into folder: URL) throws -> Double {
    switch workload.quantity {
    case .value: break
    case .gradient: try gradient.write(to: folder.appending(path: "gradient"))
    case .losses: try losses.write(to: folder.appending(path: "losses"))
    }
    return value
  }
}
