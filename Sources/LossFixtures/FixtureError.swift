/// Why a fixture file cannot be used: one sentence that names the file, the line and the field.
public struct FixtureError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file, relative to the fixtures folder.
  public let file: String
  /// The line, counted from 1, or `nil` where the file as a whole is meant.
  public let line: Int?
  /// What is wrong, with the names of case and field.
  public let message: String

  /// Creates the error.
  package init(file: String, line: Int?, message: String) {
    self.file = file
    self.line = line
    self.message = message
  }

  /// The sentence as it is printed.
  public var description: String {
    line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)"
  }
}
