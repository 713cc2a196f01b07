import ArgumentParser
import KerasLosses

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Shows the losses with their names, parameters and defaults.
struct Losses: ParsableCommand {
  static let configuration = CommandConfiguration(
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
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    print(String(decoding: try encoder.encode(losses), as: UTF8.self))
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
    let `default`: Value
  }

  /// A parameter's value as JSON.
  struct Value: Encodable {
    let value: ParameterValue

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch value {
      case .boolean(let boolean): try container.encode(boolean)
      case .number(let number): try container.encode(number)
      case .string(let text): try container.encode(text)
      case .list(let values): try container.encode(values.map(Value.init))
      case .null: try container.encodeNil()
      }
    }

    var text: String {
      switch value {
      case .boolean(let boolean): boolean ? "True" : "False"
      case .number(let number): Int(exactly: number).map(String.init) ?? "\(number)"
      case .string(let text): "\"\(text)\""
      case .list(let values):
        "[" + values.map { Value(value: $0).text }.joined(separator: ", ") + "]"
      case .null: "None"
      }
    }
  }

  init(_ type: any KerasLoss.Type) {
    function = type.names.function
    `class` = type.names.class
    aliases = type.names.aliases
    parameters = type.parameters.map {
      Parameter(name: $0.name, default: Value(value: $0.default))
    }
  }

  var line: String {
    let parameters = parameters.map { "\($0.name)=\($0.default.text)" }.joined(separator: ", ")
    let aliases = aliases.isEmpty ? "" : "  (\(aliases.joined(separator: ", ")))"
    return "\(function)  \(self.class)(\(parameters))\(aliases)"
  }
}
