import ArgumentParser
import LossConformance

/// Where a report goes to, and how much of it is shown.
struct ReportOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write a report to a file, whole or not at all: json, junit, markdown, html or annotations "
        + "(of GitHub Actions), as in html=report.html; - is standard output. Repeatable.",
      valueName: "format=file"))
  var report: [ReportFile] = []

  @Flag(help: "Show every failing case, not the first 10.")
  var allFailures = false

  /// Finds out before the work whether each report has a place of its own to go to.
  func check() throws { try ReportFile.check(report) }

  /// Writes the reports that are asked for, and prints the one for people.
  func show(_ result: Report) throws {
    for file in report { try file.write(result) }
    guard !report.contains(where: \.ownsOutput) else { return }
    let terminal = TerminalReport(
      hasColor: Terminal.hasColor, failureLimit: allFailures ? nil : 10)
    print(terminal.text(result), terminator: "")
  }
}
