import ArgumentParser
import KerasLosses

/// Shows the presets of dialects with their choices.
struct Dialects: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dialects",
    abstract: "Lists the dialects, with the choices in which Keras's versions and backends differ.",
    discussion: """
      The first dialect is listed with all its choices, others with those that differ from it.

      Examples:
        loss-parity dialects
        loss-parity dialects --json
      """
  )

  @Flag(help: "Write JSON, with all choices of each dialect, for other programs.")
  var json = false

  func run() throws {
    guard json else {
      for dialect in Dialect.all { show(dialect) }
      return
    }
    try printJSON(
      Dictionary(
        uniqueKeysWithValues: Dialect.all.map { dialect in
          let choices = dialect.choices.map { ($0.name, ShownValue(value: $0.setting)) }
          return (dialect.id, Dictionary(uniqueKeysWithValues: choices))
        }))
  }

  private func show(_ dialect: Dialect) {
    let first = Dialect.keras315JAX
    print(dialect == first ? dialect.id : "\n\(dialect.id): as \(first.id), but for")
    for (choice, usual) in zip(dialect.choices, first.choices)
    where dialect == first || choice != usual {
      print("  \(choice.name)=\(choice.setting)")
    }
  }
}
