import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A program that answers lines with lines: its standard input and output are pipes.
///
/// Standard error is this process's own. The program runs in a process group of its own, so that
/// ending it ends what it has started.
struct ChildProcess: ~Copyable {
  private let pid: pid_t
  private let input: Int32
  private let output: Int32
  private var received: [UInt8] = []
  private var isCollected = false

  /// What came of a line that was sent.
  enum Exchange: Equatable {
    /// The line that was answered, without its end.
    case line([UInt8])
    /// The program closed its output.
    case ended
    /// No whole line came in time.
    case timedOut
    /// The line is longer than any answer can be.
    case tooLong
  }

  /// Longer answers than this are not waited for: a program that has run wild fills no memory.
  private static let longestLine = 1 << 28

  /// One program is started at a time: no other may inherit its pipes before they are marked, as they
  /// would stay open when it ends.
  private static let starting = Mutex(())

  /// Starts a command line in a shell; `nil` where the system cannot.
  init?(command: String) {
    // A program that ends early must not end this one as well.
    signal(SIGPIPE, SIG_IGN)
    guard let started = Self.starting.withLock({ _ in Self.start(command) }) else { return nil }
    (pid, input, output) = started
  }

  /// Starts a command line, and returns the ends of its pipes that are this process's.
  private static func start(_ command: String) -> (pid: pid_t, input: Int32, output: Int32)? {
    var toChild: [Int32] = [0, 0]
    var fromChild: [Int32] = [0, 0]
    guard pipe(&toChild) == 0 else { return nil }
    guard pipe(&fromChild) == 0 else {
      closeAll(toChild)
      return nil
    }
    let own = [toChild[1], fromChild[0]]
    let others = [toChild[0], fromChild[1]]
    for descriptor in own + others { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    for descriptor in own {
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }
    guard let pid = spawn(command, input: toChild[0], output: fromChild[1]) else {
      closeAll(own + others)
      return nil
    }
    closeAll(others)
    return (pid, own[0], own[1])
  }

  deinit {
    kill(-pid, SIGKILL)
    if !isCollected { waitpid(pid, nil, 0) }
    closeAll([input, output])
  }

  /// Sends a line and waits for one.
  mutating func exchange(_ line: [UInt8], timeout: Duration) -> Exchange {
    let clock = ContinuousClock()
    let deadline = clock.now + timeout
    var unsent = (line + [UInt8(ascii: "\n")])[...]
    var searched = 0
    while true {
      if let end = received[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        let answer = Array(received[..<end])
        received.removeSubrange(...end)
        return .line(answer)
      }
      searched = received.count
      guard searched < Self.longestLine else { return .tooLong }
      let left = deadline - clock.now
      guard left > .zero else { return .timedOut }
      var polled = [
        pollfd(fd: output, events: Int16(POLLIN), revents: 0),
        pollfd(fd: unsent.isEmpty ? -1 : input, events: Int16(POLLOUT), revents: 0),
      ]
      let milliseconds = Int32(clamping: max(1, left.components.seconds * 1000 + left.milliseconds))
      guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { continue }
      if polled[1].revents != 0 {
        let sent = unsent.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
        if sent > 0 { unsent = unsent.dropFirst(sent) } else if errno != EAGAIN { unsent = [] }
      }
      if polled[0].revents != 0 {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(output, &chunk, chunk.count)
        if count > 0 { received += chunk[..<count] }
        if count == 0 { return .ended }
      }
    }
  }

  /// How the program ended, in words; for use after `Exchange.ended`.
  mutating func ending() -> String {
    // The output is closed a moment before the program is gone.
    for _ in 0..<100 {
      var status: Int32 = 0
      if waitpid(pid, &status, WNOHANG) == pid {
        isCollected = true
        let signal = status & 0x7f
        return signal == 0
          ? "exited with code \((status >> 8) & 0xff)" : "was ended by signal \(signal)"
      }
      usleep(10_000)
    }
    return "closed its output"
  }

  private static func spawn(_ command: String, input: Int32, output: Int32) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    guard posix_spawn_file_actions_init(&actions) == 0 else { return nil }
    defer { posix_spawn_file_actions_destroy(&actions) }
    guard posix_spawnattr_init(&attributes) == 0 else { return nil }
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    var defaults = sigset_t()
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF))
    let words = ["/bin/sh", "-c", command]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var pid: pid_t = 0
    let error = posix_spawn(&pid, "/bin/sh", &actions, &attributes, &arguments, environ)
    return error == 0 ? pid : nil
  }
}

private func closeAll(_ descriptors: [Int32]) {
  for descriptor in descriptors { close(descriptor) }
}

extension Duration {
  /// The part below a second, in whole milliseconds.
  fileprivate var milliseconds: Int64 { components.attoseconds / 1_000_000_000_000_000 }
}
