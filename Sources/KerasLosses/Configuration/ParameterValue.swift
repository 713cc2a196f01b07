/// The value of a parameter, as a Keras config has it.
public enum ParameterValue: Equatable, Sendable {
  /// True or false.
  case boolean(Bool)
  /// A number.
  case number(Double)
  /// A text.
  case string(String)
  /// A list, such as the axes of `Dice`.
  case list([ParameterValue])
  /// None.
  case null
}

extension ParameterValue: CustomStringConvertible {
  /// The value as Python writes it, but for double quotes.
  public var description: String {
    switch self {
    case .boolean(let boolean): boolean ? "True" : "False"
    case .number(let number): Int(exactly: number).map(String.init) ?? "\(number)"
    case .string(let text): "\"\(text)\""
    case .list(let values): "[" + values.map(\.description).joined(separator: ", ") + "]"
    case .null: "None"
    }
  }
}
