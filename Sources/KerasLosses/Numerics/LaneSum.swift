/// A sum in a fixed order: 16 partial sums, element i in lane i mod 16, then a tree over the lanes.
///
/// The order does not depend on the machine, so neither do the bits. `-0` is the sum of no terms.
struct LaneSum<Scalar: LossScalar> {
  private var lanes = SIMD16<Scalar>(repeating: -0.0)
  private var next = 0

  /// Adds a term.
  ///
  /// - Complexity: O(1).
  mutating func add(_ term: Scalar) {
    lanes[next] += term
    next = (next + 1) % 16
  }

  /// The sum of the terms so far.
  var total: Scalar {
    let eight = lanes.lowHalf + lanes.highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }
}
