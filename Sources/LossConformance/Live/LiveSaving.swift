#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Makes cases of the fixtures of questions that failed, as `tools/fixtures add` does.
public enum LiveSaving {
  /// Adds the questions of a report's findings, all or none.
  ///
  /// - Parameters:
  ///   - report: The report.
  ///   - name: What the case is called, or what the names of several begin with.
  ///   - python: The interpreter: a path, or a name that is looked for.
  ///   - tools: The folder that has `keras_oracle`.
  /// - Returns: What the command said, and whether it succeeded.
  /// - Throws: Where the report cannot be handed over.
  public static func save(
    _ report: LiveReport, as name: String, python: String, tools: String
  ) throws -> (said: [String], succeeded: Bool) {
    let folder = FileManager.default.temporaryDirectory
    let file = folder.appending(path: "loss-parity-live-\(UUID().uuidString).json")
    try LiveReportJSON().data(report).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let command = ShellCommand.oracle(
      python: python, tools: tools,
      "add --from-live \(ShellCommand.word(file.path)) --id \(ShellCommand.word(name)) 2>&1")
    guard var process = ChildProcess(command: command) else {
      return (["the system cannot start \(python)"], false)
    }
    var said: [String] = []
    while case .line(let line) = process.exchange([], timeout: .seconds(300)) {
      said.append(String(decoding: line, as: UTF8.self))
    }
    return (said, process.ending() == "exited with code 0")
  }
}
