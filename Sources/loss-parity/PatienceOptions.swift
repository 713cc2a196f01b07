import ArgumentParser

/// How long a program may take.
struct PatienceOptions: ParsableArguments {
  @Option(
    name: .customLong("timeout"),
    help: ArgumentHelp(
      "How long to wait for a program's answer; ten times as long for its first.",
      valueName: "seconds"))
  var seconds = 10

  func validate() throws {
    guard seconds >= 1, seconds <= 86_400 else {
      throw ValidationError("--timeout must be from 1 to 86400")
    }
  }

  /// How long an answer is waited for.
  var timeout: Duration { .seconds(seconds) }
}
