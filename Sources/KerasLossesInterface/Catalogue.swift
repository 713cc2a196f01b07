internal import CKerasLosses
internal import KerasLosses

// swift-format-ignore: AlwaysUseLowerCamelCase
/// All losses and dialects as JSON; see the header.
@c @implementation public func keras_loss_catalogue() -> UnsafePointer<CChar> {
  unsafe catalogue.text
}

/// Text that is made once and stays.
private struct Catalogue: @unchecked Sendable {
  /// Zero-terminated JSON.
  let text: UnsafePointer<CChar>
}

private let catalogue: Catalogue = {
  let dialects = Dialect.all.map { JSON($0.id) }
  let losses = kerasLosses.map { loss -> JSON in
    .object([
      ("function", JSON(loss.names.function)),
      ("class", JSON(loss.names.class)),
      ("aliases", .array(loss.names.aliases.map(JSON.init))),
      ("parameters", .array(loss.parameters.map { .array([JSON($0.name), JSON($0)]) })),
    ])
  }
  let text = JSON.object([("dialects", .array(dialects)), ("losses", .array(losses))]).text
  return text.withCString { string in
    let size = text.utf8.count + 1
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: size)
    unsafe copy.initialize(from: string, count: size)
    return unsafe Catalogue(text: copy)
  }
}()

/// JSON text of names and numbers, which need no escapes.
private struct JSON {
  let text: String

  init(_ name: String) { text = "\"\(name)\"" }

  private init(text: String) { self.text = text }

  /// The default of a parameter: an integer without a decimal point where it has to be one.
  init(_ parameter: LossParameter) {
    text =
      switch parameter.default {
      case .boolean(let boolean): boolean ? "true" : "false"
      case .number(let number) where parameter.isInteger: "\(Int(number))"
      case .number(let number): "\(number)"
      case .string(let string): "\"\(string)\""
      case .null, .list: "null"
      }
  }

  static func array(_ items: [JSON]) -> JSON {
    JSON(text: "[" + items.map(\.text).joined(separator: ", ") + "]")
  }

  static func object(_ members: [(name: String, value: JSON)]) -> JSON {
    let items = members.map { "\"\($0.name)\": \($0.value.text)" }
    return JSON(text: "{" + items.joined(separator: ", ") + "}")
  }
}
