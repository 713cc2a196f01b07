#if PythonInterop
import LossFixtures

extension PythonObject {
  /// A `dict` of parameters.
  static func parameters(
    _ parameters: [String: ParameterValue]
  ) throws(PythonError) -> PythonObject {
    let dictionary = try PythonObject.dictionary()
    for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
      try dictionary.set(name, try parameter(value))
    }
    return dictionary
  }

  private static func parameter(_ value: ParameterValue) throws(PythonError) -> PythonObject {
    switch value {
    case .boolean(let value): return try .boolean(value)
    case .number(let value): return try .number(value)
    case .string(let value): return try .string(value)
    case .null: return .none
    case .list(let values):
      let list = try PythonObject.list()
      for value in values { try list.append(try parameter(value)) }
      return list
    }
  }
}
#endif
