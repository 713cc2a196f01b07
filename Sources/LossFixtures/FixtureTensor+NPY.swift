package import ArrayFiles

extension FixtureTensor {
  /// The array of an NPY file, in the dtype and shape that it says.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - file: The name by which errors call it.
  /// - Throws: `FixtureError` for anything but an array of real numbers.
  /// - Complexity: O(`bytes.count`).
  public init(npy bytes: [UInt8], file: String) throws(FixtureError) {
    do throws(ArrayFileError) {
      guard case .one(let array) = try StoredArray.content(of: FileBytes(bytes)) else {
        throw ArrayFileError("it is not an NPY file")
      }
      try self.init(array)
    } catch {
      throw FixtureError(file: file, line: nil, message: error.message)
    }
  }

  /// An array of real numbers, in C order.
  ///
  /// - Complexity: O(elements).
  package init(_ array: StoredArray) throws(ArrayFileError) {
    guard let type = Values.elementTypes[array.dtype.rawValue] else {
      throw ArrayFileError("its dtype \(array.dtype) has no real numbers")
    }
    self.init(shape: array.shape, values: type.read(try array.inCOrder()))
  }
}

extension FixtureTensor.Values {
  /// The elements of an NPY file, which must have this dtype and shape and nothing more.
  ///
  /// - Complexity: O(`bytes.count`).
  init(npy bytes: [UInt8], dtype: String, shape: [Int]) throws(ArrayFileError) {
    let file = FileBytes(bytes)
    let header = try NPYHeader(file.bytes)
    guard let type = Self.elementTypes[dtype] else {
      throw ArrayFileError("\(dtype) is not a dtype")
    }
    guard let descriptor = type.npyDescriptor else {
      throw ArrayFileError("NPY files have no \(dtype): its values must stand in the JSON")
    }
    guard header.descriptor == descriptor else {
      throw ArrayFileError("its dtype is \(header.descriptor), expected \(descriptor)")
    }
    guard header.shape == shape else {
      throw ArrayFileError("its shape is \(header.shape), expected \(shape)")
    }
    guard !header.isFortranOrder else {
      throw ArrayFileError("it is in Fortran order, expected C order")
    }
    guard case .one(let array) = try StoredArray.content(of: file) else {
      throw ArrayFileError("it is not an NPY file")
    }
    self = type.read(array)
  }
}

extension FixtureElement {
  /// The elements of an array of this dtype that is plain and in C order.
  @specialized(where Self == Float)
  @specialized(where Self == Double)
  @specialized(where Self == Int32)
  @specialized(where Self == Int64)
  fileprivate static func read(_ array: StoredArray) -> FixtureTensor.Values {
    let elements = array.withPlainBytes { bytes in
      (0..<array.count).map { index in
        let stored = bytes.loadUnaligned(
          fromByteOffset: index * MemoryLayout<Pattern>.size, as: Pattern.self)
        return Self(
          npy: array.isBigEndian ? Pattern(bigEndian: stored) : Pattern(littleEndian: stored))
      }
    }
    return values(elements ?? [])
  }
}
