import ArgumentParser
import LossConformance
import LossFixtures

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Which fixtures are read, and which of their cases are chosen.
struct FixtureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder of the fixtures. \(fixturesDefault)", valueName: "folder"))
  var fixtures: String?

  @Option(help: ArgumentHelp("Only this loss, by Keras's name. Repeatable.", valueName: "name"))
  var loss: [String] = []

  @Option(
    name: .customLong("case"),
    help: ArgumentHelp(
      "Only cases whose id matches: * is any characters, ? one. Repeatable.", valueName: "pattern"))
  var casePattern: [String] = []

  @Option(help: ArgumentHelp("Only cases with this flag. Repeatable.", valueName: "flag"))
  var flag: [String] = []

  @Option(help: ArgumentHelp("Only this dialect. Repeatable.", valueName: "id"))
  var dialect: [String] = []

  /// The choice, as it was typed.
  var selection: Selection {
    Selection(losses: loss, dialects: dialect, casePatterns: casePattern, flags: flag)
  }

  /// Reads the fixtures of a choice and checks them against their manifest.
  ///
  /// - Parameters:
  ///   - selection: The choice, with what a command adds to the one that was typed.
  ///   - whole: Whether the others are read as well.
  /// - Returns: The fixtures.
  /// - Throws: `CommandFailure` for a name that the fixtures do not have.
  func suite(of selection: Selection, whole: Bool = false) throws -> FixtureSuite {
    let suite = try fixtureSuite(fixtures) {
      whole || selection.mayInclude(loss: $0, dialect: $1)
    }
    try requireKnown(loss, "loss", known: suite.manifest.files.map(\.loss))
    try requireKnown(dialect, "dialect", known: suite.manifest.files.map(\.dialect))
    let flags = suite.files.flatMap(\.notes.keys)
    if !flag.allSatisfy(flags.contains) {
      try requireKnown(flag, "flag", known: fixtureSuite(fixtures).files.flatMap(\.notes.keys))
    }
    return suite
  }
}

/// What `fixtureFolder(_:)` does without a name, for help texts.
let fixturesDefault = "(default: fixtures, here or beside the program)"

/// The folder of the fixtures: the one that is named, or that of this folder, or the package's own.
func fixtureFolder(_ name: String?) -> String {
  let here = "fixtures"
  if let name { return name }
  let manifest = URL(filePath: here).appending(path: Manifest.path).path
  if FileManager.default.fileExists(atPath: manifest) { return here }
  return FixtureSuite.packagedFolder ?? here
}

/// Reads those files of a folder of fixtures that are wanted, and checks them against their manifest.
func fixtureSuite(
  _ name: String?,
  where isWanted: (_ loss: String, _ dialect: String) -> Bool = { _, _ in true }
) throws -> FixtureSuite {
  do {
    return try FixtureSuite.load(directory: fixtureFolder(name), where: isWanted)
  } catch {
    throw CommandFailure(status: .badFixtures, message: "\(error)")
  }
}

/// Throws for the first name that is not known, with the one that was probably meant.
func requireKnown(_ names: [String], _ kind: String, known: [String]) throws {
  let known = Set(known)
  for name in names where !known.contains(name) {
    let hint =
      nearest(name, among: known.sorted()).map { "did you mean \($0)?" }
      ?? "there are: \(known.sorted().joined(separator: ", "))"
    throw CommandFailure(status: .usage, message: "no \(kind) is called '\(name)'; \(hint)")
  }
}
