import KerasLosses
import LossFixtures

extension QuestionDraft {
  /// Draws the parameters of a call with predictions of a shape; most stay at their defaults.
  mutating func drawParameters(_ shape: [Int]) {
    for parameter in choice.parameters {
      let name = parameter.name
      if name == "reduction" {
        if choice.form == .class, random.chance(0.6) { config[name] = reduction() }
        continue
      }
      // Bare functions have no default for q.
      let isRequired = name == "q" && choice.form == .function
      // Keras 1 has functions of labels and predictions, nothing else.
      let share = choice.dialect == "keras-1" ? 0.01 : name == "from_logits" ? 0.5 : 0.35
      guard isRequired || random.chance(share) else { continue }
      config[name] = value(of: name, shape)
    }
  }

  private mutating func reduction() -> LossFixtures.ParameterValue {
    if random.chance(0.01) { return .string("median") }
    if choice.dialect == "tf-keras-2", random.chance(0.95) {
      return .string(random.one(of: "sum", "none", "sum_over_batch_size", "auto"))
    }
    if random.chance(0.02) { return .null }
    return .string(
      random.one(of: "sum", "none", "sum_over_batch_size", "mean", "mean_with_sample_weight"))
  }

  private mutating func value(of name: String, _ shape: [Int]) -> LossFixtures.ParameterValue {
    switch name {
    case "axis": return choice.family == .overlap ? axes(shape.count) : axis(of: shape.count)
    case "from_logits", "apply_class_balancing", "remove_diagonal":
      return .boolean(random.chance(0.6))
    case "ignore_class":
      let classes = axis(shape.count).map { shape[$0] } ?? 1
      return .number(Double(random.one(of: random.below(max(classes, 1)), -1, 255, 0)))
    case "alpha" where choice.loss == "categorical_focal_crossentropy":
      return random.chance(0.3) ? alphas(shape) : .number(number(among: [0.5, 1, 0, 2, 0.1]))
    case "label_smoothing": return .number(number(among: [0.1, 0.5, 1, 0.01, 0.2]))
    case "gamma" where choice.family == .circle:
      return .number(number(among: [1, 256, 0.5, 10, 32]))
    case "gamma": return .number(number(among: [0, 1, 0.5, 3, 5, 2]))
    case "margin": return .number(number(among: [0.25, 0, 1, 0.1]))
    case "delta": return .number(number(among: [0.5, 2, 0, 1e-3, 10, 1e4]))
    case "q": return .number(number(among: [0.7, 0.1, 0.99, 1, 0.3, 0.01]))
    default: return .number(number(among: [0, 0.3, 1, 0.7, 0.5]))
    }
  }

  /// One of a few numbers, or any from 0 to 1.
  private mutating func number(among few: [Double]) -> Double {
    random.chance(0.7) ? random.one(of: few) ?? 0 : random.fraction()
  }

  private mutating func axis(of rank: Int) -> LossFixtures.ParameterValue {
    // TensorFlow takes the last axis alone in many losses.
    let isLast = choice.dialect == "keras-3.15/tensorflow" && random.chance(0.7)
    if isLast || random.chance(0.3) { return .number(random.chance(0.5) ? -1 : Double(rank - 1)) }
    if random.chance(0.03) { return .number(Double(random.one(of: rank, -rank - 1))) }
    return .number(Double(rank == 0 ? -1 : random.integer(-rank...rank - 1)))
  }

  /// Axes to sum over: all, one, or some.
  private mutating func axes(_ rank: Int) -> LossFixtures.ParameterValue {
    if rank == 0 || random.chance(0.15) { return .null }
    if random.chance(0.3) { return axis(of: rank) }
    var chosen = (0..<rank).filter { _ in random.chance(0.5) }
    if chosen.isEmpty { chosen = [random.below(rank)] }
    return .list(chosen.map { .number(Double(random.chance(0.3) ? $0 - rank : $0)) })
  }

  /// A factor for each position of the last axis.
  private mutating func alphas(_ shape: [Int]) -> LossFixtures.ParameterValue {
    let extent = (shape.last ?? 1) + (random.chance(0.02) ? 1 : 0)
    guard (1...64).contains(extent) else { return .number(0.5) }
    return .list((0..<extent).map { _ in .number(number(among: [0.25, 0.5, 1])) })
  }
}
