public import CKerasLosses
internal import KerasLosses

/// Once: what broadcasting repeats has to fit in the machine's memory, as no call may end the process.
private let limitExpansions: Void = Shape.limitExpansionsToMemory()

// swift-format-ignore: AlwaysUseLowerCamelCase
/// Makes a loss; see the header.
@c @implementation public func keras_loss_create(
  _ name: UnsafePointer<CChar>?, _ parameters: UnsafePointer<keras_loss_parameter>?,
  _ count: Int64, _ isFunction: Bool, _ dialect: UnsafePointer<CChar>?,
  _ dtype: UnsafePointer<CChar>?, _ failure: UnsafeMutablePointer<keras_loss_failure>?
) -> OpaquePointer? {
  _ = limitExpansions
  let loss = unsafe reporting(to: failure) { () throws(Failure) in
    guard let name = unsafe text(name) else { throw Failure(call: "no name of a loss is given") }
    guard count >= 0, count == 0 || parameters != nil else {
      throw Failure(call: "\(count) parameters without memory")
    }
    let config = unsafe try config(UnsafeBufferPointer(start: parameters, count: Int(count)))
    let (dialect, dtype) = unsafe (text(dialect), text(dtype))
    return try failing { () throws(LossError) in
      try DynamicLoss(
        name, config, isFunction: isFunction, dialect: followed(dialect),
        dtype: computed(in: dtype))
    }
  }
  return loss.map { unsafe OpaquePointer(Unmanaged.passRetained($0).toOpaque()) }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
/// Forgets a loss; see the header.
@c @implementation public func keras_loss_free(_ loss: OpaquePointer?) {
  guard let loss = unsafe loss else { return }
  unsafe Unmanaged<DynamicLoss>.fromOpaque(UnsafeRawPointer(loss)).release()
}

/// The text of a C string.
func text(_ string: UnsafePointer<CChar>?) -> String? {
  unsafe string.map { unsafe String(cString: $0) }
}

/// The dialect of a name; Keras 3.15 on JAX where there is none.
func followed(_ dialect: String?) throws(LossError) -> Dialect {
  guard let dialect else { return .keras315JAX }
  guard let known = Dialect(named: dialect) else {
    let names = Dialect.all.map(\.id).joined(separator: ", ")
    throw .invalidParameter(
      name: "dialect", value: "\"\(dialect)\"", expected: "one of \(names)")
  }
  return known
}

/// The dtype of a name that losses are computed in, if a name is given.
func computed(in dtype: String?) throws(LossError) -> DType? {
  guard let dtype else { return nil }
  return try DType(computing: dtype)
}

/// The config of parameters of the header.
private func config(
  _ parameters: UnsafeBufferPointer<keras_loss_parameter>
) throws(Failure) -> [String: ParameterValue] {
  var config: [String: ParameterValue] = [:]
  for index in parameters.indices {
    let parameter = unsafe parameters[index]
    unsafe config[String(cString: parameter.name)] = try value(of: parameter)
  }
  return config
}

private func value(of parameter: keras_loss_parameter) throws(Failure) -> ParameterValue {
  switch Int(parameter.kind) {
  case KERAS_LOSS_NONE: return .null
  case KERAS_LOSS_BOOLEAN: return .boolean(parameter.number != 0)
  case KERAS_LOSS_NUMBER: return .number(parameter.number)
  case KERAS_LOSS_TEXT: return .string(unsafe text(parameter.text) ?? "")
  case KERAS_LOSS_NUMBERS:
    guard parameter.count >= 0, parameter.count == 0 || parameter.numbers != nil else {
      throw Failure(call: "a list of \(parameter.count) numbers without memory")
    }
    let numbers = unsafe UnsafeBufferPointer(
      start: parameter.numbers, count: Int(parameter.count))
    return unsafe .list(numbers.map(ParameterValue.number))
  case let kind: throw Failure(call: "a parameter of the kind \(kind): expected one of the header")
  }
}
