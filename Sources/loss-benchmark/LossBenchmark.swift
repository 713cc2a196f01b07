import ArgumentParser

/// Measurements of the loss library that anybody can repeat.
@main
struct LossBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loss-benchmark",
    abstract: "Measures the loss library: accuracy of exp and log, and speed for others who ask.",
    discussion: """
      Examples:
        swift run -c release loss-benchmark accuracy
        swift run -c release loss-benchmark accuracy --sample 10000000
        tools/benchmark/losses

      Exit codes: 0, or 1 where a result is wrong. No time is ever judged.
      """,
    subcommands: [Worker.self, Accuracy.self]
  )
}
