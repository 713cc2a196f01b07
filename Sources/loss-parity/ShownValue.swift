import KerasLosses

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The value of a parameter or a choice, for JSON and for people.
struct ShownValue: Encodable {
  let value: ParameterValue

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch value {
    case .boolean(let boolean): try container.encode(boolean)
    case .number(let number): try container.encode(number)
    case .string(let text): try container.encode(text)
    case .list(let values): try container.encode(values.map(ShownValue.init))
    case .null: try container.encodeNil()
    }
  }

  /// The value as Python writes it, but for double quotes.
  var text: String {
    switch value {
    case .boolean(let boolean): boolean ? "True" : "False"
    case .number(let number): Int(exactly: number).map(String.init) ?? "\(number)"
    case .string(let text): "\"\(text)\""
    case .list(let values):
      "[" + values.map { ShownValue(value: $0).text }.joined(separator: ", ") + "]"
    case .null: "None"
    }
  }
}

/// Prints a value as JSON, for other programs.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
