import ArgumentParser
import Foundation
import KerasLosses

/// Holds exp, log and log1p in Float against the C library in Double.
struct Accuracy: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Finds the worst error of exp, log and log1p over all 2^32 Floats.",
    discussion: """
      An error is in ulp of the nearest Float. log1p is looked at where it is defined: from 0 to 1.
      Fails above 1.5 ulp, and where NaN or an infinity stands in the wrong place.
      """
  )

  @Option(
    help: "Look at this many Floats, evenly spread over all bit patterns, not at all of them.")
  var sample: Int?

  func validate() throws {
    guard sample ?? 1 >= 1 else { throw ValidationError("--sample must be at least 1") }
  }

  func run() throws {
    let all = 1 << 32
    let step = max(1, all / (sample ?? all))
    var areRight = true
    for function in ElementaryFunction.allCases {
      let workers = ProcessInfo.processInfo.activeProcessorCount
      let worst = SharedWorst()
      // Threads that each take every so manieth block of 16 patterns.
      DispatchQueue.concurrentPerform(iterations: workers) { worker in
        worst.merge(
          function.worst(
            in: stride(from: worker * 16, to: all / step, by: workers * 16), step: step))
      }
      let found = worst.value
      print(
        "\(function.rawValue): \(found.count) Floats, worst \(String(format: "%.3f", found.ulps)) ulp"
          + " at \(found.argument), \(found.misplaced) wrong NaN or infinities")
      areRight = areRight && found.ulps <= 1.5 && found.misplaced == 0 && found.count > 0
    }
    if !areRight { throw ExitCode(1) }
  }
}

/// The worst error that was seen.
struct Worst {
  var ulps = 0.0
  var argument: Float = 0
  var count = 0
  var misplaced = 0

  mutating func merge(_ other: Worst) {
    if other.ulps > ulps { (ulps, argument) = (other.ulps, other.argument) }
    count += other.count
    misplaced += other.misplaced
  }

  mutating func add(_ x: Float, _ actual: Float, _ exact: Double) {
    count += 1
    let nearest = Float(exact)
    guard actual.isFinite, nearest.isFinite else {
      let areSame = actual == nearest || actual.isNaN && nearest.isNaN
      if !areSame { misplaced += 1 }
      return
    }
    let error = (Double(actual) - exact).magnitude / Double(nearest.ulp)
    if error > ulps { (ulps, argument) = (error, x) }
  }
}

/// A `Worst` that threads merge theirs into.
private final class SharedWorst: @unchecked Sendable {
  private let lock = NSLock()
  private var merged = Worst()

  var value: Worst { lock.withLock { merged } }

  func merge(_ other: Worst) { lock.withLock { merged.merge(other) } }
}

private enum ElementaryFunction: String, CaseIterable {
  case exp
  case log
  case log1p

  func worst(in blocks: StrideTo<Int>, step: Int) -> Worst {
    var worst = Worst()
    for block in blocks {
      var x = SIMD16<Float>()
      for lane in 0..<16 {
        x[lane] = Float(bitPattern: UInt32(truncatingIfNeeded: (block + lane) * step))
      }
      let actual = lanes(x)
      for lane in 0..<16 where isLookedAt(x[lane]) {
        worst.add(x[lane], actual[lane], exact(Double(x[lane])))
      }
    }
    return worst
  }

  /// Whether the function is defined at an argument; log1p is from 0 to 1.
  private func isLookedAt(_ x: Float) -> Bool {
    self != .log1p || x >= 0 && x <= 1 || x.isNaN
  }

  private func lanes(_ x: SIMD16<Float>) -> SIMD16<Float> {
    switch self {
    case .exp: Float.exponential(x)
    case .log: Float.logarithm(x)
    case .log1p: Float.logarithmOfOnePlus(x)
    }
  }

  private func exact(_ x: Double) -> Double {
    switch self {
    case .exp: Foundation.exp(x)
    case .log: Foundation.log(x)
    case .log1p: Foundation.log1p(x)
    }
  }
}
