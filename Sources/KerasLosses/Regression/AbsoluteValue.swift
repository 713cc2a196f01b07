/// What the slopes of |x| are.
struct AbsoluteValue<Scalar: LossScalar>: Sendable {
  /// The slope at 0.
  let slopeAtZero: Scalar
  /// The slope at NaN.
  let slopeOfNaN: Scalar

  /// What a dialect takes for it.
  init(_ dialect: Dialect) {
    slopeAtZero = Scalar(dialect.absoluteValueAtZero.slope)
    slopeOfNaN = Scalar(dialect.absoluteValueOfNaN.slope)
  }

  /// The slopes of |x| by x.
  @inline(__always) func slopes(_ x: Scalar.Lanes) -> Scalar.Lanes {
    x.slopeOfMagnitude(atZero: slopeAtZero, ofNaN: slopeOfNaN)
  }
}
