import LossConformance
import LossFixtures

/// Answers as Keras does, but for the losses in which a mistake is planted.
struct PlantedImplementation: Implementation {
  let name = "Planted"
  private let patients: [String: Patient]
  private let mistake: Candidate
  private var broken: String?

  init(_ mistake: String, in losses: [String]) throws {
    self.mistake = .mistake(mistake)
    patients = try Dictionary(uniqueKeysWithValues: losses.map { ($0, try Patient($0)) })
  }

  /// The same, but silent where it is asked a loss.
  func breaking(_ loss: String) -> Self {
    var breaking = self
    breaking.broken = loss
    return breaking
  }

  func answer(_ fixture: FixtureCase, loss: String, dialect: String) -> Outcome {
    if loss == broken { return .broken("no answer") }
    var noise = SplitMix64(state: 4)
    if let patient = patients[loss], dialect == FixtureFile.defaultDialect {
      return patient.answer(mistake, to: fixture, noise: &noise)
    }
    switch fixture.expected {
    case .error(let code): return .error(code: code, message: "")
    case .value(let value, let gradient):
      return .value(value.tensor, gradient: gradient?.tensor)
    }
  }
}

/// The report of a run in which a mistake is planted in losses of the default dialect.
func planted(
  _ mistake: String, _ losses: String..., selecting selection: Selection? = nil
) throws -> Report {
  try Verification(
    PlantedImplementation(mistake, in: losses),
    selection: selection
      ?? Selection(losses: losses, dialects: [FixtureFile.defaultDialect])
  ).run(committedSuite())
}
