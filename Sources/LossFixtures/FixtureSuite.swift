#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// All fixtures of a folder, proven to be those of its manifest.
public struct FixtureSuite: Sendable {
  /// What the folder should hold.
  public let manifest: Manifest
  /// The SHA-256 of the manifest in hexadecimal digits: which fixtures these are.
  public let manifestSHA256: String
  /// The fixture files, in the manifest's order, with the cases of their bases.
  public let files: [FixtureFile]
  /// The mistakes that are known.
  public let catalogue: MistakeCatalogue
  /// Where the files are that are read only where they are needed.
  let folder: Folder

  /// The number of cases, with those of the bases.
  public var caseCount: Int { files.reduce(0) { $0 + $1.cases.count } }

  /// Reads a folder of fixtures.
  ///
  /// Of diagnosis files it only makes sure that they are there; the ledger is checked with all files.
  ///
  /// - Parameters:
  ///   - directory: The folder that has `manifest.json`.
  ///   - losses: The losses whose files alone are read; it is not looked for files that the manifest
  ///     does not list. `nil` reads all files.
  /// - Returns: The fixtures.
  /// - Throws: `FixtureError` where a file is missing, unreadable or damaged, differs from the manifest
  ///   in hash, case count, loss or dialect, is not listed in it, where an id stands twice or is
  ///   retired, or the ledger retires other ids than the manifest.
  /// - Complexity: O(bytes of all files).
  public static func load(
    directory: String, losses: [String]? = nil
  ) throws(FixtureError) -> FixtureSuite {
    let folder = Folder(path: directory)
    let manifestBytes = try folder.bytes(of: Manifest.path, wanted: "the list of fixtures")
    let whole = try Manifest(bytes: manifestBytes)
    let manifest = losses.map(whole.of) ?? whole
    var files: [FixtureFile] = []
    var used: Set<String> = [Manifest.path]
    for entry in manifest.files {
      used.formUnion([entry.path, entry.diagnosis.path])
      files.append(try file(entry, in: folder, used: &used))
    }
    used.formUnion([manifest.mistakes.path, manifest.killMatrix.path])
    let catalogue = try MistakeCatalogue(
      file: manifest.mistakes.path, bytes: try folder.bytes(of: manifest.mistakes))
    try requireDistinctIDs(manifest, files)
    if let ledger = manifest.ledger { used.insert(ledger.path) }
    if losses == nil { try folder.requireExactly(used) }
    let suite = FixtureSuite(
      manifest: manifest, manifestSHA256: SHA256.hexadecimal(manifestBytes),
      files: try expanded(files, manifest), catalogue: catalogue, folder: folder)
    if losses == nil { _ = try suite.ledger() }
    return suite
  }

  /// The files with the cases of their bases.
  private static func expanded(
    _ files: [FixtureFile], _ manifest: Manifest
  ) throws(FixtureError) -> [FixtureFile] {
    var expanded: [FixtureFile] = []
    for (entry, file) in zip(manifest.files, files) {
      guard let name = file.base else {
        expanded.append(file)
        continue
      }
      let base = files.first { $0.loss == file.loss && $0.dialect == name && $0.base == nil }
      guard let base else {
        throw FixtureError(
          file: entry.path, line: nil, message: "there is no \(file.loss) of its base \(name)")
      }
      let known = Dictionary(uniqueKeysWithValues: base.cases.map { ($0.id, $0) })
      for (id, answer) in file.answers.sorted(by: { $0.key < $1.key }) {
        func wrong(_ message: String) -> FixtureError {
          FixtureError(file: entry.path, line: nil, message: "case \(id): \(message)")
        }
        guard let fixture = known[id], let yPred = fixture.inputs["y_pred"] else {
          throw wrong("its base \(name) has no case of this id")
        }
        if let problem = answer.gradientProblem(yPred: yPred, dtype: fixture.dtype) {
          throw wrong(problem)
        }
      }
      expanded.append(file.expanded(with: base))
    }
    return expanded
  }

  private static func file(
    _ entry: Manifest.Entry, in folder: Folder, used: inout Set<String>
  ) throws(FixtureError) -> FixtureFile {
    func different(_ message: String) -> FixtureError {
      FixtureError(file: entry.path, line: nil, message: message)
    }
    let bytes = try folder.bytes(of: entry.path, wanted: Folder.listed)
    // Decoded before hashed: where a file is damaged, its line says more than its hash.
    var resources = Resources(folder: folder, beside: entry.path)
    let file = try FixtureFile(file: entry.path, bytes: bytes, resources: &resources)
    used.formUnion(resources.used)
    try Folder.require(sha256: entry.sha256, of: bytes, file: entry.path)
    guard file.loss == entry.loss, file.dialect == entry.dialect else {
      throw different(
        "it holds \(file.loss) in \(file.dialect), but \(Manifest.path) says \(entry.loss) "
          + "in \(entry.dialect)")
    }
    guard file.ownCount == entry.caseCount else {
      throw different(
        "it has \(file.ownCount) cases, but \(Manifest.path) says \(entry.caseCount)")
    }
    return file
  }

  /// An id names one question of a dialect for good.
  private static func requireDistinctIDs(
    _ manifest: Manifest, _ files: [FixtureFile]
  ) throws(FixtureError) {
    let retired = Set(manifest.retiredIDs)
    var seen: Set<String> = []
    for (entry, file) in zip(manifest.files, files) {
      for fixture in file.cases {
        if retired.contains(fixture.id) {
          throw FixtureError(
            file: entry.path, line: nil,
            message: "case \(fixture.id): the id is retired and must not be used again")
        }
        guard seen.insert("\(file.dialect) \(fixture.id)").inserted else {
          throw FixtureError(
            file: entry.path, line: nil,
            message: "case \(fixture.id): another file of \(file.dialect) has the same id")
        }
      }
    }
  }
}

/// The files that a fixture file names for its large tensors, read on demand.
struct Resources {
  fileprivate let folder: Folder
  private let parent: String
  /// The paths that were read.
  fileprivate private(set) var used: Set<String> = []

  fileprivate init(folder: Folder, beside path: String) {
    self.folder = folder
    parent = path.split(separator: "/").dropLast().map { $0 + "/" }.joined()
  }

  /// The bytes of a file beside the fixture file.
  mutating func bytes(of name: String) throws(FixtureError) -> [UInt8] {
    used.insert(parent + name)
    return try folder.bytes(of: parent + name, wanted: "a tensor of a case")
  }
}

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

  func bytes(of file: String, wanted: String) throws(FixtureError) -> [UInt8] {
    let full = URL(filePath: path).appending(path: file).path
    guard FileManager.default.fileExists(atPath: full) else {
      throw missing(file, wanted)
    }
    guard let data = try? Data(contentsOf: URL(filePath: full), options: .mappedIfSafe) else {
      throw FixtureError(file: file, line: nil, message: "the file cannot be read")
    }
    return [UInt8](data)
  }

  private func missing(_ file: String, _ wanted: String) -> FixtureError {
    FixtureError(
      file: file, line: nil,
      message: "there is no such file in \(path), but it is \(wanted); "
        + "go to the package's folder, or name the fixtures' folder")
  }

  /// Throws for a named file that is missing, and for a JSON or NPY file, other than a schema, that
  /// nothing names.
  func requireExactly(_ known: Set<String>) throws(FixtureError) {
    guard let present = try? FileManager.default.subpathsOfDirectory(atPath: path) else {
      throw FixtureError(file: path, line: nil, message: "the folder cannot be read")
    }
    for file in present.sorted() where file.hasSuffix(".json") || file.hasSuffix(".npy") {
      guard known.contains(file) || file.hasPrefix("schema/") else {
        throw FixtureError(
          file: file, line: nil,
          message: "\(Manifest.path) does not list this file; run tools/fixtures generate")
      }
    }
    if let file = known.subtracting(present).min() { throw missing(file, Self.listed) }
  }
}
