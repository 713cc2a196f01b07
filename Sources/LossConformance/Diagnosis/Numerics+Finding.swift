import LossFixtures

extension Numerics {
  /// How far off answers are, where every failing element is off by a small multiple of its tolerance.
  ///
  /// - Complexity: O(elements).
  init?(_ failing: [ExaminedCase]) {
    var worst: (examined: ExaminedCase, element: FailingElement, used: Double)?
    for examined in failing {
      let failures = examined.answer?.comparison.failures ?? []
      guard !failures.isEmpty,
        failures.allSatisfy({ examined.answer?.comparison[$0]?.elements != nil })
      else { return nil }
      for element in examined.failingElements() {
        let used = (element.actual - element.expected).magnitude / element.allowed
        guard used <= Self.limit else { return nil }
        if used > worst?.used ?? 0 { worst = (examined, element, used) }
      }
    }
    guard let (examined, element, _) = worst, let (actual, golden) = examined.tensors(element.part)
    else { return nil }
    let format = NumberFormat(rawValue: golden.tensor.values.dtype)
    self.init(
      caseID: examined.fixture.id, part: element.part,
      element: ElementDifference(
        index: ElementComparison.index(element.offset, actual.shape), actual: element.actual,
        expected: element.expected, allowed: element.allowed,
        ulps: format?.ulps(element.actual, element.expected)),
      toleranceInUlps: element.allowed / (format?.ulp(element.expected) ?? 1),
      stage: format.flatMap { Self.illConditioned(examined.stages, $0) })
  }

  /// The stage whose tolerances, in ulp, are more than twice those before it, by the largest factor.
  private static func illConditioned(_ stages: [Stage], _ format: NumberFormat) -> String? {
    // One rounding is half an ulp: what every stage may have.
    var before = 0.5
    var worst: (name: String, growth: Double)?
    for stage in stages {
      let golden = stage.golden
      let ulps = zip(golden.tensor.values.doubles, golden.tolerance).compactMap {
        $0 == 0 || !$0.isFinite ? nil : $1 / format.ulp($0)
      }.max()
      guard let ulps, ulps > 0 else { continue }
      if ulps / before > max(worst?.growth ?? 0, 2) { worst = (stage.name, ulps / before) }
      before = max(ulps, 0.5)
    }
    return worst?.name
  }
}
