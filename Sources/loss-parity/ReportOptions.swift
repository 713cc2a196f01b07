import ArgumentParser
import LossConformance

/// Where a report goes, and how much of it is shown.
struct ReportOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write a report to a file, whole or not at all: json, junit, markdown, html or annotations "
        + "(of GitHub Actions), as in html=report.html; - is standard output. Repeatable.",
      valueName: "format=file"))
  var report: [ReportFile] = []

  @Flag(help: "Show every failing case, not the first 10.")
  var allFailures = false

  /// Finds out before the work whether the reports can be written.
  func check() throws { try ReportFile.check(report) }

  /// Writes and prints a report, and ends the command with the code that it asks for.
  func finish(_ result: Report, owesCases: Bool = true) throws {
    for file in report { try file.write(result) }
    let terminal = TerminalReport(
      hasColor: Terminal.hasColor, failureLimit: allFailures ? nil : 10)
    if !report.contains(where: \.ownsOutput) { print(terminal.text(result), terminator: "") }
    try conclude(result, owesCases: owesCases)
  }
}
