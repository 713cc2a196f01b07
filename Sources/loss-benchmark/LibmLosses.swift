import Foundation

/// The losses as one writes them at first: a loop over numbers, exp and log of the C library.
///
/// In Float the peer to beat, in Double the reference for everybody's results.
struct LibmLosses<Scalar: LibmScalar> {
  let fromLogits: Bool

  func losses(
    _ loss: Workload.LossName, _ yTrue: [Scalar], _ ids: [Int32], _ yPred: [Scalar], classes: Int
  ) -> [Scalar] {
    ids.indices.map { row in
      let range = row * classes..<(row + 1) * classes
      switch loss {
      case .categorical: return categorical(yTrue[range], yPred[range])
      case .sparse: return sparse(Int(ids[row]), yPred[range])
      case .binary: return binary(yTrue[range], yPred[range])
      }
    }
  }

  private var low: Scalar { Scalar(Float(1e-7)) }
  private var high: Scalar { Scalar(Float(1 - 1e-7)) }

  private func categorical(_ yTrue: ArraySlice<Scalar>, _ yPred: ArraySlice<Scalar>) -> Scalar {
    var loss: Scalar = 0
    if fromLogits {
      let (peak, logarithm) = logSumOfExponentials(yPred)
      for (t, x) in zip(yTrue, yPred) { loss -= t * ((x - peak) - logarithm) }
    } else {
      var total: Scalar = 0
      for p in yPred { total += p }
      for (t, p) in zip(yTrue, yPred) {
        loss -= t * Scalar.libmLog(min(max(p / total, low), high))
      }
    }
    return loss
  }

  private func sparse(_ id: Int, _ yPred: ArraySlice<Scalar>) -> Scalar {
    let labelled = yPred[yPred.startIndex + id]
    if fromLogits {
      let (peak, logarithm) = logSumOfExponentials(yPred)
      return -((labelled - peak) - logarithm)
    }
    var total: Scalar = 0
    for p in yPred { total += p }
    return -Scalar.libmLog(min(max(labelled / total, low), high))
  }

  private func binary(_ yTrue: ArraySlice<Scalar>, _ yPred: ArraySlice<Scalar>) -> Scalar {
    var loss: Scalar = 0
    for (t, p) in zip(yTrue, yPred) {
      if fromLogits {
        loss += max(p, 0) - p * t + Scalar.libmLog1p(Scalar.libmExp(-p.magnitude))
      } else {
        let q = min(max(p, low), high)
        loss -= t * Scalar.libmLog(q) + (1 - t) * Scalar.libmLog(1 - q)
      }
    }
    return loss / Scalar(yPred.count)
  }

  private func logSumOfExponentials(_ row: ArraySlice<Scalar>) -> (Scalar, Scalar) {
    var peak = -Scalar.infinity
    for x in row where x > peak { peak = x }
    var sum: Scalar = 0
    for x in row { sum += Scalar.libmExp(x - peak) }
    return (peak, Scalar.libmLog(sum))
  }
}

/// A dtype with the C library's functions.
protocol LibmScalar: BinaryFloatingPoint {
  static func libmExp(_ x: Self) -> Self
  static func libmLog(_ x: Self) -> Self
  static func libmLog1p(_ x: Self) -> Self
}

extension Float: LibmScalar {
  static func libmExp(_ x: Float) -> Float { expf(x) }
  static func libmLog(_ x: Float) -> Float { logf(x) }
  static func libmLog1p(_ x: Float) -> Float { log1pf(x) }
}

extension Double: LibmScalar {
  static func libmExp(_ x: Double) -> Double { exp(x) }
  static func libmLog(_ x: Double) -> Double { log(x) }
  static func libmLog1p(_ x: Double) -> Double { log1p(x) }
}
