import ArgumentParser
import LossConformance

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A report to be written: `json=report.json`.
struct ReportFile: ExpressibleByArgument {
  let format: Format
  let path: String

  /// The renderings that can be written.
  enum Format: String, CaseIterable {
    case json
  }

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let format = Format(rawValue: String(parts[0])) else { return nil }
    self.format = format
    path = String(parts[1])
  }

  /// Finds out before the work whether the report has a place to go to.
  func checkFolder() throws {
    let folder = URL(filePath: path).deletingLastPathComponent().path
    var isFolder = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder else {
      throw CommandFailure(
        status: .usage, message: "the report \(path) cannot be written: its folder does not exist")
    }
  }

  /// Writes the report whole or not at all.
  func write(_ report: Report) throws {
    do {
      switch format {
      case .json:
        try JSONReport().data(report).write(to: URL(filePath: path), options: .atomic)
      }
    } catch {
      throw CommandFailure(
        status: .usage, message: "the report \(path) cannot be written: \(error)")
    }
  }
}
