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

extension Dialect.AbsoluteValueOfNaN {
  /// The slope of |x| at NaN.
  var slope: Double {
    switch self {
    case .minusOne: -1
    case .nan: .nan
    case .zero: 0
    }
  }
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
  /// The slopes that arrive through branches: those behind them times the share that is taken.
  ///
  /// Where that is 0 and nothing is multiplied, NaN and infinite slopes stay behind.
  @inline(__always) func passed<Lanes: LossLanes>(_ slopes: Lanes, share: Lanes) -> Lanes {
    taken(slopes * share, share: share)
  }

  /// What arrives through branches: 0 where the share that is taken is 0 and nothing is multiplied.
  @inline(__always) func taken<Lanes: LossLanes>(_ gradient: Lanes, share: Lanes) -> Lanes {
    self == .selected
      ? gradient.replacing(Lanes(repeating: 0), whereZero: share) : gradient
  }
}

extension Dialect.ZerothPowerSlope {
  /// The slopes of x^y by x: y x^(y - 1).
  @inline(__always) func slopes<Scalar: LossScalar>(
    ofPower y: Scalar, _ x: Scalar.Lanes
  ) -> Scalar.Lanes {
    self == .zero && y == 0 ? Scalar.Lanes(repeating: 0) : Scalar.power(x, y - 1) * y
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

/// A choice of what numbers of Python are rounded to before they are numbers of the dtype.
protocol NumberRounding: Equatable {
  static var float32: Self { get }
}

extension NumberRounding {
  /// The number before it is rounded to the dtype.
  func rounded(_ number: Double) -> Double { self == .float32 ? Double(Float(number)) : number }
}

extension Dialect.LogTwo: NumberRounding {}
extension Dialect.MsleEpsilon: NumberRounding {}
extension Dialect.OpsNumbers: NumberRounding {}
extension Dialect.AlphaList: NumberRounding {}
extension Dialect.ClipEpsilon: NumberRounding {}
