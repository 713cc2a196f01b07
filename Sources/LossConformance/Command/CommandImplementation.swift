public import LossFixtures
import Synchronization

/// A program in any language as an implementation under test: see `AnswerProtocol`.
///
/// The program runs as often as it is asked at once: a case goes to a process that is idle, or to a new
/// one. What goes wrong with a process is told for the case at hand; then another is started.
public final class CommandImplementation: Implementation {
  /// The command line.
  public let name: String
  /// The command line.
  public var command: String? { name }
  /// Whether the program owes the gradients that cases ask for.
  public let gradients: GradientPolicy
  private let timeout: Duration
  private let idle = Mutex<[Child]>([])

  /// Creates the implementation; the program is started with the first case.
  ///
  /// - Parameters:
  ///   - command: A command line for the shell.
  ///   - timeout: How long an answer is waited for; the first one may take ten times as long.
  ///   - gradients: Whether a case fails whose gradient the program leaves out.
  public init(
    command: String, timeout: Duration = .seconds(10), gradients: GradientPolicy = .optional
  ) {
    name = command
    self.gradients = gradients
    self.timeout = timeout
  }

  /// Asks the program; a crash, a silence or nonsense is an outcome as well.
  ///
  /// - Complexity: that of the program.
  public func answer(_ fixture: FixtureCase, loss: String, dialect: String) -> Outcome {
    switch exchange(fixture, loss: loss, dialect: dialect, stages: false) {
    case .success(let answer): Outcome(answer)
    case .failure(let failure): .broken(failure.message)
    }
  }

  /// Asks the program once more; it may leave stages out, or all of them.
  ///
  /// - Complexity: that of the program.
  public func stages(
    of fixture: FixtureCase, loss: String, dialect: String
  ) -> [String: FixtureTensor] {
    let answer = exchange(fixture, loss: loss, dialect: dialect, stages: true)
    if case .success(.value(_, _, let stages)) = answer { return stages }
    return [:]
  }

  private func exchange(
    _ fixture: FixtureCase, loss: String, dialect: String, stages: Bool
  ) -> Result<AnswerProtocol.Answer, Failure> {
    let request = AnswerProtocol.request(fixture, loss: loss, dialect: dialect, stages: stages)
    let child = idle.withLock { $0.popLast() } ?? Child()
    defer { idle.withLock { $0.append(child) } }
    return child.answer(Array(request.utf8), id: fixture.id, command: name, timeout: timeout)
  }

  /// What went wrong with the program.
  private struct Failure: Error {
    let message: String
  }

  /// A process of the program, while it runs; one thread at a time has it.
  private final class Child: @unchecked Sendable {
    private var process: ChildProcess?
    private var hasAnswered = false

    func answer(
      _ request: [UInt8], id: String, command: String, timeout: Duration
    ) -> Result<AnswerProtocol.Answer, Failure> {
      if process == nil {
        process = ChildProcess(command: command)
        hasAnswered = false
      }
      let patience = hasAnswered ? timeout : timeout * 10
      switch process?.exchange(request, timeout: patience) {
      case nil: return broken("the program cannot be started")
      case .line(let line):
        hasAnswered = true
        do throws(FixtureError) {
          return .success(try AnswerProtocol.answer(line, to: id))
        } catch {
          // What follows may be the rest of the nonsense.
          process = nil
          return broken("the answer is no answer: \(error.message)")
        }
      case .ended:
        let ending = process?.ending() ?? ""
        process = nil
        return broken("the program \(ending) instead of answering")
      case .timedOut:
        process = nil
        return broken("no answer within \(patience)")
      case .tooLong:
        process = nil
        return broken("the answer does not end")
      }
    }

    private func broken(_ message: String) -> Result<AnswerProtocol.Answer, Failure> {
      .failure(Failure(message: message))
    }
  }
}

extension Outcome {
  fileprivate init(_ answer: AnswerProtocol.Answer) {
    switch answer {
    case .value(let tensor, let gradient, _): self = .value(tensor, gradient: gradient)
    case .error(let code, let message): self = .error(code: code, message: message)
    case .unsupported(let reason): self = .unsupported(reason)
    }
  }
}
