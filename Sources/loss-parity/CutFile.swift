#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A file that somebody cuts while it is mapped: what is not there any more cannot be read.
enum CutFile {
  private static let message: StaticString =
    "loss-parity: a file was cut while it was read; compare it once it is written\n"

  /// From now on, ends the process with the code of a damaged file where one is cut.
  ///
  /// Reading by blocks would find out as well, but takes twice as long as reading what is mapped.
  static func endsProcess() {
    signal(SIGBUS) { _ in
      // Only what a handler of signals may call.
      let message = CutFile.message
      _ = write(STDERR_FILENO, message.utf8Start, message.utf8CodeUnitCount)
      _exit(ExitStatus.badFixtures.code)
    }
  }
}
