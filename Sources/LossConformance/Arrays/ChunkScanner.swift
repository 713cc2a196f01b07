import ArrayFiles

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Compares chunks, one after another.
final class ChunkScanner: @unchecked Sendable {
  // Unchecked: each is used by one thread at a time.
  private let scan: ElementScan
  private let actual: ArrayReader
  private let expected: ArrayReader
  private let tolerance: ArrayReader?
  private let measure: Measure
  /// Whether elements of the same bytes are equal.
  private let comparesBytes: Bool
  private let hasULPs: Bool
  /// Counts blocks of Floats as they stand, where both arrays have these.
  private let floatScan: FloatScan?
  private let actuals = ChunkScanner.buffer()
  private let expecteds = ChunkScanner.buffer()
  private let errors = ChunkScanner.buffer()
  private let magnitudes = ChunkScanner.buffer()
  private let alloweds = ChunkScanner.buffer()

  /// How an error is computed.
  private enum Measure {
    /// In Double, exact for the numbers of all dtypes but wide integers.
    case real
    /// As an integer.
    case integer
    /// As the magnitude of the difference.
    case complex
  }

  init(_ scan: ElementScan) {
    self.scan = scan
    actual = scan.reader(scan.actual)
    expected = scan.reader(scan.expected)
    tolerance = scan.tolerance.map { scan.reader($0) }
    let dtypes = [scan.actual.dtype, scan.expected.dtype]
    if dtypes.contains(where: { $0.kind == .complex }) {
      measure = .complex
    } else if dtypes.allSatisfy({ $0.kind == .integer || $0.kind == .boolean }),
      dtypes.contains(where: \.isWideInteger)
    {
      measure = .integer
    } else {
      measure = .real
    }
    let isSame = dtypes[0] == dtypes[1]
    comparesBytes =
      isSame && scan.actual.isBigEndian == scan.expected.isBigEndian
      && (scan.acceptance.equalNaN || dtypes[0].numberFormat == nil)
      // Whether tolerances are numbers from 0 on is looked at everywhere.
      && scan.tolerance == nil
    hasULPs = isSame && dtypes[0].numberFormat != nil
    let areFloats =
      isSame && dtypes[0] == .float32 && !scan.actual.isBigEndian && !scan.expected.isBigEndian
    floatScan = areFloats && scan.tolerance == nil ? FloatScan(scan.acceptance) : nil
  }

  deinit {
    for buffer in [actuals, expecteds, errors, magnitudes, alloweds] { buffer.deallocate() }
  }

  private static func buffer() -> UnsafeMutablePointer<Double> {
    .allocate(capacity: ArrayReader.blockSize)
  }

  func scan(_ range: Range<Int>) throws(ArrayFileError) -> ScanState {
    var state = scan.emptyState
    var start = range.lowerBound
    while start < range.upperBound {
      let count = min(ArrayReader.blockSize, range.upperBound - start)
      try compare(start, count, &state)
      start += count
    }
    return state
  }

  private func compare(
    _ start: Int, _ count: Int, _ state: inout ScanState
  ) throws(ArrayFileError) {
    let first = try actual.block(start, count)
    let second = try expected.block(start, count)
    let allowed = try tolerance?.block(start, count)
    if comparesBytes, let a = first.baseAddress, let b = second.baseAddress,
      memcmp(a, b, first.count) == 0
    {
      state.addEqual(count)
      return
    }
    guard let floatScan else {
      try compareInDoubles(first, second, allowed, start, &state)
      return
    }
    if add(first, second, floatScan, &state) { return }
    // A record that an element sets is no reason to look at each one around it.
    for piece in stride(from: 0, to: first.count, by: Self.pieceSize) {
      let bytes = piece..<min(piece + Self.pieceSize, first.count)
      let (a, b) = (
        UnsafeRawBufferPointer(rebasing: first[bytes]),
        UnsafeRawBufferPointer(rebasing: second[bytes])
      )
      if add(a, b, floatScan, &state) { continue }
      try compareInDoubles(a, b, nil, start + piece / MemoryLayout<Float>.size, &state)
    }
  }

  /// The bytes of the Floats that are looked at one by one where one of them must be.
  private static let pieceSize = 128 * MemoryLayout<Float>.size

  /// Counts Floats as they stand; `false` where one must be looked at by itself.
  private func add(
    _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, _ floatScan: FloatScan,
    _ state: inout ScanState
  ) -> Bool {
    guard let found = floatScan.scan(first, second, state.limits(scan.acceptance)) else {
      return false
    }
    state.add(found.counts, count: first.count / MemoryLayout<Float>.size)
    let ulps =
      found.largestULPs
      ?? block(first, of: scan.actual).largestULPs(
        block(second, of: scan.expected), isOrdinary: true)
    if let ulps { state.add(ulps: ulps) }
    return true
  }

  private func block(_ bytes: UnsafeRawBufferPointer, of array: StoredArray) -> ElementBlock {
    ElementBlock(dtype: array.dtype, isBigEndian: array.isBigEndian, bytes: bytes)
  }

  private func compareInDoubles(
    _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer,
    _ allowed: UnsafeRawBufferPointer?, _ start: Int, _ state: inout ScanState
  ) throws(ArrayFileError) {
    let numbers = block(first, of: scan.actual)
    let wanted = block(second, of: scan.expected)
    numbers.writeDoubles(to: actuals)
    wanted.writeDoubles(to: expecteds)
    let limits = state.limits(scan.acceptance)
    var counts: ScanCounts?
    let isSimple = measure == .real && scan.acceptance.ulps == nil && allowed == nil
    if !isSimple {
      try measure(numbers, wanted, allowed, start)
      counts = LossConformance.scan(
        errors: errors, magnitudes: magnitudes, allowed: alloweds, count: numbers.count, limits)
    } else if floatScan == nil {
      counts = LossConformance.scan(actuals, expecteds, count: numbers.count, limits)
    }
    if hasULPs, let ulps = numbers.largestULPs(wanted, isOrdinary: counts != nil) {
      state.add(ulps: ulps)
    }
    if let counts {
      state.add(counts, count: numbers.count)
    } else {
      if isSimple { try measure(numbers, wanted, allowed, start) }
      examine(numbers, wanted, start, &state)
    }
  }

  // MARK: - Errors and what is allowed

  private func measure(
    _ numbers: ElementBlock, _ wanted: ElementBlock, _ allowed: UnsafeRawBufferPointer?,
    _ start: Int
  ) throws(ArrayFileError) {
    let count = numbers.count
    for position in 0..<count {
      let (number, other) = (actuals[position], expecteds[position])
      magnitudes[position] = other.magnitude
      errors[position] =
        switch measure {
        case .real: number == other ? 0 : (number - other).magnitude
        case .integer: distance(numbers.number(position), wanted.number(position))
        case .complex: complexDistance(numbers.number(position), wanted.number(position))
        }
    }
    if let allowed, let tolerance = scan.tolerance {
      ElementBlock(dtype: tolerance.dtype, isBigEndian: tolerance.isBigEndian, bytes: allowed)
        .writeDoubles(to: alloweds)
      if let bad = (0..<count).first(where: { !(alloweds[$0] >= 0) }) {
        throw ArrayFileError(
          "the tolerance at \(scan.index(start + bad)) is \(alloweds[bad]), not 0 or more")
      }
    } else {
      let (relative, absolute) = (scan.acceptance.relative, scan.acceptance.absolute)
      for position in 0..<count {
        alloweds[position] = absolute + relative * magnitudes[position]
      }
    }
    guard let ulps = scan.acceptance.ulps else { return }
    for position in 0..<count where errors[position] > 0 {
      guard let distance = numbers.ulps(wanted, position), distance > 0 else { continue }
      // The share of the error that is within so many steps: at least all of it, or less.
      let share = errors[position] * (Double(ulps) / Double(distance))
      alloweds[position] = max(alloweds[position], share)
    }
  }

  private func distance(_ first: ArrayNumber, _ second: ArrayNumber) -> Double {
    func parts(_ number: ArrayNumber) -> (isNegative: Bool, magnitude: UInt64) {
      switch number {
      case .boolean(let value): (false, value ? 1 : 0)
      case .integer(let value): (value < 0, value.magnitude)
      case .natural(let value): (false, value)
      case .real, .complex: (false, 0)
      }
    }
    let (a, b) = (parts(first), parts(second))
    guard a.isNegative == b.isNegative else { return Double(a.magnitude) + Double(b.magnitude) }
    return Double(max(a.magnitude, b.magnitude) - min(a.magnitude, b.magnitude))
  }

  private func complexDistance(_ first: ArrayNumber, _ second: ArrayNumber) -> Double {
    func parts(_ number: ArrayNumber) -> (Double, Double) {
      if case .complex(let real, let imaginary) = number { return (real, imaginary) }
      return (number.double, 0)
    }
    let (a, b) = (parts(first), parts(second))
    if a == b { return 0 }
    if a.0.isNaN || a.1.isNaN || b.0.isNaN || b.1.isNaN { return .nan }
    // Infinite parts that are equal do not differ; where others do not, the whole does.
    return magnitude(a.0 == b.0 ? 0 : a.0 - b.0, a.1 == b.1 ? 0 : a.1 - b.1)
  }

  // MARK: - One by one

  private func examine(
    _ numbers: ElementBlock, _ wanted: ElementBlock, _ start: Int, _ state: inout ScanState
  ) {
    let epsilon = (scan.actual.dtype.numberFormat ?? .float64).ulp(1)
    var records = state.records
    for position in 0..<numbers.count {
      let (number, other) = (actuals[position], expecteds[position])
      let error = errors[position]
      if records.include(error, magnitudes[position], allowed: alloweds[position]) {
        state.addPassing(error: error, allowed: alloweds[position])
        continue
      }
      defer { records = state.records }
      let areNaN = number.isNaN && other.isNaN
      if error == 0 || areNaN && scan.acceptance.equalNaN {
        state.addEqual(1)
        continue
      }
      let kind: ElementDifference.Kind =
        number.isNaN || other.isNaN
        ? .nan : number.isInfinite || other.isInfinite ? .infinity : .number
      let (magnitude, allowed) = (magnitudes[position], alloweds[position])
      state.add(
        offset: start + position, kind: kind, actual: number, expected: other, error: error,
        magnitude: magnitude, allowed: allowed, epsilon: epsilon,
        hasPatterns: measure != .complex
      ) { used, relative in
        ScanState.Found(
          offset: start + position, actual: numbers.number(position),
          expected: wanted.number(position), kind: kind, error: error, allowed: allowed, used: used,
          relative: relative, ulps: numbers.ulps(wanted, position))
      }
    }
  }
}
