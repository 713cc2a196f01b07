public import LossFixtures

/// Numbers as somebody has them: printed, with as many digits as were printed, or exact in a file.
public struct GivenNumbers: Equatable, Sendable {
  /// The extents of the axes.
  public let shape: [Int]
  /// The numbers in C order.
  public let values: [Double]
  /// What one of the last printed digit of each number is worth; 0 where numbers are exact.
  public let units: [Double]
  /// The tensor that the numbers are, where they came in a dtype.
  public let exact: FixtureTensor?

  /// The dtype, where the numbers came in one.
  public var dtype: String? { exact?.values.dtype }

  /// Exact numbers of a dtype.
  ///
  /// - Complexity: O(elements).
  public init(_ tensor: FixtureTensor) {
    shape = tensor.shape
    values = tensor.values.doubles
    units = [Double](repeating: 0, count: values.count)
    exact = tensor
  }

  init(shape: [Int], values: [Double], units: [Double]) {
    self.shape = shape
    self.values = values
    self.units = units
    exact = nil
  }

  /// Numbers as JSON, Python and NumPy print them: `[[0, 1]]`, `[0.1 0.2]`, `array([nan, -inf])`, `3.5`.
  ///
  /// - Throws: `Failure` for text that is none of these, and for rows of different lengths.
  /// - Complexity: O(`text.count`).
  public init(printed text: String) throws(Failure) {
    var reader = PrintedReader(text)
    self = try reader.read()
  }

  /// Why text holds no numbers.
  public struct Failure: Error, Equatable, Sendable {
    /// What is wrong, in a sentence.
    public let message: String
  }

  /// The numbers as a tensor; of a boolean dtype what is not 0 is true.
  ///
  /// - Returns: `nil` for a dtype that is neither boolean nor a floating-point one.
  /// - Complexity: O(elements).
  public func tensor(dtype: String) -> FixtureTensor? {
    let converted: FixtureTensor.Values
    switch dtype {
    case "bool": converted = .bool(values.map { $0 != 0 })
    case "bfloat16": converted = .bfloat16(values.map { BFloat16Bits($0) })
    case "float16": converted = .float16(values.map { Float16($0) })
    case "float32": converted = .float32(values.map { Float($0) })
    case "float64": converted = .float64(values)
    default: return nil
    }
    return FixtureTensor(shape: shape, values: converted)
  }

  /// The same numbers in another shape of as many.
  func reshaped(_ shape: [Int]) -> GivenNumbers {
    GivenNumbers(shape: shape, values: values, units: units)
  }

  /// How a printed number may stand for the one that was computed.
  enum Printing: CaseIterable {
    /// Rounded to its last digit.
    case rounded
    /// Cut off behind its last digit.
    case cutOff
  }

  /// The middles of the ranges that the numbers may have been printed from, and half their widths.
  func ranges(_ printing: Printing) -> (middles: [Double], widths: [Double]) {
    let halves = units.map { $0 / 2 }
    guard printing == .cutOff else { return (values, halves) }
    let middles = zip(values, halves).map { $0.sign == .minus ? $0 - $1 : $0 + $1 }
    return (middles, halves)
  }

  /// Whether a number was printed, so that it may have been cut off.
  var isPrinted: Bool { units.contains { $0 > 0 } }
}

/// A reader of printed numbers.
private struct PrintedReader {
  private let text: [Character]
  private var position = 0
  private var numbers: [PrintedNumber] = []

  init(_ text: String) { self.text = Array(Self.inner(text)) }

  /// A number with its notation.
  private struct PrintedNumber {
    let value: Double
    /// Digits behind the point.
    let decimals: Int
    /// The power of ten, where one is written.
    let exponent: Int?
  }

  /// Without what Python writes around arrays and numbers: `array([1, 2], dtype=float32)`.
  private static func inner(_ text: String) -> Substring {
    guard let parenthesis = text.firstIndex(of: "("),
      text.first?.isLetter == true || text.first == "<"
    else { return text[...] }
    let inside = text[text.index(after: parenthesis)...]
    if let start = inside.firstIndex(of: "["), let end = inside.lastIndex(of: "]"), start < end {
      return inside[start...end]
    }
    return inside.prefix { $0 != ")" && $0 != "," }
  }

  mutating func read() throws(GivenNumbers.Failure) -> GivenNumbers {
    skipSpace()
    guard position < text.count else { throw failure("there are no numbers") }
    let shape = try array()
    skipSpace()
    guard position == text.count else { throw failure("something follows the numbers") }
    return GivenNumbers(shape: shape, values: numbers.map(\.value), units: units)
  }

  /// What one of each last digit is worth: numbers printed together are printed alike, but for zeros at
  /// their ends.
  private var units: [Double] {
    let fixed = numbers.filter { $0.exponent == nil }.map(\.decimals).max() ?? 0
    let scientific = numbers.filter { $0.exponent != nil }.map(\.decimals).max() ?? 0
    return numbers.map { number in
      guard number.value.isFinite else { return 0 }
      return powerOfTen(number.exponent.map { $0 - scientific } ?? -fixed)
    }
  }

  private func powerOfTen(_ exponent: Int) -> Double { Double("1e\(exponent)") ?? 0 }

  private mutating func array() throws(GivenNumbers.Failure) -> [Int] {
    guard take("[") || take("(") else {
      numbers.append(try number())
      return []
    }
    var inner: [Int]?
    var count = 0
    while !(take("]") || take(")")) {
      let shape = try array()
      guard inner ?? shape == shape else {
        throw failure("rows have different lengths: \(inner ?? []) and \(shape)")
      }
      inner = shape
      count += 1
      _ = take(",")
      guard position < text.count else { throw failure("a bracket is not closed") }
    }
    return [count] + (inner ?? [])
  }

  private mutating func number() throws(GivenNumbers.Failure) -> PrintedNumber {
    let start = position
    while position < text.count, !text[position].isWhitespace, !",[]()".contains(text[position]) {
      position += 1
    }
    let word = String(text[start..<position])
    skipSpace()
    switch word.lowercased() {
    case "true": return PrintedNumber(value: 1, decimals: 0, exponent: nil)
    case "false": return PrintedNumber(value: 0, decimals: 0, exponent: nil)
    case "nan", "\"nan\"": return PrintedNumber(value: .nan, decimals: 0, exponent: nil)
    case "inf", "infinity", "+inf", "\"infinity\"":
      return PrintedNumber(value: .infinity, decimals: 0, exponent: nil)
    case "-inf", "-infinity", "\"-infinity\"":
      return PrintedNumber(value: -.infinity, decimals: 0, exponent: nil)
    default: break
    }
    let parts = word.lowercased().split(separator: "e", omittingEmptySubsequences: false)
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    guard let value = Double(word), value.isFinite, mantissa.count <= 2, parts.count <= 2,
      word.allSatisfy({ $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) })
    else { throw failure("'\(word)' is no number") }
    return PrintedNumber(
      value: value, decimals: mantissa.count == 2 ? mantissa[1].count : 0,
      exponent: parts.count == 2 ? Int(parts[1]) : nil)
  }

  private mutating func take(_ character: Character) -> Bool {
    skipSpace()
    guard position < text.count, text[position] == character else { return false }
    position += 1
    skipSpace()
    return true
  }

  private mutating func skipSpace() {
    while position < text.count, text[position].isWhitespace { position += 1 }
  }

  private func failure(_ message: String) -> GivenNumbers.Failure {
    GivenNumbers.Failure(message: message)
  }
}
