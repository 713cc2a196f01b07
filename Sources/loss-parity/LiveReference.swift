import LossConformance

#if PythonInterop
import PythonOracle
#endif

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Who answers the questions of a live comparison.
struct LiveReference {
  let reference: any Reference
  /// Its name with its versions, for reports.
  let title: String

  #if PythonInterop
  /// Starts Python in this process, and imports the reference.
  ///
  /// - Throws: `ReferenceFailure.unavailable`, or `CommandFailure` where the oracle's folder is not found.
  init(_ options: LiveOptions) throws {
    let tools = try toolsFolder(options.oracle)
    let python: PythonOracle
    if let backend = options.against.backend, let environment = options.against.environment {
      // Keras reads it when it is imported.
      setenv("KERAS_BACKEND", backend, 1)
      setenv("TF_CPP_MIN_LOG_LEVEL", "3", 1)
      let beside = URL(filePath: tools).deletingLastPathComponent()
        .appending(path: ".venv-audit/\(environment)/bin/python").path
      let interpreter = options.python ?? beside
      guard FileManager.default.fileExists(atPath: interpreter) else {
        throw ReferenceFailure.unavailable(
          "there is no \(interpreter): tools/audit \(backend) installs Keras there, or name a "
            + "Python that has it with --python")
      }
      python = try PythonOracle(
        module: "live_keras", folders: ["\(tools)/adapters", tools], interpreter: interpreter,
        name: "keras on \(backend)")
    } else {
      python = try PythonOracle(
        folders: [tools], interpreter: options.python ?? PythonOracle.defaultInterpreter)
    }
    reference = python
    title = "\(python.name) (Python \(python.pythonVersion), NumPy \(python.numpyVersion))"
  }
  #else
  /// Says how to build a program that has one.
  init(_ options: LiveOptions) throws {
    throw ReferenceFailure.unavailable(
      "this program was built without Python; install python3-dev and build it with "
        + "swift build -c release --traits PythonInterop")
  }
  #endif
}
