import KerasLosses
public import LossFixtures

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The check of one's own losses against the fixtures that travel with the package, for a test.
///
/// ```swift
/// import LossConformance
/// import XCTest
///
/// final class LossTests: XCTestCase {
///   func testLossesMatchKeras() {
///     XCTAssertNoThrow(try Conformance(of: ["huber": .rows(huber)]).check())
///   }
/// }
/// ```
///
/// In Swift Testing, `try Conformance(of: ...).check()` in a test function does. The error's description
/// names the causes.
public struct Conformance: Sendable {
  private let implementation: any Implementation
  private let selection: Selection
  /// The losses of which cases must be checked.
  private let required: [String]
  /// What functions say that they take, by their losses.
  private let taken: [String: Set<String>]
  private let fixtures: String?

  /// Chooses what is checked of a type that answers cases itself.
  ///
  /// - Parameters:
  ///   - implementation: The implementation under test.
  ///   - losses: The losses, by any name that Keras has for them, of each of which at least one case must
  ///     be checked; `nil` asks for all losses, and is content with some of them.
  ///   - dialects: The Keras that is to be matched, by id.
  ///   - cases: Patterns of case ids; empty for all.
  ///   - flags: Flags of which a case must have one; empty for all.
  ///   - fixtures: A folder of other fixtures; `nil` for those of the package.
  public init(
    of implementation: any Implementation, losses: [String]? = nil,
    dialects: [String] = [FixtureFile.defaultDialect], cases: [String] = [], flags: [String] = [],
    fixtures: String? = nil
  ) {
    self.implementation = implementation
    required = (losses ?? []).map { kerasFunction(named: $0) ?? $0 }
    selection = Selection(
      losses: required, dialects: dialects, casePatterns: cases, flags: flags)
    taken = (implementation as? LossFunctions)?.functions.mapValues(\.taken) ?? [:]
    self.fixtures = fixtures
  }

  /// Chooses what is checked of some functions.
  ///
  /// - Parameters:
  ///   - functions: The functions by the names of their losses.
  ///   - losses: The losses that are checked, of each at least one case; `nil` for all the functions.
  ///   - dialects: The Keras that is to be matched, by id.
  ///   - cases: Patterns of case ids; empty for all.
  ///   - flags: Flags of which a case must have one; empty for all.
  ///   - fixtures: A folder of other fixtures; `nil` for those of the package.
  public init(
    of functions: LossFunctions, losses: [String]? = nil,
    dialects: [String] = [FixtureFile.defaultDialect], cases: [String] = [], flags: [String] = [],
    fixtures: String? = nil
  ) {
    self.init(
      of: functions as any Implementation, losses: losses ?? functions.losses, dialects: dialects,
      cases: cases, flags: flags, fixtures: fixtures)
  }

  /// Asks the cases and fails where answers are not Keras's, or where nothing was checked.
  ///
  /// What was checked and what was skipped is printed where all is well. Where the environment variable
  /// `LOSS_PARITY_REPORTS` names a folder, the report is written there as a page of HTML.
  ///
  /// - Returns: The report.
  /// - Throws: `ConformanceFailure`, whose description is what a failing test should say;
  ///   `ConformanceError` for names that Keras does not know; `FixtureError` where the fixtures are
  ///   missing or damaged.
  /// - Complexity: that of the losses asked; where cases failed also that of `Diagnosis`.
  @discardableResult
  public func check() throws -> Report {
    let suite = try suite()
    let report = try report(of: suite)
    try write(report)
    let text = ConformanceText(report, required: required, suite: suite)
    guard report.verdict == .passed, text.unchecked.isEmpty else {
      throw ConformanceFailure(report: report, description: text.failure)
    }
    print(text.success)
    return report
  }

  /// Writes the report as a page, named after the losses, where somebody wants it.
  private func write(_ report: Report) throws {
    guard let path = ProcessInfo.processInfo.environment[Self.reportFolder], !path.isEmpty
    else { return }
    let folder = URL(filePath: path)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let losses = required.isEmpty ? ["losses"] : required.prefix(Self.namedLosses)
    let name = losses.joined(separator: "+") + (required.count > losses.count ? "+" : "")
    try HTMLReport().data(report)
      .write(to: folder.appending(path: "\(name).html"), options: .atomic)
  }

  /// The environment variable that names a folder for reports.
  static let reportFolder = "LOSS_PARITY_REPORTS"
  /// A file is named after as many losses.
  private static let namedLosses = 4

  /// Asks the cases.
  ///
  /// - Returns: The report, whatever it says.
  /// - Throws: `ConformanceError` for names that Keras does not know; `FixtureError` where the fixtures
  ///   are missing or damaged.
  /// - Complexity: that of the losses asked; where cases failed also that of `Diagnosis`.
  public func report() throws -> Report { try report(of: suite()) }

  private func report(of suite: FixtureSuite) throws -> Report {
    // One case at a time: nobody said that the losses may be called from several threads.
    let asked = Verification(implementation, selection: selection, jobs: 1).record(suite)
    return try Report(judging: asked, of: suite, jobs: Verification.coreCount)
  }

  /// The fixtures of the losses, after all names were found to be known.
  private func suite() throws -> FixtureSuite {
    try checkNames()
    let losses = required.isEmpty ? nil : required
    let suite =
      if let fixtures {
        try FixtureSuite.load(directory: fixtures, losses: losses)
      } else {
        try FixtureSuite.packaged(losses: losses)
      }
    let dialects = Set(suite.files.map(\.dialect))
    for dialect in selection.dialects where !dialects.contains(dialect) {
      throw ConformanceError(noSuch: "dialect", dialect, among: dialects)
    }
    return suite
  }

  /// Throws for a loss, or something that a function is said to take, that Keras does not know.
  private func checkNames() throws(ConformanceError) {
    let losses = SwiftImplementation.losses
    for loss in required + taken.keys.sorted() where !losses.contains(loss) {
      throw ConformanceError(noSuch: "loss", loss, among: losses)
    }
    for (loss, names) in taken.sorted(by: { $0.key < $1.key }) {
      let known = FixtureCase.inputNames.union(lossParameters(of: loss).map(\.name))
      for name in names.sorted() where !known.contains(name) {
        throw ConformanceError(noSuch: "parameter or input of \(loss)", name, among: known)
      }
    }
  }
}

/// Why a check cannot be made: a name that nobody knows.
public struct ConformanceError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong, in a sentence.
  public let description: String

  /// Names what was probably meant.
  fileprivate init(noSuch kind: String, _ name: String, among known: some Sequence<String>) {
    let known = known.sorted()
    let hint =
      nearest(name, among: known).map { "did you mean \($0)?" }
      ?? "there are: \(known.joined(separator: ", "))"
    description = "no \(kind) is called '\(name)'; \(hint)"
  }
}

/// Losses that do not compute what Keras computes, or of which nothing was checked.
public struct ConformanceFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was found.
  public let report: Report
  /// The causes, the counts, and a failing case of each cause with its worst elements: what a failing
  /// test should say.
  public let description: String
}
