import LossFixtures

extension QuestionDraft {
  /// Draws the weights of samples and a mask, or none.
  mutating func drawWeights() {
    guard let predictions = inputs["y_pred"], let labels = inputs["y_true"] else { return }
    let losses = lossShape(labels.shape, predictions.shape)
    if random.chance(0.45) {
      let shape = weightShape(losses)
      var weights = numbers.numbers(
        count(shape), .positive, drawMood(), &random)
      if random.chance(0.05) { weights = weights.map { -$0 } }
      if random.chance(0.03) { weights = weights.map { _ in 0 } }
      let dtype = random.chance(0.1) ? random.one(of: "int32", "bool", "int64") : choice.dtype
      set("sample_weight", shape, weights, dtype)
    }
    if random.chance(0.25) {
      let shape = weightShape(losses)
      let share = random.one(of: 0.5, 0.5, 0.8, 0.1, 0, 1)
      set("mask", shape, (0..<count(shape)).map { _ in random.chance(share) ? 1 : 0 }, "bool")
    }
  }

  /// The shape of the losses of a call, as far as it matters.
  private func lossShape(_ labels: [Int], _ predictions: [Int]) -> [Int] {
    switch choice.family {
    case .overlap: return []
    case .circle, .ctc: return Array(predictions.prefix(1))
    default:
      var shape = labels.count > predictions.count ? labels : predictions
      if let axis = axis(shape.count) { shape.remove(at: axis) }
      return shape
    }
  }

  private mutating func weightShape(_ losses: [Int]) -> [Int] {
    guard !isLarge else { return losses }
    switch random.below(12) {
    case 0: return []
    case 1: return losses + [1]
    case 2: return Array(losses.prefix(1))
    case 3: return losses.map { random.chance(0.5) ? 1 : $0 }
    case 4 where random.chance(0.4): return other(losses)
    case 5: return Array(losses.dropFirst())
    default: return losses
    }
  }
}
