import Foundation
import LossConformance
import LossFixtures
import XCTest

/// Every fixture case through the comparison; the closing line counts cases, not methods.
final class GoldenFixtureTests: XCTestCase {
  fileprivate private(set) var compared = 0

  override var testRunClass: AnyClass? { CaseCountingRun.self }

  func testBinaryCrossentropy() throws { try verify("binary_crossentropy") }

  func testCategoricalCrossentropy() throws { try verify("categorical_crossentropy") }

  func testSparseCategoricalCrossentropy() throws { try verify("sparse_categorical_crossentropy") }

  func testEveryLossHasFixturesAndTheReverse() throws {
    let suite = try Self.suite.get()
    XCTAssertEqual(Set(suite.files.map(\.loss)), Set(SwiftImplementation.losses))
    let counted = suite.files.reduce(0) { $0 + $1.cases.count }
    XCTAssertEqual(counted, suite.manifest.caseCount)
    compared = 1
  }

  private static let suite = Result {
    try FixtureSuite.load(
      directory: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "fixtures").path)
  }

  private func verify(_ loss: String) throws {
    let files = try Self.suite.get().files.filter { $0.loss == loss }
    XCTAssertGreaterThan(files.count, 0)
    for file in files {
      XCTAssertGreaterThan(file.cases.count, 0)
      for fixture in file.cases {
        let outcome = SwiftImplementation().answer(
          fixture, loss: file.loss, dialect: file.dialect)
        let result = CaseReport(
          fixture, loss: file.loss, dialect: file.dialect,
          comparison: Comparison(outcome, fixture.expected))
        if !result.passed { XCTFail(TerminalReport().text(result)) }
        compared += 1
      }
    }
  }
}

/// Counts the cases that a test compared.
private final class CaseCountingRun: XCTestCaseRun {
  override var executionCount: Int { (test as? GoldenFixtureTests)?.compared ?? 0 }
}
