// What the choices mean in numbers.

extension Dialect {
  /// Whether subnormal numbers are zero.
  var flushes: Bool { subnormals == .flush }

  /// Refuses to differentiate where the backend has no gradients.
  ///
  /// - Throws: `LossError.notInDialect`.
  func requireGradients() throws(LossError) {
    guard gradients == .computed else { throw .notInDialect(what: "gradients", dialect: id) }
  }
}

extension Dialect.MaximumTie {
  /// The slope of max(x, y) by x where both are equal.
  var slope: Double { self == .half ? 0.5 : 1 }
}

extension Dialect.AbsoluteValueAtZero {
  /// The slope of |x| at 0.
  var slope: Double { self == .one ? 1 : 0 }
}

extension Dialect.ClipTie {
  /// The slope of a clip at its limits.
  var slope: Double { self == .half ? 0.5 : 1 }
}

extension Dialect.ProbabilityClipTie {
  /// The slope of a crossentropy's clip at its limits.
  var slope: Double {
    switch self {
    case .half: 0.5
    case .whole: 1
    case .none: 0
    }
  }
}

extension Dialect.BranchSlopes {
  /// What passes of slopes of which a branch receives a share: where that is 0, 0 times them, or 0.
  @inline(__always) func passed<Lanes: LossLanes>(_ slopes: Lanes, share: Lanes) -> Lanes {
    let product = slopes * share
    return self == .multiplied
      ? product : product.replacing(Lanes(repeating: 0), whereZero: share)
  }
}

extension Dialect.Softplus {
  /// What is exact, or something else where softplus(x) is x: above 20.
  @inline(__always) func selected<Lanes: LossLanes>(
    _ exact: Lanes, whereLinear linear: Lanes, at x: Lanes
  ) -> Lanes {
    self == .exact ? exact : linear.replacing(exact, whereNoLarger: x, than: 20)
  }
}
