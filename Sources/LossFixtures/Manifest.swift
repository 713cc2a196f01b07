/// What a folder of fixtures holds: its files, how many cases, and their hashes.
public struct Manifest: Equatable, Sendable {
  /// What wrote the fixtures.
  public let generator: Generator
  /// The number of cases over all files.
  public let caseCount: Int
  /// The fixture files.
  public let files: [Entry]
  /// The catalogue of mistakes.
  public let mistakes: Listed
  /// Which cases tell which mistakes from Keras.
  public let killMatrix: Listed
  /// What was accepted of the fixtures; `nil` where nobody reviewed them.
  public let ledger: Listed?
  /// Ids of cases that there once were, never to be used again.
  public let retiredIDs: [String]

  /// The manifest with the files of some losses alone.
  func of(losses: [String]) -> Manifest {
    let own = files.filter { losses.contains($0.loss) }
    return Manifest(
      generator: generator, caseCount: own.reduce(0) { $0 + $1.caseCount }, files: own,
      mistakes: mistakes, killMatrix: killMatrix, ledger: ledger, retiredIDs: retiredIDs)
  }

  /// The program that wrote the fixtures.
  public struct Generator: Equatable, Sendable {
    /// Its name.
    public let name: String
    /// Its version.
    public let version: String
  }

  /// One fixture file.
  public struct Entry: Equatable, Sendable {
    /// The path below the folder of the fixtures.
    public let path: String
    /// The loss by Keras's name.
    public let loss: String
    /// The dialect's id.
    public let dialect: String
    /// The number of cases.
    public let caseCount: Int
    /// The file's SHA-256 in hexadecimal digits.
    public let sha256: String
    /// What mistakes would answer to the file's cases.
    public let diagnosis: Listed
  }

  /// A file that is read only where it is needed.
  public struct Listed: Equatable, Sendable {
    /// The path below the folder of the fixtures.
    public let path: String
    /// The file's SHA-256 in hexadecimal digits.
    public let sha256: String
  }
}
