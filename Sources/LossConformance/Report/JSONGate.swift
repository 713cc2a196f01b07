// The JSON's shape of a gate's result, apart from its types: renaming one of these breaks no reader.

/// In JSON, what came of a report at a gate.
struct Gated: Encodable {
  let passed: Bool
  let problems: [Problem]
  let expectedFailures: Expected?
  let maxToleranceUsed: Double?
  let minCases: Int?
  let requiredLosses: [String]?

  init(_ result: GateResult) {
    let gate = result.gate
    passed = result.passed
    problems = result.problems.map(Problem.init)
    expectedFailures = gate.expectedFailures.map { Expected($0, result) }
    maxToleranceUsed = gate.maxToleranceUsed
    minCases = gate.minCases
    requiredLosses = gate.requiredLosses.isEmpty ? nil : gate.requiredLosses
  }

  struct Problem: Encodable {
    let kind: String
    let message: String
    let advice: String
    let expectation: Int?

    init(_ problem: GateResult.Problem) {
      kind = problem.kind.rawValue
      message = problem.message
      advice = problem.advice
      expectation = problem.expectation.map { $0 + 1 }
    }
  }

  /// The expectations of which a case was checked, counted from 1 as in their file.
  struct Expected: Encodable {
    let file: String
    let expectations: [Expectation]

    init(_ failures: ExpectedFailures, _ result: GateResult) {
      file = failures.file
      expectations = failures.expectations.enumerated().compactMap { place, expectation in
        let cases = result.cases.filter { $0.expectation == place }
        return cases.isEmpty
          ? nil : Expectation(number: place + 1, expectation, cases.map(Case.init))
      }
    }
  }

  struct Expectation: Encodable {
    let number: Int
    let causes: [String]
    let reason: String
    let cases: [Case]

    init(number: Int, _ expectation: ExpectedFailure, _ cases: [Case]) {
      self.number = number
      causes = expectation.causes.map(\.description)
      reason = expectation.reason
      self.cases = cases
    }
  }

  struct Case: Encodable {
    let id: String
    let dialect: String
    let standing: String
    let cause: String?

    init(_ result: GateResult.Case) {
      id = result.id
      dialect = result.dialect
      standing = result.standing.rawValue
      cause = result.cause?.description
    }
  }
}
