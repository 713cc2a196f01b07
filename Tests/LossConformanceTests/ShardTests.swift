import LossFixtures
import XCTest

@testable import LossConformance

/// Which cases are whose: by a hash that is the same everywhere, and by what CI systems set.
final class ShardTests: XCTestCase {
  // MARK: - Cases

  func testTheHashIsFNV1a() {
    // The published values of 64-bit FNV-1a, their halves joined.
    for (text, hash) in [
      ("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c),
      ("foobar", 0x8594_4171_f739_67e8),
    ] as [(String, UInt64)] {
      XCTAssertEqual(Shard.hash(text), UInt32(truncatingIfNeeded: hash ^ hash >> 32), text)
    }
  }

  func testEveryCaseIsInOneShardAndTheShardsAreOfLikeSize() throws {
    let ids = Set(try committedSuite().files.flatMap { $0.cases.map(\.id) })
    XCTAssertGreaterThan(ids.count, 3000)
    for count in [1, 2, 3, 7, 8, 16] {
      let shards = (1...count).compactMap { Shard(index: $0, count: count) }
      XCTAssertEqual(shards.count, count)
      let parts = shards.map { shard in ids.filter(shard.includes) }
      XCTAssertEqual(parts.reduce(0) { $0 + $1.count }, ids.count)
      XCTAssertEqual(parts.reduce(Set()) { $0.union($1) }, ids)
      let share = Double(ids.count) / Double(count)
      for part in parts {
        // Six standard deviations of fair dice.
        XCTAssertEqual(Double(part.count), share, accuracy: 6 * share.squareRoot() + 1)
      }
    }
  }

  func testAShardIsWrittenAsAFraction() {
    XCTAssertEqual(Shard("3/8"), Shard(index: 3, count: 8))
    XCTAssertEqual(Shard("3/8")?.description, "3/8")
    for text in [
      "", "/", "3", "3/", "/8", "0/8", "9/8", "-1/8", "1/0", "+1/8", "1/+8", "1/8/8", " 1/8", "a/b",
      "1/99999999999999999999",
    ] {
      XCTAssertNil(Shard(text), text)
    }
  }

  // MARK: - Environments

  private func shard(_ environment: [String: String]) throws -> Shard? {
    try AssignedShard(environment).shard
  }

  private func message(_ environment: [String: String]) -> String? {
    do {
      _ = try AssignedShard(environment)
      return nil
    } catch {
      return error.message
    }
  }

  func testNothingIsAssignedWhereNothingIsSet() throws {
    XCTAssertEqual(try AssignedShard([:]).shard, nil)
    XCTAssertNil(try AssignedShard(["PATH": "/bin", "CI": "true"]).reason)
    // Set, but empty.
    XCTAssertNil(try AssignedShard(["CIRCLE_NODE_INDEX": "", "CIRCLE_NODE_TOTAL": ""]).reason)
  }

  /// The third of eight, as each system says it.
  private static let thirdOfEight: [(system: String, environment: [String: String])] = [
    ("Bazel", ["TEST_SHARD_INDEX": "2", "TEST_TOTAL_SHARDS": "8"]),
    ("GoogleTest", ["GTEST_SHARD_INDEX": "2", "GTEST_TOTAL_SHARDS": "8"]),
    (
      "GitLab",
      [
        "GITLAB_CI": "true", "CI_NODE_INDEX": "3", "CI_NODE_TOTAL": "8",
        "CI_JOB_NAME": "parity 3/8",
      ]
    ),
    ("CircleCI", ["CIRCLE_NODE_INDEX": "2", "CIRCLE_NODE_TOTAL": "8"]),
    ("Buildkite", ["BUILDKITE_PARALLEL_JOB": "2", "BUILDKITE_PARALLEL_JOB_COUNT": "8"]),
    ("Kubernetes", ["JOB_COMPLETION_INDEX": "2", "JOB_COMPLETIONS": "8"]),
    (
      "Slurm",
      [
        "SLURM_ARRAY_TASK_ID": "12", "SLURM_ARRAY_TASK_COUNT": "8",
        "SLURM_ARRAY_TASK_MIN": "10",
      ]
    ),
    (
      "Slurm",
      [
        "SLURM_ARRAY_TASK_ID": "9", "SLURM_ARRAY_TASK_COUNT": "8", "SLURM_ARRAY_TASK_MIN": "1",
        "SLURM_ARRAY_TASK_STEP": "4",
      ]
    ),
  ]

  func testEachSystemIsUnderstood() throws {
    for (system, environment) in Self.thirdOfEight {
      let assigned = try AssignedShard(environment)
      XCTAssertEqual(assigned.shard, Shard("3/8"), system)
      XCTAssertTrue(assigned.reason?.hasPrefix("\(system) sets ") == true, "\(assigned)")
      XCTAssertNil(assigned.statusFile)
    }
  }

  func testNumbersThatCannotBeAreTold() throws {
    for (system, environment) in Self.thirdOfEight {
      for (name, value) in environment where Int(value) != nil && !name.contains("MIN") {
        for wrong in ["many", "-1", "3.5", "99", "1e1", "+2", "99999999999999999999"] {
          let isTotal = name.contains("TOTAL") || name.contains("COUNT") || name.hasSuffix("IONS")
          if wrong == "99", isTotal || name.contains("STEP") { continue }
          let told = message(environment.merging([name: wrong]) { $1 })
          XCTAssertNotNil(told, "\(name)=\(wrong)")
          if !name.contains("STEP") { XCTAssertTrue(told?.contains(name) == true, told ?? "") }
          XCTAssertTrue(told?.contains("(\(system); --shard none runs all cases)") == true)
        }
      }
    }
    XCTAssertEqual(
      message(["CIRCLE_NODE_INDEX": "8", "CIRCLE_NODE_TOTAL": "8"]),
      "CIRCLE_NODE_INDEX is 8, but must be one of 8 numbers from 0 "
        + "(CircleCI; --shard none runs all cases)")
    // An array of listed tasks has no order that one task could know.
    XCTAssertEqual(
      message([
        "SLURM_ARRAY_TASK_ID": "7", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_MIN": "1",
        "SLURM_ARRAY_TASK_STEP": "1",
      ]),
      "SLURM_ARRAY_TASK_ID is 7, but must be one of 3 numbers from 1 "
        + "(Slurm; --shard none runs all cases)")
    XCTAssertNotNil(
      message([
        "SLURM_ARRAY_TASK_ID": "\(Int.max)", "SLURM_ARRAY_TASK_COUNT": "3",
        "SLURM_ARRAY_TASK_MIN": "\(Int.min)",
      ]))
  }

  func testOneProcessAloneRunsAllCases() throws {
    for (_, environment) in Self.thirdOfEight {
      let alone = environment.mapValues { $0 == "8" ? "1" : $0 }
      XCTAssertEqual(try AssignedShard(alone).shard, nil)
      XCTAssertNil(try AssignedShard(alone).reason)
    }
    // GitLab sets a total of 1 in all jobs that are not parallel.
    XCTAssertNil(try AssignedShard(["GITLAB_CI": "true", "CI_NODE_TOTAL": "1"]).reason)
  }

  func testHalfOfTheVariablesSplitNothingAndSaySo() throws {
    let kubernetes = try AssignedShard(["JOB_COMPLETION_INDEX": "2"])
    XCTAssertNil(kubernetes.shard)
    XCTAssertEqual(
      kubernetes.reason, "Kubernetes sets JOB_COMPLETION_INDEX, but JOB_COMPLETIONS is not set")
    let circle = try AssignedShard(["CIRCLE_NODE_TOTAL": "2"])
    XCTAssertNil(circle.shard)
    XCTAssertEqual(
      circle.reason, "CircleCI sets CIRCLE_NODE_TOTAL, but CIRCLE_NODE_INDEX is not set")
    // What splits nothing hides nothing that does.
    XCTAssertEqual(
      try shard([
        "JOB_COMPLETION_INDEX": "0", "SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_TASK_COUNT": "4",
        "SLURM_ARRAY_TASK_MIN": "0",
      ]), Shard("2/4"))
  }

  func testGitLabsMatrixIsNoSplit() throws {
    let jobs = ["GITLAB_CI": "true", "CI_NODE_INDEX": "3", "CI_NODE_TOTAL": "8"]
    let matrix = try AssignedShard(jobs.merging(["CI_JOB_NAME": "parity: [6.3, linux]"]) { $1 })
    XCTAssertNil(matrix.shard)
    XCTAssertTrue(matrix.reason?.contains("a matrix") == true)
    XCTAssertNil(try shard(jobs.merging(["CI_JOB_NAME": "parity 13/8"]) { $1 }))
    XCTAssertEqual(try shard(jobs), Shard("3/8"), "a container need not be given the name")
    // Heroku sets these two as well, and counts from 0.
    XCTAssertEqual(
      try AssignedShard(["CI_NODE_INDEX": "0", "CI_NODE_TOTAL": "8"]),
      try AssignedShard([:]))
  }

  func testTheInnerSystemSplits() throws {
    let bazel = ["TEST_SHARD_INDEX": "1", "TEST_TOTAL_SHARDS": "2"]
    for (system, environment) in Self.thirdOfEight where system != "Bazel" {
      XCTAssertEqual(try shard(environment.merging(bazel) { $1 }), Shard("2/2"), system)
    }
  }

  func testStatusFilesAreNamed() throws {
    let bazel = [
      "TEST_SHARD_INDEX": "0", "TEST_TOTAL_SHARDS": "2", "TEST_SHARD_STATUS_FILE": "/tmp/status",
    ]
    XCTAssertEqual(try AssignedShard(bazel).statusFile, "/tmp/status")
    let alone = bazel.merging(["TEST_TOTAL_SHARDS": "1"]) { $1 }
    XCTAssertEqual(try AssignedShard(alone).statusFile, "/tmp/status")
    XCTAssertEqual(
      try AssignedShard([
        "GTEST_SHARD_INDEX": "0", "GTEST_TOTAL_SHARDS": "2", "GTEST_SHARD_STATUS_FILE": "s",
      ]).statusFile, "s")
  }
}
