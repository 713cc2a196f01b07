import LossFixtures

/// An element of an answer that is outside its tolerance.
struct FailingElement {
  /// The part of the answer.
  let part: Comparison.Part
  /// Where it stands, in C order.
  let offset: Int
  /// What was answered.
  let actual: Double
  /// What Keras gives.
  let expected: Double
  /// How far from that the answer may be.
  let allowed: Double
}

extension ExaminedCase {
  /// The answered tensor and the golden of a part, where both are there.
  func tensors(_ part: Comparison.Part) -> (actual: FixtureTensor, golden: Golden)? {
    guard case .value(let losses, let gradient) = answer?.outcome,
      case .value(let golden, let goldenGradient) = fixture.expected
    else { return nil }
    switch part {
    case .value: return (losses, golden)
    case .gradient: return gradient.flatMap { actual in goldenGradient.map { (actual, $0) } }
    }
  }

  /// The elements of the parts that fail, of answers of the right shape and dtype.
  ///
  /// - Complexity: O(elements).
  func failingElements() -> [FailingElement] {
    let failures = answer?.comparison.failures ?? []
    return failures.filter { answer?.comparison[$0]?.elements != nil }
      .flatMap { failingElements($0) }
  }

  /// The elements of a part that are outside their tolerances.
  private func failingElements(_ part: Comparison.Part) -> [FailingElement] {
    guard let (actual, golden) = tensors(part) else { return [] }
    let (numbers, expected) = (actual.values.doubles, golden.tensor.values.doubles)
    return numbers.indices.compactMap { offset in
      let (number, wanted, allowed) = (numbers[offset], expected[offset], golden.tolerance[offset])
      if number == wanted || number.isNaN && wanted.isNaN { return nil }
      guard !((number - wanted).magnitude <= allowed) else { return nil }
      return FailingElement(
        part: part, offset: offset, actual: number, expected: wanted, allowed: allowed)
    }
  }
}
