extension LossScalar {
  /// log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|)) of each number, or x where the rule says so.
  @inline(__always) static func softplus(
    _ x: Lanes, _ rule: Dialect.Softplus = .exact
  ) -> Lanes {
    let exact = x.positivePart + logarithmOfOnePlus(exponential(-x.magnitudes))
    return rule.selected(exact, whereLinear: x, at: x)
  }

  /// 1 / (1 + exp(-x)) of each number.
  @inline(__always) static func sigmoid(_ x: Lanes) -> Lanes {
    Lanes(repeating: 1) / (exponential(-x) + 1)
  }

  /// sigmoid(x) and sigmoid(-x) of each number, neither as 1 minus the other.
  @inline(__always) static func sigmoids(_ x: Lanes) -> (positive: Lanes, negative: Lanes) {
    let e = exponential(-x.magnitudes)
    let larger = Lanes(repeating: 1) / (e + 1)
    let smaller = e * larger
    return (
      larger.replacing(smaller, whereNoLarger: x, than: 0),
      smaller.replacing(larger, whereNoLarger: x, than: 0)
    )
  }

  /// log(1 - q) of each number from 0 to 1, to the last digits of small ones; -infinity for 1.
  @inline(__always) static func logarithm(ofOneMinus q: Lanes) -> Lanes {
    let rest = 1 - q
    // What rounding took from 1 - q: log(r + l) is log r + l / r.
    let lost = (1 - rest) - q
    return (logarithmOfNormal(rest) + lost / rest)
      .replacing(Lanes(repeating: -.infinity), whereZero: rest)
  }
}
