import ArgumentParser
import LossConformance
import LossFixtures

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Puts implementations, or stored reports, side by side.
struct ParityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parity",
    abstract: "Puts several implementations, or stored reports of them, side by side.",
    discussion: """
      Losses are rows, implementations columns; a cell counts the cases that pass,
      out of all that any of them was asked. Below stands why the others do not,
      and which dialect fits the answers better than the one that was asked.

      With --baseline it says what changed since a run before: new failures, fixed
      ones, other causes, and tolerances used twice as much or half as much.

      Differences alone are no failure: the exit code is 0, but 1 with
      --fail-on-difference, or where --baseline shows new failures.

      Examples:
        loss-parity parity --implementation swift --implementation \\
          "jax=python3 tools/adapters/keras_adapter.py --backend jax"
        loss-parity parity jax.json torch.json --report markdown=parity.md
        loss-parity parity --baseline main.json branch.json
        loss-parity parity --implementation swift --loss huber --baseline main.json
      """
  )

  @Argument(
    help: ArgumentHelp(
      "JSON reports of verify, each named by its file or as NAME=FILE.", valueName: "report"))
  var reports: [String] = []

  @Option(
    help: ArgumentHelp(
      "An implementation to ask: swift, or NAME=COMMAND LINE of a program (see verify --command). "
        + "Repeatable.",
      valueName: "name=command line"))
  var implementation: [AskedImplementation] = []

  @OptionGroup var options: FixtureOptions

  @Option(
    help: ArgumentHelp(
      "A JSON report of a run before, to tell what changed since.", valueName: "report"))
  var baseline: String?

  @Flag(help: "Compare runs on other fixtures too, case by case as far as ids are the same.")
  var acrossFixtures = false

  @Flag(help: "Exit with 1 where an implementation fails a case.")
  var failOnDifference = false

  @Option(
    help: ArgumentHelp(
      "Write a report to a file, whole or not at all: json, markdown or html, as in html=parity.html; "
        + "- is standard output. Repeatable.",
      valueName: "format=file"))
  var report: [ReportFile] = []

  @OptionGroup var patience: PatienceOptions

  @Option(
    help: ArgumentHelp(
      "Whether a case fails whose gradient a program leaves out.", valueName: "policy"))
  var gradients = GradientPolicy.optional

  @Flag(help: "Show every changed case, not the first 10 of a sort.")
  var allChanges = false

  func validate() throws {
    guard report.allSatisfy({ Self.data[$0.format] != nil }) else {
      throw ValidationError("--report is json=FILE, markdown=FILE or html=FILE")
    }
    guard !reports.isEmpty || !implementation.isEmpty else {
      throw ValidationError("name an --implementation or a stored report")
    }
    guard reports.isEmpty && baseline == nil || options.flag.isEmpty else {
      throw ValidationError("--flag cannot choose among the cases of stored reports")
    }
  }

  func run() throws {
    try ReportFile.check(report)
    var stored = try storedRuns()
    let before = try baseline.map { try self.stored($0, named: nil) }
    try requireOneSuite(stored + (before.map { [$0] } ?? []))
    let asked = try askedRuns(beside: stored + (before.map { [$0] } ?? []))
    stored = try stored.map(chosen)
    let runs = asked + stored
    try requireDistinct(runs.map(\.name))
    let parity = Parity(runs, baseline: try before.map(chosen))
    for file in report {
      if let data = Self.data[file.format] { try file.write { try data(parity) } }
    }
    if !report.contains(where: \.ownsOutput) {
      print(
        ParityText(hasColor: Terminal.hasColor, caseLimit: allChanges ? nil : 10).text(parity),
        terminator: "")
    }
    if !parity.isChecked { throw CommandFailure(status: .nothingChecked) }
    let hasNewFailures = parity.changes.contains { !$0.newFailures.isEmpty }
    if hasNewFailures || failOnDifference && !parity.agrees {
      throw CommandFailure(status: .mismatch)
    }
  }

  /// The renderings that can be written.
  private static let data: [ReportFile.Format: @Sendable (Parity) throws -> Data] = [
    .json: { try JSONParity().data($0) },
    .markdown: { Data(MarkdownParity().text($0).utf8) },
    .html: { Data(HTMLParity().text($0).utf8) },
  ]

  // MARK: - Stored reports

  /// The stored reports, by names that tell them apart.
  private func storedRuns() throws -> [RunSummary] {
    let places = reports.map(Self.place)
    let names = places.map { place in place.name ?? Self.stem(place.path) }
    return try places.enumerated().map { number, place in
      let isShared = names.count { $0 == names[number] } > 1
      return try stored(place.path, named: place.name ?? (isShared ? place.path : nil))
    }
  }

  private static func place(_ argument: String) -> (name: String?, path: String) {
    guard !FileManager.default.fileExists(atPath: argument),
      let (name, path) = AskedImplementation.split(argument)
    else { return (nil, argument) }
    return (name, path)
  }

  private static func stem(_ path: String) -> String {
    URL(filePath: path).deletingPathExtension().lastPathComponent
  }

  private func stored(_ path: String, named name: String?) throws -> RunSummary {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else {
      throw CommandFailure(status: .badFixtures, message: "\(path): the file cannot be read")
    }
    do {
      var run = try RunSummary(file: path, bytes: [UInt8](data))
      run.name = name ?? Self.stem(path)
      return run
    } catch {
      throw CommandFailure(status: .badFixtures, message: "\(error)")
    }
  }

  /// The cases of a stored report that are asked for.
  private func chosen(_ run: RunSummary) throws -> RunSummary {
    run.selecting(
      Selection(
        losses: options.loss, dialects: options.dialect, casePatterns: options.casePattern))
  }

  private func requireOneSuite(_ runs: [RunSummary]) throws {
    guard !acrossFixtures, let first = runs.first else { return }
    for run in runs where run.fixtures != first.fixtures {
      throw CommandFailure(
        status: .reportsDiffer,
        message: "\(run.name) was run on other fixtures than \(first.name) (manifests "
          + "\(run.fixtures.manifestSHA256.prefix(12)) and "
          + "\(first.fixtures.manifestSHA256.prefix(12))); --across-fixtures compares them "
          + "nevertheless")
    }
  }

  private func requireDistinct(_ names: [String]) throws {
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      throw CommandFailure(
        status: .usage, message: "two runs are called \(name); name them as NAME=...")
    }
  }

  // MARK: - Asking

  private func askedRuns(beside stored: [RunSummary]) throws -> [RunSummary] {
    guard !implementation.isEmpty else { return [] }
    var selection = options.selection
    if selection.dialects.isEmpty { selection.dialects = [FixtureFile.defaultDialect] }
    let suite = try options.suite(of: selection)
    let fixtures = Report.Fixtures(
      manifestSHA256: suite.manifestSHA256, caseCount: suite.caseCount)
    if !acrossFixtures, let other = stored.first(where: { $0.fixtures != fixtures }) {
      throw CommandFailure(
        status: .reportsDiffer,
        message:
          "\(other.name) was run on other fixtures than those of \(fixtureFolder(options.fixtures)); "
          + "--across-fixtures compares them nevertheless")
    }
    return try implementation.map { asked in
      let verification = Verification(
        asked.implementation(timeout: patience.timeout, gradients: gradients),
        selection: selection)
      var run = RunSummary(try verification.runShowingProgress(on: suite, rated: false))
      run.name = asked.name
      return run
    }
  }
}

/// An implementation by its name: `swift`, or `jax=python3 ...`.
struct AskedImplementation: ExpressibleByArgument {
  let name: String
  /// The command line; `nil` for the Swift losses.
  let command: String?

  static let swift = "swift"

  init?(argument: String) {
    if argument == Self.swift {
      (name, command) = (argument, nil)
    } else if let (name, command) = Self.split(argument) {
      (self.name, self.command) = (name, command)
    } else {
      return nil
    }
  }

  /// What stands before and behind the first equals sign, where a name stands before it.
  static func split(_ argument: String) -> (name: String, rest: String)? {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2,
      parts[0].allSatisfy({ $0.isLetter || $0.isNumber || "-_.+/@".contains($0) })
    else { return nil }
    return (String(parts[0]), String(parts[1]))
  }

  func implementation(timeout: Duration, gradients: GradientPolicy) -> any Implementation {
    guard let command else { return SwiftImplementation() }
    return CommandImplementation(command: command, timeout: timeout, gradients: gradients)
  }
}
