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
    let array = try PrintedArray(text)
    var numbers: [PrintedNumber] = []
    for word in array.words { numbers.append(try PrintedNumber(word)) }
    self.init(shape: array.shape, values: numbers.map(\.value), units: Self.units(numbers))
  }

  /// What one of each last digit is worth: numbers printed together are printed alike, but for zeros at
  /// their ends.
  private static func units(_ numbers: [PrintedNumber]) -> [Double] {
    let fixed = numbers.filter { $0.exponent == nil }.map(\.decimals).max() ?? 0
    let scientific = numbers.filter { $0.exponent != nil }.map(\.decimals).max() ?? 0
    return numbers.map { number in
      guard number.value.isFinite else { return 0 }
      return Double("1e\(number.exponent.map { $0 - scientific } ?? -fixed)") ?? 0
    }
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
    guard dtype == "bool" || NumberFormat(rawValue: dtype) != nil else { return nil }
    return FixtureTensor(shape: shape, rounding: values, dtype: dtype)
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

/// A printed number with its notation.
private struct PrintedNumber {
  let value: Double
  /// Digits behind the point.
  let decimals: Int
  /// The power of ten, where one is written.
  let exponent: Int?

  init(_ word: Substring) throws(GivenNumbers.Failure) {
    let text = word.lowercased()
    let parts = text.split(separator: "e", omittingEmptySubsequences: false)
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    if let number = PrintedArray.wordNumber(text) {
      (value, decimals, exponent) = (number, 0, nil)
    } else if let number = PrintedArray.number(text) {
      value = number
      decimals = mantissa.count == 2 ? mantissa[1].count : 0
      exponent = parts.count == 2 ? Int(parts[1]) : nil
    } else {
      throw PrintedArray.isNoNumber(word)
    }
  }
}
