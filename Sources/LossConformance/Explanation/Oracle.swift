public import LossFixtures

/// The NumPy oracle in a Python process, which answers questions that nobody wrote down as a case.
public final class Oracle {
  private let python: String
  private let tools: String
  private let timeout: Duration
  private var process: ChildProcess?

  /// Creates the oracle; its process is started with the first question.
  ///
  /// - Parameters:
  ///   - python: The interpreter: a path, or a name that is looked for.
  ///   - tools: The folder that has `keras_oracle`.
  ///   - timeout: How long an answer is waited for.
  public init(python: String, tools: String, timeout: Duration = .seconds(300)) {
    self.python = python
    self.tools = tools
    self.timeout = timeout
  }

  /// Why the oracle does not answer.
  public enum Failure: Error, Equatable, Sendable {
    /// The question has no answer: Keras refuses it, or it is no question.
    case refused(QuestionAnswer.Refusal)
    /// The oracle does not run, and what is to be done about that.
    case unavailable(String)
  }

  /// Answers a question.
  ///
  /// - Parameters:
  ///   - question: The question.
  ///   - wish: What is asked besides Keras's answer.
  ///   - gradient: Whether the gradient is asked for as well.
  /// - Returns: Keras's answer, and what mistakes and other dialects give.
  /// - Throws: `Failure` where there is no answer.
  /// - Complexity: some milliseconds for each mistake and prediction, in exact arithmetic.
  public func answer(
    _ question: Question, _ wish: Question.Wish = .mistakes, gradient: Bool = false
  ) throws(Failure) -> QuestionAnswer {
    if process == nil { process = ChildProcess(command: command) }
    switch process?.exchange(Array(question.json(wish, gradient: gradient).utf8), timeout: timeout)
    {
    case nil: throw .unavailable("the system cannot start \(python)")
    case .line(let line):
      switch Result(catching: { () throws(FixtureError) in try QuestionAnswer.read(line) }) {
      case .success(.success(let answer)): return answer
      case .success(.failure(let refusal)): throw .refused(refusal)
      case .failure(let error):
        process = nil
        throw .unavailable(
          "\(tools) is not the oracle of this program's version: \(error.message)")
      }
    case .ended, .tooLong:
      process = nil
      throw .unavailable(whatIsMissing)
    case .timedOut:
      process = nil
      throw .unavailable("no answer within \(timeout): ask about fewer samples")
    }
  }

  private var command: String {
    ShellCommand.oracle(python: python, tools: tools, "ask 2>/dev/null")
  }

  /// What keeps the oracle from running, found out by trying.
  private var whatIsMissing: String {
    guard succeeds("command -v \(ShellCommand.word(python))") else {
      return "there is no \(python): install Python 3.11 or later, or name one with --python"
    }
    guard succeeds(python: "import sys; sys.exit(sys.version_info < (3, 11))") else {
      return "\(python) is older than Python 3.11: name a later one with --python"
    }
    guard succeeds(python: "import numpy") else {
      return "\(python) has no NumPy: \(python) -m pip install numpy, or name a Python that has it "
        + "with --python"
    }
    guard succeeds("test -f \(ShellCommand.word(tools + "/keras_oracle/ask.py"))") else {
      return "there is no oracle in \(tools): --oracle names the tools folder of loss-parity"
    }
    return "the oracle ended without an answer; try \(tools)/fixtures ask"
  }

  private func succeeds(python code: String) -> Bool {
    succeeds("\(ShellCommand.word(python)) -c \(ShellCommand.word(code))")
  }

  private func succeeds(_ command: String) -> Bool {
    var process = ChildProcess(command: "\(command) >/dev/null 2>&1 && echo yes")
    return process?.exchange([], timeout: .seconds(30)) == .line(Array("yes".utf8))
  }
}
