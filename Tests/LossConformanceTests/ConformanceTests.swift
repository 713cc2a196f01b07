import Foundation
import LossConformance
import LossFixtures
import XCTest

/// What people see who check their own functions.
final class ConformanceTests: XCTestCase {
  private static let absolute: LossFunctions = ["mae": .rows(absoluteError)]

  // MARK: - Verdicts

  func testFunctionsThatComputeWhatKerasComputesPass() throws {
    let report = try Conformance(of: Self.absolute).check()
    XCTAssertEqual(report.verdict, .passed)
    XCTAssertGreaterThan(report.totals[0].passed, 10)
    XCTAssertEqual(Set(report.cases.map(\.loss)), ["mean_absolute_error"])
    XCTAssertEqual(Set(report.cases.map(\.dialect)), ["keras-3.15/jax"])
  }

  func testTheErrorOfAWrongFunctionNamesTheCauseFirst() throws {
    let losses = LossFunctions(
      "MyLosses",
      ["categorical_crossentropy": .rows(crossentropyWithoutRescaling)])
    let text = try XCTUnwrap(failure(Conformance(of: losses))).description
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    XCTAssertEqual(
      lines[0], "MyLosses differs from Keras: categorical_crossentropy (rescale skipped)")
    let parts = [
      "CAUSE explained: rescale skipped",
      "Fix: Divide p by sum(p) along the class axis, then clip.",
      "FAIL categorical_crossentropy.question.row_sums_1_99.class.float32",
      "[1]    0.11653383  0.8046685", "y_pred [[0.9 0.05 0.05] [0.5 0.89 0.6] [0.05 0.01 0.94]]",
      "FAILED: MyLosses differs from Keras in ", "Skipped cases:", "LOSS_PARITY_ALL_FAILURES=1",
      "LOSS_PARITY_REPORTS=",
    ]
    var rest = text[...]
    for part in parts {
      let found = try XCTUnwrap(rest.range(of: part), "\(part) in its place of\n\(text)")
      rest = rest[found.upperBound...]
    }
    XCTAssertLessThan(lines.count, 50, "two screens")
    XCTAssertFalse(text.contains("loss-parity verify"), "no command line can ask a function")
    XCTAssertFalse(text.contains("--worst"))
  }

  func testALossOfWhichNothingWasCheckedFails() throws {
    let skipping: LossFunctions = [
      "huber": .call { (_: LossCall<Float>) in throw Unsupported("not today") },
      "mae": .rows(absoluteError),
    ]
    let failed = try XCTUnwrap(failure(Conformance(of: skipping)))
    XCTAssertEqual(failed.report.verdict, .passed, "the other loss is right")
    XCTAssertTrue(failed.description.hasPrefix("no case was checked of huber\n"))
    XCTAssertTrue(failed.description.contains("  not today\n"), failed.description)
    XCTAssertNotNil(try failure(Conformance(of: Self.absolute, cases: ["no such case"])))
    XCTAssertNotNil(try failure(Conformance(of: Self.absolute, losses: ["huber", "mae"])))
  }

  func testTypesThatAnswerCasesThemselvesAreCheckedAsWell() throws {
    let report = try Conformance(
      of: SwiftImplementation(), losses: ["Huber", "mse"], dialects: ["keras-3.15/torch"]
    ).check()
    XCTAssertEqual(Set(report.cases.map(\.loss)), ["huber", "mean_squared_error"])
    XCTAssertEqual(Set(report.cases.map(\.dialect)), ["keras-3.15/torch"])
    XCTAssertTrue(report.cases.allSatisfy { $0.status == .passed })
  }

  func testMoreIsShownWhereTheEnvironmentAsksForIt() throws {
    let wrong = Conformance(of: ["categorical_crossentropy": .rows(crossentropyWithoutRescaling)])
    let folder = FileManager.default.temporaryDirectory.appending(path: "reports-\(UUID())")
    setenv("LOSS_PARITY_ALL_FAILURES", "1", 1)
    setenv("LOSS_PARITY_REPORTS", folder.path, 1)
    defer {
      unsetenv("LOSS_PARITY_ALL_FAILURES")
      unsetenv("LOSS_PARITY_REPORTS")
      try? FileManager.default.removeItem(at: folder)
    }
    let failed = try XCTUnwrap(failure(wrong))
    for result in failed.report.failures {
      XCTAssertTrue(failed.description.contains("FAIL \(result.id)\n"), result.id)
    }
    let page = try String(
      contentsOf: folder.appending(path: "categorical_crossentropy.html"), encoding: .utf8)
    XCTAssertTrue(page.contains("rescale skipped"))
  }

  // MARK: - Names

  func testUnknownNamesAreRefusedWithWhatWasProbablyMeant() {
    let unknown: [(Conformance, String)] = [
      (
        Conformance(of: ["hubert": .rows(absoluteError)]),
        "no loss is called 'hubert'; did you mean huber?"
      ),
      (
        Conformance(of: Self.absolute, dialects: ["keras-3.15/jaxx"]),
        "no dialect is called 'keras-3.15/jaxx'; did you mean keras-3.15/jax?"
      ),
      (
        Conformance(of: ["huber": .call(taking: ["detla"]) { try $0.rows(absoluteError) }]),
        "no parameter or input of huber is called 'detla'; did you mean delta?"
      ),
    ]
    for (conformance, message) in unknown {
      XCTAssertThrowsError(try conformance.check()) { error in
        XCTAssertEqual((error as? ConformanceError)?.description, message)
      }
    }
  }

  // MARK: - The packaged fixtures

  func testThePackagedFixturesAreThoseOfTheRepository() throws {
    // The manifest pins the files: reading them proves their hashes.
    let packaged = try FixtureSuite.packaged(losses: ["huber"])
    let own = try committedSuite()
    XCTAssertEqual(packaged.manifestSHA256, own.manifestSHA256)
    XCTAssertEqual(packaged.files.count, own.files.filter { $0.loss == "huber" }.count)
    let folder = try XCTUnwrap(FixtureSuite.packagedFolder)
    XCTAssertNotEqual(folder, repository.appending(path: "fixtures").path, "a copy")
    XCTAssertEqual(
      try files(URL(filePath: folder)), try files(repository.appending(path: "fixtures")))
  }

  private func files(_ folder: URL) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
  }

  private func failure(_ conformance: Conformance) throws -> ConformanceFailure? {
    do {
      try conformance.check()
      return nil
    } catch let failure as ConformanceFailure {
      return failure
    }
  }
}

/// The mean of |t - p|.
private func absoluteError(_ yTrue: [Float], _ yPred: [Float]) -> Float {
  zip(yTrue, yPred).map { ($0 - $1).magnitude }.reduce(0, +) / Float(yPred.count)
}

/// -sum(t log p), clipped, of rows as they are.
private func crossentropyWithoutRescaling(_ yTrue: [Float], _ yPred: [Float]) -> Float {
  -zip(yTrue, yPred).map { target, prediction in
    let clipped = prediction.isNaN ? prediction : min(max(prediction, 1e-7), 1 - 1e-7)
    return target * Float(log(Double(clipped)))
  }.reduce(0, +)
}
