import ArgumentParser
import KerasLosses

/// Shows the losses with their names, parameters and defaults.
struct Losses: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "losses",
    abstract: "Lists the losses of the library, with Keras's names, parameters and defaults.",
    discussion: """
      Examples:
        loss-parity losses
        loss-parity losses --json
      """
  )

  @Flag(help: "Write JSON, for other programs.")
  var json = false

  func run() throws {
    let losses = kerasLosses.map(Description.init)
    guard json else {
      for loss in losses { print(loss.line) }
      return
    }
    try printJSON(losses)
  }
}

/// A loss as it is shown.
private struct Description: Encodable {
  let function: String
  let `class`: String
  let aliases: [String]
  let parameters: [Parameter]

  struct Parameter: Encodable {
    let name: String
    let `default`: ShownValue
  }

  init(_ type: any KerasLoss.Type) {
    function = type.names.function
    `class` = type.names.class
    aliases = type.names.aliases
    parameters = type.parameters.map {
      Parameter(name: $0.name, default: ShownValue(value: $0.default))
    }
  }

  var line: String {
    let parameters = parameters.map { "\($0.name)=\($0.default.value)" }.joined(separator: ", ")
    let aliases = aliases.isEmpty ? "" : "  (\(aliases.joined(separator: ", ")))"
    return "\(function)  \(self.class)(\(parameters))\(aliases)"
  }
}
