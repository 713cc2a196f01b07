import ArgumentParser

/// Measurements of the loss library that anybody can repeat.
@main
struct LossBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loss-benchmark",
    abstract: "Measures the loss library: speed beside peers, accuracy of exp and log.",
    discussion: """
      Examples:
        swift run -c release loss-benchmark
        swift run -c release loss-benchmark speed --rounds 30
        swift run -c release loss-benchmark accuracy
        swift run -c release loss-benchmark accuracy --sample 10000000

      Exit codes: 0, or 1 where a result is wrong. No time is ever judged.
      """,
    subcommands: [Speed.self, Accuracy.self],
    defaultSubcommand: Speed.self
  )
}
