/// Command lines as `ChildProcess` gives them to the shell.
public enum ShellCommand {
  /// A word as it is, whatever the shell would make of its characters.
  public static func word(_ text: String) -> String {
    "'" + text.replacing("'", with: "'\\''") + "'"
  }

  /// The oracle: `python -m keras_oracle`, with words for it and perhaps redirections.
  ///
  /// - Parameters:
  ///   - python: The interpreter: a path, or a name that is looked for.
  ///   - tools: The folder that has `keras_oracle`.
  ///   - words: What stands behind, quoted where it has to be.
  /// - Returns: The command line.
  static func oracle(python: String, tools: String, _ words: String) -> String {
    "PYTHONPATH=\(word(tools)) PYTHONDONTWRITEBYTECODE=1 exec \(word(python)) -m keras_oracle \(words)"
  }
}
