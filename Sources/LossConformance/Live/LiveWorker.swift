#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A process that asks the questions whose indices stand on its standard input: two numbers a line, of
/// the first and behind the last. It answers each line with one of JSON.
public enum LiveWorker {
  /// What came of some questions.
  struct Answer: Codable {
    var tally = LiveTally()
    var unavailable: String?
  }

  /// Answers every line of standard input, until it ends.
  ///
  /// - Parameter run: Makes the run, which may fail.
  public static func serve(_ run: () throws(ReferenceFailure) -> LiveRun) throws {
    let made = Result(catching: run)
    while let line = readLine() {
      let numbers = line.split(separator: " ").compactMap { UInt64($0) }
      guard numbers.count == 2, numbers[0] <= numbers[1] else { continue }
      var answer = Answer()
      do throws(ReferenceFailure) {
        answer.tally = try made.get().tally(numbers[0]..<numbers[1])
      } catch {
        answer.unavailable = error.what
      }
      print(String(decoding: try JSONEncoder().encode(answer), as: UTF8.self))
      // A pipe's line is not to wait for others.
      fflush(nil)
    }
  }
}

extension ReferenceFailure {
  /// The sentence.
  public var what: String {
    switch self {
    case .unavailable(let what), .broken(let what), .undecided(let what): what
    }
  }
}
