import ArgumentParser
import LossConformance
import LossFixtures

/// Shows cases without running them.
struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists the cases of the fixtures, or the flags that they carry.",
    discussion: """
      Examples:
        loss-parity list
        loss-parity list --loss categorical_crossentropy --flag saturated
        loss-parity list --flags
      """
  )

  @OptionGroup var options: FixtureOptions

  @Flag(help: "List the flags with what they mean, not the cases.")
  var flags = false

  func run() throws {
    let selection = options.selection
    let suite = try options.suite(of: selection)
    let files = suite.files.filter {
      selection.includes(loss: $0.loss, dialect: $0.dialect)
    }
    if flags {
      print(flagLines(files).joined(separator: "\n"))
    } else {
      try printCases(files, selection)
    }
  }

  private func printCases(_ files: [FixtureFile], _ selection: Selection) throws {
    var count = 0
    for file in files {
      for fixture in file.cases where selection.includes(fixture) {
        count += 1
        print(
          "\(fixture.id)  \(file.dialect)  \(fixture.comment)  [\(fixture.flags.joined(separator: ", "))]"
        )
      }
    }
    guard count > 0 else {
      throw CommandFailure(status: .nothingChecked, message: "no case is of that id and flag")
    }
  }

  private func flagLines(_ files: [FixtureFile]) -> [String] {
    var notes: [String: String] = [:]
    for file in files {
      for (flag, note) in file.notes { notes[flag] = note.description }
    }
    return notes.sorted { $0.key < $1.key }.map { "\($0.key)  \($0.value)" }
  }
}
