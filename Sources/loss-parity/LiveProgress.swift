import LossConformance
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A line on standard error that counts questions, on terminals alone.
struct LiveProgress {
  private let isShown = Terminal.showsProgress
  private let limit: LiveWorkers.Limit
  private let start = ContinuousClock.now
  private var isDrawn = false

  init(_ limit: LiveWorkers.Limit) { self.limit = limit }

  /// Draws the counts.
  mutating func update(_ tally: LiveTally) {
    guard isShown else { return }
    let total = tally.total
    let cases = limit.cases.map { " of \($0)" } ?? ""
    let left = limit.duration.map {
      max(.zero, start + $0 - ContinuousClock.now).components.seconds
    }
    let time = left.map { ", \($0) s left" } ?? ""
    isDrawn = true
    writeError(
      "\r\u{1b}[2K\(total.cases)\(cases) questions, \(total.failed) failed, \(total.elements) "
        + "elements\(time)")
  }

  /// Removes the line.
  mutating func clear() {
    if isDrawn { writeError("\r\u{1b}[2K") }
    isDrawn = false
  }
}

/// Writes what was printed, where output does not go to a terminal.
func flushOutput() { fflush(nil) }

/// Ctrl-C during work whose results are to be shown: the first one stops the work, the second the process.
enum Interruption {
  private static let isRequested = Atomic(false)

  /// Takes Ctrl-C from now on; the closure says whether it came.
  static func watched() -> @Sendable () -> Bool {
    signal(SIGINT) { _ in
      Interruption.isRequested.store(true, ordering: .relaxed)
      signal(SIGINT, SIG_DFL)
    }
    return { isRequested.load(ordering: .relaxed) }
  }
}
