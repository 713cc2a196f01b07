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
