#if PythonInterop
import LossConformance
import LossFixtures

/// What the Python function `answered` returned, before it is believed.
struct PythonReply: Equatable, Sendable {
  /// The texts by their keys: `error`, `message`, `undecided`.
  var texts: [String: String] = [:]
  /// The arrays by their keys: `value`, `tolerance`, `gradient`, `gradient_tolerance`, `edges`.
  var arrays: [String: FixtureTensor] = [:]
}

extension PythonReply {
  /// Reads the dictionary that was returned.
  ///
  /// - Throws: `PythonError` where something else was returned.
  init(_ returned: borrowing PythonObject) throws(PythonError) {
    for key in ["error", "message", "undecided"] {
      guard let object = try returned.item(key) else { continue }
      guard let text = object.utf8 else {
        throw PythonError("TypeError", "\(key) is a \(object.typeName), not a str")
      }
      texts[key] = text
    }
    for key in ["value", "tolerance", "gradient", "gradient_tolerance", "edges"] {
      guard let array = try returned.item(key) else { continue }
      do throws(PythonError) {
        arrays[key] = try FixtureTensor(copying: array)
      } catch {
        throw PythonError(error.type, "\(key): \(error.message)")
      }
    }
  }

  /// The answer to a question.
  ///
  /// - Throws: `ReferenceFailure.undecided` where it says so, and `.broken` where it is no answer.
  /// - Complexity: O(elements).
  func expected(
    of question: Question, gradient: Bool
  ) throws(ReferenceFailure) -> FixtureCase.Expected {
    if let code = texts["error"] { return .error(code) }
    if let reason = texts["undecided"] { throw .undecided(reason) }
    let dtype = question.computedDtype
    guard let value = try golden("value", "tolerance", dtype, edges: nil) else {
      throw .broken("the answer has neither value nor error nor undecided")
    }
    guard gradient else { return .value(value) }
    let slopes = try golden("gradient", "gradient_tolerance", dtype, edges: arrays["edges"])
    if let slopes, let yPred = question.inputs["y_pred"], slopes.tensor.shape != yPred.shape {
      throw .broken(
        "gradient is of the shape \(slopes.tensor.shape), y_pred is of \(yPred.shape)")
    }
    return .value(value, gradient: slopes)
  }

  private func golden(
    _ key: String, _ toleranceKey: String, _ dtype: String, edges: FixtureTensor?
  ) throws(ReferenceFailure) -> Golden? {
    guard let array = arrays[key] else { return nil }
    guard let values = array.values.held(in: dtype) else {
      throw .broken("\(key) has numbers in \(array.values.dtype) that are not numbers of \(dtype)")
    }
    guard let tolerance = arrays[toleranceKey], tolerance.shape == array.shape,
      case .float64(let bounds) = tolerance.values, bounds.allSatisfy({ $0 >= 0 })
    else {
      throw .broken(
        "\(toleranceKey) is not a float64 of at least 0 for each element of \(key), "
          + "which is of the shape \(array.shape)")
    }
    return Golden(
      tensor: FixtureTensor(shape: array.shape, values: values), tolerance: bounds,
      edges: try offsets(edges, shape: array.shape))
  }

  /// The offsets of the elements that are marked.
  private func offsets(
    _ marks: FixtureTensor?, shape: [Int]
  ) throws(ReferenceFailure) -> [Int] {
    guard let marks else { return [] }
    guard marks.shape == shape, case .bool(let marked) = marks.values else {
      throw .broken("edges is not a bool for each element of gradient, of the shape \(shape)")
    }
    return marked.indices.filter { marked[$0] }
  }
}

extension Question {
  /// The dtype of the answer: a bare function's is that of `y_pred`.
  fileprivate var computedDtype: String {
    form == .function ? inputs["y_pred"]?.values.dtype ?? dtype : dtype
  }
}

extension FixtureTensor.Values {
  /// The same numbers in a dtype; `nil` where one of them is no number of it.
  fileprivate func held(in dtype: String) -> Self? {
    if self.dtype == dtype { return self }
    return switch dtype {
    case "float16": exact { Float16($0) }.map(Self.float16)
    case "bfloat16": exact { BFloat16Bits($0) }.map(Self.bfloat16)
    case "float32": exact { Float($0) }.map(Self.float32)
    case "float64": .float64(doubles)
    default: nil
    }
  }

  private func exact<Number: DoubleConvertible>(_ narrow: (Double) -> Number) -> [Number]? {
    let doubles = doubles
    let narrowed = doubles.map(narrow)
    let areSame = zip(doubles, narrowed).allSatisfy { $0 == $1.double || $0.isNaN }
    return areSame ? narrowed : nil
  }
}

/// A number that a Double holds exactly.
private protocol DoubleConvertible {
  var double: Double { get }
}

extension BFloat16Bits: DoubleConvertible {}

extension Float: DoubleConvertible {
  fileprivate var double: Double { Double(self) }
}

extension Float16: DoubleConvertible {
  fileprivate var double: Double { Double(self) }
}
#endif
