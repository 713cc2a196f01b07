import Foundation
import KerasLosses

/// A loss of the library on tensors that borrow the inputs; what it computes is allocated anew.
final class TensorLoss<Scalar: LossScalar & BitwiseCopyable>: TimedLoss {
  private let workload: Workload
  private let loss: any KerasLoss
  private let batch: Batch<Scalar>
  private var value: Tensor<Scalar>?
  private var gradient: Tensor<Scalar>?

  /// - Throws: `LossError`.
  init(_ workload: Workload, _ batch: Batch<Scalar>, threads: Int) throws {
    CompiledKernels.maximumThreads = threads
    self.workload = workload
    self.batch = batch
    loss = try kerasLoss(workload.loss, workload.fromLogits ? ["from_logits": .boolean(true)] : [:])
  }

  func call() throws {
    let shape = try Shape([workload.rows, workload.columns])
    let yPred = try Tensor(
      shape: shape, borrowing: UnsafeBufferPointer(batch.yPred.elements), owner: nil)
    if workload.isSparse {
      let labels = UnsafeBufferPointer(batch.ids.elements)
      try call(Tensor(shape: Shape([workload.rows]), borrowing: labels, owner: nil), yPred)
    } else {
      let labels = UnsafeBufferPointer(batch.yTrue.elements)
      try call(Tensor(shape: shape, borrowing: labels, owner: nil), yPred)
    }
  }

  private func call<Label: LossLabel>(_ yTrue: Tensor<Label>, _ yPred: Tensor<Scalar>) throws {
    switch workload.quantity {
    case .value: value = try loss(yTrue: yTrue, yPred: yPred)
    case .gradient:
      let both = try loss.valueAndGradient(yTrue: yTrue, yPred: yPred)
      (value, gradient) = (both.value, both.gradient)
    case .losses: value = try loss.unreduced(yTrue: yTrue, yPred: yPred).losses
    }
  }

  func results(into folder: URL) throws -> Double {
    if let gradient { try write(gradient, to: folder.appending(path: "gradient")) }
    guard let value else { return .nan }
    if workload.quantity == .losses { try write(value, to: folder.appending(path: "losses")) }
    return value.elements.reduce(0) { $0 + Double($1) } / Double(value.elements.count)
  }

  private func write(_ tensor: Tensor<Scalar>, to url: URL) throws {
    try tensor.elements.withUnsafeBytes { try Data($0).write(to: url) }
  }
}
