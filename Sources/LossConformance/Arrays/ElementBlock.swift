import ArrayFiles
import LossFixtures

/// Some elements as they stand in a file.
struct ElementBlock {
  let dtype: DType
  let isBigEndian: Bool
  let bytes: UnsafeRawBufferPointer

  var count: Int { bytes.count / dtype.byteCount }

  /// The bits of a number: of an element, or of a part of a complex one.
  @inline(__always)
  private func bits<Bits: FixedWidthInteger>(_ type: Bits.Type, _ position: Int) -> Bits {
    let stored = bytes.loadUnaligned(fromByteOffset: position * MemoryLayout<Bits>.size, as: type)
    return isBigEndian ? Bits(bigEndian: stored) : Bits(littleEndian: stored)
  }

  // MARK: - One element

  /// An element, exactly.
  func number(_ position: Int) -> ArrayNumber {
    switch dtype {
    case .bool: .boolean(bits(UInt8.self, position) != 0)
    case .int8: .integer(Int64(bits(Int8.self, position)))
    case .int16: .integer(Int64(bits(Int16.self, position)))
    case .int32: .integer(Int64(bits(Int32.self, position)))
    case .int64: .integer(bits(Int64.self, position))
    case .uint8: .natural(UInt64(bits(UInt8.self, position)))
    case .uint16: .natural(UInt64(bits(UInt16.self, position)))
    case .uint32: .natural(UInt64(bits(UInt32.self, position)))
    case .uint64: .natural(bits(UInt64.self, position))
    case .float16: .real(double(half: bits(UInt16.self, position)))
    case .bfloat16: .real(double(brain: bits(UInt16.self, position)))
    case .float32: .real(Double(Float(bitPattern: bits(UInt32.self, position))))
    case .float64: .real(Double(bitPattern: bits(UInt64.self, position)))
    case .complex64:
      .complex(
        Double(Float(bitPattern: bits(UInt32.self, 2 * position))),
        Double(Float(bitPattern: bits(UInt32.self, 2 * position + 1))))
    case .complex128:
      .complex(
        Double(bitPattern: bits(UInt64.self, 2 * position)),
        Double(bitPattern: bits(UInt64.self, 2 * position + 1)))
    }
  }

  // MARK: - All elements

  /// Writes all elements as Doubles, which are exact but for wide integers; of complex ones the
  /// magnitudes.
  func writeDoubles(to doubles: UnsafeMutablePointer<Double>) {
    switch dtype {
    case .bool: write(UInt8.self, doubles) { $0 == 0 ? 0 : 1 }
    case .int8: write(Int8.self, doubles) { Double($0) }
    case .int16: write(Int16.self, doubles) { Double($0) }
    case .int32: write(Int32.self, doubles) { Double($0) }
    case .int64: write(Int64.self, doubles) { Double($0) }
    case .uint8: write(UInt8.self, doubles) { Double($0) }
    case .uint16: write(UInt16.self, doubles) { Double($0) }
    case .uint32: write(UInt32.self, doubles) { Double($0) }
    case .uint64: write(UInt64.self, doubles) { Double($0) }
    case .float16: write(UInt16.self, doubles) { double(half: $0) }
    case .bfloat16: write(UInt16.self, doubles) { double(brain: $0) }
    case .float32: write(UInt32.self, doubles) { Double(Float(bitPattern: $0)) }
    case .float64: write(UInt64.self, doubles) { Double(bitPattern: $0) }
    case .complex64, .complex128:
      for position in 0..<count { doubles[position] = number(position).double }
    }
  }

  @inline(__always)
  private func write<Bits: FixedWidthInteger>(
    _ type: Bits.Type, _ doubles: UnsafeMutablePointer<Double>, _ double: (Bits) -> Double
  ) {
    guard let base = bytes.baseAddress else { return }
    let count = bytes.count / MemoryLayout<Bits>.size
    if isBigEndian {
      for position in 0..<count {
        let stored = base.loadUnaligned(
          fromByteOffset: position &* MemoryLayout<Bits>.size, as: type)
        doubles[position] = double(Bits(bigEndian: stored))
      }
    } else {
      for position in 0..<count {
        let stored = base.loadUnaligned(
          fromByteOffset: position &* MemoryLayout<Bits>.size, as: type)
        doubles[position] = double(Bits(littleEndian: stored))
      }
    }
  }

  // MARK: - Distances

  /// The largest distance, in numbers of the floating-point format, between finite elements of two
  /// blocks of one dtype; `nil` for other dtypes.
  ///
  /// Of ordinary blocks it is known that none is NaN, or an infinity beside another number.
  func largestULPs(_ other: ElementBlock, isOrdinary: Bool) -> UInt64? {
    switch dtype {
    case .float16: UInt64(largest(UInt16.self, Int32.self, other, infinity: 0x7c00))
    case .bfloat16: UInt64(largest(UInt16.self, Int32.self, other, infinity: 0x7f80))
    case .float32, .complex64:
      (isOrdinary ? largestOfOrdinaryFloats(other) : nil)
        ?? UInt64(largest(UInt32.self, Int64.self, other, infinity: 0x7f80_0000))
    case .float64, .complex128: largestOfDoubles(other)
    default: nil
    }
  }

  @inline(__always)
  private func largest<Bits: FixedWidthInteger, Ordinal: FixedWidthInteger & SignedInteger>(
    _ type: Bits.Type, _ ordinal: Ordinal.Type, _ other: ElementBlock, infinity: Bits
  ) -> Ordinal {
    guard let first = bytes.baseAddress, let second = other.bytes.baseAddress else { return 0 }
    let size = MemoryLayout<Bits>.size
    let count = bytes.count / size
    let (swapsFirst, swapsSecond) = (isBigEndian, other.isBigEndian)
    var largest: Ordinal = 0
    for position in 0..<count {
      var a = first.loadUnaligned(fromByteOffset: position &* size, as: type)
      var b = second.loadUnaligned(fromByteOffset: position &* size, as: type)
      if swapsFirst { a = a.byteSwapped }
      if swapsSecond { b = b.byteSwapped }
      let (x, y) = (a & (Bits.max >> 1), b & (Bits.max >> 1))
      let (p, q) = (Ordinal(truncatingIfNeeded: x), Ordinal(truncatingIfNeeded: y))
      let distance = (a > Bits.max >> 1 ? 0 &- p : p) &- (b > Bits.max >> 1 ? 0 &- q : q)
      let magnitude = distance < 0 ? 0 &- distance : distance
      let isFinite = x < infinity && y < infinity
      largest = max(largest, isFinite ? magnitude : 0)
    }
    return largest
  }

  /// The largest distance of Floats none of which is NaN, or an infinity beside another number; `nil`
  /// where signs differ or bytes are swapped.
  ///
  /// Numbers of one sign are as far apart as their bits.
  private func largestOfOrdinaryFloats(_ other: ElementBlock) -> UInt64? {
    guard let first = bytes.baseAddress, let second = other.bytes.baseAddress, !isBigEndian,
      !other.isBigEndian
    else { return nil }
    let count = bytes.count / 4
    var signs = SIMD4<Int32>.zero
    // Bits that are not negative are in the order of the Floats that they are, which x86-64's baseline
    // has an instruction for.
    var most = SIMD4<Float>.zero
    var position = 0
    while position <= count &- 4 {
      let a = first.loadUnaligned(fromByteOffset: position &* 4, as: SIMD4<Int32>.self)
      let b = second.loadUnaligned(fromByteOffset: position &* 4, as: SIMD4<Int32>.self)
      signs |= a ^ b
      let difference = a &- b
      let sign = difference &>> 31
      let distance = unsafeBitCast((difference ^ sign) &- sign, to: SIMD4<Float>.self)
      most = distance.replacing(with: most, where: most .> distance)
      position &+= 4
    }
    guard signs.min() >= 0 else { return nil }
    var largest = unsafeBitCast(most, to: SIMD4<Int32>.self).max()
    while position < count {
      let (a, b) = (bits(Int32.self, position), other.bits(Int32.self, position))
      guard a ^ b >= 0 else { return nil }
      largest = max(largest, abs(a &- b))
      position += 1
    }
    return UInt64(largest)
  }

  private func largestOfDoubles(_ other: ElementBlock) -> UInt64 {
    var largest: UInt64 = 0
    for position in 0..<bytes.count / 8 {
      let (a, b) = (bits(UInt64.self, position), other.bits(UInt64.self, position))
      let (x, y) = (a & 0x7fff_ffff_ffff_ffff, b & 0x7fff_ffff_ffff_ffff)
      guard x < 0x7ff0_0000_0000_0000, y < 0x7ff0_0000_0000_0000 else { continue }
      let distance = a ^ b > Int64.max ? x &+ y : max(x, y) &- min(x, y)
      largest = max(largest, distance)
    }
    return largest
  }

  /// The distance of two elements of one floating-point dtype, of complex ones the larger of their
  /// parts'; `nil` where there is none.
  func ulps(_ other: ElementBlock, _ position: Int) -> UInt64? {
    guard dtype == other.dtype, let format = dtype.numberFormat else { return nil }
    switch (number(position), other.number(position)) {
    case (.real(let first), .real(let second)): return format.ulps(first, second)
    case (.complex(let real, let imaginary), .complex(let otherReal, let otherImaginary)):
      guard let first = format.ulps(real, otherReal),
        let second = format.ulps(imaginary, otherImaginary)
      else { return nil }
      return max(first, second)
    default: return nil
    }
  }
}

/// The number of the bits of a float16: bfloat's and Float's layout, after scaling.
@inline(__always)
private func double(half bits: UInt16) -> Double {
  // Hardware conversion is no part of the baseline of x86-64: scale the exponent instead.
  let magnitude = UInt32(bits & 0x7fff) &<< 13
  let number =
    bits & 0x7c00 == 0x7c00
    ? Float(bitPattern: magnitude | 0x7f80_0000) : Float(bitPattern: magnitude) * 0x1p112
  return Double(bits > 0x7fff ? -number : number)
}

@inline(__always)
private func double(brain bits: UInt16) -> Double {
  Double(Float(bitPattern: UInt32(bits) &<< 16))
}
