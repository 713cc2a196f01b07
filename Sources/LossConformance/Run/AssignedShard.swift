/// The part of the cases that a CI system gives to this process, by what it sets in the environment.
///
/// Where only some of a system's variables are set, all cases are run: that misses none.
public struct AssignedShard: Equatable, Sendable {
  /// The part; `nil` for all cases.
  public let shard: Shard?
  /// Whose variables say so, or why they do not count; `nil` where none is set.
  public let reason: String?
  /// A file that must be touched before the run: it says that shards are understood.
  public let statusFile: String?

  /// Variables that cannot be understood, in a sentence.
  public struct Failure: Error, Equatable, Sendable {
    /// The sentence.
    public let message: String
  }

  /// Finds the part in an environment: that of the first known system that splits the cases.
  ///
  /// - Throws: `Failure` where a variable is not a number, or the numbers do not fit each other.
  public init(_ environment: [String: String]) throws(Failure) {
    // A variable that is empty is as good as none.
    let environment = environment.filter { !$0.value.isEmpty }
    var unsplit: AssignedShard?
    for variables in ShardVariables.known {
      guard let assigned = try variables.assignment(environment) else { continue }
      if assigned.shard != nil {
        self = assigned
        return
      }
      unsplit = unsplit ?? assigned
    }
    self = unsplit ?? AssignedShard(shard: nil)
  }

  fileprivate init(shard: Shard?, reason: String? = nil, statusFile: String? = nil) {
    self.shard = shard
    self.reason = reason
    self.statusFile = statusFile
  }
}

/// The variables by which a system tells the processes that share a job apart.
private struct ShardVariables: Sendable {
  /// What the system is called.
  let system: String
  /// The variable of the process's own number.
  let index: String
  /// The variable of how many there are.
  let total: String
  /// Where the numbers start.
  let first: First
  /// A variable that says how far one number is from the next, if that is not 1.
  var step: String?
  /// The file whose touching says that shards are understood.
  var statusFile: String?
  /// A variable without which these are another system's.
  var mark: String?
  /// The variable of a name that ends in " 3/8" where the processes do the same work.
  var name: String?

  /// Where numbers start.
  enum First: Sendable {
    case at(Int)
    /// At the number of a variable.
    case variable(String)
  }

  /// What is known, inner systems before those that run them: Bazel may run in a job of GitLab.
  static let known = [
    ShardVariables(
      system: "Bazel", index: "TEST_SHARD_INDEX", total: "TEST_TOTAL_SHARDS", first: .at(0),
      statusFile: "TEST_SHARD_STATUS_FILE"),
    ShardVariables(
      system: "GoogleTest", index: "GTEST_SHARD_INDEX", total: "GTEST_TOTAL_SHARDS",
      first: .at(0), statusFile: "GTEST_SHARD_STATUS_FILE"),
    // Others set these two as well, and count from 0. The jobs of a matrix have them, but differ in
    // what they check: only those of `parallel: 8` are called "name 3/8".
    ShardVariables(
      system: "GitLab", index: "CI_NODE_INDEX", total: "CI_NODE_TOTAL", first: .at(1),
      mark: "GITLAB_CI", name: "CI_JOB_NAME"),
    ShardVariables(
      system: "CircleCI", index: "CIRCLE_NODE_INDEX", total: "CIRCLE_NODE_TOTAL", first: .at(0)),
    ShardVariables(
      system: "Buildkite", index: "BUILDKITE_PARALLEL_JOB",
      total: "BUILDKITE_PARALLEL_JOB_COUNT", first: .at(0)),
    // Kubernetes sets no total: the job's manifest gives its `completions` in this variable.
    ShardVariables(
      system: "Kubernetes", index: "JOB_COMPLETION_INDEX", total: "JOB_COMPLETIONS",
      first: .at(0)),
    ShardVariables(
      system: "Slurm", index: "SLURM_ARRAY_TASK_ID", total: "SLURM_ARRAY_TASK_COUNT",
      first: .variable("SLURM_ARRAY_TASK_MIN"), step: "SLURM_ARRAY_TASK_STEP"),
  ]

  /// What the variables say; `nil` where none of them is set, or they are another system's.
  func assignment(
    _ environment: [String: String]
  ) throws(AssignedShard.Failure) -> AssignedShard? {
    if let mark, environment[mark] == nil { return nil }
    let statusFile = statusFile.flatMap { environment[$0] }
    guard environment[index] != nil || environment[total] != nil else { return nil }
    if environment[total] == nil {
      return AssignedShard(
        shard: nil, reason: "\(system) sets \(index), but \(total) is not set",
        statusFile: statusFile)
    }
    let count = try number(total, environment)
    guard count >= 1 else { throw failure("\(total) is \(count), but must be at least 1") }
    if count == 1 { return AssignedShard(shard: nil, statusFile: statusFile) }
    guard environment[index] != nil else {
      return AssignedShard(
        shard: nil, reason: "\(system) sets \(total), but \(index) is not set",
        statusFile: statusFile)
    }
    let own = try number(index, environment)
    let start: Int
    switch first {
    case .at(let number): start = number
    case .variable(let name): start = environment[name] == nil ? 0 : try number(name, environment)
    }
    let stride =
      try step.flatMap { environment[$0] == nil ? nil : $0 }
      .map { name throws(AssignedShard.Failure) in try number(name, environment) } ?? 1
    let (offset, overflows) = own.subtractingReportingOverflow(start)
    guard !overflows, stride >= 1, offset >= 0, offset.isMultiple(of: stride),
      let shard = Shard(index: offset / stride + 1, count: count)
    else {
      throw failure(
        "\(index) is \(own), but must be one of \(count) numbers from \(start)"
          + (stride == 1 ? "" : " in steps of \(stride)"))
    }
    let given = "\(index)=\(own) and \(total)=\(count)"
    if let name, let jobName = environment[name], !jobName.hasSuffix(" \(own)/\(count)") {
      return AssignedShard(
        shard: nil,
        reason: "\(system) sets \(given), but \(name) does not end in \(own)/\(count): "
          + "the jobs are those of a matrix",
        statusFile: statusFile)
    }
    return AssignedShard(
      shard: shard, reason: "\(system) sets \(given)", statusFile: statusFile)
  }

  private func number(
    _ name: String, _ environment: [String: String]
  ) throws(AssignedShard.Failure) -> Int {
    let text = environment[name] ?? ""
    guard let number = Int(text), text.first != "+" else {
      throw failure("\(name) is '\(text)', which is not a whole number")
    }
    return number
  }

  private func failure(_ message: String) -> AssignedShard.Failure {
    AssignedShard.Failure(message: "\(message) (\(system); --shard none runs all cases)")
  }
}
