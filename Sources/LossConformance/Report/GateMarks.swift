/// What a gate says of single cases: that they fail as expected and why that is accepted, or that an
/// expectation is stale as they pass.
struct GateMarks {
  private var reasons: [CaseKey: String] = [:]
  private var stale: [CaseKey: String] = [:]

  /// The marks of a gate; none where there is no gate.
  init(_ result: GateResult?) {
    for named in result?.cases ?? [] {
      guard let expectation = result?.expectation(of: named) else { continue }
      if named.standing.isExpected {
        reasons[named.key] = expectation.reason
      } else if named.standing == .passes {
        stale[named.key] =
          "expected to fail (\(expectation.causeText)), but passes: the expectation is stale"
      }
    }
  }

  /// Why the failure of a case is accepted; `nil` where it is not.
  func reason(of result: CaseReport) -> String? { reasons[CaseKey(result)] }

  /// What is wrong with a case that passes; `nil` where that is as it should be.
  func stale(_ result: CaseReport) -> String? { stale[CaseKey(result)] }
}

extension GateResult {
  /// The problems that are not about failing cases, which are shown with their causes.
  var policyProblems: [Problem] { problems.filter { $0.kind != .unexpectedFailure } }

  /// The expectations by which failures were accepted, each with its number of cases.
  var accepted: [(expectation: ExpectedFailure, cases: Int)] {
    (gate.expectedFailures?.expectations ?? []).enumerated().compactMap { place, expectation in
      let count = cases.count { $0.expectation == place && $0.standing.isExpected }
      return count == 0 ? nil : (expectation, count)
    }
  }
}
