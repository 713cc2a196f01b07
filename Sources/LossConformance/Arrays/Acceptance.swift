package import ArrayFiles

/// How far the numbers of an array may be from those that are expected.
///
/// An element passes where |actual - expected| <= absolute + relative * |expected|, or where at most
/// `ulps` steps from one number of the dtype to the next lie between the two. Zeros of either sign
/// are equal; an infinity equals only itself.
package struct Acceptance: Equatable, Sendable {
  /// The share of |expected|.
  package var relative: Double
  /// What is allowed whatever is expected.
  package var absolute: Double
  /// The number of steps; `nil` where they do not count.
  package var ulps: UInt64?
  /// Whether NaN equals NaN.
  package var equalNaN: Bool
  /// The dtype whose defaults these are; `nil` where they were given.
  package var defaultOf: DType?

  /// Creates an acceptance of given tolerances.
  package init(
    relative: Double = 0, absolute: Double = 0, ulps: UInt64? = nil, equalNaN: Bool = true,
    defaultOf: DType? = nil
  ) {
    self.relative = relative
    self.absolute = absolute
    self.ulps = ulps
    self.equalNaN = equalNaN
    self.defaultOf = defaultOf
  }

  /// The defaults of a dtype, those of `torch.testing.assert_close`.
  ///
  /// Integers and booleans must be equal.
  package init(defaultOf dtype: DType, equalNaN: Bool = true) {
    self.init(equalNaN: equalNaN, defaultOf: dtype)
    switch dtype {
    case .float16: (relative, absolute) = (1e-3, 1e-5)
    case .bfloat16: (relative, absolute) = (1.6e-2, 1e-5)
    case .float32, .complex64: (relative, absolute) = (1.3e-6, 1e-5)
    case .float64, .complex128: (relative, absolute) = (1e-7, 1e-7)
    default: break
    }
  }

  /// The defaults for numbers of two dtypes: those of the one that allows more.
  package init(defaultOf first: DType, _ second: DType, equalNaN: Bool = true) {
    let both = [first, second].map { Acceptance(defaultOf: $0, equalNaN: equalNaN) }
    self = both[0].relative >= both[1].relative ? both[0] : both[1]
  }

  /// Whether only equal elements pass.
  package var isExact: Bool { relative == 0 && absolute == 0 && ulps ?? 0 == 0 }
}
