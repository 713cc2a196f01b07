import ArgumentParser
import LossConformance

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Where a report goes to, and how much of it is shown.
struct ReportOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write a report to a file, whole or not at all: json, junit, markdown, html or annotations "
        + "(of GitHub Actions), as in html=report.html; - is standard output. Bazel's "
        + "XML_OUTPUT_FILE is junit's if no other is named. Repeatable.",
      valueName: "format=file"))
  var report: [ReportFile] = []

  @Flag(help: "Show every failing case, not the first 10.")
  var allFailures = false

  /// The files that were named, and the one that Bazel names.
  private var files: [ReportFile] {
    let path = ProcessInfo.processInfo.environment["XML_OUTPUT_FILE"] ?? ""
    guard !path.isEmpty, !report.contains(where: { $0.format == .junit }) else { return report }
    return report + [ReportFile(format: .junit, path: path)]
  }

  /// Whether a report says how much a pass proves.
  var areRated: Bool { files.contains { $0.format == .json || $0.format == .html } }

  /// Finds out before the work whether each report has a place of its own to go to.
  func check() throws { try ReportFile.check(files) }

  /// Writes the reports that are asked for, and prints the one for people.
  func show(_ result: Report) throws {
    for file in files { try file.write(result) }
    guard !report.contains(where: \.ownsOutput) else { return }
    let terminal = TerminalReport(
      hasColor: Terminal.hasColor, failureLimit: allFailures ? nil : 10)
    print(terminal.text(result), terminator: "")
  }
}
