import Foundation

/// What is timed: a loss on rows of classes in Float, with its inputs and its answer in Double.
struct Workload {
  let loss: LossName
  let fromLogits: Bool
  let rows: Int
  let classes: Int
  /// One-hot labels, or class ids for the sparse loss; both are made.
  let yTrue: [Float]
  let ids: [Int32]
  let yPred: [Float]
  /// The losses of the rows, by the C library in Double.
  let reference: [Double]

  enum LossName: String, CaseIterable {
    case categorical = "categorical_crossentropy"
    case sparse = "sparse_categorical_crossentropy"
    case binary = "binary_crossentropy"
  }

  var title: String {
    "\(loss.rawValue) from \(fromLogits ? "logits" : "probabilities"), \(rows) x \(classes)"
  }

  init(_ loss: LossName, fromLogits: Bool, rows: Int, classes: Int) {
    self.loss = loss
    self.fromLogits = fromLogits
    self.rows = rows
    self.classes = classes
    var generator = SplitMix64(state: 1)
    var yTrue = [Float](repeating: 0, count: rows * classes)
    var ids = [Int32](repeating: 0, count: rows)
    for row in 0..<rows {
      let id = Int(generator.next() % UInt64(classes))
      ids[row] = Int32(id)
      yTrue[row * classes + id] = 1
    }
    self.yTrue = yTrue
    self.ids = ids
    yPred = (0..<rows * classes).map { _ in
      let unit = Float(generator.next() >> 40) * 0x1p-24
      return fromLogits ? unit * 12 - 6 : unit * 0.98 + 0.01
    }
    reference = LibmLosses<Double>(fromLogits: fromLogits).losses(
      loss, yTrue.map(Double.init), ids, yPred.map(Double.init), classes: classes)
  }

  /// The largest error of a row's loss, relative to the larger of the loss and 1.
  func worstError(_ losses: [Float]) -> Double {
    guard losses.count == reference.count else { return .infinity }
    return zip(losses, reference).reduce(0) { worst, pair in
      let error = (Double(pair.0) - pair.1).magnitude / max(pair.1.magnitude, 1)
      return error.isNaN ? .infinity : max(worst, error)
    }
  }
}

/// SplitMix64: the same numbers on every machine.
struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }
}
