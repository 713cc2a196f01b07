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
      toleranceInUlps: element.allowed / (format?.ulp(element.expected) ?? 1))
  }
}
