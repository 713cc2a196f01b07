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
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    XCTAssertEqual(names.sorted(), SwiftImplementation.losses.map { "\($0).json" })
    compared = 1
  }

  private var folder: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "fixtures/keras-3.15/jax")
  }

  private func verify(_ loss: String) throws {
    let name = "\(loss).json"
    let bytes = try [UInt8](Data(contentsOf: folder.appending(path: name)))
    let file = try FixtureFile(file: name, bytes: bytes)
    XCTAssertEqual(file.loss, loss)
    XCTAssertGreaterThan(file.cases.count, 0)
    for fixture in file.cases {
      let outcome = SwiftImplementation().answer(fixture, loss: loss)
      if let mismatch = mismatch(outcome, fixture.expected) {
        XCTFail("\(fixture.id): \(mismatch)")
      }
      compared += 1
    }
  }
}

/// Counts the cases that a test compared.
private final class CaseCountingRun: XCTestCaseRun {
  override var executionCount: Int { (test as? GoldenFixtureTests)?.compared ?? 0 }
}
