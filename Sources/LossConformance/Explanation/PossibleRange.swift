import LossFixtures

extension FixtureCase {
  /// The numbers between which Keras's losses of these labels lie, whatever the predictions.
  ///
  /// - Returns: `nil` for losses, or labels, without such limits.
  /// - Complexity: O(labels).
  func possibleRange(loss: String) -> ClosedRange<Double>? {
    guard var range = rangeOfSamples(loss: loss) else { return nil }
    if let weights = inputs["sample_weight"]?.values.doubles {
      guard weights.allSatisfy({ $0 >= 0 && $0.isFinite }) else { return nil }
      let largest = weights.max() ?? 1
      range = range.scaled(by: min(weights.min() ?? 1, 0), largest)
    }
    // A mask gives the samples that it keeps the weight of those that it drops.
    if inputs["mask"] != nil { return nil }
    if config["reduction"] == .string("sum"), form == .class {
      let samples = inputs["y_pred"]?.values.count ?? 1
      return range.scaled(by: 0, Double(samples))
    }
    return range
  }

  private func rangeOfSamples(loss: String) -> ClosedRange<Double>? {
    let labels = inputs["y_true"]?.values.doubles ?? []
    let areProbabilities = labels.allSatisfy { $0 >= 0 && $0 <= 1 }
    let fromLogits = config["from_logits"] == .boolean(true)
    // -log of the smallest probability.
    let saturated = -naturalLogarithm(1e-7)
    switch loss {
    case "mean_squared_error", "mean_absolute_error", "mean_absolute_percentage_error",
      "mean_squared_logarithmic_error", "huber", "hinge", "squared_hinge", "categorical_hinge":
      return 0...(.infinity)
    case "cosine_similarity": return -1...1
    case "binary_crossentropy" where areProbabilities:
      return 0...(fromLogits ? .infinity : saturated)
    case "sparse_categorical_crossentropy":
      return 0...(fromLogits ? .infinity : saturated)
    case "categorical_crossentropy" where areProbabilities:
      let classes = inputs["y_true"]?.shape.last ?? 1
      guard !fromLogits, config["axis"] == nil, classes > 0 else { return 0...(.infinity) }
      let largest =
        stride(from: 0, to: labels.count, by: classes)
        .map { labels[$0..<$0 + classes].reduce(0, +) }.max() ?? 1
      return 0...(saturated * largest)
    case "categorical_focal_crossentropy", "binary_focal_crossentropy":
      return areProbabilities ? 0...(.infinity) : nil
    default: return nil
    }
  }
}

extension ClosedRange<Double> {
  /// The range of products with numbers from `low` to `high`, which is not negative.
  fileprivate func scaled(by low: Double, _ high: Double) -> ClosedRange<Double> {
    let lower = lowerBound < 0 ? lowerBound * high : Swift.min(lowerBound, lowerBound * low)
    return lower...(upperBound == .infinity ? .infinity : Swift.max(upperBound * high, lower))
  }
}
