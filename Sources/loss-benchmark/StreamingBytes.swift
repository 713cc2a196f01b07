import CStreaming
import Foundation

/// Reads the labels and predictions, and writes as much as a gradient has: nothing else.
///
/// What no computation of the same arrays can beat, but where they stay in the caches.
final class StreamingBytes<Scalar: BitwiseCopyable>: TimedLoss, @unchecked Sendable {
  // Unchecked: threads write to places of their own.

  private let batch: Batch<Scalar>
  private let gradient: LargeArray<Scalar>
  private let parts: [Range<Int>]
  /// Beyond it, a gradient is written around the caches.
  private let cachedBytes = 4 << 20
  private let checks: LargeArray<UInt64>

  init(_ workload: Workload, _ batch: Batch<Scalar>, threads: Int) {
    self.batch = batch
    gradient = LargeArray(count: workload.quantity == .gradient ? batch.yPred.elements.count : 0)
    checks = LargeArray(count: threads * 8)
    let bytes = batch.yPred.elements.count * MemoryLayout<Scalar>.stride
    // Whole lines of the caches for each thread.
    let part = (bytes / threads + 63) / 64 * 64
    parts = (0..<threads).map { min($0 * part, bytes)..<min(($0 + 1) * part, bytes) }
  }

  func call() {
    guard parts.count > 1 else { return stream(0) }
    DispatchQueue.concurrentPerform(iterations: parts.count) { self.stream($0) }
  }

  private func stream(_ thread: Int) {
    let bytes = parts[thread]
    guard let yPred = start(batch.yPred, bytes) else { return }
    var yTrue = yPred
    if batch.ids.elements.isEmpty {
      yTrue = start(batch.yTrue, bytes) ?? yPred
    } else {
      let ids = UnsafeRawBufferPointer(batch.ids.elements)
      let part = ids.count / parts.count
      checks.elements[thread * 8] ^= streaming_read(
        ids.baseAddress.map { $0 + thread * part }, part)
    }
    if let result = start(gradient, bytes) {
      let isLarge = gradient.elements.count * MemoryLayout<Scalar>.stride > cachedBytes
      streaming_combine(
        yTrue, yPred, UnsafeMutableRawPointer(mutating: result), bytes.count, isLarge)
    } else if batch.ids.elements.isEmpty {
      checks.elements[thread * 8] ^= streaming_read_two(yTrue, yPred, bytes.count)
    } else {
      checks.elements[thread * 8] ^= streaming_read(yPred, bytes.count)
    }
  }

  /// Where some bytes of an array start; `nil` where it has none.
  private func start<Element>(
    _ array: LargeArray<Element>, _ bytes: Range<Int>
  ) -> UnsafeRawPointer? {
    guard !array.elements.isEmpty else { return nil }
    return UnsafeRawBufferPointer(array.elements).baseAddress.map { $0 + bytes.lowerBound }
  }

  func results(into folder: URL) -> Double { .nan }
}
