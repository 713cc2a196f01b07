import ArrayFiles
import LossFixtures

/// An array of a text file, which has no dtype of its own.
struct TextArray: Sendable {
  private let shape: [Int]
  private let elements: Elements

  private enum Elements {
    case booleans([Bool])
    /// Integers that one type of 64 bits holds.
    case integers([Int64])
    case naturals([UInt64])
    case reals([Double])
  }

  /// Reads JSON, or what Python and NumPy print.
  ///
  /// - Complexity: O(bytes).
  init(_ file: FileBytes) throws(ArrayFileError) {
    let text = withExtendedLifetime(file) { String(validating: file.bytes, as: UTF8.self) }
    guard let text else {
      throw ArrayFileError("it is neither an NPY file, an NPZ archive nor text")
    }
    guard text.first(where: { !$0.isWhitespace }) != "{" else {
      throw ArrayFileError("it is a JSON object, not an array of numbers")
    }
    do throws(GivenNumbers.Failure) {
      let array = try PrintedArray(text)
      shape = array.shape
      elements = try Self.elements(array.words)
    } catch {
      throw ArrayFileError("it is no array of numbers: \(error.message)")
    }
  }

  private static func elements(_ words: [Substring]) throws(GivenNumbers.Failure) -> Elements {
    let booleans = words.compactMap { word -> Bool? in
      switch word {
      case "true", "True": true
      case "false", "False": false
      default: nil
      }
    }
    if booleans.count == words.count, !words.isEmpty { return .booleans(booleans) }
    let integers = words.prefix { Int64($0) != nil }
    if integers.count == words.count, !words.isEmpty {
      return .integers(words.compactMap { Int64($0) })
    }
    let naturals = words.prefix { UInt64($0) != nil }
    if naturals.count == words.count, !words.isEmpty {
      return .naturals(words.compactMap { UInt64($0) })
    }
    var reals: [Double] = []
    reals.reserveCapacity(words.count)
    for word in words {
      guard let number = PrintedArray.number(word) ?? PrintedArray.wordNumber(word.lowercased())
      else { throw PrintedArray.isNoNumber(word) }
      reals.append(number)
    }
    return .reals(reals)
  }

  /// The array in a dtype, where its numbers are some of that dtype, to rounding; else in its own.
  func array(like dtype: DType) -> StoredArray { converted(dtype) ?? own }

  /// Two arrays without a dtype in one that both have numbers of.
  static func arrays(_ first: TextArray, _ second: TextArray) -> (StoredArray, StoredArray) {
    switch (first.elements, second.elements) {
    case (.reals, .integers), (.reals, .naturals):
      (first.own, second.array(like: .float64))
    case (.integers, .reals), (.naturals, .reals):
      (first.array(like: .float64), second.own)
    case (.integers, .naturals), (.naturals, .integers):
      // A negative number on one side and one above 2^63 on the other: compared as they are.
      (first.array(like: second.own.dtype), second.array(like: first.own.dtype))
    default: (first.own, second.own)
    }
  }

  /// The array as it is written: bool, int64 or float64.
  private var own: StoredArray {
    switch elements {
    case .booleans(let values): stored(.bool, values.map { $0 ? 1 : 0 as UInt8 })
    case .integers(let values): stored(.int64, values)
    case .naturals(let values): stored(.uint64, values)
    case .reals(let values): stored(.float64, values.map(\.bitPattern))
    }
  }

  private func converted(_ dtype: DType) -> StoredArray? {
    switch (elements, dtype.kind) {
    case (.booleans, .boolean): own
    case (.integers(let values), .integer): integers(values, dtype)
    case (.naturals(let values), .integer): integers(values, dtype)
    case (.integers(let values), .float), (.integers(let values), .complex):
      reals(values.map { Double($0) }, dtype)
    case (.naturals(let values), .float), (.naturals(let values), .complex):
      reals(values.map { Double($0) }, dtype)
    case (.reals(let values), .float), (.reals(let values), .complex): reals(values, dtype)
    default: nil
    }
  }

  private func integers<Value: FixedWidthInteger>(
    _ values: [Value], _ dtype: DType
  ) -> StoredArray? {
    func all<Target: FixedWidthInteger>(_ type: Target.Type) -> StoredArray? {
      let converted = values.compactMap { Target(exactly: $0) }
      return converted.count == values.count ? stored(dtype, converted) : nil
    }
    return switch dtype {
    case .int8: all(Int8.self)
    case .int16: all(Int16.self)
    case .int32: all(Int32.self)
    case .int64: all(Int64.self)
    case .uint8: all(UInt8.self)
    case .uint16: all(UInt16.self)
    case .uint32: all(UInt32.self)
    case .uint64: all(UInt64.self)
    default: nil
    }
  }

  private func reals(_ values: [Double], _ dtype: DType) -> StoredArray? {
    guard let format = dtype.numberFormat else { return nil }
    // A number that the dtype cannot hold keeps the array in float64, for all to see.
    guard values.allSatisfy({ !$0.isFinite || format.rounded($0).isFinite }) else { return nil }
    let parts = dtype.kind == .complex ? values.flatMap { [$0, 0] } : values
    return switch format {
    case .float16: stored(dtype, parts.map { Float16($0).bitPattern })
    case .bfloat16: stored(dtype, parts.map { BFloat16Bits($0).bitPattern })
    case .float32: stored(dtype, parts.map { Float($0).bitPattern })
    case .float64: stored(dtype, parts.map(\.bitPattern))
    }
  }

  private func stored<Bits: FixedWidthInteger>(_ dtype: DType, _ values: [Bits]) -> StoredArray {
    let bytes = values.map(\.littleEndian).withUnsafeBytes { Array($0) }
    return StoredArray(dtype: dtype, shape: shape, bytes: bytes)
  }
}
