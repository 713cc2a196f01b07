/// The limits that probabilities are clipped to: epsilon and 1 - epsilon, rounded to the dtype.
///
/// In Float, 1 - epsilon is 0.99999988: a perfect prediction costs 1.19e-7, not 1e-7.
///
/// Source: Keras 3.15.1, `keras.config.epsilon()` in the crossentropies of the JAX backend.
struct ClipLimits<Scalar: LossScalar>: Sendable {
  let low: Scalar
  let high: Scalar

  /// The slope of the clip at a limit.
  let tie: Scalar

  /// The limits in a dtype; 1 - epsilon is computed as Python does, then rounded.
  init<Storage: LossStorage>(
    _ type: Storage.Type, _ dialect: Dialect
  ) where Storage.Compute == Scalar {
    low = Storage.constant(1e-7)
    high = Storage.constant(1 - 1e-7)
    tie = Scalar(dialect.probabilityClipTie.slope)
  }

  /// The numbers cut to the limits; NaN passes.
  @inline(__always) func clipped(_ x: Scalar.Lanes) -> Scalar.Lanes {
    x.clipped(low, high)
  }

  /// The slopes of the clip; 0 for NaN.
  @inline(__always) func slopes(_ x: Scalar.Lanes) -> Scalar.Lanes {
    x.slopeOfClip(low, high, tie: tie)
  }

  /// The logarithms of 1 - q, q within the limits; -infinity where 1 - epsilon is 1, as in the halves.
  @inline(__always) func logarithm(ofOneMinus q: Scalar.Lanes) -> Scalar.Lanes {
    let rest = 1 - q
    let logarithm = Scalar.logarithmOfNormal(rest)
    guard high == 1 else { return logarithm }
    return logarithm.replacing(Scalar.Lanes(repeating: -.infinity), whereZero: rest)
  }

  /// The slopes of the crossentropy -(t log q + (1 - t) log(1 - q)), q the clipped number.
  ///
  /// (q - t) / (q (1 - q)) is its derivative by q.
  @inline(__always) func crossentropySlopes(
    _ labels: Scalar.Lanes, _ x: Scalar.Lanes
  ) -> Scalar.Lanes {
    let q = clipped(x)
    return (q - labels) / (q * (1 - q)) * slopes(x)
  }

  /// The slope of the clip; 0 for NaN.
  @inline(__always) func slope(_ x: Scalar) -> Scalar {
    x == low || x == high ? tie : x > low && x < high ? 1 : 0
  }

  /// The number cut to the limits; NaN passes.
  @inline(__always) func clipped(_ x: Scalar) -> Scalar { x < low ? low : x > high ? high : x }
}
