import LossFixtures

extension FixtureTensor {
  /// A tensor of numbers, each rounded to a dtype; integers are cut to their range.
  ///
  /// - Returns: `nil` for what is no dtype.
  /// - Complexity: O(elements).
  init?(shape: [Int], rounding numbers: [Double], dtype: String) {
    guard let values = Values(rounding: numbers, dtype: dtype) else { return nil }
    self.init(shape: shape, values: values)
  }

  /// The tensor without all but some positions of an axis.
  ///
  /// - Complexity: O(elements).
  func keeping(_ kept: Range<Int>, ofAxis axis: Int) -> FixtureTensor {
    let inner = shape[(axis + 1)...].reduce(1, *)
    let outer = shape[..<axis].reduce(1, *)
    var extents = shape
    extents[axis] = kept.count
    var offsets: [Int] = []
    offsets.reserveCapacity(outer * kept.count * inner)
    for block in 0..<outer {
      let start = (block * shape[axis] + kept.lowerBound) * inner
      offsets += start..<start + kept.count * inner
    }
    return FixtureTensor(shape: extents, values: values.taking(offsets))
  }
}

extension FixtureTensor.Values {
  fileprivate init?(rounding numbers: [Double], dtype: String) {
    switch dtype {
    case "float16": self = .float16(numbers.map { Float16($0) })
    case "bfloat16": self = .bfloat16(numbers.map { BFloat16Bits($0) })
    case "float32": self = .float32(numbers.map { Float($0) })
    case "float64": self = .float64(numbers)
    case "int8": self = .int8(numbers.map(nearest))
    case "int16": self = .int16(numbers.map(nearest))
    case "int32": self = .int32(numbers.map(nearest))
    case "int64": self = .int64(numbers.map(nearest))
    case "uint8": self = .uint8(numbers.map(nearest))
    case "uint16": self = .uint16(numbers.map(nearest))
    case "uint32": self = .uint32(numbers.map(nearest))
    case "uint64": self = .uint64(numbers.map(nearest))
    case "bool": self = .bool(numbers.map { $0 != 0 })
    default: return nil
    }
  }

  /// The elements at some offsets.
  fileprivate func taking(_ offsets: [Int]) -> FixtureTensor.Values {
    switch self {
    case .float16(let values): .float16(offsets.map { values[$0] })
    case .bfloat16(let values): .bfloat16(offsets.map { values[$0] })
    case .float32(let values): .float32(offsets.map { values[$0] })
    case .float64(let values): .float64(offsets.map { values[$0] })
    case .int8(let values): .int8(offsets.map { values[$0] })
    case .int16(let values): .int16(offsets.map { values[$0] })
    case .int32(let values): .int32(offsets.map { values[$0] })
    case .int64(let values): .int64(offsets.map { values[$0] })
    case .uint8(let values): .uint8(offsets.map { values[$0] })
    case .uint16(let values): .uint16(offsets.map { values[$0] })
    case .uint32(let values): .uint32(offsets.map { values[$0] })
    case .uint64(let values): .uint64(offsets.map { values[$0] })
    case .bool(let values): .bool(offsets.map { values[$0] })
    }
  }
}

/// The integer nearest to a number that its type holds; 0 for NaN.
private func nearest<Number: FixedWidthInteger>(_ number: Double) -> Number {
  if number.isNaN { return 0 }
  if let exact = Number(exactly: number.rounded()) { return exact }
  return number < 0 ? .min : .max
}
