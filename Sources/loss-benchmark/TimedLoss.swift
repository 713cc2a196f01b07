import Foundation

/// A workload that is ready to be computed.
protocol TimedLoss: AnyObject {
  /// Computes it once.
  func call() throws

  /// The value of the last call; writes its gradient, or the losses of the rows, into a folder.
  func results(into folder: URL) throws -> Double
}

/// Why somebody does not compute a workload.
struct Unsupported: Error {
  let reason: String
}
