import Foundation
import PackagePlugin

/// What `tools/fixtures generate` does, as a command of the package.
///
///     swift package --allow-writing-to-package-directory regenerate-fixtures [--check [--goldens]]
@main
struct RegenerateFixtures: CommandPlugin {
  /// Runs the oracle with the Python that `tools/install.sh` finds; nothing is installed.
  func performCommand(context: PluginContext, arguments: [String]) throws {
    let script = """
      . tools/install.sh
      find_numpy || exit \(Self.noPython)
      exec tools/fixtures generate "$@"
      """
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      ["bash", "-euo", "pipefail", "-c", script, "regenerate-fixtures"] + arguments
    process.currentDirectoryURL = context.package.directoryURL
    try process.run()
    process.waitUntilExit()
    switch process.terminationStatus {
    case 0: break
    case Self.noPython:
      throw Failure(
        "no Python 3.11 or later with NumPy was found as python3 or /usr/bin/python3; install one "
          + "(Debian: apt install python3-numpy), or name it in the environment variable PYTHON")
    case let status: throw Failure("tools/fixtures generate ended with status \(status)")
    }
  }

  /// The exit status that says that there is no Python, of the shell's free ones (`EX_UNAVAILABLE`).
  private static let noPython: Int32 = 69

  /// What SwiftPM prints as the error.
  private struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }
}
