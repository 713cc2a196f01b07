public import ArgumentParser
public import LossConformance
import LossFixtures

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a run has to fulfil besides that its cases pass, and which of them may fail.
struct GateOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Cases that may fail, with their causes and reasons. Fails where one fails for another cause, "
        + "passes, or is expected no longer than until today.",
      valueName: "file"))
  var expectedFailures: String?

  @Option(
    help: ArgumentHelp(
      "Write what fails to a file of expected failures, in which the reasons are left to be written; "
        + "what --expected-failures says and still holds is kept.",
      valueName: "file"))
  var writeExpectedFailures: String?

  @Option(
    help: ArgumentHelp(
      "Fail where a passing element used more of its tolerance: 60% or 0.6.", valueName: "share"))
  var maxToleranceUsed: Share?

  @Option(help: ArgumentHelp("Fail where fewer cases were checked.", valueName: "count"))
  var minCases: Int?

  @Option(
    help: ArgumentHelp(
      "Fail where no case of these losses was checked: names with commas between, or all. "
        + "Repeatable.", valueName: "names"))
  var requireLosses: [String] = []

  @Option(
    help: ArgumentHelp(
      "The day on which expected failures expire or not. (default: this day, in UTC)",
      valueName: "YYYY-MM-DD"))
  var today: CalendarDate?

  func validate() throws {
    guard minCases ?? 1 >= 1 else { throw ValidationError("--min-cases must be at least 1") }
    if let file = writeExpectedFailures { try requireFolder(of: file) }
  }

  /// Whether expectations are read or written, which may name any case.
  var needsAllFixtures: Bool { expectedFailures != nil || writeExpectedFailures != nil }

  /// The gate, after its names were found among those of the fixtures; `nil` where nothing is asked for.
  ///
  /// It is made before the work: a file that is wrong is told at once.
  func gate(of suite: FixtureSuite) throws -> Gate? {
    let losses = suite.manifest.files.map(\.loss)
    let named = requireLosses.flatMap { $0.split(separator: ",").map(String.init) }
    try requireKnown(named.filter { $0 != "all" }, "loss", known: losses)
    var gate = Gate()
    gate.maxToleranceUsed = maxToleranceUsed?.value
    gate.minCases = minCases
    var seen: Set<String> = []
    gate.requiredLosses = (named.contains("all") ? losses : named)
      .filter { seen.insert($0).inserted }
    gate.expectedFailures = try expectations(about: suite)
    return gate == Gate() ? nil : gate
  }

  private func expectations(about suite: FixtureSuite) throws -> ExpectedFailures? {
    guard let path = expectedFailures else { return nil }
    guard let data = try? Data(contentsOf: URL(filePath: path)) else {
      throw CommandFailure(status: .badFixtures, message: "\(path): the file cannot be read")
    }
    do {
      // The report names no folder of this machine.
      return try ExpectedFailures(
        file: URL(filePath: path).lastPathComponent, bytes: [UInt8](data), suite: suite)
    } catch {
      throw CommandFailure(status: .badFixtures, message: "\(error)")
    }
  }

  /// Holds a report against the gate.
  func judge(_ report: inout Report, _ gate: Gate?) {
    let seconds = Int(Date().timeIntervalSince1970)
    report.gate = gate?.result(
      of: report, today: today ?? CalendarDate(daysSince1970: seconds / 86_400))
  }

  /// Writes what fails as expectations, where that is asked for, and says so.
  func writeExpectations(of report: Report, in suite: FixtureSuite) throws {
    guard let path = writeExpectedFailures else { return }
    let failures = ExpectedFailures(
      file: URL(filePath: path).lastPathComponent, of: report, in: suite)
    do {
      try failures.data().write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw CommandFailure(status: .usage, message: "\(path) cannot be written: \(error)")
    }
    let missing = failures.expectations.count { !$0.hasReason }
    let todo = missing == 0 ? "" : "; write the reason of \(missing) of them"
    writeError("\(path): \(failures.expectations.count) expected failures\(todo)\n")
  }
}

/// Ends the command with the code that a report and its gate ask for.
///
/// - Parameters:
///   - report: What came of the run.
///   - owesCases: Whether a report without a case is wrong; not that of a shard that has none.
/// - Throws: `CommandFailure` with the code, unless it is 0.
func conclude(_ report: Report, owesCases: Bool = true) throws {
  if report.verdict == .nothingChecked, owesCases {
    throw CommandFailure(status: .nothingChecked)
  }
  if !report.unexpectedFailures.isEmpty { throw CommandFailure(status: .mismatch) }
  if report.gate?.passed == false { throw CommandFailure(status: .policyNotMet) }
}

/// A share of a whole: `60%` or `0.6`.
struct Share: ExpressibleByArgument {
  let value: Double

  init?(argument: String) {
    let text = argument.filter { $0 != " " }
    let number = text.hasSuffix("%") ? Double(text.dropLast()).map { $0 / 100 } : Double(text)
    guard let number, number >= 0, number <= 1 else { return nil }
    value = number
  }
}

extension CalendarDate: ExpressibleByArgument {
  /// The day that an argument names.
  public init?(argument: String) { self.init(argument) }
}

/// Throws where the folder of a file does not exist that is to be written.
func requireFolder(of path: String) throws {
  let folder = URL(filePath: path).deletingLastPathComponent().path
  var isFolder = false
  guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder else {
    throw CommandFailure(
      status: .usage, message: "\(path) cannot be written: its folder does not exist")
  }
}
