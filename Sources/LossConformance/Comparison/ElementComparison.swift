/// All elements of an answer against a golden, each within its own tolerance.
public struct ElementComparison: Equatable, Sendable {
  /// The dtype of both arrays by NumPy's name.
  public let dtype: String
  /// The number of elements.
  public let count: Int
  /// How many lie outside their tolerances.
  public let mismatched: Int
  /// How many of these are NaN on one side only.
  public let mismatchedNaN: Int
  /// How many of these are an infinity against something else.
  public let mismatchedInfinity: Int
  /// The mismatched elements, the one furthest outside its tolerance first, cut at a limit.
  public let worst: [ElementDifference]
  /// The passing element that used most of its tolerance; `nil` where none differs at all.
  public let worstPassing: ElementDifference?
  /// How much of its tolerance each element used that differs.
  let uses: [ToleranceUse.Bucket]
}

extension ElementComparison {
  /// Compares arrays of one shape.
  ///
  /// The elements are numbers of the dtype, as Doubles. An element passes where |actual - expected| <= tolerance, the difference taken in Double. Zeros
  /// of either sign are equal, NaN matches NaN, an infinity only itself. All arrays have `count`
  /// elements; what one has beyond the others is not looked at.
  ///
  /// - Complexity: O(count + mismatched * limit).
  init(
    _ actual: [Double], _ expected: [Double], tolerance: [Double], edges: [Int] = [],
    dtype: String, shape: [Int], limit: Int
  ) {
    let format = NumberFormat(rawValue: dtype)
    var mismatched = 0
    var mismatchedNaN = 0
    var mismatchedInfinity = 0
    var worst: [(offset: Int, used: Double)] = []
    var passing: (offset: Int, used: Double)?
    var uses: [ToleranceUse.Bucket] = []
    func difference(_ offset: Int) -> ElementDifference {
      ElementDifference(
        index: Self.index(offset, shape), actual: actual[offset], expected: expected[offset],
        allowed: tolerance[offset], ulps: format?.ulps(actual[offset], expected[offset]),
        isOnEdge: edges.contains(offset))
    }
    let count = min(actual.count, expected.count, tolerance.count)
    for offset in 0..<count where actual[offset] != expected[offset] {
      let used = ElementDifference.toleranceUsed(
        actual[offset], expected[offset], allowed: tolerance[offset])
      if used > 0 { uses.append(ToleranceUse.bucket(used)) }
      guard used > 1 else {
        if used > passing?.used ?? 0 { passing = (offset, used) }
        continue
      }
      mismatched += 1
      switch difference(offset).kind {
      case .nan: mismatchedNaN += 1
      case .infinity: mismatchedInfinity += 1
      case .number: break
      }
      let place = worst.firstIndex { $0.used < used } ?? worst.count
      guard place < limit else { continue }
      worst.insert((offset, used), at: place)
      if worst.count > limit { worst.removeLast() }
    }
    self.init(
      dtype: dtype, count: count, mismatched: mismatched, mismatchedNaN: mismatchedNaN,
      mismatchedInfinity: mismatchedInfinity, worst: worst.map { difference($0.offset) },
      worstPassing: passing.map { difference($0.offset) }, uses: uses)
  }

  /// The position along each axis of an element in C order.
  static func index(_ offset: Int, _ shape: [Int]) -> [Int] {
    var remaining = offset
    var index = shape
    for axis in shape.indices.reversed() {
      (remaining, index[axis]) = remaining.quotientAndRemainder(dividingBy: max(shape[axis], 1))
    }
    return index
  }
}
