#if PythonInterop
internal import CPython
public import LossConformance
public import LossFixtures

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A Python function in this process that answers questions: the NumPy oracle, or another reference.
///
/// The module has a function
///
/// ```python
/// def answered(
///     loss: str, dialect: str, form: str, dtype: str, config: dict[str, Any],
///     inputs: dict[str, np.ndarray], gradient: bool,
/// ) -> dict[str, Any]: ...
/// ```
///
/// `inputs` are read-only arrays in this process's memory, lent for the call: what the function needs
/// later, it copies. bfloat16 tensors come as `float32`, numbers of `config` as `float`. It returns
/// `{"error": code, "message": text}`, `{"undecided": text}`, or `value`, `tolerance`, `gradient`,
/// `gradient_tolerance` and `edges`: arrays in C order, of which the last three may be `None`. Values
/// are in the dtype of the loss or `float64`, bfloat16 in `float32`; tolerances are `float64` and may
/// be infinite; edges are `bool`.
///
/// Python is started once in a process and never ended. Every thread may ask; one is answered at a
/// time.
public final class PythonOracle: Reference {
  /// What reports call it: the package of the module.
  public let name: String
  /// Python's version, such as "3.11.2".
  public let pythonVersion: String
  /// NumPy's version, such as "1.24.2".
  public let numpyVersion: String

  private let asarray: Permanent
  private let answered: Permanent

  /// Debian's Python, which has the library that this program is linked with.
  public static let defaultInterpreter = "/usr/bin/python3"

  /// Starts Python if it does not run yet, and imports NumPy and a module.
  ///
  /// - Parameters:
  ///   - module: The module that has the function `answered`.
  ///   - folders: Where it and what it imports is looked for, before Python's own packages.
  ///   - interpreter: An executable whose library and packages are used, such as that of a virtual
  ///     environment. Its Python is of the version that this program was built with.
  ///   - name: What reports call the reference; by default, the package of the module.
  /// - Throws: `ReferenceFailure.unavailable` where something is missing, or another Python runs.
  public init(
    module: String = "keras_oracle.live", folders: [String],
    interpreter: String = PythonOracle.defaultInterpreter, name: String? = nil
  ) throws(ReferenceFailure) {
    let python = try Interpreter.started(as: interpreter)
    var found: [String] = []
    for folder in folders {
      guard let path = realpath(folder, nil) else {
        throw .unavailable("there is no folder \(folder), where Python would look for \(module)")
      }
      defer { free(path) }
      found.append(String(cString: path))
    }
    let loaded = try Interpreter.withGIL { () throws(ReferenceFailure) in
      try LoadedModule(module, folders: found, python)
    }
    self.name = name ?? String(module.prefix { $0 != "." })
    pythonVersion = python.version
    numpyVersion = loaded.numpyVersion
    asarray = loaded.asarray
    answered = loaded.answered
  }

  /// The answer of the Python function.
  ///
  /// - Complexity: that of the function, and some microseconds.
  public func answer(
    _ question: Question, gradient: Bool
  ) throws(ReferenceFailure) -> FixtureCase.Expected {
    let reply: PythonReply
    do throws(PythonError) {
      reply = try Interpreter.withGIL { () throws(PythonError) in
        try self.reply(to: question, gradient: gradient)
      }
    } catch {
      throw .broken(error.traceback)
    }
    return try reply.expected(of: question, gradient: gradient)
  }

  private func reply(to question: Question, gradient: Bool) throws(PythonError) -> PythonReply {
    let inputs = try PythonObject.dictionary()
    let arguments = try PythonObject.list()
    for text in [question.loss, question.dialect, question.form.rawValue, question.dtype] {
      try arguments.append(try PythonObject.string(text))
    }
    try arguments.append(try PythonObject.parameters(question.config))
    try arguments.append(inputs)
    try arguments.append(try PythonObject.boolean(gradient))
    let tensors = question.inputs.sorted { $0.key < $1.key }
    return try lend(tensors[...], to: inputs) { () throws(PythonError) in
      try PythonReply(try answered.object.call(arguments))
    }
  }

  /// Lends tensors by their names for as long as `body` runs.
  private func lend(
    _ tensors: ArraySlice<(key: String, value: FixtureTensor)>, to inputs: borrowing PythonObject,
    _ body: () throws(PythonError) -> PythonReply
  ) throws(PythonError) -> PythonReply {
    guard let (name, tensor) = tensors.first else { return try body() }
    return try tensor.lent(through: asarray.object) { array throws(PythonError) in
      try inputs.set(name, array)
      // Taken back even if Python kept the dictionary.
      defer { PyDict_Clear(inputs.pointer) }
      return try lend(tensors.dropFirst(), to: inputs, body)
    }
  }
}
#endif
