/// Fixtures of a folder, proven to be those of its manifest.
public struct FixtureSuite: Sendable {
  /// What the folder should hold.
  public let manifest: Manifest
  /// The SHA-256 of the manifest in hexadecimal digits: which fixtures these are.
  public let manifestSHA256: String
  /// The fixture files that were read, in the manifest's order, with the cases of their bases.
  public let files: [FixtureFile]
  /// The mistakes that are known.
  public let catalogue: MistakeCatalogue
  /// The number of cases of all files of the manifest, with those of the bases.
  public let caseCount: Int
  /// Where the files are that are read only where they are needed.
  let folder: Folder

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
    guard let losses else { return try load(directory: directory) { _, _ in true } }
    let folder = Folder(path: directory)
    let (whole, sha256) = try folder.manifest()
    let manifest = whole.of(losses: losses)
    let read = try ListedFiles(manifest.files, of: manifest, in: folder)
    return FixtureSuite(
      manifest: manifest, manifestSHA256: sha256, files: read.files,
      catalogue: try folder.catalogue(manifest), caseCount: read.files.caseCount, folder: folder)
  }

  /// Reads those fixture files of a folder that are wanted, and their bases.
  ///
  /// The other files must be there, but are not looked into, and neither is the ledger: both are checked
  /// where all files are wanted.
  ///
  /// - Parameters:
  ///   - directory: The folder that has `manifest.json`.
  ///   - isWanted: Whether the file of a loss in a dialect is.
  /// - Returns: The fixtures, with the whole manifest.
  /// - Throws: `FixtureError` where a file is missing or not listed in the manifest, and where one that is
  ///   read is not as `load(directory:losses:)` wants it.
  /// - Complexity: O(bytes of the files that are read + files).
  public static func load(
    directory: String, where isWanted: (_ loss: String, _ dialect: String) -> Bool
  ) throws(FixtureError) -> FixtureSuite {
    let folder = Folder(path: directory)
    let (manifest, sha256) = try folder.manifest()
    let wanted = manifest.files.filter { isWanted($0.loss, $0.dialect) }
    let isWhole = wanted.count == manifest.files.count
    // What is small beside the files is read meanwhile.
    let (others, files) = concurrently {
      (
        catalogue: Result { () throws(FixtureError) in try folder.catalogue(manifest) },
        count: Result { () throws(FixtureError) in
          isWhole ? nil : try manifest.caseCountWithBases(in: folder)
        },
        paths: Result { () throws(FixtureError) in try folder.paths() }
      )
    } _: {
      Result { () throws(FixtureError) in
        try ListedFiles(wanted, of: manifest, in: folder)
      }
    }
    let read = try files.get()
    let listed = manifest.files.flatMap { [$0.path, $0.diagnosis.path] }
    let common = [manifest.mistakes, manifest.killMatrix, manifest.ledger].compactMap { $0?.path }
    try folder.requireExactly(
      read.tensors.union(listed + common + [Manifest.path]), among: try others.paths.get(),
      // Which tensors other files have is not known.
      endings: isWhole ? [".json", ".npy"] : [".json"])
    let suite = FixtureSuite(
      manifest: manifest, manifestSHA256: sha256, files: read.files,
      catalogue: try others.catalogue.get(),
      caseCount: try others.count.get() ?? read.files.caseCount, folder: folder)
    if isWhole { _ = try suite.ledger() }
    return suite
  }

  /// The files of a loss in all dialects, in the manifest's order; those that were not read are now.
  ///
  /// - Throws: `FixtureError` where one of them is not that of the manifest.
  /// - Complexity: O(files), or O(bytes of the loss's files).
  public func files(of loss: String) throws(FixtureError) -> [FixtureFile] {
    let entries = manifest.files.filter { $0.loss == loss }
    let known = files.filter { $0.loss == loss }
    guard known.count < entries.count else { return known }
    return try ListedFiles(entries, of: manifest, in: folder).files
  }
}

extension [FixtureFile] {
  fileprivate var caseCount: Int { reduce(0) { $0 + $1.cases.count } }
}

extension Folder {
  /// The folder's manifest and its hash.
  fileprivate func manifest() throws(FixtureError) -> (Manifest, sha256: String) {
    let bytes = try bytes(of: Manifest.path, wanted: "the list of fixtures")
    return (try Manifest(bytes: bytes), SHA256.hexadecimal(bytes))
  }

  /// The catalogue of mistakes of a manifest.
  fileprivate func catalogue(_ manifest: Manifest) throws(FixtureError) -> MistakeCatalogue {
    try MistakeCatalogue(file: manifest.mistakes.path, bytes: try bytes(of: manifest.mistakes))
  }
}

extension Manifest {
  /// The number of cases of all files, with those of the bases, which the files' beginnings name.
  fileprivate func caseCountWithBases(in folder: Folder) throws(FixtureError) -> Int {
    var counts: [[String]: Int] = [:]
    for entry in files { counts[[entry.loss, entry.dialect]] = entry.caseCount }
    var bases: Set<[String]> = []
    var total = 0
    // A base stands before the files that name it, and has none itself.
    for entry in files.reversed() {
      let isBase = bases.contains([entry.loss, entry.dialect])
      if !isBase, let base = try entry.base(in: folder), let count = counts[[entry.loss, base]] {
        bases.insert([entry.loss, base])
        total += count
      } else {
        total += entry.caseCount
      }
    }
    return total
  }
}

extension Manifest.Entry {
  /// Bytes that most files have before their cases.
  private static let beginning = 1 << 12

  /// The base that the file names, if any.
  fileprivate func base(in folder: Folder) throws(FixtureError) -> String? {
    let start = try folder.bytes(of: path, wanted: Folder.listed, atMost: Self.beginning)
    do throws(FixtureError) {
      return try FixtureFile.base(file: path, bytes: start)
    } catch {
      guard start.count == Self.beginning else { throw error }
      return try FixtureFile.base(
        file: path, bytes: try folder.bytes(of: path, wanted: Folder.listed))
    }
  }
}
