/// Why an array file cannot be used: one clause that says what is wrong with it.
package struct ArrayFileError: Error, Equatable, Sendable {
  /// What is wrong, with "it" for the file.
  package let message: String

  /// Creates the error of a clause.
  package init(_ message: String) { self.message = message }
}
