/// The limits that probabilities are clipped to: epsilon and 1 - epsilon, rounded to the dtype.
///
/// In Float, 1 - epsilon is 0.99999988: a perfect prediction costs 1.19e-7, not 1e-7.
///
/// Source: Keras 3.15.1, `keras.config.epsilon()` in the crossentropies of the JAX backend.
struct ClipLimits<Scalar: LossScalar>: Sendable {
  let low: Scalar
  let high: Scalar

  /// The limits for an epsilon; 1 - epsilon is computed as Python does, then rounded.
  init(epsilon: Double = 1e-7) {
    low = Scalar(epsilon)
    high = Scalar(1 - epsilon)
  }

  /// The numbers cut to the limits; NaN passes.
  @inline(__always) func clipped(_ x: Scalar.Lanes) -> Scalar.Lanes {
    x.clipped(low, high)
  }

  /// The number cut to the limits; NaN passes.
  @inline(__always) func clipped(_ x: Scalar) -> Scalar { x < low ? low : x > high ? high : x }
}
