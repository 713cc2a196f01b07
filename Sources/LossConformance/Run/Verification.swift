public import LossFixtures

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A run of an implementation over the chosen cases of a suite of fixtures.
///
/// It has two steps: asking gives a recording of the answers, judging makes the report of it.
public struct Verification: Sendable {
  /// The implementation under test.
  public let implementation: any Implementation
  /// Which cases are asked.
  public let selection: Selection
  /// How many mismatched elements each part of a case keeps, worst first.
  public let worstLimit: Int

  /// How many cases are asked at once; a program is started as often.
  public let jobs: Int
  /// The part of the chosen cases that is asked, where they are spread over machines.
  public let shard: Shard?

  /// Creates a verification.
  ///
  /// - Parameters:
  ///   - implementation: The implementation under test.
  ///   - selection: Which cases are asked.
  ///   - worstLimit: How many mismatched elements each part of a case keeps, worst first.
  ///   - jobs: How many cases are asked at once; the report does not depend on it.
  ///   - shard: The part of the chosen cases that is asked; its report keeps the answers.
  public init(
    _ implementation: any Implementation, selection: Selection = Selection(), worstLimit: Int = 5,
    jobs: Int = Self.coreCount, shard: Shard? = nil
  ) {
    self.implementation = implementation
    self.selection = selection
    self.worstLimit = worstLimit
    self.jobs = max(1, jobs)
    self.shard = shard
  }

  /// How many cores this process may use.
  public static var coreCount: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// Asks every chosen case and judges the answers.
  ///
  /// - Parameters:
  ///   - suite: The fixtures.
  ///   - rated: Whether it is looked up how much a pass proves.
  ///   - progress: Told after each case how many are done, and of how many.
  /// - Returns: The report; it may hold no case, which is no success.
  /// - Throws: `FixtureError` where the kill matrix is damaged, or a case failed whose diagnosis file is.
  /// - Complexity: that of the losses asked; where cases failed also that of `Diagnosis`.
  public func run(
    _ suite: FixtureSuite, rated: Bool = true,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(FixtureError) -> Report {
    try Report(judging: record(suite, progress: progress), of: suite, jobs: jobs, rated: rated)
  }

  /// Asks every chosen case.
  ///
  /// - Parameters:
  ///   - suite: The fixtures.
  ///   - progress: Told after each case how many are done, and of how many.
  /// - Returns: The answers, as they are.
  /// - Complexity: that of the losses asked.
  public func record(
    _ suite: FixtureSuite, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) -> Recording {
    let asked = suite.files.filter { selection.includes(loss: $0.loss, dialect: $0.dialect) }
      .flatMap { file in
        file.cases.filter { selection.includes($0) && shard?.includes($0.id) != false }
          .map { AskedCase(fixture: $0, loss: file.loss, dialect: file.dialect) }
      }
    let recorded = concurrentMap(
      asked, jobs: jobs, batch: Self.batch, progress: { progress($0, asked.count) },
      { answer($0.fixture, loss: $0.loss, dialect: $0.dialect) })
    var answers: [String: [String: RecordedAnswer]] = [:]
    for (asked, answer) in zip(asked, recorded) {
      answers[asked.dialect, default: [:]][asked.fixture.id] = answer
    }
    return Recording(
      implementation: implementation.name, command: implementation.command,
      gradients: implementation.gradients,
      fixtures: Report.Fixtures(
        manifestSHA256: suite.manifestSHA256, caseCount: suite.caseCount),
      selection: selection, worstLimit: worstLimit, shard: shard, answers: answers)
  }

  /// Neighbours are of one loss: a program that compiles for shapes it meets does so in one process.
  private static let batch = 8

  /// A case with what is asked about it.
  private struct AskedCase {
    let fixture: FixtureCase
    let loss: String
    let dialect: String
  }

  /// Asks a case, and where the answer fails also for the stages that fixtures may know of it.
  private func answer(_ fixture: FixtureCase, loss: String, dialect: String) -> RecordedAnswer {
    let outcome = implementation.answer(fixture, loss: loss, dialect: dialect)
    let comparison = Comparison(
      outcome, fixture.expected, gradients: implementation.gradients, limit: 0)
    guard comparison.status == .failed, fixture.mayHaveStages, !outcome.isBroken else {
      return RecordedAnswer(outcome)
    }
    return RecordedAnswer(
      outcome, stages: implementation.stages(of: fixture, loss: loss, dialect: dialect))
  }
}

extension FixtureCase {
  /// Whether stages of the case may be stored: a diagnosis covers it, and it has a value.
  fileprivate var mayHaveStages: Bool {
    if case .value = expected { DiagnosisFile.covers(self) } else { false }
  }
}

extension Outcome {
  /// Whether there is no answer, so that asking once more gives none either.
  fileprivate var isBroken: Bool {
    if case .broken = self { true } else { false }
  }
}
