public import LossFixtures

/// How Keras arrives at its number, stage by stage, and what a cause does instead.
public struct Steps: Equatable, Sendable {
  /// The stages in the order of Keras's computation; those that only the cause has stand among them.
  public let stages: [Step]
  /// Where the cause departs; `nil` where there is none, or it departs at no stage.
  public let departure: Departure?

  /// One stage.
  public struct Step: Equatable, Sendable {
    /// Its name.
    public let name: String
    /// What Keras has; `nil` for a stage that only the cause has.
    public let keras: FixtureTensor?
    /// What the cause has.
    public let own: Own
  }

  /// What a cause has at a stage.
  public enum Own: Equatable, Sendable {
    /// There is no cause.
    case none
    /// What Keras has.
    case same
    /// It leaves the stage out.
    case skipped
    /// Other numbers.
    case other(FixtureTensor)
  }

  /// The first stage at which a cause has other numbers than Keras.
  public struct Departure: Equatable, Sendable {
    /// The name of the stage.
    public let stage: String
    /// Whether the cause leaves it out.
    public let isSkipped: Bool
    /// The elements that differ; none where the shapes do.
    public let elements: [Element]

    /// An element that differs.
    public struct Element: Equatable, Sendable {
      /// Its position along each axis.
      public let index: [Int]
      /// What Keras had there before the stage, where that has the same shape.
      public let before: Double?
      /// What Keras has.
      public let keras: Double
      /// What the cause has.
      public let own: Double
    }
  }

  /// Stages that stand beside the computation: what comes after them does not start from them.
  private static let besides: Set = ["labels", "row_sums", "weights"]

  /// The steps of Keras alone.
  init(keras: [Stage]) {
    stages = keras.map { Step(name: $0.name, keras: $0.golden.tensor, own: .none) }
    departure = nil
  }

  /// The steps of Keras beside those of a cause.
  ///
  /// A stage that the cause leaves out has the numbers of the one before it.
  ///
  /// - Complexity: O(elements).
  init(keras: [Stage], own: [Stage], inputs: [String: FixtureTensor]) {
    let owned = Dictionary(own.map { ($0.name, $0.golden) }) { first, _ in first }
    let start = inputs["y_pred"].map { Golden(exact: $0) }
    let labels = inputs["y_true"].map { Golden(exact: $0) }
    var (before, carried) = (start, start)
    var departure: Departure?
    var steps: [Step] = []
    for stage in keras {
      let isBeside = Self.besides.contains(stage.name)
      let passed = stage.name == "labels" ? labels : isBeside ? nil : carried
      let found = owned[stage.name]
      let actual = found ?? passed
      let differs = actual.map { !stage.golden.agrees(with: $0) } ?? false
      steps.append(
        Step(
          name: stage.name, keras: stage.golden.tensor,
          own: found.map { differs ? .other($0.tensor) : .same } ?? .skipped))
      if differs, departure == nil, let actual {
        departure = Departure(
          stage: stage.name, isSkipped: found == nil,
          elements: Self.elements(
            stage.golden, actual, before: stage.name == "labels" ? labels : before,
            mattering: keras.first { $0.name == "per_element" }?.golden,
            owned["per_element"]))
      }
      if !isBeside { (before, carried) = (stage.golden, actual) }
    }
    self.departure = departure
    stages = Self.inserting(own, into: steps)
  }

  /// The stages that only the cause has, each before the next one of its own that Keras has as well.
  private static func inserting(_ own: [Stage], into steps: [Step]) -> [Step] {
    var steps = steps
    for (place, stage) in own.enumerated() where !steps.contains(where: { $0.name == stage.name }) {
      let following = own[(place + 1)...].map(\.name)
      let next = steps.firstIndex { following.contains($0.name) } ?? steps.endIndex
      steps.insert(
        Step(name: stage.name, keras: nil, own: .other(stage.golden.tensor)), at: next)
    }
    return steps
  }

  /// The elements that differ: those alone, if any, at which the losses do.
  private static func elements(
    _ keras: Golden, _ own: Golden, before: Golden?, mattering losses: Golden?,
    _ ownLosses: Golden?
  ) -> [Departure.Element] {
    let shape = keras.tensor.shape
    guard shape == own.tensor.shape else { return [] }
    var places = keras.tolerance.indices.filter { !keras.agrees(with: own, at: $0) }
    if let losses, let ownLosses, losses.tensor.shape == shape, ownLosses.tensor.shape == shape {
      let mattering = places.filter { !losses.agrees(with: ownLosses, at: $0) }
      if !mattering.isEmpty { places = mattering }
    }
    let (numbers, others) = (keras.tensor.values.doubles, own.tensor.values.doubles)
    let earlier = before?.tensor.shape == keras.tensor.shape ? before?.tensor.values.doubles : nil
    return places.map { place in
      Departure.Element(
        index: ElementComparison.index(place, shape), before: earlier?[place],
        keras: numbers[place], own: others[place])
    }
  }
}

extension Golden {
  /// A tensor as it is.
  fileprivate init(exact tensor: FixtureTensor) {
    self.init(tensor: tensor, tolerance: [Double](repeating: 0, count: tensor.values.count))
  }

  /// Whether both may be the same numbers, within their tolerances.
  fileprivate func agrees(with other: Golden) -> Bool {
    tensor.shape == other.tensor.shape
      && tolerance.indices.allSatisfy { agrees(with: other, at: $0) }
  }

  fileprivate func agrees(with other: Golden, at place: Int) -> Bool {
    let (one, another) = (tensor.values.doubles[place], other.tensor.values.doubles[place])
    return one == another || one.isNaN && another.isNaN
      || (one - another).magnitude <= tolerance[place] + other.tolerance[place]
  }
}
