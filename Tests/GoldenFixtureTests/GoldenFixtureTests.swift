import Foundation
import KerasLosses
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

  func testMeanSquaredError() throws { try verify("mean_squared_error") }

  func testMeanAbsoluteError() throws { try verify("mean_absolute_error") }

  func testMeanAbsolutePercentageError() throws { try verify("mean_absolute_percentage_error") }

  func testMeanSquaredLogarithmicError() throws { try verify("mean_squared_logarithmic_error") }

  func testHuber() throws { try verify("huber") }

  func testLogCosh() throws { try verify("log_cosh") }

  func testCosineSimilarity() throws { try verify("cosine_similarity") }

  func testHinge() throws { try verify("hinge") }

  func testSquaredHinge() throws { try verify("squared_hinge") }

  func testCategoricalHinge() throws { try verify("categorical_hinge") }

  func testKlDivergence() throws { try verify("kl_divergence") }

  func testPoisson() throws { try verify("poisson") }

  func testBinaryFocalCrossentropy() throws { try verify("binary_focal_crossentropy") }

  func testCategoricalFocalCrossentropy() throws { try verify("categorical_focal_crossentropy") }

  func testCategoricalGeneralizedCrossEntropy() throws {
    try verify("categorical_generalized_cross_entropy")
  }

  func testDice() throws { try verify("dice") }

  func testCircle() throws { try verify("circle") }

  func testCTC() throws { try verify("ctc") }

  func testTversky() throws { try verify("tversky") }

  func testEveryLossHasFixturesAndTheReverse() throws {
    let suite = try Self.suite.get()
    XCTAssertEqual(Set(suite.files.map(\.loss)), Set(SwiftImplementation.losses))
    XCTAssertEqual(Set(suite.files.map(\.dialect)), Set(Dialect.all.map(\.id)))
    XCTAssertEqual(suite.files.count, SwiftImplementation.losses.count * Dialect.all.count)
    // A loss without a method of its own would go unnoticed: the source is looked at.
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    for loss in SwiftImplementation.losses {
      XCTAssertTrue(source.contains("verify(\"\(loss)\")"), "no test verifies \(loss)")
    }
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
    let library = SwiftImplementation()
    for file in files {
      XCTAssertGreaterThan(file.cases.count, 0)
      for fixture in file.cases {
        let outcome = library.answer(fixture, loss: file.loss, dialect: file.dialect)
        let result = CaseReport(
          fixture, loss: file.loss, dialect: file.dialect,
          comparison: Comparison(outcome, fixture.expected, gradients: library.gradients))
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
