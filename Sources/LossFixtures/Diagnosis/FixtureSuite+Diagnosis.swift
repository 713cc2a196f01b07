extension FixtureSuite {
  /// Reads what mistakes would answer to the cases of a loss in a dialect.
  ///
  /// - Returns: The diagnosis file with the answers of its base, or `nil` where the suite has no such
  ///   loss and dialect.
  /// - Throws: `FixtureError` where the file, or that of its base, is damaged, differs from the
  ///   manifest in hash, loss or dialect, or names mistakes that the catalogue does not have.
  /// - Complexity: O(bytes of both files).
  public func diagnosis(loss: String, dialect: String) throws(FixtureError) -> DiagnosisFile? {
    guard let (entry, own) = try diagnosisFile(loss: loss, dialect: dialect) else { return nil }
    guard let name = own.base else { return own }
    guard let (_, base) = try diagnosisFile(loss: loss, dialect: name), base.base == nil else {
      throw FixtureError(
        file: entry.path, line: nil, message: "there is no \(loss) of its base \(name)")
    }
    return own.expanded(with: base)
  }

  /// Reads which cases tell which mistakes from Keras.
  ///
  /// - Throws: `FixtureError` where the file is damaged or differs from the manifest in its hash.
  /// - Complexity: O(bytes of the file).
  public func killMatrix() throws(FixtureError) -> KillMatrix {
    try KillMatrix(
      file: manifest.killMatrix.path, bytes: try folder.bytes(of: manifest.killMatrix))
  }

  /// A diagnosis file as it stands.
  private func diagnosisFile(
    loss: String, dialect: String
  ) throws(FixtureError) -> (entry: Manifest.Listed, file: DiagnosisFile)? {
    func isMeant(_ file: FixtureFile) -> Bool { file.loss == loss && file.dialect == dialect }
    let listed = manifest.files.first { $0.loss == loss && $0.dialect == dialect }
    guard let entry = listed?.diagnosis else { return nil }
    let known = files.first(where: isMeant)
    let found = if let known { known } else { try files(of: loss).first(where: isMeant) }
    guard let cases = found?.cases else { return nil }
    func different(_ message: String) -> FixtureError {
      FixtureError(file: entry.path, line: nil, message: message)
    }
    let bytes = try folder.bytes(of: entry)
    let file = try DiagnosisFile(file: entry.path, bytes: bytes, cases: cases)
    guard file.loss == loss, file.dialect == dialect else {
      throw different(
        "it is about \(file.loss) in \(file.dialect), but \(Manifest.path) says \(loss) "
          + "in \(dialect)")
    }
    for id in file.mistakes where catalogue.mistakes(of: id).isEmpty {
      throw different("\(manifest.mistakes.path) has no mistake \(id)")
    }
    return (entry, file)
  }
}
