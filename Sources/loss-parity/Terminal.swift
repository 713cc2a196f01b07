#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What is known of the place that output goes to.
enum Terminal {
  /// Whether standard output shows colours: a terminal that does not ask for none.
  static var hasColor: Bool {
    isatty(STDOUT_FILENO) == 1 && isEmpty("NO_COLOR") && variable("TERM") != "dumb"
  }

  /// Whether progress may be drawn on standard error: a terminal, and nobody's log.
  static var showsProgress: Bool {
    isatty(STDERR_FILENO) == 1 && isEmpty("CI") && variable("TERM") != "dumb"
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  private static func isEmpty(_ name: String) -> Bool { variable(name)?.isEmpty ?? true }
}

/// Writes a message to standard error.
func writeError(_ message: String) {
  var bytes = Array(message.utf8)[...]
  while !bytes.isEmpty {
    let written = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    guard written > 0 else { return }
    bytes = bytes.dropFirst(written)
  }
}

/// Ends the process.
func endProcess(_ status: ExitStatus) -> Never {
  exit(status.code)
}

/// A line on standard error that counts cases, once the work has lasted longer than a second.
struct ProgressLine {
  private let isShown = Terminal.showsProgress
  private let clock = ContinuousClock()
  private let start = ContinuousClock().now
  private var next = Duration.seconds(1)
  private var isDrawn = false

  /// Draws the count, at most ten times a second.
  mutating func update(done: Int, total: Int) {
    guard isShown, clock.now - start >= next else { return }
    next = clock.now - start + .milliseconds(100)
    isDrawn = true
    writeError("\r\(done) of \(total) cases")
  }

  /// Removes the line.
  mutating func clear() {
    if isDrawn { writeError("\r\u{1b}[2K") }
    isDrawn = false
  }
}
