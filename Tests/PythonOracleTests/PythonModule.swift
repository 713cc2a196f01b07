#if PythonInterop
import Foundation
import LossConformance
import LossFixtures
import PythonOracle

/// A Python module in a folder of its own, which is removed at the end.
final class PythonModule {
  /// The folder that it is in.
  let folder: String
  /// Its name: another one for each, as Python imports no module twice.
  let name: String

  /// Writes a module.
  init(_ source: String) throws {
    name = "module_" + UUID().uuidString.replacing("-", with: "")
    folder = FileManager.default.temporaryDirectory.path + "/loss-parity-\(name)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try source.write(toFile: "\(folder)/\(name).py", atomically: true, encoding: .utf8)
  }

  /// Writes a module whose function `answered` has a body.
  convenience init(body: String) throws {
    try self.init(
      """
      import numpy as np

      def answered(loss, dialect, form, dtype, config, inputs, gradient):
      \(body.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n"))
      """)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// The module as a reference.
  func oracle() throws -> PythonOracle { try PythonOracle(module: name, folders: [folder]) }
}

/// A question about `mean_squared_error` of tensors.
func question(
  _ inputs: [String: FixtureTensor], dtype: String = "float32",
  config: [String: ParameterValue] = [:]
) -> Question {
  Question(
    loss: "mean_squared_error", dialect: "keras-3.15/jax", form: .class, dtype: dtype,
    config: config, inputs: inputs)
}

/// A question about one number.
let smallQuestion = question(["y_pred": FixtureTensor(shape: [1], values: .float32([0.5]))])
#endif
