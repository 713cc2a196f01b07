#if PythonInterop
internal import CPython
import LossConformance
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The Python interpreter of this process: started once, never ended.
///
/// NumPy does not bear being imported a second time after an interpreter has ended.
struct Interpreter: Sendable {
  /// The executable that it takes its library and its packages from.
  let executable: String
  /// Python's version, such as "3.11.2".
  let version: String

  private enum State {
    case none
    case started(as: String, Interpreter)
    case failed(as: String, ReferenceFailure)
  }

  private static let state = Mutex(State.none)

  /// The interpreter, which is started where there is none yet.
  ///
  /// - Parameter interpreter: The path of a Python's executable, or a name that is looked for in PATH.
  /// - Returns: The interpreter.
  /// - Throws: `ReferenceFailure.unavailable` where it does not start, or was started as another.
  static func started(as interpreter: String) throws(ReferenceFailure) -> Interpreter {
    let result = state.withLock { state -> Result<Interpreter, ReferenceFailure> in
      switch state {
      case .none: break
      case .started(let name, let running) where name == interpreter: return .success(running)
      case .failed(let name, let failure) where name == interpreter: return .failure(failure)
      case .started(let name, _), .failed(let name, _):
        return .failure(
          .unavailable(
            "this process runs the Python of \(name) and can run no other: "
              + "ask \(interpreter) in a process of its own"))
      }
      // Nothing has been started yet: another path may be tried.
      guard !interpreter.contains("/") || access(interpreter, X_OK) == 0 else {
        return .failure(
          .unavailable("there is no executable \(interpreter): name a Python with NumPy"))
      }
      do throws(ReferenceFailure) {
        let running = try start(interpreter)
        state = .started(as: interpreter, running)
        return .success(running)
      } catch {
        state = .failed(as: interpreter, error)
        return .failure(error)
      }
    }
    return try result.get()
  }

  private static func start(_ interpreter: String) throws(ReferenceFailure) -> Interpreter {
    if let problem = loss_parity_start_python(interpreter) {
      throw .unavailable("the Python of \(interpreter) does not start: \(String(cString: problem))")
    }
    // From here on every thread takes the lock when it needs it, this one too.
    PyEval_SaveThread()
    let found: Found
    do throws(PythonError) {
      found = try withGIL { () throws(PythonError) in try prepared() }
    } catch {
      throw .unavailable("the Python of \(interpreter) does not start:\n\(error.traceback)")
    }
    guard found.isOwn else {
      throw .unavailable(
        "\(interpreter) is not of the Python \(found.version) that this program was built with: "
          + "name the executable of a Python \(found.version), or of a virtual environment of it")
    }
    return Interpreter(executable: found.executable, version: found.version)
  }

  /// Runs code that uses Python, on any thread; code of other threads waits meanwhile.
  static func withGIL<Result: ~Copyable, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let state = PyGILState_Ensure()
    defer { PyGILState_Release(state) }
    return try body()
  }

  // MARK: - After the start

  private struct Found {
    let executable: String
    let version: String
    /// Whether library and packages are the executable's, and not those of another Python.
    let isOwn: Bool
  }

  /// Sends what Python prints to standard error, as standard output is the program's own; and tells
  /// what was started: without an installation beside it, CPython takes the one it was built for.
  private static let preparation = """
    import os, platform, sys
    sys.stdout = sys.stderr
    found = sys.executable
    homes = {os.path.dirname(os.path.dirname(path)) for path in (found, os.path.realpath(found))}
    own = os.path.realpath(sys.prefix) in map(os.path.realpath, homes)
    version = platform.python_version()
    """

  private static func prepared() throws(PythonError) -> Found {
    let names = try PythonObject.dictionary()
    try names.set("__builtins__", try PythonObject.module("builtins"))
    let code = try PythonObject(Py_CompileString(preparation, "<start>", Py_file_input))
    // Not PyRun_SimpleString, which ends the process where the code calls sys.exit.
    _ = try PythonObject(PyEval_EvalCode(code.pointer, names.pointer, names.pointer))
    return Found(
      executable: try names.item("found")?.utf8 ?? "",
      version: try names.item("version")?.utf8 ?? "",
      isOwn: try names.item("own")?.text == "True")
  }
}
#endif
