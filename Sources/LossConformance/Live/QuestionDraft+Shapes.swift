import LossFixtures

extension QuestionDraft {
  /// The shape of the predictions.
  mutating func predictionShape() -> [Int] {
    switch choice.family {
    case .circle:
      let count = isLarge ? random.integer(40...120) : random.integer(1...12)
      let shape = [count, isLarge ? random.integer(8...32) : random.integer(1...8)]
      return random.chance(0.02) ? [shape[0]] : withoutElements(shape, 0.02)
    case .ctc:
      let shape =
        isLarge
        ? [random.integer(4...12), random.integer(20...60), random.integer(10...40)]
        : [random.integer(1...4), random.integer(1...8), random.integer(2...6)]
      return random.chance(0.02) ? Array(shape.dropLast()) : withoutElements(shape, 0.02)
    case .regression, .rates, .hinges, .categoricalHinge, .binary, .categorical, .classIDs,
      .overlap:
      return isLarge ? largeShape() : smallShape()
    }
  }

  private mutating func smallShape() -> [Int] {
    let rank = random.one(of: [(2, 64), (1, 14), (3, 15), (4, 4), (0, 3)], otherwise: 2)
    let shape =
      switch rank {
      case 0: [Int]()
      case 1: [random.integer(1...32)]
      case 2: [random.integer(1...32), random.integer(1...10)]
      case 3: [random.integer(1...8), random.integer(1...6), random.integer(1...6)]
      default: (0..<4).map { _ in random.integer(1...4) }
      }
    return withoutElements(shape, 0.02)
  }

  /// From 10^4 to 5 * 10^5 elements, each order of magnitude as likely.
  private mutating func largeShape() -> [Int] {
    let bits = random.uniform(0, 5.6)
    // A count beyond float16's numbers is an infinite divisor, or none where float32 computes the mean.
    let most = choice.dtype == "float16" ? 60_000 : Int.max
    let count = min(most, Int(10_000 * scaledPower(bits)))
    switch random.below(4) {
    case 0: return [count]
    case 1: return [2, count / 2]
    case 2:
      let classes = random.one(of: 1, 2, 10, 100, 1000)
      return [count / classes, classes]
    default: return [count / 80, 8, 10]
    }
  }

  /// 2^x from exact operations alone, so that every machine has the same shapes.
  private func scaledPower(_ exponent: Double) -> Double {
    let whole = exponent.rounded(.down)
    return Double(sign: .plus, exponent: Int(whole), significand: 1 + exponent - whole)
  }

  /// Now and then an extent of 0; but there is no label without classes.
  private mutating func withoutElements(_ shape: [Int], _ probability: Double) -> [Int] {
    let areClassIDs = choice.family == .ctc || choice.family == .classIDs
    let axes = areClassIDs ? shape.count - 1 : shape.count
    guard axes > 0, random.chance(probability) else { return shape }
    var shape = shape
    shape[random.below(axes)] = 0
    return shape
  }

  /// The shapes of labels and predictions that are combined element by element: mostly the same.
  ///
  /// Keras 1 takes the class axis of the predictions for that of products of a higher rank: no port does.
  mutating func pair(_ shape: [Int]) -> (labels: [Int], predictions: [Int]) {
    // Large ones that broadcast in both directions would not fit in memory.
    let (labels, predictions) = isLarge ? (shape, shape) : anyPair(shape)
    guard choice.dialect == "keras-1", choice.loss == "categorical_crossentropy",
      labels.count > predictions.count
    else { return (labels, predictions) }
    return (predictions, predictions)
  }

  private mutating func anyPair(_ shape: [Int]) -> (labels: [Int], predictions: [Int]) {
    let usual = 88.0
    switch random.one(of: [(0, usual), (1, 4.0), (2, 3), (3, 3), (4, 2)], otherwise: 0) {
    case 1: return (stretched(shape), shape)
    case 2: return (shape, stretched(shape))
    case 3:
      // Ranks that differ by one: Keras mends (n,) against (n, 1).
      let longer = shape.dropLast() + [shape.isEmpty ? 1 : shape.last ?? 1]
      let shorter = Array(shape.dropLast())
      let trailing = shorter + [1]
      return random.one(
        of: (trailing, shorter), (shorter, trailing), (Array(longer), shorter),
        (shape + [1], shape))
    case 4: return (other(shape), shape)
    default: return (shape, shape)
    }
  }

  /// The shape with an extent of 1 in some places, or fewer leading axes.
  private mutating func stretched(_ shape: [Int]) -> [Int] {
    guard !shape.isEmpty else { return [1] }
    if random.chance(0.3) { return Array(shape.dropFirst()) }
    var shape = shape
    shape[random.below(shape.count)] = 1
    return shape
  }

  /// Another shape, which mostly does not fit.
  mutating func other(_ shape: [Int]) -> [Int] {
    guard !shape.isEmpty else { return [2] }
    var other = shape
    other[random.below(shape.count)] += 1
    return other
  }
}
