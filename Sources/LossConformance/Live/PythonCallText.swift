import KerasLosses
import LossFixtures

/// A question as the Python that asks Keras: it can be pasted.
enum PythonCallText {
  /// The call, in lines.
  ///
  /// - Complexity: O(elements).
  static func lines(_ question: Question) -> [String] {
    let names = kerasLosses.map { $0.names }.first { $0.function == question.loss }
    let parameters = question.config.sorted { $0.key < $1.key }
      .map { "\($0.key)=\($0.value.pythonText)" }
    var arguments = ["y_true", "y_pred", "sample_weight", "ref_labels", "ref_embeddings"]
      .compactMap { name -> String? in
        guard let tensor = question.inputs[name] else { return nil }
        return "\(name.hasPrefix("y_") ? "" : "\(name)=")\(text(of: tensor))"
      }
    if question.form == .function { arguments += parameters }
    let function =
      switch question.form {
      case .function: "keras.losses.\(question.loss)"
      case .class:
        "keras.losses.\(names?.class ?? question.loss)("
          + (parameters + ["dtype=\"\(question.dtype)\""]).joined(separator: ", ") + ")"
      }
    var lines = ["\(function)("] + arguments.map { "    \($0)," } + [")"]
    if let mask = question.inputs["mask"] {
      lines.append("# y_pred._keras_mask = \(text(of: mask))")
    }
    return lines
  }

  private static func text(of tensor: FixtureTensor) -> String {
    let dtype = tensor.values.dtype
    let words = tensor.values.doubles.prefix(mostElements).map { number -> String in
      guard number.isFinite else {
        return number.isNaN ? "np.nan" : number < 0 ? "-np.inf" : "np.inf"
      }
      return dtype == "bool" ? (number == 0 ? "False" : "True") : numberText(number, dtype)
    }
    // NumPy knows bfloat16 from the package ml_dtypes alone.
    let name = dtype == "bfloat16" ? "ml_dtypes.bfloat16" : "\"\(dtype)\""
    let isWhole = tensor.values.count <= mostElements
    let list = "[" + words.joined(separator: ", ") + (isWhole ? "]" : ", ...]")
    let array = "np.array(\(list), \(name))"
    return tensor.shape.count == 1 ? array : "\(array).reshape(\(shapeText(tensor.shape)))"
  }

  /// Of larger arrays not all is shown.
  private static let mostElements = 200

  private static func shapeText(_ shape: [Int]) -> String {
    "(" + shape.map { "\($0)," }.joined(separator: " ") + ")"
  }
}
