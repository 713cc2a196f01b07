public import LossFixtures

/// The first stage at which an implementation is not where Keras is.
public struct StageDeparture: Equatable, Sendable {
  /// The name of the stage.
  public let stage: String
  /// The implementation's numbers there, held against Keras's.
  public let comparison: TensorComparison
  /// The stage before it that agrees, if an earlier one was answered.
  public let lastAgreed: String?

  /// Finds the departure; `nil` where no stage that was answered differs.
  ///
  /// - Parameters:
  ///   - answered: What the implementation has at the stages that it knows.
  ///   - golden: What Keras has, in the order of the computation.
  ///   - limit: How many mismatched elements are kept, worst first.
  /// - Complexity: O(elements).
  public init?(_ answered: [String: FixtureTensor], _ golden: [Stage], limit: Int = 1) {
    var lastAgreed: String?
    for stage in golden {
      guard let tensor = answered[stage.name] else { continue }
      let comparison = TensorComparison(tensor, stage.golden, limit: limit)
      guard comparison.passed else {
        self.stage = stage.name
        self.comparison = comparison
        self.lastAgreed = lastAgreed
        return
      }
      lastAgreed = stage.name
    }
    return nil
  }
}
