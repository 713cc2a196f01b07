/// HTML that is well-formed whatever stands in the data: texts are escaped as they are interpolated.
///
///     let row: Markup = "<td>\(text)</td>"
struct Markup: ExpressibleByStringInterpolation, Sendable {
  private(set) var html: String

  init(stringLiteral literal: String) { html = literal }

  init(stringInterpolation interpolation: StringInterpolation) { html = interpolation.html }

  private init(html: String) { self.html = html }

  /// No markup.
  static let none: Markup = ""

  /// The bytes of the markup.
  var byteCount: Int { html.utf8.count }

  /// What is written as it stands: a style sheet or a script of the package.
  static func trusted(_ text: String) -> Markup { Markup(html: text) }

  /// JSON within a script element: nothing in it can end the element.
  static func json(_ text: String) -> Markup {
    Markup(html: text.replacing("<", with: #"\u003c"#))
  }

  static func + (first: Markup, second: Markup) -> Markup { Markup(html: first.html + second.html) }

  static func += (markup: inout Markup, other: Markup) { markup.html += other.html }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var html = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      html.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    mutating func appendLiteral(_ literal: String) { html += literal }

    mutating func appendInterpolation(_ text: String) { html += xmlText(text) }

    mutating func appendInterpolation(_ number: Int) { html += "\(number)" }

    mutating func appendInterpolation(_ markup: Markup) { html += markup.html }

    mutating func appendInterpolation(_ markup: [Markup]) {
      for part in markup { html += part.html }
    }

    mutating func appendInterpolation(if condition: Bool, _ markup: @autoclosure () -> Markup) {
      if condition { html += markup().html }
    }
  }
}

/// A count as people read it: `36,148`.
func groupedText(_ count: Int) -> String {
  let digits = Array("\(count.magnitude)")
  var text = count < 0 ? "-" : ""
  for (place, digit) in digits.enumerated() {
    if place > 0, (digits.count - place).isMultiple(of: 3) { text.append(",") }
    text.append(digit)
  }
  return text
}
