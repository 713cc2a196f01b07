public import LossFixtures

extension Recording {
  /// A recording with the name of the file that it comes from.
  public typealias Stored = (file: String, recording: Recording)

  /// Why recordings are not the shards of one run, in a sentence that names file and field.
  public struct MergeFailure: Error, Equatable, Sendable {
    /// The sentence.
    public let message: String
  }

  /// Joins the shards of one run to what a run of all its cases would have recorded.
  ///
  /// - Parameters:
  ///   - shards: The shards, in any order.
  ///   - suite: The fixtures that were asked.
  /// - Throws: `MergeFailure` where the shards are not of one run on these fixtures, where one is missing
  ///   or stands twice, or where a chosen case has no answer, or another has one.
  /// - Complexity: O(cases).
  public init(merging shards: [Stored], of suite: FixtureSuite) throws(MergeFailure) {
    guard let first = shards.first else {
      throw MergeFailure(message: "there are no reports to merge")
    }
    let run = first.recording
    for stored in shards {
      try stored.recording.requireFixtures(of: suite, file: stored.file)
      try stored.recording.requireSameRun(as: run, file: stored.file, first: first.file)
    }
    try Self.requireEveryShard(shards)
    for stored in shards { try stored.recording.requireItsCases(of: suite, file: stored.file) }
    var answers: [String: [String: RecordedAnswer]] = [:]
    for stored in shards {
      for (dialect, own) in stored.recording.answers {
        // Shards have different cases, as each has its own.
        answers[dialect, default: [:]].merge(own) { first, _ in first }
      }
    }
    self.init(
      implementation: run.implementation, command: run.command, gradients: run.gradients,
      fixtures: run.fixtures, selection: run.selection, worstLimit: run.worstLimit,
      answers: answers)
  }

  private func requireFixtures(of suite: FixtureSuite, file: String) throws(MergeFailure) {
    guard fixtures.manifestSHA256 == suite.manifestSHA256 else {
      throw MergeFailure(
        message: "\(file): fixtures.manifest_sha256 is \(fixtures.manifestSHA256), "
          + "but that of the fixtures here is \(suite.manifestSHA256)")
    }
    guard fixtures.caseCount == suite.caseCount else {
      throw MergeFailure(
        message: "\(file): fixtures.case_count is \(fixtures.caseCount), "
          + "but the fixtures here have \(suite.caseCount) cases")
    }
  }

  private func requireSameRun(
    as other: Recording, file: String, first: String
  ) throws(MergeFailure) {
    func require(_ field: String, _ own: String, _ others: String) throws(MergeFailure) {
      guard own != others else { return }
      throw MergeFailure(message: "\(file): \(field) is \(own), but \(others) in \(first)")
    }
    try require("implementation", implementation, other.implementation)
    try require("answers.command", command ?? "missing", other.command ?? "missing")
    try require("answers.gradients", gradients.rawValue, other.gradients.rawValue)
    try require("answers.worst_limit", "\(worstLimit)", "\(other.worstLimit)")
    try require("selection.losses", "\(selection.losses)", "\(other.selection.losses)")
    try require("selection.dialects", "\(selection.dialects)", "\(other.selection.dialects)")
    try require("selection.cases", "\(selection.casePatterns)", "\(other.selection.casePatterns)")
    try require("selection.flags", "\(selection.flags)", "\(other.selection.flags)")
    try require("shard.count", "\(shard?.count ?? 1)", "\(other.shard?.count ?? 1)")
  }

  private static func requireEveryShard(_ shards: [Stored]) throws(MergeFailure) {
    let count = shards.first?.recording.shard?.count ?? 1
    var files: [Int: String] = [:]
    for (file, recording) in shards {
      let index = recording.shard?.index ?? 1
      if let other = files.updateValue(file, forKey: index) {
        throw MergeFailure(
          message: "\(file): shard.index is \(index), but that shard is \(other) already")
      }
    }
    // Few files, but perhaps a large count: the places up to the first that is free are looked at.
    guard files.count < count, let missing = (1...count).first(where: { files[$0] == nil }) else {
      return
    }
    throw MergeFailure(
      message: "shard \(missing)/\(count) is missing: "
        + "there are \(files.count) of \(count) shards")
  }

  /// Throws unless the answers are those to the chosen cases of the shard.
  private func requireItsCases(of suite: FixtureSuite, file: String) throws(MergeFailure) {
    var unknown = answers
    for fixtures in suite.files
    where selection.includes(loss: fixtures.loss, dialect: fixtures.dialect) {
      for fixture in fixtures.cases
      where selection.includes(fixture) && shard?.includes(fixture.id) != false {
        guard unknown[fixtures.dialect]?.removeValue(forKey: fixture.id) != nil else {
          throw MergeFailure(
            message: "\(file): answers.cases has no answer to \(fixture.id) "
              + "in \(fixtures.dialect)")
        }
      }
    }
    let left = unknown.flatMap { dialect, answers in answers.keys.map { ($0, dialect) } }
    guard let (id, dialect) = left.min(by: <) else { return }
    throw MergeFailure(
      message: "\(file): answers.cases has an answer to \(id) in \(dialect), "
        + "which is no chosen case of its shard")
  }
}
