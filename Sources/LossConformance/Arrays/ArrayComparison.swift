package import ArrayFiles

/// An array held against the one that is expected, in the order in which `numpy.testing` looks:
/// dtype, shape, NaN, infinities, numbers.
package struct ArrayComparison: Sendable {
  /// Its name in an NPZ archive; `nil` for an array of a file of its own.
  package let name: String?
  /// What is compared.
  package let actual: Side
  /// What is expected.
  package let expected: Side
  /// How far the numbers may be apart.
  package let acceptance: Acceptance
  /// Whether a file gives what is allowed for each element.
  package let hasTolerances: Bool
  /// Whether another dtype is no mismatch.
  package let allowsDType: Bool
  /// The elements; `nil` where the shapes differ.
  package let elements: Elements?
  /// What the arrays have in common where they differ.
  package let patterns: [ArrayPattern]
  /// Whether the same elements were not looked for in another order: the arrays are too large for that,
  /// or no numbers that a Double holds.
  package let isOrderUnknown: Bool

  /// An array by its type.
  package struct Side: Equatable, Sendable {
    /// The dtype.
    package let dtype: DType
    /// The extents of the axes.
    package let shape: [Int]
  }

  /// The elements of arrays of one shape.
  package struct Elements: Sendable {
    /// The number of elements.
    package let count: Int
    /// How many are outside what is allowed.
    package let mismatched: Int
    /// How many of these are NaN on one side only, or at all where NaN is not equal to NaN.
    package let mismatchedNaN: Int
    /// How many of these are an infinity against something else.
    package let mismatchedInfinity: Int
    /// The mismatched elements: NaN, infinities, then numbers by error / allowed; cut at a limit.
    package let worst: [Element]
    /// The passing element that used most of what is allowed.
    package let worstPassing: Element?
    /// The element of the largest error.
    package let largestError: Element?
    /// The element of the largest error / |expected|.
    package let largestRelativeError: Element?
    /// How the elements are distributed over error / allowed.
    package let histogram: ErrorHistogram
    /// The tolerances that would pass, each alone.
    package let sufficient: Sufficient
    /// The first and the last index along each axis between which all mismatches are.
    package let place: [ClosedRange<Int>]?

    /// Whether every element passes.
    package var passed: Bool { mismatched == 0 }
  }

  /// The smallest tolerances that would pass, each alone; `nil` where none would.
  package struct Sufficient: Equatable, Sendable {
    /// A relative tolerance.
    package let relative: Double?
    /// An absolute tolerance.
    package let absolute: Double?
    /// A number of steps between numbers of the dtype.
    package let ulps: UInt64?
  }

  /// An element of both arrays.
  package struct Element: Sendable {
    /// The position along each axis.
    package let index: [Int]
    /// The number.
    package let actual: ArrayNumber
    /// What is expected.
    package let expected: ArrayNumber
    /// What differs.
    package let kind: ElementDifference.Kind
    /// |actual - expected|.
    package let error: Double
    /// How large it may be.
    package let allowed: Double
    /// error / allowed; infinite where nothing is allowed, or NaN or an infinity differs.
    package let toleranceUsed: Double
    /// error / |expected|; infinite where 0 is expected.
    package let relativeError: Double
    /// How many numbers of the dtype lie from one to the other.
    package let ulps: UInt64?
  }

  /// Whether the dtypes differ and may not.
  package var failsByDType: Bool { actual.dtype != expected.dtype && !allowsDType }

  /// Whether the arrays are the same to what is allowed.
  package var passed: Bool { !failsByDType && elements?.passed ?? false }
}

extension ArrayComparison {
  /// Compares two arrays.
  ///
  /// - Parameters:
  ///   - actual: An array.
  ///   - expected: The one that is expected; the tolerances are relative to it.
  ///   - tolerance: What is allowed for each element: an array of the same shape, or of one element.
  ///   - acceptance: What is allowed; the default of the dtype where it is `nil`.
  ///   - options: The rest.
  /// - Throws: `ArrayFileError` where a deflated array turns out to be damaged, or a tolerance is
  ///   none.
  /// - Complexity: O(elements) in one pass. Constant memory for arrays that are mapped, and for
  ///   deflated ones of the same order; in arrays of up to 2^20 elements that differ, the same
  ///   elements are looked for in other orders.
  package init(
    _ actual: StoredArray, _ expected: StoredArray, tolerance: StoredArray? = nil,
    _ acceptance: Acceptance?, options: Options = Options()
  ) throws(ArrayFileError) {
    var acceptance =
      acceptance
      ?? Acceptance(defaultOf: actual.dtype, expected.dtype, equalNaN: options.equalNaN)
    var tolerance = tolerance
    if let given = tolerance {
      acceptance = Acceptance(ulps: acceptance.ulps, equalNaN: acceptance.equalNaN)
      (tolerance, acceptance.absolute) = try Self.scalar(given, shape: expected.shape)
    }
    name = expected.name ?? actual.name
    self.actual = Side(dtype: actual.dtype, shape: actual.shape)
    self.expected = Side(dtype: expected.dtype, shape: expected.shape)
    self.acceptance = acceptance
    hasTolerances = tolerance != nil
    allowsDType = options.allowsDType
    var found: [ArrayPattern] = []
    if actual.shape == expected.shape {
      let scan = try ElementScan(
        actual, expected, tolerance: tolerance, acceptance, limit: options.limit)
      let state = try scan.run(threads: options.threads)
      elements = Elements(state, scan)
      if state.mismatched > 0 {
        found = state.patterns.found(quantities(expected.shape))
      }
    } else {
      elements = nil
    }
    let differs = elements.map { !$0.passed } ?? (actual.count == expected.count)
    let isSearchable =
      expected.count <= OrderSearch.limit && expected.count > 0
      && actual.dtype.kind != .complex && expected.dtype.kind != .complex
    var search: OrderSearch?
    if differs, isSearchable {
      search = try OrderSearch(actual, expected, tolerance: tolerance, acceptance)
    }
    isOrderUnknown = differs && search?.isExact != true
    if let search, search.isExact, let pattern = search.found() { found.insert(pattern, at: 0) }
    patterns = found
  }

  /// Choices of a comparison that do not concern tolerances.
  package struct Options: Sendable {
    /// Whether another dtype is no mismatch.
    package var allowsDType = false
    /// Whether NaN equals NaN, where the default tolerances are used.
    package var equalNaN = true
    /// How many mismatched elements are kept.
    package var limit = 5
    /// How many parts of large arrays are compared at the same time.
    package var threads = 1

    /// The default choices.
    package init() {}
  }

  /// A tolerance of one element as a number, another one as an array of the right shape.
  private static func scalar(
    _ tolerance: StoredArray, shape: [Int]
  ) throws(ArrayFileError) -> (StoredArray?, Double) {
    guard tolerance.dtype.kind != .complex, tolerance.dtype.kind != .boolean else {
      throw ArrayFileError("a tolerance is no \(tolerance.dtype)")
    }
    guard tolerance.count == 1, shape != tolerance.shape else {
      guard tolerance.shape == shape else {
        throw ArrayFileError(
          "its shape is \(tolerance.shape), not that of the arrays, \(shape), nor of one number")
      }
      return (tolerance, 0)
    }
    let array = try tolerance.inCOrder()
    let number = array.withPlainBytes { bytes in
      ElementBlock(dtype: array.dtype, isBigEndian: array.isBigEndian, bytes: bytes)
        .number(0).double
    }
    guard let number, number >= 0 else {
      throw ArrayFileError("the tolerance is \(number ?? .nan), not 0 or more")
    }
    return (nil, number)
  }
}

/// Numbers of a shape by which results are multiplied or divided by mistake.
private func quantities(_ shape: [Int]) -> [(name: String, value: Double)] {
  guard let count = NPYHeader.elementCount(shape) else { return [] }
  let axes = shape.enumerated().map { ("the extent of axis \($0.offset)", Double($0.element)) }
  return axes + [("the number of elements", Double(count))]
}

extension ArrayComparison.Elements {
  fileprivate init(_ state: ScanState, _ scan: ElementScan) {
    func element(_ found: ScanState.Found) -> ArrayComparison.Element {
      ArrayComparison.Element(
        index: scan.index(found.offset), actual: found.actual, expected: found.expected,
        kind: found.kind, error: found.error, allowed: found.allowed, toleranceUsed: found.used,
        relativeError: found.relative, ulps: found.ulps)
    }
    count = state.count
    mismatched = state.mismatched
    mismatchedNaN = state.mismatchedNaN
    mismatchedInfinity = state.mismatchedInfinity
    worst = state.worst.map(element)
    worstPassing = state.passing.map(element)
    largestError = state.largestError.map(element)
    largestRelativeError = state.largestRelative.map(element)
    histogram = state.histogram
    if state.mismatchedNaN + state.mismatchedInfinity > 0 {
      sufficient = ArrayComparison.Sufficient(relative: nil, absolute: nil, ulps: nil)
    } else {
      sufficient = ArrayComparison.Sufficient(
        relative: state.differsAtZero
          ? nil : state.largestRelative.map { ($0.relative * (1 + 0x1p-50)).nextUp } ?? 0,
        absolute: state.largestError?.error ?? 0,
        ulps: scan.actual.dtype == scan.expected.dtype && scan.actual.dtype.numberFormat != nil
          ? state.largestULPs ?? 0 : nil)
    }
    let (low, high) = (state.place.low, state.place.high)
    let ranges = low.indices.map { low[$0]...max(low[$0], high[$0]) }
    place = state.mismatched > 0 ? (scan.isFortranOrder ? ranges.reversed() : ranges) : nil
  }
}
