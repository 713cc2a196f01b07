import LossFixtures

extension QuestionDraft {
  /// Labels and predictions of one shape, or nearly.
  mutating func drawElementwise(_ shape: [Int]) {
    let (labelShape, shape) = pair(shape)
    let domains = domains()
    let moods = (
      labels: TroublesomeNumbers.mood(&random), predictions: TroublesomeNumbers.mood(&random)
    )
    var labels = numbers.numbers(count(labelShape), domains.labels, moods.labels, &random)
    var predictions = numbers.numbers(count(shape), domains.predictions, moods.predictions, &random)
    switch choice.family {
    case .categorical, .categoricalHinge:
      if random.chance(0.7) { shapeLabels(&labels, labelShape) }
      if choice.family == .categorical { shapeRows(&predictions, shape, moods.predictions) }
    case .rates where choice.loss == "kl_divergence":
      if random.chance(0.5) { normalise(&labels, labelShape) }
      shapeRows(&predictions, shape, moods.predictions)
    case .regression where choice.loss == "cosine_similarity":
      scaleVectors(&labels, labelShape)
      scaleVectors(&predictions, shape)
    case .regression, .hinges:
      if labelShape == shape, moods.predictions != .plain { couple(&predictions, to: labels) }
    default: break
    }
    let areIntegers = moods.labels == .coarse || domains.labels == .label || domains.labels == .sign
    let dtype = labelDtype(areIntegers: areIntegers)
    set("y_true", labelShape, labels, dtype)
    set("y_pred", shape, predictions, predictionDtype())
  }

  func count(_ shape: [Int]) -> Int { shape.reduce(1, *) }

  mutating func domains() -> (
    labels: TroublesomeNumbers.Domain, predictions: TroublesomeNumbers.Domain
  ) {
    // Nothing keeps people from passing anything.
    if random.chance(0.05) { return (.real, .real) }
    return switch choice.family {
    case .rates where choice.loss == "kl_divergence": (.probability, .probability)
    case .rates: (.positive, random.chance(0.8) ? .positive : .real)
    case .hinges: (.sign, .real)
    case .categoricalHinge: (.label, .real)
    case .binary, .categorical, .classIDs: (.label, isFromLogits ? .logit : .probability)
    case .overlap: (.label, .probability)
    case .regression, .circle: (.real, .real)
    case .ctc: (.real, .logit)
    }
  }

  // MARK: - Predictions beside labels

  /// Moves some predictions to a kink: to their label, or to where a hinge or Huber's loss bends.
  private mutating func couple(_ predictions: inout [Double], to labels: [Double]) {
    let delta = number("delta") ?? 1
    let share = random.one(of: 0.1, 0.5, 1)
    for place in predictions.indices where random.chance(share) {
      let label = labels[place]
      let target: Double
      if choice.family == .hinges {
        target = label == 0 ? -1 : 1 / label
      } else {
        target = label + [0, 0, delta, -delta, 1e-3][random.below(5)]
      }
      predictions[place] = random.chance(0.5) ? target : numbers.nudged(target, &random)
    }
  }

  // MARK: - Rows of classes

  /// Calls a closure with the offsets of each row along the axis of the classes.
  private func forEachRow(_ shape: [Int], _ body: (_ start: Int, _ step: Int, _ count: Int) -> Void)
  {
    guard let axis = axis(shape.count), count(shape) > 0 else { return }
    let inner = shape[(axis + 1)...].reduce(1, *)
    for outer in 0..<shape[..<axis].reduce(1, *) {
      for place in 0..<inner {
        body(outer * shape[axis] * inner + place, inner, shape[axis])
      }
    }
  }

  /// Makes labels one-hot, smoothed or sum to 1, all alike.
  private mutating func shapeLabels(_ labels: inout [Double], _ shape: [Int]) {
    let smoothing = random.one(of: 0, 0, 0, 0.1)
    if random.chance(0.25) { return normalise(&labels, shape) }
    var (made, random) = (labels, random)
    forEachRow(shape) { start, step, count in
      let hot = random.below(count)
      for place in 0..<count {
        made[start + place * step] =
          (place == hot ? 1 - smoothing : 0) + smoothing / Double(count)
      }
    }
    (labels, self.random) = (made, random)
  }

  /// Divides each row by its sum, if that is a number other than 0.
  private mutating func normalise(_ numbers: inout [Double], _ shape: [Int], to total: Double = 1) {
    var made = numbers
    let format = self.numbers.format
    forEachRow(shape) { start, step, count in
      var sum = 0.0
      for place in 0..<count { sum += made[start + place * step] }
      guard sum.isFinite, sum != 0 else { return }
      for place in 0..<count {
        made[start + place * step] = format.rounded(made[start + place * step] / sum * total)
      }
    }
    numbers = made
  }

  /// Gives rows of predictions trouble of their own: sums of 1, 2 or 0, ties, one confident class.
  mutating func shapeRows(
    _ predictions: inout [Double], _ shape: [Int], _ mood: TroublesomeNumbers.Mood
  ) {
    if isFromLogits {
      guard mood != .plain else { return }
      let lead = random.one(of: 20.0, 88, 5, 100, 1000)
      return alterRows(&predictions, shape, share: 0.4) { row, random, format in
        let place = random.below(row.count)
        if random.chance(0.5) {
          row[place] = format.rounded(row[place] + lead)
        } else if let most = row.max() {
          row[place] = most
        }
      }
    }
    if random.chance(0.7) { normalise(&predictions, shape, to: random.chance(0.9) ? 1 : 2) }
    guard mood != .plain else { return }
    alterRows(&predictions, shape, share: 0.2) { row, random, format in
      let place = random.below(row.count)
      switch random.below(4) {
      case 0: row = row.map { _ in 0 }
      case 1: row = row.indices.map { $0 == place ? 1 : 0 }
      case 2: row = row.map { $0 * 2 }
      default: row[place] = format.rounded(row[place] + format.ulp(row[place]))
      }
    }
  }

  /// Gives some vectors lengths at which a norm is troublesome: 0, epsilon, tiny, huge.
  private mutating func scaleVectors(_ numbers: inout [Double], _ shape: [Int]) {
    guard random.chance(0.6) else { return }
    alterRows(&numbers, shape, share: 0.5) { row, random, format in
      let scale = [0, 1e-7, 1e-6, 1e-4, 1e3, 1e-20, 1e18][random.below(7)]
      row = row.map { format.rounded($0 * scale) }
    }
  }

  private mutating func alterRows(
    _ numbers: inout [Double], _ shape: [Int], share: Double,
    _ alter: (inout [Double], inout RandomNumbers, NumberFormat) -> Void
  ) {
    var (made, random) = (numbers, random)
    let format = self.numbers.format
    forEachRow(shape) { start, step, count in
      guard random.chance(share) else { return }
      var row = (0..<count).map { made[start + $0 * step] }
      alter(&row, &random, format)
      for place in 0..<count { made[start + place * step] = row[place] }
    }
    (numbers, self.random) = (made, random)
  }
}
