/// A number of which it is known where it comes from.
struct KnownConstant {
  /// The number.
  let value: Double
  /// Where it comes from.
  let name: String

  init(_ value: Double, _ name: String) {
    self.value = value
    self.name = name
  }

  /// Numbers at which losses saturate.
  static let saturations: [KnownConstant] = {
    func logOf(_ number: Double, _ text: String, _ what: String) -> KnownConstant {
      KnownConstant(-naturalLogarithm(number), "-log \(text), \(what)")
    }
    let afterClip = "an epsilon in the logarithm after a clip"
    return [
      logOf(1e-7, "1e-7", "a clip at 1e-7"),
      logOf(0x1p-23, "2^-23", "1 - (1 - 1e-7) in float32"),
      logOf(0x1p-23 + 1e-7, "(2^-23 + 1e-7)", afterClip),
      logOf(2e-7, "2e-7", afterClip),
      logOf(1e-6, "1e-6", "a clip at 1e-6"),
      logOf(0x1p-52, "2^-52", "the epsilon of float64"),
      logOf(0x1p-126, "2^-126", "the smallest normal number of float32"),
      logOf(0x1p-149, "2^-149", "the smallest number of float32"),
      logOf(0x1p-1022, "2^-1022", "the smallest normal number of float64"),
      KnownConstant(
        naturalLogarithm(Double(Float.greatestFiniteMagnitude)),
        "log of the largest number of float32"),
      KnownConstant(100, "torch's floor of the logarithm"),
    ]
      + [8, 9, 10, 12, 15, 16, 20, 30].map { digits in
        logOf(
          1 / (0..<digits).reduce(1.0) { power, _ in power * 10 }, "1e-\(digits)",
          "a clip or an epsilon of 1e-\(digits)")
      }
  }()

  /// Numbers by which results differ whatever the case.
  static let factors: [KnownConstant] = [
    KnownConstant(2, "2"), KnownConstant(0.5, "1/2"), KnownConstant(4, "4"),
    KnownConstant(0.25, "1/4"), KnownConstant(100, "100"), KnownConstant(0.01, "1/100"),
    KnownConstant(naturalLogarithm(2), "ln 2: log1p of 1, or a change of the logarithm's base"),
    KnownConstant(1 / naturalLogarithm(2), "1/ln 2: the logarithm of base 2"),
    KnownConstant(1 / naturalLogarithm(10), "1/ln 10: the logarithm of base 10"),
    KnownConstant(naturalLogarithm(10), "ln 10"),
  ]
}
