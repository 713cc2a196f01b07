import LossFixtures

extension GeneratedQuestion {
  /// The most elements that labels and predictions may broadcast to.
  ///
  /// The reference holds some dozens of arrays of so many float64 at once.
  private static let mostExpanded = 1 << 20

  /// Whether what labels and predictions broadcast to is no larger than a large question.
  ///
  /// - Complexity: O(rank).
  var fitsInMemory: Bool {
    guard var labels = question.inputs["y_true"]?.shape,
      let predictions = question.inputs["y_pred"]?.shape
    else { return true }
    if question.loss == "categorical_generalized_cross_entropy" {
      // One-hot rows meet the predictions as they are, ids (n, 1) against (n, c) as (n, n, c); an
      // axis of one class may be taken away before that.
      labels.append((predictions.last == 1 ? predictions.dropLast() : predictions).last ?? 1)
    }
    let most = max(Self.expansion(labels, predictions), Self.expansion(labels, []))
    return most <= Self.mostExpanded
  }

  /// How many elements two shapes broadcast to; 0 where they do not.
  private static func expansion(_ one: [Int], _ two: [Int]) -> Int {
    var count = 1
    for place in 0..<max(one.count, two.count) {
      let a = place < one.count ? one[one.count - 1 - place] : 1
      let b = place < two.count ? two[two.count - 1 - place] : 1
      guard a == b || a == 1 || b == 1 else { return 0 }
      let (product, overflows) = count.multipliedReportingOverflow(by: a == 1 ? b : a)
      guard !overflows else { return .max }
      count = product
    }
    return count
  }
}
