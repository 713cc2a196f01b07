import LossFixtures

/// Numbers as NumPy prints them: up to 8 decimals, or as many digits in scientific notation.
enum NumPyText {
  /// Arrays of more elements than this are cut.
  private static let most = 40
  private static let decimals = 8

  /// A number of a dtype: 0.80466845, 16.118095, 1e-11.
  static func text(_ number: Double, dtype: String) -> String {
    guard number.isFinite else { return number.isNaN ? "nan" : number < 0 ? "-inf" : "inf" }
    if number == 0 { return "0." }
    let magnitude = number.magnitude
    let shortest = NumberFormat(rawValue: dtype)?.text(number) ?? "\(number)"
    if magnitude < 1e-4 || magnitude >= 1e8 {
      return decimalText(Double(shortest) ?? number, digits: decimals + 1)
    }
    let fraction = shortest.split(separator: ".").last?.count ?? 0
    // 1e8 * a number below 1e8 is below 2^53: its rounding is to the decimals that are shown.
    let shown = fraction > decimals ? "\((number * 1e8).rounded() / 1e8)" : shortest
    return shown.hasSuffix(".0") ? String(shown.dropLast()) : shown
  }

  /// An array: [[0.9 0.05] [0.1 0.2]].
  static func text(_ tensor: FixtureTensor) -> String {
    text(tensor.values.doubles, shape: tensor.shape, dtype: tensor.values.dtype)
  }

  /// An array of which some elements may be left out.
  static func text(_ excerpt: TensorExcerpt) -> String {
    text(excerpt.values, shape: excerpt.shape, dtype: excerpt.dtype)
  }

  private static func text(_ numbers: [Double], shape: [Int], dtype: String) -> String {
    let words = numbers.map { number in
      if NumberFormat(rawValue: dtype) != nil { return text(number, dtype: dtype) }
      return dtype == "bool" ? (number == 0 ? "False" : "True") : numberText(number, dtype)
    }
    guard words.count <= most else {
      let ends = words.prefix(3) + ["..."] + words.suffix(3)
      return "[\(ends.joined(separator: " "))] of shape \(shape)"
    }
    return nested(words[...], shape[...])
  }

  /// An array in lines of at most a width, but for rows that are wider.
  static func lines(_ tensor: FixtureTensor, width: Int) -> [String] {
    let whole = text(tensor)
    guard whole.count > width, tensor.shape.count > 1, tensor.values.count <= most else {
      return [whole]
    }
    // Between rows of the first axis.
    var lines: [String] = []
    var depth = 0
    var line = ""
    for character in whole {
      depth += character == "[" ? 1 : character == "]" ? -1 : 0
      if character == " ", depth == 1 {
        lines.append(line)
        line = " "
      } else {
        line.append(character)
      }
    }
    return lines + [line]
  }

  private static func nested(_ words: ArraySlice<String>, _ shape: ArraySlice<Int>) -> String {
    guard let extent = shape.first else { return words.first ?? "" }
    let inner = shape.dropFirst()
    let size = inner.reduce(1, *)
    let rows = (0..<extent).map { row in
      nested(words.dropFirst(row * size).prefix(size), inner)
    }
    return "[" + rows.joined(separator: " ") + "]"
  }
}
