#if PythonInterop
internal import CPython

/// An exception of Python's.
struct PythonError: Error, Equatable, Sendable {
  /// The name of its class, such as `ValueError`.
  let type: String
  /// What it says.
  let message: String
  /// What Python would have printed: the frames, then class and message.
  let traceback: String

  /// One line where a module is missing, as the frames are those of Python's import; else the
  /// traceback.
  var importReport: String {
    type == "ModuleNotFoundError" ? "\(type): \(message)" : traceback
  }
}

extension PythonError {
  /// Takes the exception that Python raised; it is then no longer raised.
  ///
  /// Only with the GIL, after a function of CPython has failed.
  static func raised() -> PythonError {
    guard let pointer = loss_parity_take_exception() else {
      return PythonError("SystemError", "Python failed without an exception")
    }
    let exception = PythonObject(owning: pointer)
    let type = exception.typeName
    let message = exception.text ?? ""
    let summary = message.isEmpty ? type : "\(type): \(message)"
    return PythonError(
      type: type, message: message, traceback: (try? formatted(exception)) ?? summary)
  }

  /// An error that this program found, in Python's words.
  init(_ type: String, _ message: String) {
    self.init(type: type, message: message, traceback: "\(type): \(message)")
  }

  private static func formatted(
    _ exception: borrowing PythonObject
  ) throws(PythonError) -> String {
    let module = try PythonObject.module("traceback")
    let arguments = try PythonObject.list()
    try arguments.append(exception)
    let lines = try module.attribute("format_exception").call(arguments)
    let joined = try PythonObject.string("").attribute("join")
    let parts = try PythonObject.list()
    try parts.append(lines)
    var text = try joined.call(parts).text ?? ""
    while text.last == "\n" { text.removeLast() }
    return text
  }
}
#endif
