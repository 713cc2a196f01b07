extension LossScalar {
  /// log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|)) of each number.
  @inline(__always) static func softplus(_ x: Lanes) -> Lanes {
    x.positivePart + logarithmOfOnePlus(exponential(-x.magnitudes))
  }

  /// 1 / (1 + exp(-x)) of each number.
  @inline(__always) static func sigmoid(_ x: Lanes) -> Lanes {
    Lanes(repeating: 1) / (exponential(-x) + 1)
  }
}
