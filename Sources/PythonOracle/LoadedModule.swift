#if PythonInterop
internal import CPython
import LossConformance

/// What is used of Python's modules, once they are imported.
struct LoadedModule: Sendable {
  /// NumPy's version.
  let numpyVersion: String
  /// `numpy.asarray`.
  let asarray: Permanent
  /// The function that answers.
  let answered: Permanent

  /// Imports NumPy and a module from folders, which stand before Python's own from now on.
  ///
  /// Only with the GIL.
  ///
  /// - Throws: `ReferenceFailure.unavailable` where something is missing.
  init(
    _ name: String, folders: [String], _ python: Interpreter
  ) throws(ReferenceFailure) {
    do throws(PythonError) {
      try Self.look(in: folders)
    } catch {
      throw .unavailable(error.traceback)
    }
    do throws(PythonError) {
      let numpy = try PythonObject.module("numpy")
      numpyVersion = try numpy.attribute("__version__").utf8 ?? ""
      asarray = Permanent(try numpy.attribute("asarray"))
    } catch {
      throw .unavailable(
        "\(python.executable) (Python \(python.version)) cannot import NumPy: install it there, or "
          + "name another Python of this version that has it\n\(error.importReport)")
    }
    do throws(PythonError) {
      let module = try PythonObject.module(name)
      let file = try module.attribute("__file__").utf8 ?? ""
      guard folders.contains(where: { file.hasPrefix($0 + "/") }) else {
        throw PythonError("ImportError", "\(name) was imported from \(file)")
      }
      answered = Permanent(try module.attribute("answered"))
    } catch {
      throw .unavailable(
        "\(name) cannot be imported from \(folders.joined(separator: ", ")): is this the tools folder "
          + "of loss-parity, of this program's version?\n\(error.importReport)")
    }
  }

  private static func look(in folders: [String]) throws(PythonError) {
    let path = try PythonObject.module("sys").attribute("path")
    for folder in folders.reversed() {
      let folder = try PythonObject.string(folder)
      guard PyList_Insert(path.pointer, 0, folder.pointer) == 0 else { throw .raised() }
    }
  }
}

/// An object that is never given up, as Python is never ended.
struct Permanent: @unchecked Sendable {
  // Used with the GIL alone.
  private let pointer: UnsafeMutablePointer<PyObject>

  /// Keeps an object for good.
  init(_ object: consuming PythonObject) { pointer = object.released() }

  /// The object, only with the GIL.
  var object: PythonObject {
    Py_IncRef(pointer)
    return PythonObject(owning: pointer)
  }
}
#endif
