import LossFixtures

// Fewer and simpler numbers.

extension QuestionSimplification {
  /// The inputs in the order in which they are simplified.
  private static let names = [
    "y_pred", "y_true", "sample_weight", "mask", "ref_embeddings", "ref_labels",
  ]

  // MARK: - Fewer

  /// A half of an axis, or all but one position of it, in all inputs that have the axis.
  static func fewerRows(_ asked: GeneratedQuestion, _ variant: Int) -> GeneratedQuestion? {
    let cuts = cuts(of: asked)
    guard cuts.indices.contains(variant) else { return nil }
    let cut = cuts[variant]
    var changed = asked
    for (name, axis) in cut.axes {
      changed = changed.replacing(name) { $0.keeping(cut.kept, ofAxis: axis) }
    }
    for (name, value) in asked.question.config {
      // Factors of the classes go with them.
      guard case .list(let factors) = value, name == "alpha", factors.count == cut.extent else {
        continue
      }
      changed.question.config[name] = .list(Array(factors[cut.kept]))
    }
    return changed
  }

  /// Positions that are kept of an axis of some inputs.
  private struct Cut {
    let axes: [(name: String, axis: Int)]
    let extent: Int
    let kept: Range<Int>
  }

  private static func cuts(of asked: GeneratedQuestion) -> [Cut] {
    let inputs = asked.question.inputs
    var cuts: [Cut] = []
    for name in names {
      guard let tensor = inputs[name] else { continue }
      for (axis, extent) in tensor.shape.enumerated() where extent > 1 {
        let leading = names.compactMap { other -> (name: String, axis: Int)? in
          let isThere =
            axis < inputs[other]?.shape.count ?? 0 && inputs[other]?.shape[axis] == extent
          return isThere ? (other, axis) : nil
        }
        let trailing = names.compactMap { other -> (name: String, axis: Int)? in
          guard let shape = inputs[other]?.shape else { return nil }
          let own = axis + shape.count - tensor.shape.count
          return shape.indices.contains(own) && shape[own] == extent ? (other, own) : nil
        }
        let alone = [(name: name, axis: axis)]
        let half = extent / 2
        let ranges = [0..<half, half..<extent, 1..<extent, 0..<extent - 1]
        for kept in ranges {
          for axes in [leading, trailing, alone] {
            cuts.append(Cut(axes: axes, extent: extent, kept: kept))
          }
        }
      }
    }
    return cuts
  }

  // MARK: - Simpler

  private static let simple: [Double] = [0, 1, 0.5, -1, 2]

  /// Tensors of more elements than this are not simplified element by element.
  private static let mostElements = 40

  /// All elements of an input the same simple number.
  static func uniformNumbers(_ asked: GeneratedQuestion, _ variant: Int) -> GeneratedQuestion? {
    let (place, choice) = variant.quotientAndRemainder(dividingBy: simple.count)
    guard names.indices.contains(place) else { return nil }
    return asked.replacing(names[place]) { tensor in
      guard Set(tensor.values.doubles.map(\.bitPattern)).count > 1 else { return nil }
      return FixtureTensor(
        shape: tensor.shape,
        rounding: [Double](repeating: simple[choice], count: tensor.values.count),
        dtype: tensor.values.dtype)
    }
  }

  /// A simple number in the place of an element that is not simple already.
  static func simpleNumbers(_ asked: GeneratedQuestion, _ variant: Int) -> GeneratedQuestion? {
    let (element, choice) = variant.quotientAndRemainder(dividingBy: simple.count)
    return replacing(element, of: asked) { number in
      // In their order, so that it never goes back and forth.
      let rank = simple.firstIndex(of: number) ?? simple.count
      return choice < rank ? simple[choice] : number
    }
  }

  /// An element with fewer digits.
  static func shortNumbers(_ asked: GeneratedQuestion, _ variant: Int) -> GeneratedQuestion? {
    let mostDigits = 4
    let (element, digits) = variant.quotientAndRemainder(dividingBy: mostDigits)
    return replacing(element, of: asked) { number in
      guard number.isFinite else { return number }
      let short = Double(decimalText(number, digits: digits + 1)) ?? number
      return "\(short)".count < "\(number)".count ? short : number
    }
  }

  /// Changes one element, counted over all inputs; `nil` where there is none of that number.
  private static func replacing(
    _ place: Int, of asked: GeneratedQuestion, _ change: (Double) -> Double
  ) -> GeneratedQuestion? {
    var first = 0
    for name in names {
      guard let tensor = asked.question.inputs[name], tensor.values.count <= mostElements else {
        continue
      }
      defer { first += tensor.values.count }
      guard place < first + tensor.values.count else { continue }
      var numbers = tensor.values.doubles
      let number = change(numbers[place - first])
      guard number != numbers[place - first] else { return asked }
      numbers[place - first] = number
      return asked.replacing(name) { tensor in
        FixtureTensor(shape: tensor.shape, rounding: numbers, dtype: tensor.values.dtype)
      }
    }
    return nil
  }
}
