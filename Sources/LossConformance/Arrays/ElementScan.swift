import ArrayFiles
import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Two arrays of one shape, compared in one pass and in constant memory.
struct ElementScan: Sendable {
  let actual: StoredArray
  let expected: StoredArray
  /// What is allowed for each element, instead of the acceptance's tolerances.
  let tolerance: StoredArray?
  let acceptance: Acceptance
  let limit: Int
  /// Whether the scan is in Fortran order: where both arrays are.
  let isFortranOrder: Bool

  /// Blocks are compared by themselves up to this many elements, so that what is found does not
  /// depend on how many threads there are.
  private static let chunkSize = 1 << 20

  /// How many chunks a thread compares, about, before what was found of them is put together.
  private static let chunksAtOnce = 16

  init(
    _ actual: StoredArray, _ expected: StoredArray, tolerance: StoredArray?,
    _ acceptance: Acceptance, limit: Int
  ) throws(ArrayFileError) {
    isFortranOrder =
      actual.isFortranOrder && expected.isFortranOrder && !actual.isOrderless
    // Only what is plain can be read in another order than that of the file.
    self.actual = try Self.prepared(actual, isFortranOrder)
    self.expected = try Self.prepared(expected, isFortranOrder)
    if let tolerance {
      self.tolerance = try Self.prepared(tolerance, isFortranOrder)
    } else {
      self.tolerance = nil
    }
    self.acceptance = acceptance
    self.limit = limit
  }

  private static func prepared(
    _ array: StoredArray, _ isFortranOrder: Bool
  ) throws(ArrayFileError) -> StoredArray {
    isTransposed(array, isFortranOrder) ? try array.inflated() : array
  }

  private static func isTransposed(_ array: StoredArray, _ isFortranOrder: Bool) -> Bool {
    array.isFortranOrder != isFortranOrder && !array.isOrderless
  }

  /// The extents in the order of the scan.
  var scanShape: [Int] { isFortranOrder ? expected.shape.reversed() : expected.shape }

  /// The index of an offset of the scan.
  func index(_ offset: Int) -> [Int] {
    let index = ElementComparison.index(offset, scanShape)
    return isFortranOrder ? index.reversed() : index
  }

  /// Compares all elements.
  ///
  /// Where both arrays are plain, each thread takes the next chunk that nobody has taken.
  ///
  /// - Complexity: O(elements); memory O(1) but for deflated arrays of differing orders.
  func run(threads: Int) throws(ArrayFileError) -> ScanState {
    var whole = emptyState
    let count = expected.count
    let chunks = (count + Self.chunkSize - 1) / Self.chunkSize
    let isPlain = [actual, expected, tolerance].allSatisfy { $0?.isPlain ?? true }
    guard isPlain, threads > 1, chunks > 1 else {
      let scanner = ChunkScanner(self)
      for chunk in 0..<chunks { whole.merge(try scanner.scan(range(chunk))) }
      return whole
    }
    let scanners = (0..<min(threads, chunks)).map { _ in ChunkScanner(self) }
    let atOnce = scanners.count * Self.chunksAtOnce
    for first in stride(from: 0, to: chunks, by: atOnce) {
      let work = ChunkWork(min(atOnce, chunks - first))
      DispatchQueue.concurrentPerform(iterations: scanners.count) { place in
        while let chunk = work.take() {
          do throws(ArrayFileError) {
            work.set(chunk, .success(try scanners[place].scan(range(first + chunk))))
          } catch {
            work.set(chunk, .failure(error))
          }
        }
      }
      for result in work.results { whole.merge(try result.get()) }
    }
    return whole
  }

  fileprivate var emptyState: ScanState {
    ScanState(limit: limit, shape: scanShape, format: actual.dtype.numberFormat)
  }

  private func range(_ chunk: Int) -> Range<Int> {
    chunk * Self.chunkSize..<min((chunk + 1) * Self.chunkSize, expected.count)
  }

  fileprivate func reader(_ array: StoredArray) -> ArrayReader {
    ArrayReader(array, transposed: Self.isTransposed(array, isFortranOrder))
  }
}

/// Chunks that several threads take, and the results, each of which is written once.
private final class ChunkWork: @unchecked Sendable {
  // Unchecked: each place is written by one thread, and read after all have ended.
  private let places: UnsafeMutablePointer<Result<ScanState, ArrayFileError>?>
  private let count: Int
  private let taken = Atomic(0)

  init(_ count: Int) {
    self.count = count
    places = .allocate(capacity: count)
    places.initialize(repeating: nil, count: count)
  }

  deinit {
    places.deinitialize(count: count)
    places.deallocate()
  }

  /// The next chunk, or `nil` where all are taken.
  func take() -> Int? {
    let chunk = taken.add(1, ordering: .relaxed).oldValue
    return chunk < count ? chunk : nil
  }

  func set(_ chunk: Int, _ result: Result<ScanState, ArrayFileError>) { places[chunk] = result }

  var results: [Result<ScanState, ArrayFileError>] { (0..<count).compactMap { places[$0] } }
}

/// Compares chunks, one after another.
private final class ChunkScanner: @unchecked Sendable {
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
    let numbers = ElementBlock(
      dtype: scan.actual.dtype, isBigEndian: scan.actual.isBigEndian, bytes: first)
    let wanted = ElementBlock(
      dtype: scan.expected.dtype, isBigEndian: scan.expected.isBigEndian, bytes: second)
    let limits = state.limits(scan.acceptance)
    if let floatScan, let found = floatScan.scan(first, second, limits) {
      state.add(found.counts, count: count)
      let ulps = found.largestULPs ?? numbers.largestULPs(wanted, isOrdinary: true)
      if let ulps { state.add(ulps: ulps) }
      return
    }
    numbers.writeDoubles(to: actuals)
    wanted.writeDoubles(to: expecteds)
    var counts: ScanCounts?
    let isSimple = measure == .real && scan.acceptance.ulps == nil && allowed == nil
    if !isSimple {
      try measure(numbers, wanted, allowed, start)
      counts = LossConformance.scan(
        errors: errors, magnitudes: magnitudes, allowed: alloweds, count: count, limits)
    } else if floatScan == nil {
      counts = LossConformance.scan(actuals, expecteds, count: count, limits)
    }
    if hasULPs, let ulps = numbers.largestULPs(wanted, isOrdinary: counts != nil) {
      state.add(ulps: ulps)
    }
    if let counts {
      state.add(counts, count: count)
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
