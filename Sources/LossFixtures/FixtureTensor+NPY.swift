extension FixtureTensor.Values {
  /// The elements of an NPY file, which must have this dtype and shape and nothing more.
  ///
  /// - Complexity: O(`bytes.count`).
  init(npy bytes: [UInt8], dtype: String, shape: [Int]) throws(NPY.Failure) {
    let array = try NPY(bytes)
    guard let descriptor = Self.descriptors[dtype] else {
      throw NPY.Failure("\(dtype) is not a dtype")
    }
    guard array.descriptor == descriptor else {
      throw NPY.Failure("its dtype is \(array.descriptor), expected \(descriptor)")
    }
    guard array.shape == shape else {
      throw NPY.Failure("its shape is \(array.shape), expected \(shape)")
    }
    let bytes = array.elements
    switch dtype {
    case "float32": self = .float32(try numbers(bytes, shape) { Float(bitPattern: $0) })
    case "float64": self = .float64(try numbers(bytes, shape) { Double(bitPattern: $0) })
    case "int32": self = .int32(try numbers(bytes, shape) { Int32(bitPattern: $0) })
    case "int64": self = .int64(try numbers(bytes, shape) { Int64(bitPattern: $0) })
    case "uint8": self = .uint8(try numbers(bytes, shape) { (number: UInt8) in number })
    default: self = .bool(try numbers(bytes, shape) { (number: UInt8) in number != 0 })
    }
  }

  /// NumPy's descriptor of each dtype.
  private static let descriptors = [
    "float32": "<f4", "float64": "<f8", "int32": "<i4", "int64": "<i8", "uint8": "|u1",
    "bool": "|b1",
  ]
}

/// The numbers that little-endian bytes hold, exactly as many as the shape says.
private func numbers<Pattern: FixedWidthInteger, Number>(
  _ bytes: ArraySlice<UInt8>, _ shape: [Int], _ number: (Pattern) -> Number
) throws(NPY.Failure) -> [Number] {
  let size = MemoryLayout<Pattern>.size
  guard let count = elementCount(shape), bytes.count % size == 0, bytes.count / size == count else {
    throw NPY.Failure("it has \(bytes.count) bytes of elements, which is not its shape \(shape)")
  }
  return bytes.withUnsafeBytes { buffer in
    (0..<count).map { index in
      number(
        Pattern(littleEndian: buffer.loadUnaligned(fromByteOffset: index * size, as: Pattern.self)))
    }
  }
}

/// The product of the extents, or `nil` where one is negative or it is no `Int`.
///
/// - Complexity: O(`shape.count`).
func elementCount(_ shape: [Int]) -> Int? {
  var count = 1
  for extent in shape {
    let (product, overflow) = count.multipliedReportingOverflow(by: extent)
    guard extent >= 0, !overflow else { return nil }
    count = product
  }
  return count
}
