extension FixtureTensor {
  /// The array of an NPY file, in the dtype and shape that it says.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - file: The name by which errors call it.
  /// - Throws: `FixtureError` for anything but a little-endian array of numbers in C order.
  /// - Complexity: O(`bytes.count`).
  public init(npy bytes: [UInt8], file: String) throws(FixtureError) {
    do throws(NPY.Failure) {
      let array = try NPY(bytes)
      let types = Values.elementTypes.values
      guard let type = types.first(where: { $0.npyDescriptor == array.descriptor }) else {
        throw NPY.Failure("its dtype \(array.descriptor) is not read")
      }
      self.init(shape: array.shape, values: try type.read(array))
    } catch {
      throw FixtureError(file: file, line: nil, message: error.message)
    }
  }
}

extension FixtureTensor.Values {
  /// The elements of an NPY file, which must have this dtype and shape and nothing more.
  ///
  /// - Complexity: O(`bytes.count`).
  init(npy bytes: [UInt8], dtype: String, shape: [Int]) throws(NPY.Failure) {
    let array = try NPY(bytes)
    guard let type = Self.elementTypes[dtype] else { throw NPY.Failure("\(dtype) is not a dtype") }
    guard let descriptor = type.npyDescriptor else {
      throw NPY.Failure("NPY files have no \(dtype): its values must stand in the JSON")
    }
    guard array.descriptor == descriptor else {
      throw NPY.Failure("its dtype is \(array.descriptor), expected \(descriptor)")
    }
    guard array.shape == shape else {
      throw NPY.Failure("its shape is \(array.shape), expected \(shape)")
    }
    self = try type.read(array)
  }
}

extension FixtureElement {
  /// The elements that little-endian bytes hold, exactly as many as the shape says.
  fileprivate static func read(_ array: NPY) throws(NPY.Failure) -> FixtureTensor.Values {
    let (bytes, size) = (array.elements, MemoryLayout<Pattern>.size)
    guard let count = elementCount(array.shape), bytes.count % size == 0,
      bytes.count / size == count
    else {
      throw NPY.Failure(
        "it has \(bytes.count) bytes of elements, which is not its shape \(array.shape)")
    }
    return bytes.withUnsafeBytes { buffer in
      values(
        (0..<count).map { index in
          let stored = buffer.loadUnaligned(fromByteOffset: index * size, as: Pattern.self)
          return Self(npy: Pattern(littleEndian: stored))
        })
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
