import ArgumentParser
import KerasLosses

/// The command line: picks a subcommand, and keeps the exit codes' promise.
@main
struct LossParityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loss-parity",
    abstract: "Says whether a loss function computes what Keras computes.",
    discussion: """
      Examples:
        loss-parity verify
        loss-parity verify --loss categorical_crossentropy --flag unnormalised_rows
        loss-parity verify --case '*.float32' --report json=report.json
        loss-parity parity --implementation swift --implementation "port=./port"
        loss-parity explain mse --y-true '[[0, 1]]' --y-pred '[[0.5, 0.5]]' --actual 0.5
        loss-parity compare actual.npy expected.npy
        loss-parity live --minutes 1
        loss-parity list --flag question

      Exit codes:
        0  every case passed, or failed as expected
        1  a case failed, for another cause than expected if any was
        2  the command line is wrong, or a report cannot be written
        3  the fixtures, or another file that is read, are missing or damaged
        4  no case was checked
        5  the NumPy oracle, or another reference, does not run
        6  the gate's policy is not met, although no case failed unexpectedly
        7  reports do not belong together: a shard is missing, or of other fixtures
      """,
    version: "0.1.0",
    subcommands: [
      Verify.self, Merge.self, ParityCommand.self, Explain.self, Compare.self, List.self,
      Losses.self, Dialects.self, Mistakes.self, Live.self, LiveWorkerCommand.self,
    ],
    defaultSubcommand: Verify.self
  )

  static func main() {
    CutFile.endsProcess()
    // Nothing that a question contains is to end the process.
    Shape.limitExpansionsToMemory()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let failure as CommandFailure {
      if let message = failure.message { writeError("loss-parity: \(message)\n") }
      endProcess(failure.status)
    } catch {
      // ArgumentParser's own code for a wrong command line is 64; ours is documented as 2.
      let status = exitCode(for: error)
      let message = fullMessage(for: error)
      if status == .success {
        print(message)
      } else if !message.isEmpty {
        writeError(message + "\n")
      }
      endProcess(status == .validationFailure ? .usage : ExitStatus(status.rawValue))
    }
  }
}

/// The exit codes that are promised.
struct ExitStatus: Equatable {
  let code: Int32

  init(_ code: Int32) { self.code = code }

  static let mismatch = ExitStatus(1)
  static let usage = ExitStatus(2)
  static let badFixtures = ExitStatus(3)
  static let nothingChecked = ExitStatus(4)
  static let oracleMissing = ExitStatus(5)
  static let policyNotMet = ExitStatus(6)
  static let reportsDiffer = ExitStatus(7)
}

/// Why the command stops: an exit code and, unless the output has said it all, one sentence.
struct CommandFailure: Error {
  let status: ExitStatus
  var message: String?
}
