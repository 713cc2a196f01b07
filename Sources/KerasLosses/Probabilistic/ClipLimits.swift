/// The limits that probabilities are clipped to: epsilon and 1 - epsilon, rounded to the dtype.
///
/// In Float, 1 - epsilon is 0.99999988: a perfect prediction costs 1.19e-7, not 1e-7.
///
/// Source: Keras 3.15.1, `keras.config.epsilon()`, `keras.ops.clip`.
struct ClipLimits<Scalar: LossScalar>: Sendable {
  let low: Scalar
  let high: Scalar

  /// The slope of the clip at a limit.
  let tie: Scalar
  /// What passes the clip beyond its limits.
  let branchSlopes: Dialect.BranchSlopes

  /// The limits of a backend's crossentropies in a dtype; 1 - epsilon is computed as Python does, then
  /// rounded.
  init<Storage: LossStorage>(
    _ type: Storage.Type, _ dialect: Dialect
  ) where Storage.Compute == Scalar {
    let epsilon = dialect.clipEpsilon.rounded(1e-7)
    low = Storage.constant(epsilon)
    high = Storage.constant(1 - epsilon)
    tie = Scalar(dialect.probabilityClipTie.slope)
    branchSlopes = dialect.branchSlopes
  }

  /// The limits that are given to `keras.ops.clip`: epsilon and a number, or 1 - epsilon.
  init<Storage: LossStorage>(
    byOps type: Storage.Type, high: Double? = nil, _ dialect: Dialect
  ) where Storage.Compute == Scalar {
    let epsilon = dialect.clipEpsilon.rounded(1e-7)
    low = Storage.constant(dialect.opsNumbers.rounded(epsilon))
    self.high = Storage.constant(dialect.opsNumbers.rounded(high ?? 1 - epsilon))
    tie = Scalar(dialect.clipTie.slope)
    branchSlopes = dialect.branchSlopes
  }

  /// The numbers cut to the limits; NaN passes.
  @inline(__always) func clipped(_ x: Scalar.Lanes) -> Scalar.Lanes {
    x.clipped(low, high)
  }

  /// The number cut to the limits; NaN passes.
  @inline(__always) func clipped(_ x: Scalar) -> Scalar { x < low ? low : x > high ? high : x }

  /// The slopes of the clip; 0 for NaN.
  @inline(__always) func slopes(_ x: Scalar.Lanes) -> Scalar.Lanes {
    x.slopeOfClip(low, high, tie: tie)
  }

  /// The slope of the clip; 0 for NaN.
  @inline(__always) func slope(_ x: Scalar) -> Scalar {
    x == low || x == high ? tie : x > low && x < high ? 1 : 0
  }

  /// From the slopes by the clipped numbers to those by the numbers.
  @inline(__always) func passed(
    _ slopes: Scalar.Lanes, at x: Scalar.Lanes
  ) -> Scalar.Lanes {
    branchSlopes.passed(slopes, share: self.slopes(x))
  }

  /// What arrives at numbers through the clip.
  func taken(_ gradient: Scalar.Lanes, at x: Scalar.Lanes) -> Scalar.Lanes {
    branchSlopes.taken(gradient, share: slopes(x))
  }
}
