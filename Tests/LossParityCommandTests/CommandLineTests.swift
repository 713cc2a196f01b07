import Foundation
import XCTest

/// The command line as its users see it: texts, exit codes, files.
final class CommandLineTests: XCTestCase {
  struct Result {
    let status: Int32
    let output: String
    let errors: String
  }

  static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Where the test bundle and the executables are built.
  static var products: URL {
    let bundle = Bundle(for: Self.self).bundleURL
    return bundle.pathExtension == "xctest" ? bundle.deletingLastPathComponent() : bundle
  }

  var folder = URL(filePath: NSTemporaryDirectory())

  override func setUpWithError() throws {
    folder = URL(filePath: NSTemporaryDirectory()).appending(path: "loss-parity-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  override func tearDownWithError() throws {
    try FileManager.default.removeItem(at: folder)
  }

  func lossParity(_ arguments: String..., from place: URL = repository) throws -> Result {
    try lossParity(arguments, from: place)
  }

  /// Runs the command, or a program in its place, with variables besides those of the environment.
  func lossParity(
    _ arguments: [String], from place: URL = repository, program: URL? = nil,
    environment: [String: String] = [:]
  ) throws -> Result {
    let process = Process()
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.executableURL = program ?? Self.products.appending(path: "loss-parity")
    process.arguments = arguments
    process.currentDirectoryURL = place
    // Files, not pipes: a full pipe would stop the command.
    let texts = [folder.appending(path: "stdout"), folder.appending(path: "stderr")]
    for text in texts { try Data().write(to: text) }
    process.standardOutput = try FileHandle(forWritingTo: texts[0])
    process.standardError = try FileHandle(forWritingTo: texts[1])
    try process.run()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus,
      output: try String(contentsOf: texts[0], encoding: .utf8),
      errors: try String(contentsOf: texts[1], encoding: .utf8))
  }

  // MARK: - Verdicts

  func testAllCasesPass() throws {
    let result = try lossParity()
    XCTAssertEqual(result.status, 0, result.output + result.errors)
    XCTAssertTrue(result.output.contains("PASSED: KerasLosses answers all "), result.output)
    XCTAssertEqual(result.errors, "")
    XCTAssertEqual(try lossParity("verify").output, result.output)
  }

  func testNothingCheckedIsAFailure() throws {
    let result = try lossParity("verify", "--case", "no such case")
    XCTAssertEqual(result.status, 4)
    XCTAssertTrue(result.output.contains("NOTHING CHECKED"), result.output)
    XCTAssertEqual(try lossParity("list", "--case", "no such case").status, 4)
  }

  func testAReportThatRatesPassesReadsTheKillMatrix() throws {
    let fixtures = try copyOfFixtures()
    let file = fixtures.appending(path: "kill_matrix.json")
    try (String(contentsOf: file, encoding: .utf8) + " ")
      .write(to: file, atomically: true, encoding: .utf8)
    let asked = ["verify", "--fixtures", fixtures.path, "--loss", "huber"]
    XCTAssertEqual(try lossParity(asked).status, 0)
    for format in ["json", "html"] {
      let result = try lossParity(asked + ["--report", "\(format)=-"])
      XCTAssertEqual(result.status, 3)
      XCTAssertTrue(result.errors.contains("kill_matrix.json: its SHA-256"), result.errors)
    }
  }

  func testFlagsOfOtherLossesAreKnown() throws {
    let result = try lossParity("verify", "--loss", "huber", "--flag", "unnormalised_rows")
    XCTAssertEqual(result.status, 4, result.errors)
    let wrong = try lossParity("verify", "--loss", "huber", "--flag", "unnormalized_rows")
    XCTAssertEqual(wrong.status, 2)
    XCTAssertTrue(wrong.errors.contains("did you mean unnormalised_rows?"), wrong.errors)
  }

  func testAMismatchIsToldByTheExitCode() throws {
    let fixtures = try copyOfFixtures()
    // A golden that is off, in fixtures that are consistent with their manifest.
    let file = fixtures.appending(path: "keras-3.15/jax/categorical_crossentropy.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    let id = "categorical_crossentropy.question.row_sums_1_99.class.float64"
    let start = try XCTUnwrap(text.range(of: "\"id\": \"\(id)\""))
    let golden = try XCTUnwrap(
      text.range(of: "0.804668", range: start.upperBound..<text.endIndex))
    try replace(text.replacingCharacters(in: golden, with: "0.904668"), of: file, in: fixtures)
    let result = try lossParity(
      "verify", "--fixtures", fixtures.path, "--dialect", "keras-3.15/jax")
    XCTAssertEqual(result.status, 1, result.output + result.errors)
    XCTAssertTrue(result.output.contains("FAIL \(id)"), result.output)
    XCTAssertTrue(result.output.contains("FAILED: KerasLosses differs from Keras in 1 of"))
  }

  func testAProgramIsVerified() throws {
    let arguments = ["verify", "--case", "huber.form.function.float32", "--command"]
    let broken = try lossParity(arguments[0], arguments[1], arguments[2], arguments[3], "exit 3")
    XCTAssertEqual(broken.status, 1)
    XCTAssertTrue(broken.output.contains("exited with code 3 instead of answering"))
    XCTAssertTrue(broken.output.contains(".float32' --command 'exit 3'"), broken.output)
    let owing = try lossParity(
      arguments[0], arguments[1], arguments[2], "--gradients", "required", arguments[3], "exit 3")
    XCTAssertTrue(owing.output.contains("--gradients required --command 'exit 3'"), owing.output)
    let skipping = try lossParity(
      arguments[0], arguments[1], arguments[2], arguments[3],
      #"sed -u 's/.*"id":"\([^"]*\)".*/{"id":"\1","unsupported":"no"}/'"#)
    XCTAssertEqual(skipping.status, 4)
    XCTAssertEqual(try lossParity("verify", "--timeout", "0").status, 2)
    let owed = try lossParity("verify", "--gradients", "optional")
    XCTAssertEqual(owed.status, 2)
    XCTAssertTrue(owed.errors.contains("--gradients optional is for a --command"), owed.errors)
    XCTAssertEqual(try lossParity("verify", "--gradients", "perhaps").status, 2)
  }

  func testLossesAreListedWithTheirParameters() throws {
    let lines = try lossParity("losses").output.split(separator: "\n")
    XCTAssertEqual(lines.count, 22)
    XCTAssertTrue(lines.contains("huber  Huber(delta=1, reduction=\"sum_over_batch_size\")"))
    let json = try JSONSerialization.jsonObject(
      with: Data(lossParity("losses", "--json").output.utf8))
    XCTAssertEqual((json as? [Any])?.count, 22)
  }

  func testDialectsAreListedWithTheirChoices() throws {
    let lines = try lossParity("dialects").output.split(separator: "\n")
    XCTAssertEqual(lines.first, "keras-3.15/jax")
    XCTAssertTrue(lines.contains("tf-keras-2: as keras-3.15/jax, but for"))
    XCTAssertTrue(lines.contains("  ignored_class_id=-100"), "torch's")
    XCTAssertEqual(lines.filter { $0.contains("tversky_alpha") }.count, 2)
    let json = try JSONSerialization.jsonObject(
      with: Data(lossParity("dialects", "--json").output.utf8))
    let keras1 = try XCTUnwrap((json as? [String: [String: Any]])?["keras-1"])
    XCTAssertEqual(keras1["vocabulary"] as? String, "keras_1")
    XCTAssertEqual(keras1["cosine_floor"] as? Double, 1e-6)
    XCTAssertTrue(keras1["ignored_class_id"] is NSNull)
  }

  func testMistakesAreListedByKindWithTheirFixes() throws {
    let output = try lossParity("mistakes").output
    XCTAssertTrue(
      output.contains("\n\n  rescale_skipped: rescale skipped\n    Keras divides"), output)
    XCTAssertTrue(output.contains("\n    Fix: Divide "), output)
    XCTAssertTrue(output.contains("\n    Losses: categorical_crossentropy"), output)
    for line in output.split(separator: "\n") where !line.contains("http") {
      XCTAssertLessThanOrEqual(line.count, 100)
    }
    let huber = try lossParity("mistakes", "--loss", "huber")
    XCTAssertFalse(huber.output.contains("rescale_skipped"), huber.output)
    XCTAssertTrue(huber.output.contains("sum_for_mean"), huber.output)
    XCTAssertEqual(try lossParity("mistakes", "--loss", "hubris").status, 2)
    let json = try JSONSerialization.jsonObject(
      with: Data(lossParity("mistakes", "--json").output.utf8))
    let mistakes = try XCTUnwrap((json as? [String: Any])?["mistakes"] as? [[String: Any]])
    let first = try XCTUnwrap(mistakes.first { $0["id"] as? String == "rescale_skipped" })
    XCTAssertEqual(
      Set(first.keys), ["id", "kind", "title", "explanation", "fix", "losses", "links"])
    let pairs = try XCTUnwrap((json as? [String: Any])?["pairs"] as? [[String]])
    XCTAssertTrue(pairs.contains(["rescale_skipped", "sum_for_mean"]), "\(pairs)")
  }

  // MARK: - Choosing

  func testCasesAreChosenByLossPatternAndFlag() throws {
    let listed = try lossParity(
      "list", "--loss", "categorical_crossentropy", "--flag", "question", "--case", "*.float32")
    XCTAssertEqual(listed.status, 0)
    let lines = listed.output.split(separator: "\n")
    XCTAssertGreaterThan(lines.count, 1)
    for line in lines {
      XCTAssertTrue(line.hasPrefix("categorical_crossentropy."), String(line))
      XCTAssertTrue(line.contains(".float32  "), String(line))
      XCTAssertTrue(line.contains("question"), String(line))
    }
    let verified = try lossParity(
      "verify", "--loss", "categorical_crossentropy", "--flag", "question", "--case", "*.float32")
    XCTAssertTrue(verified.output.contains("all \(lines.count) cases"), verified.output)
  }

  func testAnUnknownNameIsAnsweredByTheNearestOne() throws {
    let loss = try lossParity("verify", "--loss", "categorical_crossentropi")
    XCTAssertEqual(loss.status, 2)
    XCTAssertTrue(loss.errors.contains("did you mean categorical_crossentropy?"), loss.errors)
    let flag = try lossParity("list", "--flag", "zzzzzz")
    XCTAssertEqual(flag.status, 2)
    XCTAssertTrue(flag.errors.contains("there are: "), flag.errors)
    XCTAssertEqual(try lossParity("verify", "--dialect", "keras-9").status, 2)
  }

  func testFlagsAreListedWithTheirMeaning() throws {
    let result = try lossParity("list", "--flags")
    XCTAssertEqual(result.status, 0)
    XCTAssertTrue(result.output.contains("unnormalised_rows  Rows of y_pred"), result.output)
  }

  // MARK: - Wrong use, wrong files

  func testAWrongCommandLineIsTwo() throws {
    XCTAssertEqual(try lossParity("--nonsense").status, 2)
    XCTAssertEqual(try lossParity("nonsense").status, 2)
    for value in ["0", "-1", "many"] {
      XCTAssertEqual(try lossParity("verify", "--worst=\(value)").status, 2)
    }
    for value in ["nonsense", "pdf=x", "json="] {
      let result = try lossParity("verify", "--report", value)
      XCTAssertEqual(result.status, 2)
      XCTAssertTrue(result.errors.contains("--report"), result.errors)
    }
  }

  func testMissingFixturesAreThree() throws {
    let result = try lossParity("verify", "--fixtures", folder.path)
    XCTAssertEqual(result.status, 3)
    XCTAssertTrue(result.errors.contains("manifest.json"), result.errors)
  }

  func testOutsideTheRepositoryTheFixturesBesideTheProgramAreRead() throws {
    let listed = try lossParity("list", "--loss", "huber")
    XCTAssertEqual(listed.status, 0, listed.errors)
    let link = folder.appending(path: "linked")
    try FileManager.default.createSymbolicLink(
      at: link, withDestinationURL: Self.products.appending(path: "loss-parity"))
    // A folder of that name that holds something else.
    let other = folder.appending(path: "fixtures")
    try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
    for program in [nil, link] {
      let result = try lossParity(["list", "--loss", "huber"], from: folder, program: program)
      XCTAssertEqual(result.output, listed.output)
    }
  }

  func testDamagedFixturesAreThree() throws {
    let fixtures = try copyOfFixtures()
    let file = fixtures.appending(path: "keras-3.15/jax/binary_crossentropy.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    try String(text.dropLast(100)).write(to: file, atomically: true, encoding: .utf8)
    let result = try lossParity("verify", "--fixtures", fixtures.path)
    XCTAssertEqual(result.status, 3)
    XCTAssertTrue(result.errors.contains("binary_crossentropy.json"), result.errors)
  }

  // MARK: - Reports

  func testTheJSONReportIsWritten() throws {
    let first = folder.appending(path: "first.json")
    let second = folder.appending(path: "second.json")
    for path in [first, second] {
      let result = try lossParity(
        "verify", "--loss", "binary_crossentropy", "--report", "json=\(path.path)")
      XCTAssertEqual(result.status, 0, result.errors)
    }
    let bytes = try Data(contentsOf: first)
    XCTAssertEqual(bytes, try Data(contentsOf: second))
    let json = try XCTUnwrap(JSONSerialization.jsonObject(with: bytes) as? [String: Any])
    XCTAssertEqual(json["verdict"] as? String, "passed")
  }

  func testAReportWithoutAFolderIsRefusedBeforeTheWork() throws {
    let result = try lossParity(
      "verify", "--report", "json=\(folder.path)/no/such/folder/report.json")
    XCTAssertEqual(result.status, 2)
    XCTAssertEqual(result.output, "")
    XCTAssertTrue(result.errors.contains("folder"), result.errors)
  }

  // MARK: - Help

  func testHelpTexts() throws {
    for (name, arguments) in [
      ("loss-parity", ["--help"]), ("verify", ["verify", "--help"]), ("list", ["list", "--help"]),
      ("mistakes", ["mistakes", "--help"]), ("merge", ["merge", "--help"]),
      ("parity", ["parity", "--help"]), ("explain", ["explain", "--help"]),
      ("compare", ["compare", "--help"]), ("live", ["live", "--help"]),
    ] {
      let result =
        arguments.count == 1
        ? try lossParity(arguments[0]) : try lossParity(arguments[0], arguments[1])
      XCTAssertEqual(result.status, 0)
      let snapshot = Self.repository.appending(
        path: "Tests/LossParityCommandTests/Snapshots/\(name).txt")
      if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
        try result.output.write(to: snapshot, atomically: true, encoding: .utf8)
      }
      XCTAssertEqual(
        result.output, try String(contentsOf: snapshot, encoding: .utf8),
        "if the help is meant to change: RECORD_SNAPSHOTS=1 swift test --filter testHelpTexts")
    }
  }

  // MARK: - Helpers

  private func copyOfFixtures() throws -> URL {
    let copy = folder.appending(path: "fixtures")
    try FileManager.default.copyItem(
      at: Self.repository.appending(path: "fixtures"), to: copy)
    return copy
  }

  /// Changes a file together with its hash in the manifest.
  private func replace(_ text: String, of file: URL, in fixtures: URL) throws {
    let before = try sha256(file)
    try text.write(to: file, atomically: true, encoding: .utf8)
    let manifest = fixtures.appending(path: "manifest.json")
    let entries = try String(contentsOf: manifest, encoding: .utf8)
    XCTAssertTrue(entries.contains(before))
    try entries.replacing(before, with: try sha256(file))
      .write(to: manifest, atomically: true, encoding: .utf8)
  }

  private func sha256(_ file: URL) throws -> String {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/sha256sum")
    process.arguments = [file.path]
    process.standardOutput = pipe
    try process.run()
    process.waitUntilExit()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    return String(text.prefix(64))
  }
}
