/// An array as JSON, Python and NumPy print it: its shape, and the words that stand for its elements.
struct PrintedArray {
  /// The extents of the axes.
  let shape: [Int]
  /// The elements in C order.
  let words: [Substring]

  /// NumPy has no more axes.
  private static let deepest = 64

  /// Reads nested brackets or parentheses, with commas or without.
  ///
  /// - Complexity: O(`text.count`).
  init(_ text: String) throws(GivenNumbers.Failure) {
    var reader = BracketReader(Self.inner(text))
    (shape, words) = try reader.read(deepest: Self.deepest)
  }

  /// Without what Python writes around arrays and numbers: `array([1, 2], dtype=float32)`.
  private static func inner(_ text: String) -> Substring {
    let start = text.first { !$0.isWhitespace }
    guard let start, start.isLetter || start == "<", let parenthesis = text.firstIndex(of: "(")
    else { return text[...] }
    let inside = text[text.index(after: parenthesis)...]
    if let start = inside.firstIndex(of: "["), let end = inside.lastIndex(of: "]"), start < end {
      return inside[start...end]
    }
    return inside.prefix { $0 != ")" && $0 != "," }
  }

  // MARK: - Words

  /// The number of a word that is not written in digits, in lower case.
  static func wordNumber(_ word: String) -> Double? {
    switch word {
    case "true": 1
    case "false": 0
    case "nan", "\"nan\"": .nan
    case "inf", "infinity", "+inf", "\"inf\"", "\"infinity\"": .infinity
    case "-inf", "-infinity", "\"-inf\"", "\"-infinity\"": -.infinity
    default: nil
    }
  }

  /// The number nearest to a decimal; `nil` for other text, and beyond the range.
  static func number(_ word: some StringProtocol) -> Double? {
    let isDecimal = word.utf8.allSatisfy { byte in
      byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") || "+-.eE".utf8.contains(byte)
    }
    guard isDecimal, let number = Double(word), number.isFinite else { return nil }
    return number
  }

  static func isNoNumber(_ word: Substring) -> GivenNumbers.Failure {
    word == "..."
      ? GivenNumbers.Failure(message: "elements are left out (...)")
      : GivenNumbers.Failure(message: "'\(word.prefix(40))' is no number")
  }
}

private struct BracketReader {
  private let text: Substring.UTF8View
  private let whole: Substring
  private var position: String.Index
  private var words: [Substring] = []

  init(_ text: Substring) {
    whole = text
    self.text = text.utf8
    position = text.startIndex
  }

  mutating func read(deepest: Int) throws(GivenNumbers.Failure) -> ([Int], [Substring]) {
    skipSpace()
    guard position < text.endIndex else { throw failure("there are no numbers") }
    let shape = try array(deepest)
    skipSpace()
    guard position == text.endIndex else { throw failure("something follows the numbers") }
    return (shape, words)
  }

  private mutating func array(_ levels: Int) throws(GivenNumbers.Failure) -> [Int] {
    guard take("[") || take("(") else {
      try word()
      return []
    }
    guard levels > 0 else { throw failure("brackets are nested too deeply") }
    var inner: [Int]?
    var count = 0
    while !(take("]") || take(")")) {
      let shape = try array(levels - 1)
      guard inner ?? shape == shape else {
        throw failure("rows have different lengths: \(inner ?? []) and \(shape)")
      }
      inner = shape
      count += 1
      _ = take(",")
      guard position < text.endIndex else { throw failure("a bracket is not closed") }
    }
    return [count] + (inner ?? [])
  }

  private mutating func word() throws(GivenNumbers.Failure) {
    let start = position
    while position < text.endIndex, !isSpace(text[position]),
      !",[]()".utf8.contains(text[position])
    {
      text.formIndex(after: &position)
    }
    guard start < position else { throw failure("'' is no number") }
    words.append(whole[start..<position])
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < text.endIndex, text[position] == UInt8(ascii: character) else { return false }
    text.formIndex(after: &position)
    skipSpace()
    return true
  }

  private mutating func skipSpace() {
    while position < text.endIndex, isSpace(text[position]) { text.formIndex(after: &position) }
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

  private func failure(_ message: String) -> GivenNumbers.Failure {
    GivenNumbers.Failure(message: message)
  }
}
