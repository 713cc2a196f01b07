import ArgumentParser
import LossConformance

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// How the cases are spread over cores and machines.
struct RunOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How many cases to ask at once: in threads, or of as many processes of a program, each "
        + "started with its first case. The reports are the same bytes. (default: the cores)",
      valueName: "count"))
  var jobs: Int?

  @Option(
    help: ArgumentHelp(
      "Check only this part of the cases: 3/8 is the third of eight. auto takes the part from what "
        + "Bazel, GoogleTest, GitLab, CircleCI, Buildkite, Kubernetes and Slurm set; none takes "
        + "all. loss-parity merge joins the JSON reports.",
      valueName: "part"))
  var shard: ShardChoice = .automatic

  func validate() throws {
    if let jobs, !(1...1024).contains(jobs) {
      throw ValidationError("--jobs must be from 1 to 1024")
    }
  }

  /// How many cases are asked at once.
  var jobCount: Int { jobs ?? Verification.coreCount }

  /// The part of the cases that is chosen or assigned; says which, where nobody typed it.
  func assignedShard() throws -> Shard? {
    switch shard {
    case .part(let shard): return shard
    case .all: return nil
    case .automatic:
      let assigned: AssignedShard
      do throws(AssignedShard.Failure) {
        assigned = try AssignedShard(ProcessInfo.processInfo.environment)
      } catch {
        throw CommandFailure(status: .usage, message: error.message)
      }
      if let file = assigned.statusFile { try touch(file) }
      if let reason = assigned.reason {
        let part = assigned.shard.map { "shard \($0) of the cases" } ?? "all cases"
        writeError("loss-parity: checks \(part): \(reason)\n")
      }
      return assigned.shard
    }
  }

  /// Tells the test runner that shards are understood.
  private func touch(_ file: String) throws {
    do {
      try Data().write(to: URL(filePath: file))
    } catch {
      throw CommandFailure(
        status: .usage, message: "the shard's status file \(file) cannot be written: \(error)")
    }
  }
}

/// What `--shard` says.
enum ShardChoice: Equatable, ExpressibleByArgument {
  case automatic
  case all
  case part(Shard)

  init?(argument: String) {
    switch argument {
    case "auto": self = .automatic
    case "none": self = .all
    default:
      guard let shard = Shard(argument) else { return nil }
      self = .part(shard)
    }
  }

  var defaultValueDescription: String {
    switch self {
    case .automatic: "auto"
    case .all: "none"
    case .part(let shard): "\(shard)"
    }
  }
}
