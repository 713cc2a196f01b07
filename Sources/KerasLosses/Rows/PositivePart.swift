/// What max(x, 0) passes on to x of the slopes that arrive at it.
struct PositivePart<Scalar: LossScalar>: Sendable {
  /// The share where x is 0.
  let tie: Scalar
  /// The share where x is NaN.
  let ofNaN: Scalar
  let branchSlopes: Dialect.BranchSlopes

  /// What a dialect takes for it.
  init(_ dialect: Dialect) {
    tie = Scalar(dialect.maximumTie.slope)
    ofNaN = dialect.maximumOfNaN == .taken ? 1 : 0
    branchSlopes = dialect.branchSlopes
  }

  /// The share of x: 1 where x is positive, 0 where it is negative.
  @inline(__always) func share(_ x: Scalar) -> Scalar {
    x > 0 ? 1 : x == 0 ? tie : x.isNaN ? ofNaN : 0
  }

  /// The shares of x.
  @inline(__always) func shares(_ x: Scalar.Lanes) -> Scalar.Lanes {
    Scalar.Lanes(repeating: ofNaN)
      .replacing(x.slopeOfMaximum(0, tie: tie), whereNoLarger: x, than: .infinity)
  }

  /// The slopes times the shares of x.
  @inline(__always) func passed(_ slopes: Scalar.Lanes, at x: Scalar.Lanes) -> Scalar.Lanes {
    branchSlopes.passed(slopes, share: shares(x))
  }

  /// What arrives at x: nothing, not even NaN, where the other branch is selected.
  @inline(__always) func taken(_ gradient: Scalar.Lanes, at x: Scalar.Lanes) -> Scalar.Lanes {
    guard branchSlopes == .selected else { return gradient }
    return gradient.replacing(Scalar.Lanes(repeating: 0), whereZero: shares(x))
  }

  /// Whether nothing arrives, not even NaN: the other branch is selected.
  func isDropped(at x: Scalar) -> Bool { branchSlopes == .selected && share(x) == 0 }
}
