import ArgumentParser
import LossConformance
import LossFixtures

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Joins the reports of shards to that of one run.
struct Merge: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Joins the JSON reports of shards to what one run would have reported.",
    discussion: """
      The reports hold the answers, which are judged again: the merged reports are
      the same bytes as those of one run of all cases, and so is the exit code.
      Shards that are not of one run on the same fixtures are refused, and so is a
      set in which a shard is missing or stands twice.

      Examples:
        loss-parity verify --shard 1/2 --report json=1.json
        loss-parity verify --shard 2/2 --report json=2.json
        loss-parity merge 1.json 2.json
        loss-parity merge shards/*.json --report json=report.json
      """
  )

  @Argument(help: ArgumentHelp("JSON reports of shards.", valueName: "report"))
  var shards: [String]

  @Option(
    help: ArgumentHelp(
      "The folder of the fixtures. \(fixturesDefault)", valueName: "folder"))
  var fixtures: String?

  @OptionGroup var reportOptions: ReportOptions

  @OptionGroup(title: "Gate") var gateOptions: GateOptions

  func run() throws {
    try reportOptions.check()
    var stored: [Recording.Stored] = []
    for file in shards { stored.append((file, try recording(in: file))) }
    let suite = try fixtureSuite(fixtures)
    let gate = try gateOptions.gate(of: suite)
    var merged: Report
    do {
      merged = try Report(judging: Recording(merging: stored, of: suite), of: suite)
    } catch let failure as Recording.MergeFailure {
      throw CommandFailure(status: .reportsDiffer, message: failure.message)
    } catch {
      throw CommandFailure(status: .badFixtures, message: "\(error)")
    }
    gateOptions.judge(&merged, gate)
    try gateOptions.writeExpectations(of: merged, in: suite)
    try reportOptions.show(merged)
    try conclude(merged)
  }

  /// Reads the answers of a shard.
  private func recording(in file: String) throws -> Recording {
    guard let data = try? Data(contentsOf: URL(filePath: file)) else {
      throw CommandFailure(status: .badFixtures, message: "\(file): the file cannot be read")
    }
    do throws(FixtureError) {
      if let recording = try Recording.read(report: [UInt8](data), file: file) { return recording }
    } catch {
      throw CommandFailure(status: .badFixtures, message: "\(error)")
    }
    throw CommandFailure(
      status: .reportsDiffer,
      message: "\(file): shard is missing: the report is that of a run of all its cases")
  }
}
