public import LossFixtures

/// What an outcome lacks of a case's golden answer: `nil` for nothing.
///
/// The order of the checks is that of `numpy.testing`: kind, dtype, shape, then the elements, each
/// against its own tolerance. NaN matches NaN, an infinity only itself.
///
/// - Complexity: O(elements).
public func mismatch(_ outcome: Outcome, _ expected: FixtureCase.Expected) -> String? {
  switch (outcome, expected) {
  case (.error(let code, let message), .error(let expectedCode)):
    return code == expectedCode ? nil : "error \(code) (\(message)), expected \(expectedCode)"
  case (.error(let code, let message), .value):
    return "error \(code): \(message)"
  case (.value, .error(let code)):
    return "a value, expected the error \(code)"
  case (.value(let actual), .value(let golden)):
    let values = golden.tensor.values
    guard actual.values.dtype == values.dtype else {
      return "dtype \(actual.values.dtype), expected \(values.dtype)"
    }
    guard actual.shape == golden.tensor.shape else {
      return "shape \(actual.shape), expected \(golden.tensor.shape)"
    }
    return mismatch(numbers(actual.values), numbers(values), golden.tolerance)
  }
}

/// The elements outside their tolerances, the one furthest outside first.
private func mismatch(
  _ actual: [Double], _ expected: [Double], _ tolerance: [Double]
) -> String? {
  guard actual.count == expected.count, expected.count == tolerance.count else {
    return "\(actual.count) elements, expected \(expected.count)"
  }
  let outside = actual.indices.filter {
    !isWithin(actual[$0], expected[$0], tolerance[$0])
  }
  guard let first = outside.first else { return nil }
  func excess(_ index: Int) -> Double {
    let share = (actual[index] - expected[index]).magnitude / tolerance[index]
    return share.isNaN ? .infinity : share
  }
  let worst = outside.reduce(first) { excess($1) > excess($0) ? $1 : $0 }
  return """
    \(outside.count) of \(actual.count) elements differ; worst at \(worst): \(actual[worst]), \
    expected \(expected[worst]) within \(tolerance[worst]), \(excess(worst)) times the tolerance
    """
}

/// Whether an element passes.
private func isWithin(_ actual: Double, _ expected: Double, _ tolerance: Double) -> Bool {
  if actual == expected || actual.isNaN && expected.isNaN { return true }
  guard actual.isFinite, expected.isFinite else { return false }
  return (actual - expected).magnitude <= tolerance
}

/// The elements as Doubles; every loss dtype is exact in it.
private func numbers(_ values: FixtureTensor.Values) -> [Double] {
  switch values {
  case .float32(let values): values.map(Double.init)
  case .float64(let values): values
  case .int32(let values): values.map(Double.init)
  case .int64(let values): values.map(Double.init)
  case .uint8(let values): values.map(Double.init)
  case .bool(let values): values.map { $0 ? 1 : 0 }
  }
}
