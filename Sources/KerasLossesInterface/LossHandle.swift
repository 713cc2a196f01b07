public import CKerasLosses
internal import KerasLosses

/// What a `keras_loss` of the header points to.
final class LossHandle: Sendable {
  /// The loss.
  let loss: any KerasLoss
  /// Whether the bare function is meant.
  let isFunction: Bool
  /// The dtype to compute in; that of the predictions where there is none.
  private let type: ElementType?

  /// Makes a loss from what `keras_loss_create` is given.
  ///
  /// - Throws: what `kerasLoss` refuses; an unknown dialect or dtype.
  init(
    _ name: String, _ config: [String: ParameterValue], isFunction: Bool, dialect: String?,
    dtype: String?
  ) throws(Failure) {
    let dialect = try followed(dialect)
    type = try computed(in: dtype)
    self.isFunction = isFunction
    loss = try failing { () throws(LossError) in
      try kerasLoss(name, config, isFunction: isFunction, dialect: dialect)
    }
  }

  /// The dtype that predictions are computed in.
  ///
  /// - Throws: `not_in_dialect` for another than theirs where a class has none of its own.
  func type(for predictions: ElementType) throws(Failure) -> ElementType {
    guard let type else { return predictions.isFloat ? predictions : .float32 }
    if type != predictions, !isFunction {
      try failing { () throws(LossError) in try loss.dialect.requireClassDtype() }
    }
    return type
  }
}

/// The dialect of a name; Keras 3.15 on JAX where there is none.
func followed(_ dialect: String?) throws(Failure) -> Dialect {
  guard let dialect else { return .keras315JAX }
  guard let known = Dialect(named: dialect) else {
    let names = Dialect.all.map(\.id).joined(separator: ", ")
    throw Failure(
      .invalidParameter(name: "dialect", value: "\"\(dialect)\"", expected: "one of \(names)"))
  }
  return known
}

/// The dtype of a name that losses are computed in, if a name is given.
func computed(in dtype: String?) throws(Failure) -> ElementType? {
  guard let dtype else { return nil }
  guard let type = ElementType(named: dtype), type.isFloat else {
    throw Failure(
      .invalidParameter(
        name: "dtype", value: "\"\(dtype)\"",
        expected: "float16, bfloat16, float32 or float64"))
  }
  return type
}

/// Makes a loss; see the header.
@c @implementation public func keras_loss_create(
  _ name: UnsafePointer<CChar>?, _ parameters: UnsafePointer<keras_loss_parameter>?,
  _ count: Int64, _ isFunction: Bool, _ dialect: UnsafePointer<CChar>?,
  _ dtype: UnsafePointer<CChar>?, _ failure: UnsafeMutablePointer<keras_loss_failure>?
) -> OpaquePointer? {
  let handle = unsafe reporting(to: failure) { () throws(Failure) in
    guard let name = unsafe text(name) else { throw Failure(call: "no name of a loss is given") }
    guard count >= 0, count == 0 || parameters != nil else {
      throw Failure(call: "\(count) parameters without memory")
    }
    let given = unsafe UnsafeBufferPointer(start: parameters, count: Int(count))
    return unsafe try LossHandle(
      name, config(given), isFunction: isFunction, dialect: text(dialect), dtype: text(dtype))
  }
  return handle.map { unsafe OpaquePointer(Unmanaged.passRetained($0).toOpaque()) }
}

/// Forgets a loss; see the header.
@c @implementation public func keras_loss_free(_ loss: OpaquePointer?) {
  guard let loss = unsafe loss else { return }
  unsafe Unmanaged<LossHandle>.fromOpaque(UnsafeRawPointer(loss)).release()
}

/// The text of a C string.
func text(_ string: UnsafePointer<CChar>?) -> String? {
  unsafe string.map { unsafe String(cString: $0) }
}

/// The config of parameters of the header.
private func config(
  _ parameters: UnsafeBufferPointer<keras_loss_parameter>
) throws(Failure) -> [String: ParameterValue] {
  var config: [String: ParameterValue] = [:]
  for unsafe parameter in unsafe parameters {
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
