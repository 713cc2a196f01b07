import ArrayFiles

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A folder on disk; errors name its files by their paths below it.
struct Folder: Sendable {
  let path: String

  /// Why a file of the manifest is wanted.
  static let listed = "listed in \(Manifest.path)"

  /// The bytes of a file of the manifest.
  func bytes(of file: Manifest.Listed) throws(FixtureError) -> [UInt8] {
    let bytes = try bytes(of: file.path, wanted: Self.listed)
    try Self.require(sha256: file.sha256, of: bytes, file: file.path)
    return bytes
  }

  /// Throws unless bytes have the hash that the manifest gives.
  static func require(
    sha256: String, of bytes: [UInt8], file: String
  ) throws(FixtureError) {
    guard SHA256.hexadecimal(bytes) == sha256 else {
      throw FixtureError(
        file: file, line: nil,
        message: "its SHA-256 is not that of \(Manifest.path); if the change is meant, "
          + "run tools/fixtures generate")
    }
  }

  /// The bytes of a file, or as many of them as are wanted at most.
  func bytes(
    of file: String, wanted: String, atMost limit: Int = .max
  ) throws(FixtureError) -> [UInt8] {
    let found: [UInt8]?
    do throws(ArrayFileError) {
      found = try contents(ofFile: path.isEmpty ? file : "\(path)/\(file)", atMost: limit)
    } catch {
      throw FixtureError(file: file, line: nil, message: "the file cannot be read")
    }
    guard let found else { throw missing(file, wanted) }
    return found
  }

  private func missing(_ file: String, _ wanted: String) -> FixtureError {
    FixtureError(
      file: file, line: nil,
      message: "there is no such file in \(path), but it is \(wanted); "
        + "go to the package's folder, or name the fixtures' folder")
  }

  /// The paths of all that is in the folder, below it.
  func paths() throws(FixtureError) -> [String] {
    guard let paths = try? FileManager.default.subpathsOfDirectory(atPath: path) else {
      throw FixtureError(file: path, line: nil, message: "the folder cannot be read")
    }
    return paths
  }

  /// Throws for a named file that is not among those that are there, and for a file of some endings,
  /// other than a schema, that nothing names.
  func requireExactly(
    _ known: Set<String>, among present: [String], endings: [String]
  ) throws(FixtureError) {
    let strangers = present.filter { file in
      endings.contains(where: file.hasSuffix) && !known.contains(file)
        && !file.hasPrefix("schema/")
    }
    if let file = strangers.min() {
      throw FixtureError(
        file: file, line: nil,
        message: "\(Manifest.path) does not list this file; run tools/fixtures generate")
    }
    if let file = known.subtracting(present).min() { throw missing(file, Self.listed) }
  }
}

/// The files that a fixture file names for its large tensors, read on demand.
struct Resources {
  private let folder: Folder
  private let parent: String
  /// The paths that were read.
  private(set) var used: Set<String> = []

  init(folder: Folder, beside path: String) {
    self.folder = folder
    parent = path.split(separator: "/").dropLast().map { $0 + "/" }.joined()
  }

  /// The bytes of a file beside the fixture file.
  mutating func bytes(of name: String) throws(FixtureError) -> [UInt8] {
    used.insert(parent + name)
    return try folder.bytes(of: parent + name, wanted: "a tensor of a case")
  }
}
