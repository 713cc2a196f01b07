#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A fixture file as it stands, proven to be the one that the manifest lists.
struct ListedFile: Sendable {
  let entry: Manifest.Entry
  let file: FixtureFile
  /// The paths of the files of its large tensors.
  let tensors: Set<String>

  /// Reads a file.
  ///
  /// - Throws: `FixtureError` where it is missing or damaged, or differs from the manifest in hash, case
  ///   count, loss or dialect.
  init(_ entry: Manifest.Entry, in folder: Folder) throws(FixtureError) {
    func different(_ message: String) -> FixtureError {
      FixtureError(file: entry.path, line: nil, message: message)
    }
    let bytes = try folder.bytes(of: entry.path, wanted: Folder.listed)
    // Decoded before hashed: where a file is damaged, its line says more than its hash.
    var resources = Resources(folder: folder, beside: entry.path)
    let file = try FixtureFile(file: entry.path, bytes: bytes, resources: &resources)
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
    self.entry = entry
    self.file = file
    tensors = resources.used
  }

  /// Reads files, several at once.
  static func read(
    _ entries: [Manifest.Entry], in folder: Folder
  ) throws(FixtureError) -> [ListedFile] {
    let results = concurrentMap(
      entries, jobs: ProcessInfo.processInfo.activeProcessorCount
    ) { entry in
      Result { () throws(FixtureError) in try ListedFile(entry, in: folder) }
    }
    var files: [ListedFile] = []
    for result in results { files.append(try result.get()) }
    return files
  }
}

/// The fixture files that are wanted, with the cases of their bases.
struct ListedFiles {
  /// The files, in the order of the manifest.
  let files: [FixtureFile]
  /// The paths of the files of their large tensors.
  let tensors: Set<String>

  /// Reads files and their bases.
  ///
  /// - Throws: `FixtureError` where one is not that of the manifest, an id stands twice or is retired,
  ///   or answers do not belong to the cases of their base.
  init(
    _ wanted: [Manifest.Entry], of manifest: Manifest, in folder: Folder
  ) throws(FixtureError) {
    let own = try ListedFile.read(wanted, in: folder)
    let paths = Set(wanted.map(\.path))
    let bases = manifest.files.filter { entry in
      !paths.contains(entry.path)
        && own.contains { $0.file.loss == entry.loss && $0.file.base == entry.dialect }
    }
    let all = own + (try ListedFile.read(bases, in: folder))
    try Self.requireDistinctIDs(all, retired: Set(manifest.retiredIDs))
    var files: [FixtureFile] = []
    for listed in own { files.append(try Self.expanded(listed, among: all)) }
    self.files = files
    tensors = all.reduce(into: []) { $0.formUnion($1.tensors) }
  }

  /// A file with the cases of its base.
  private static func expanded(
    _ listed: ListedFile, among all: [ListedFile]
  ) throws(FixtureError) -> FixtureFile {
    let file = listed.file
    guard let name = file.base else { return file }
    let base = all.first {
      $0.file.loss == file.loss && $0.file.dialect == name && $0.file.base == nil
    }?.file
    guard let base else {
      throw FixtureError(
        file: listed.entry.path, line: nil, message: "there is no \(file.loss) of its base \(name)")
    }
    let known = Dictionary(uniqueKeysWithValues: base.cases.map { ($0.id, $0) })
    for (id, answer) in file.answers.sorted(by: { $0.key < $1.key }) {
      func wrong(_ message: String) -> FixtureError {
        FixtureError(file: listed.entry.path, line: nil, message: "case \(id): \(message)")
      }
      guard let fixture = known[id], let yPred = fixture.inputs["y_pred"] else {
        throw wrong("its base \(name) has no case of this id")
      }
      if let problem = answer.gradientProblem(yPred: yPred, dtype: fixture.dtype) {
        throw wrong(problem)
      }
    }
    return file.expanded(with: base)
  }

  /// An id names one question of a dialect for good.
  private static func requireDistinctIDs(
    _ files: [ListedFile], retired: Set<String>
  ) throws(FixtureError) {
    var seen: [String: Set<String>] = [:]
    for listed in files {
      for fixture in listed.file.cases {
        if retired.contains(fixture.id) {
          throw FixtureError(
            file: listed.entry.path, line: nil,
            message: "case \(fixture.id): the id is retired and must not be used again")
        }
        guard seen[listed.file.dialect, default: []].insert(fixture.id).inserted else {
          throw FixtureError(
            file: listed.entry.path, line: nil,
            message: "case \(fixture.id): another file of \(listed.file.dialect) has the same id")
        }
      }
    }
  }
}
