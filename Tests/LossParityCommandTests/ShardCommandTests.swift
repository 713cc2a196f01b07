import Foundation
import XCTest

/// `--jobs`, `--shard` and `loss-parity merge`, as their users see them.
extension CommandLineTests {
  private static let cases = [
    "--loss", "huber", "--dialect", "keras-3.15/jax", "--case", "huber.reduction.*",
  ]

  /// Answers in JSON what the case asks back as losses: wrong, but of each case something else.
  private static let program =
    #"sed -u 's/.*"id":"\([^"]*\)".*"y_pred":\({[^}]*}\).*/{"id":"\1","value":\2}/'"#

  private func report(_ name: String) -> String { folder.appending(path: name).path }

  private func verify(
    _ arguments: [String] = [], report: String? = nil, environment: [String: String] = [:]
  ) throws -> Result {
    let written = report.map { ["--report", "json=\(self.report($0))"] } ?? []
    return try lossParity(
      ["verify"] + Self.cases + arguments + written, environment: environment)
  }

  private func merge(_ files: [String], _ arguments: [String] = []) throws -> Result {
    try lossParity(["merge"] + files.map(report) + arguments)
  }

  private func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: folder.appending(path: name))
  }

  // MARK: - The same bytes

  func testShardsOfTheLibraryAreMergedToOneRun() throws {
    let formats = ["json", "junit", "markdown", "html", "annotations"]
    func reports(_ stem: String) -> [String] {
      formats.flatMap { ["--report", "\($0)=\(report("\(stem).\($0)"))"] }
    }
    let whole = try verify(reports("whole"))
    XCTAssertEqual(whole.status, 0, whole.errors)
    for index in 1...3 {
      let shard = try verify(["--shard", "\(index)/3"], report: "\(index).json")
      XCTAssertEqual(shard.status, 0, shard.errors)
      XCTAssertTrue(shard.output.contains("cases of shard \(index)/3 as Keras does"), shard.output)
    }
    let merged = try merge(["2.json", "3.json", "1.json"], reports("merged"))
    XCTAssertEqual(merged.status, 0, merged.errors)
    XCTAssertEqual(merged.output, whole.output)
    for format in formats {
      XCTAssertEqual(try bytes("merged.\(format)"), try bytes("whole.\(format)"), format)
    }
  }

  func testShardsOfAFailingProgramAreMergedToOneRun() throws {
    let asking = ["--command", Self.program]
    let whole = try verify(asking + ["--jobs", "3"], report: "whole.json")
    XCTAssertEqual(whole.status, 1, whole.errors)
    for index in 1...2 {
      let shard = try verify(asking + ["--shard", "\(index)/2"], report: "\(index).json")
      XCTAssertEqual(shard.status, 1, shard.errors)
    }
    let merged = try merge(["1.json", "2.json"], ["--report", "json=\(report("merged.json"))"])
    XCTAssertEqual(merged.status, 1, merged.errors)
    XCTAssertEqual(merged.output, whole.output)
    XCTAssertEqual(try bytes("merged.json"), try bytes("whole.json"))
    let gated = try merge(["1.json", "2.json"], ["--min-cases", "100000"])
    XCTAssertTrue(gated.output.contains("at least 100000 are required"), gated.output)
  }

  // MARK: - What does not belong together

  func testReportsThatDoNotBelongTogetherAreSeven() throws {
    for index in 1...2 { _ = try verify(["--shard", "\(index)/2"], report: "\(index).json") }
    _ = try verify(report: "whole.json")
    _ = try verify(["--shard", "2/2", "--worst", "9"], report: "worst.json")
    for (files, message) in [
      (["1.json"], "shard 2/2 is missing: there are 1 of 2 shards"),
      (["1.json", "2.json", "2.json"], "shard.index is 2, but that shard is "),
      (["1.json", "whole.json"], "whole.json: shard is missing: "),
      (["1.json", "worst.json"], "worst.json: answers.worst_limit is 9, but 5 in "),
    ] {
      let result = try merge(files)
      XCTAssertEqual(result.status, 7, result.output + result.errors)
      XCTAssertEqual(result.output, "")
      XCTAssertTrue(result.errors.contains(message), result.errors)
      XCTAssertEqual(result.errors.split(separator: "\n").count, 1, result.errors)
    }
  }

  func testReportsThatAreDamagedAreThree() throws {
    _ = try verify(["--shard", "1/1"], report: "one.json")
    XCTAssertEqual(try merge(["one.json"]).status, 0)
    let text = try String(contentsOf: folder.appending(path: "one.json"), encoding: .utf8)
    try Data(text.utf8.dropLast(20)).write(to: folder.appending(path: "cut.json"))
    try Data("no JSON".utf8).write(to: folder.appending(path: "text.json"))
    for file in ["cut.json", "text.json", "no such file.json"] {
      let result = try merge([file])
      XCTAssertEqual(result.status, 3, result.output + result.errors)
      XCTAssertTrue(result.errors.contains(file), result.errors)
    }
    XCTAssertEqual(try merge([]).status, 2)
    let elsewhere = try merge(["one.json"], ["--fixtures", folder.path])
    XCTAssertEqual(elsewhere.status, 3, elsewhere.errors)
  }

  // MARK: - Which shard

  func testTheEnvironmentGivesTheShard() throws {
    let jobs = ["BUILDKITE_PARALLEL_JOB": "0", "BUILDKITE_PARALLEL_JOB_COUNT": "2"]
    let typed = try verify(["--shard", "1/2"])
    let given = try verify(environment: jobs)
    XCTAssertEqual(given.output, typed.output)
    XCTAssertEqual(
      given.errors,
      "loss-parity: checks shard 1/2 of the cases: Buildkite sets BUILDKITE_PARALLEL_JOB=0 and "
        + "BUILDKITE_PARALLEL_JOB_COUNT=2\n")
    let other = try verify(["--shard", "2/2"], environment: jobs)
    XCTAssertTrue(other.output.contains("of shard 2/2"), "what is typed counts")
    XCTAssertEqual(other.errors, "")
    let all = try verify(["--shard", "none"], environment: jobs)
    XCTAssertFalse(all.output.contains("shard"), all.output)
    XCTAssertEqual(all.errors, "")
    let wrong = try verify(environment: jobs.merging(["BUILDKITE_PARALLEL_JOB": "2"]) { $1 })
    XCTAssertEqual(wrong.status, 2)
    XCTAssertTrue(wrong.errors.contains("BUILDKITE_PARALLEL_JOB is 2"), wrong.errors)
  }

  func testBazelIsToldAndGetsItsReport() throws {
    let bazel = [
      "TEST_SHARD_INDEX": "1", "TEST_TOTAL_SHARDS": "2",
      "TEST_SHARD_STATUS_FILE": report("status"), "XML_OUTPUT_FILE": report("test.xml"),
    ]
    let result = try verify(environment: bazel)
    XCTAssertEqual(result.status, 0, result.errors)
    XCTAssertTrue(result.output.contains("of shard 2/2"), result.output)
    XCTAssertEqual(try bytes("status"), Data())
    _ = try verify(["--shard", "2/2", "--report", "junit=\(report("own.xml"))"])
    XCTAssertEqual(try bytes("test.xml"), try bytes("own.xml"))
    // Who asks for JUnit gets it where he wants it.
    _ = try verify(
      ["--report", "junit=\(report("mine.xml"))"],
      environment: ["XML_OUTPUT_FILE": report("other.xml")])
    XCTAssertFalse(FileManager.default.fileExists(atPath: report("other.xml")))
  }

  func testAShardWithoutCasesIsNoFailureAndASelectionWithoutCasesIs() throws {
    let one = ["verify", "--case", "huber.form.function.float32", "--shard"]
    let shards = try (1...3).map { try lossParity(one + ["\($0)/3"]) }
    XCTAssertEqual(shards.map(\.status), [0, 0, 0])
    XCTAssertEqual(shards.count { $0.output.contains("NOTHING CHECKED: no case that was") }, 2)
    let none = try lossParity(["verify", "--case", "no such case", "--shard", "1/3"])
    XCTAssertEqual(none.status, 4)
  }

  func testAWrongShardOrNumberOfJobsIsTwo() throws {
    for value in ["0/8", "9/8", "8", "all", "1/0", "a/b"] {
      XCTAssertEqual(try lossParity("verify", "--shard", value).status, 2, value)
    }
    for value in ["0", "-1", "many", "1025"] {
      XCTAssertEqual(try lossParity("verify", "--jobs=\(value)").status, 2, value)
    }
  }
}
