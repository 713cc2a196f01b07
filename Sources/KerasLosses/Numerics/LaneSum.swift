/// A sum in a fixed order: a partial sum a lane, element i in lane i mod `Lanes.count`, then a tree.
///
/// After every 64 elements a lane the lanes are summed and carried over with the rounding error of each
/// such addition (Neumaier 1974), so that long sums are as good as short ones. The order depends on
/// nothing but the count, so neither do the bits. `-0` is the sum of no terms.
struct LaneSum<Scalar: LossScalar> {
  private var lanes = Scalar.Lanes(repeating: -0.0)
  private var added = 0
  private var carried: Scalar = -0.0
  private var lost: Scalar = 0

  /// Adds a term a lane.
  ///
  /// - Complexity: O(1).
  @inline(__always) mutating func add(_ terms: Scalar.Lanes) {
    lanes = lanes + terms
    added += 1
    if added == 64 { carry() }
  }

  /// Adds the first terms; all where `count` is that of the lanes or more.
  ///
  /// - Complexity: O(1).
  @inline(__always) mutating func add(_ terms: Scalar.Lanes, first count: Int) {
    add(count < Scalar.Lanes.count ? terms.first(count) : terms)
  }

  /// The sum of the terms so far.
  ///
  /// - Complexity: O(1).
  @inline(__always) var total: Scalar {
    var sum = self
    sum.carry()
    // Where the sum is not finite, what was lost is NaN.
    return sum.carried.isFinite ? sum.carried + sum.lost : sum.carried
  }

  @inline(__always) private mutating func carry() {
    let block = lanes.total
    let sum = carried + block
    lost += carried.magnitude >= block.magnitude ? (carried - sum) + block : (block - sum) + carried
    carried = sum
    lanes = Scalar.Lanes(repeating: -0.0)
    added = 0
  }
}

/// The sum of some numbers, in the order of `LaneSum`; `-0` where there are none.
///
/// - Complexity: O(`terms.count`).
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func sum<Scalar: LossScalar>(_ terms: Span<Scalar>) -> Scalar {
  var sum = LaneSum<Scalar>()
  for i in stride(from: 0, to: terms.count, by: Scalar.Lanes.count) {
    sum.add(terms.lanes(at: i, padding: -0.0))
  }
  return sum.total
}
