import ArgumentParser
import LossConformance

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A report to be written: `json=report.json`, or `annotations=-` to standard output.
struct ReportFile: ExpressibleByArgument {
  let format: Format
  let path: String

  /// The renderings that can be written.
  enum Format: String, CaseIterable {
    case json
    case junit
    case markdown
    case html
    case annotations
  }

  init(format: Format, path: String) {
    self.format = format
    self.path = path
  }

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let format = Format(rawValue: String(parts[0])) else { return nil }
    self.init(format: format, path: String(parts[1]))
  }

  /// Whether the report goes to standard output.
  private var isOutput: Bool { path == "-" }

  /// Whether standard output is the report's alone; annotations may stand among other lines.
  var ownsOutput: Bool { isOutput && format != .annotations }

  /// The file, however its path is written; links of its folder are followed.
  private var place: String {
    if isOutput { return path }
    let file = URL(filePath: path).standardizedFileURL
    return file.deletingLastPathComponent().resolvingSymlinksInPath()
      .appending(path: file.lastPathComponent).path
  }

  /// Finds out before the work whether each report has a place of its own to go to.
  static func check(_ reports: [ReportFile]) throws {
    var places: [String: ReportFile] = [:]
    for report in reports {
      if !report.isOutput { try report.checkFolder() }
      if let other = places.updateValue(report, forKey: report.place) {
        let place = report.isOutput ? "standard output" : report.path
        throw CommandFailure(
          status: .usage,
          message: "the reports \(other.format) and \(report.format) cannot both go to \(place)")
      }
    }
  }

  /// Finds out whether the report has a place to go to.
  func checkFolder() throws {
    let folder = URL(filePath: path).deletingLastPathComponent().path
    guard Self.isFolder(folder) == true else {
      throw cannotBeWritten("its folder does not exist")
    }
    if Self.isFolder(path) == true { throw cannotBeWritten("it is a folder") }
  }

  private static func isFolder(_ path: String) -> Bool? {
    var isFolder = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    return exists ? isFolder : nil
  }

  /// Writes the report of a run.
  func write(_ report: Report) throws { try write { try data(report) } }

  /// Writes the bytes of a report whole or not at all; to a pipe or a device as they come.
  func write(_ data: () throws -> Data) throws {
    do {
      let data = try data()
      if isOutput {
        print(String(decoding: data, as: UTF8.self), terminator: "")
      } else {
        try data.write(to: URL(filePath: path), options: isSpecial ? [] : .atomic)
      }
    } catch {
      throw cannotBeWritten("\(error)")
    }
  }

  /// Whether the path is that of a pipe or a device, which cannot be replaced.
  private var isSpecial: Bool {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
      let type = attributes[.type] as? FileAttributeType
    else { return false }
    return type != .typeRegular
  }

  private func data(_ report: Report) throws -> Data {
    switch format {
    case .json: try JSONReport().data(report)
    case .junit: JUnitReport().data(report)
    case .markdown: Data(MarkdownReport().text(report).utf8)
    case .html: try HTMLReport().data(report)
    case .annotations: Data(AnnotationReport().text(report).utf8)
    }
  }

  private func cannotBeWritten(_ why: String) -> CommandFailure {
    CommandFailure(status: .usage, message: "the report \(path) cannot be written: \(why)")
  }
}
