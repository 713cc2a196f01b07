/// What is kept of the elements that were compared: a fixed amount, however many they are.
struct ScanState {
  /// How many mismatched elements are kept.
  let limit: Int
  /// The extents in the order of the scan, the last of which varies fastest.
  let shape: [Int]

  private(set) var count = 0
  private(set) var mismatchedNaN = 0
  private(set) var mismatchedInfinity = 0
  private(set) var mismatchedNumbers = 0
  private(set) var histogram = ErrorHistogram()
  /// The mismatched elements furthest outside.
  private(set) var worst: [Found] = []
  private(set) var passing: Found?
  private(set) var largestError: Found?
  private(set) var largestRelative: Found?
  /// Whether something other than 0 stands where 0 is expected: no relative tolerance allows that.
  private(set) var differsAtZero = false
  private(set) var largestULPs: UInt64?
  private(set) var patterns: PatternScan
  private(set) var place: MismatchPlace

  /// An element and where it stands in the order of the scan.
  struct Found {
    let offset: Int
    let actual: ArrayNumber
    let expected: ArrayNumber
    let kind: ElementDifference.Kind
    let error: Double
    let allowed: Double
    let used: Double
    let relative: Double
    let ulps: UInt64?

    /// Whether this one is further outside, or as far and earlier.
    func isWorse(than other: Found) -> Bool {
      if kind != other.kind { return kind.rank < other.kind.rank }
      if used != other.used { return used > other.used }
      if error != other.error { return error > other.error }
      return offset < other.offset
    }
  }

  init(limit: Int, shape: [Int], format: NumberFormat?) {
    self.limit = limit
    self.shape = shape
    place = MismatchPlace(shape: shape)
    patterns = PatternScan(format)
  }

  var mismatched: Int { mismatchedNaN + mismatchedInfinity + mismatchedNumbers }

  /// What elements must exceed to change anything but counts.
  func limits(_ acceptance: Acceptance) -> ScanLimits {
    ScanLimits(
      relative: acceptance.relative, absolute: acceptance.absolute,
      largestError: largestError?.error ?? 0,
      // Not 0: an infinite base times 0 is no number.
      largestRelative: largestRelative?.relative ?? .leastNonzeroMagnitude,
      largestUsed: passing?.used ?? 0, zero: differsAtZero ? .infinity : 0)
  }

  /// What passing elements must exceed to be kept.
  var records: ScanRecords {
    // A quotient may be larger than its record where, rounded, the product is not.
    let below = 1 - 0x1p-50
    return ScanRecords(
      error: largestError?.error ?? 0, relative: (largestRelative?.relative ?? 0) * below,
      used: (passing?.used ?? 0) * below, hasZero: differsAtZero)
  }

  // MARK: - Adding

  mutating func addEqual(_ number: Int) {
    count += number
    histogram.addEqual(number)
  }

  mutating func add(_ counts: ScanCounts, count number: Int) {
    count += number
    histogram.add(counts, count: number)
  }

  /// Adds an element that differs, passes, and exceeds no record.
  mutating func addPassing(error: Double, allowed: Double) {
    count += 1
    histogram.add(error: error, allowed: allowed, passes: true)
  }

  mutating func add(ulps: UInt64) { largestULPs = max(largestULPs ?? 0, ulps) }

  /// Adds an element that differs; the closure gives it in full where it is kept.
  mutating func add(
    offset: Int, kind: ElementDifference.Kind, actual: Double, expected: Double, error: Double,
    magnitude: Double, allowed: Double, epsilon: Double, hasPatterns: Bool,
    found: (_ used: Double, _ relative: Double) -> Found
  ) {
    count += 1
    let passes = kind == .number && error <= allowed
    // Nothing at all is allowed where 0 is: that is infinitely more.
    let used = kind == .number ? error / allowed : .infinity
    if kind == .number {
      histogram.add(error: error, allowed: allowed, passes: passes)
    } else {
      histogram.addNonFinite()
    }
    let relative = magnitude == 0 ? .infinity : error / magnitude
    if kind == .number { keepLargest(error, relative) { found(used, relative) } }
    guard !passes else {
      if used > passing?.used ?? 0 { passing = found(used, relative) }
      return
    }
    switch kind {
    case .nan: mismatchedNaN += 1
    case .infinity: mismatchedInfinity += 1
    case .number: mismatchedNumbers += 1
    }
    place.add(offset)
    if hasPatterns {
      patterns.add(
        actual: actual, expected: expected, allowed: allowed, isNumber: kind == .number,
        epsilon: epsilon)
    }
    if worst.count < limit || worst.last.map({ isCandidate(kind, used, error, $0) }) ?? false {
      keepWorst(found(used, relative))
    }
  }

  private func isCandidate(
    _ kind: ElementDifference.Kind, _ used: Double, _ error: Double, _ last: Found
  ) -> Bool {
    if kind != last.kind { return kind.rank < last.kind.rank }
    return used > last.used || used == last.used && error > last.error
  }

  private mutating func keepWorst(_ found: Found) {
    let place = worst.firstIndex { found.isWorse(than: $0) } ?? worst.count
    guard place < limit else { return }
    worst.insert(found, at: place)
    if worst.count > limit { worst.removeLast() }
  }

  private mutating func keepLargest(
    _ error: Double, _ relative: Double, _ found: () -> Found
  ) {
    if error.isFinite, error > largestError?.error ?? 0 { largestError = found() }
    if relative == .infinity {
      differsAtZero = true
    } else if relative > largestRelative?.relative ?? 0 {
      largestRelative = found()
    }
  }

  /// Adds what was found in later elements.
  mutating func merge(_ later: ScanState) {
    count += later.count
    mismatchedNaN += later.mismatchedNaN
    mismatchedInfinity += later.mismatchedInfinity
    mismatchedNumbers += later.mismatchedNumbers
    histogram.merge(later.histogram)
    for found in later.worst { keepWorst(found) }
    if let found = later.passing, found.used > passing?.used ?? 0 { passing = found }
    if let found = later.largestError, found.error > largestError?.error ?? 0 {
      largestError = found
    }
    if let found = later.largestRelative, found.relative > largestRelative?.relative ?? 0 {
      largestRelative = found
    }
    differsAtZero = differsAtZero || later.differsAtZero
    if let ulps = later.largestULPs { add(ulps: ulps) }
    patterns.merge(later.patterns)
    place.merge(later.place)
  }
}

/// The largest numbers so far.
struct ScanRecords {
  /// The largest error, which is finite.
  let error: Double
  /// The largest error / |expected|, or less.
  let relative: Double
  /// The largest error / allowed of those that pass, or less.
  let used: Double
  /// Whether something was found where 0 is expected.
  let hasZero: Bool

  /// Whether an element passes that differs, and exceeds none of them.
  @inline(__always)
  func include(_ error: Double, _ magnitude: Double, allowed: Double) -> Bool {
    error > 0 && error <= allowed && error <= self.error && error <= used * allowed
      && (magnitude == 0 ? hasZero : error <= relative * magnitude)
  }
}

extension ElementDifference.Kind {
  /// The order in which kinds are shown, that of `numpy.testing`.
  fileprivate var rank: Int {
    switch self {
    case .nan: 0
    case .infinity: 1
    case .number: 2
    }
  }
}

/// How many elements have an error that is which multiple of what is allowed.
package struct ErrorHistogram: Equatable, Sendable {
  /// The upper ends of the bins, which belong to them; the first has the equal elements.
  package static let ends = [0, 1e-3, 1e-2, 0.1, 1, 10, 100, 1000, .infinity]

  /// The number of elements in each bin.
  package private(set) var counts = [Int](repeating: 0, count: ends.count)
  /// How many NaN or infinities stand against something else.
  package private(set) var nonFinite = 0

  mutating func addEqual(_ number: Int) { counts[0] += number }

  /// Adds a block without mismatches.
  mutating func add(_ scan: ScanCounts, count: Int) {
    counts[0] += count - scan.differing
    counts[1] += scan.differing - scan.thousandth
    counts[2] += scan.thousandth - scan.hundredth
    counts[3] += scan.hundredth - scan.tenth
    counts[4] += scan.tenth
  }

  /// Adds a number that differs.
  mutating func add(error: Double, allowed: Double, passes: Bool) {
    guard passes else {
      counts[
        error <= 10 * allowed ? 5 : error <= 100 * allowed ? 6 : error <= 1000 * allowed ? 7 : 8
      ] += 1
      return
    }
    // By the same comparisons as of whole blocks.
    let bin =
      error > 0.1 * allowed ? 4 : error > 1e-2 * allowed ? 3 : error > 1e-3 * allowed ? 2 : 1
    counts[bin] += 1
  }

  mutating func addNonFinite() { nonFinite += 1 }

  mutating func merge(_ other: ErrorHistogram) {
    for bin in counts.indices { counts[bin] += other.counts[bin] }
    nonFinite += other.nonFinite
  }
}

/// The smallest box of indices that has all mismatched elements.
struct MismatchPlace {
  private let shape: [Int]
  private let strides: [Int]
  private(set) var low: [Int]
  private(set) var high: [Int]
  /// The offsets of the row of the last axis that was looked at last.
  private var row = 0..<0

  init(shape: [Int]) {
    self.shape = shape
    var strides = shape
    var stride = 1
    for axis in shape.indices.reversed() {
      strides[axis] = stride
      stride *= max(shape[axis], 1)
    }
    self.strides = strides
    low = shape
    high = shape.map { _ in -1 }
  }

  mutating func add(_ offset: Int) {
    guard let last = shape.indices.last else { return }
    // Most neighbours are in one row: only their last index is new.
    if row.contains(offset) {
      let index = offset - row.lowerBound
      if index < low[last] { low[last] = index }
      if index > high[last] { high[last] = index }
      return
    }
    var remaining = offset
    for axis in shape.indices {
      let index: Int
      (index, remaining) = remaining.quotientAndRemainder(dividingBy: strides[axis])
      low[axis] = min(low[axis], index)
      high[axis] = max(high[axis], index)
      if axis == last { row = offset - index..<offset - index + shape[last] }
    }
  }

  mutating func merge(_ other: MismatchPlace) {
    for axis in shape.indices {
      low[axis] = min(low[axis], other.low[axis])
      high[axis] = max(high[axis], other.high[axis])
    }
  }
}
