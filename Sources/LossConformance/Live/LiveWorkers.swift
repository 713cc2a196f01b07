import Dispatch
import LossFixtures
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Asks generated questions in processes of this program: each has a Python of its own, and where a
/// question ends one, the others go on.
public struct LiveWorkers: Sendable {
  /// The command line of a process that `LiveWorker` serves.
  public let command: String
  /// How many processes there are.
  public let jobs: Int

  /// Creates the processes' description; each is started with its first questions.
  public init(command: String, jobs: Int) {
    self.command = command
    self.jobs = max(1, jobs)
  }

  /// When to stop.
  public struct Limit: Sendable {
    /// After so many questions.
    public var cases: UInt64?
    /// After so long.
    public var duration: Duration?
    /// After so many questions that failed.
    public var failures: Int

    /// Creates a limit.
    public init(cases: UInt64? = nil, duration: Duration? = nil, failures: Int) {
      self.cases = cases
      self.duration = duration
      self.failures = failures
    }
  }

  /// Asks questions from the first on, until a limit is reached.
  ///
  /// - Parameters:
  ///   - generator: What makes the questions.
  ///   - limit: When to stop.
  ///   - isStopped: Asked now and then whether to stop earlier.
  ///   - progress: Told now and then, on the calling thread, what came of the questions so far.
  /// - Returns: What came of them; with `limit.cases`, whatever the number of jobs.
  /// - Throws: `ReferenceFailure.unavailable` where the reference does not run.
  public func tally(
    _ generator: QuestionGenerator, until limit: Limit,
    isStopped: @escaping @Sendable () -> Bool = { false }, progress: (LiveTally) -> Void = { _ in }
  ) throws(ReferenceFailure) -> LiveTally {
    let work = LiveWork(limit, isStopped: isStopped)
    let group = DispatchGroup()
    for job in 1...jobs {
      // A serial queue has a thread of its own.
      DispatchQueue(label: "loss-parity.live.\(job)").async(group: group) {
        var process: ChildProcess?
        while let indices = work.take() {
          switch answer(of: &process, to: indices) {
          case .tally(let tally): work.add(tally)
          case .unavailable(let what): work.fail(what)
          case .ended: work.add(oneByOne(indices, generator, isStopped))
          }
        }
      }
    }
    while group.wait(timeout: .now() + .milliseconds(100)) == .timedOut { progress(work.tally) }
    if let what = work.failure { throw .unavailable(what) }
    return work.tally
  }

  /// The questions that a process is given at once.
  static let batch: UInt64 = 50

  /// A process that is silent for so long hangs.
  private static let patience = Duration.seconds(600)

  private enum Answer {
    case tally(LiveTally)
    case unavailable(String)
    /// The process ended, or hangs.
    case ended
  }

  private func answer(of process: inout ChildProcess?, to indices: Range<UInt64>) -> Answer {
    if process == nil { process = ChildProcess(command: command) }
    let line = Array("\(indices.lowerBound) \(indices.upperBound)".utf8)
    switch process?.exchange(line, timeout: Self.patience) {
    case nil: return .unavailable("the system starts no more processes")
    case .line(let answer):
      guard let answer = try? JSONDecoder().decode(LiveWorker.Answer.self, from: Data(answer))
      else {
        process = nil
        return .unavailable("a process of \(command) answers nonsense")
      }
      return answer.unavailable.map { .unavailable($0) } ?? .tally(answer.tally)
    case .ended, .timedOut, .tooLong:
      process = nil
      return .ended
    }
  }

  /// Finds out which of some questions ends a process.
  private func oneByOne(
    _ indices: Range<UInt64>, _ generator: QuestionGenerator, _ isStopped: () -> Bool
  ) -> LiveTally {
    var tally = LiveTally()
    var process: ChildProcess?
    for index in indices where !isStopped() {
      if case .tally(let one) = answer(of: &process, to: index..<index + 1) {
        tally.add(one)
      } else {
        tally.addFatal(index, loss: generator.question(at: index).question.loss)
      }
    }
    return tally
  }
}

/// The questions of a run that several threads give to processes.
private final class LiveWork: Sendable {
  private let limit: LiveWorkers.Limit
  private let isStopped: @Sendable () -> Bool
  private let deadline: ContinuousClock.Instant?
  private let state = Mutex(State())

  private struct State {
    var next: UInt64 = 0
    var tally = LiveTally()
    var failure: String?
  }

  init(_ limit: LiveWorkers.Limit, isStopped: @escaping @Sendable () -> Bool) {
    self.limit = limit
    self.isStopped = isStopped
    deadline = limit.duration.map { ContinuousClock.now + $0 }
  }

  /// The next questions; `nil` where a limit is reached.
  func take() -> Range<UInt64>? {
    if isStopped() { return nil }
    if let deadline, ContinuousClock.now >= deadline { return nil }
    return state.withLock { state in
      guard state.failure == nil, state.tally.failures.count < limit.failures else { return nil }
      let first = state.next
      let end = min(limit.cases ?? .max, first + LiveWorkers.batch)
      guard first < end else { return nil }
      state.next = end
      return first..<end
    }
  }

  func add(_ tally: LiveTally) { state.withLock { $0.tally.add(tally) } }

  func fail(_ what: String) { state.withLock { $0.failure = $0.failure ?? what } }

  var tally: LiveTally { state.withLock(\.tally) }

  var failure: String? { state.withLock(\.failure) }
}
