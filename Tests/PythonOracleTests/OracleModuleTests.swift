#if PythonInterop
import Foundation
import LossConformance
import LossFixtures
import PythonOracle
import XCTest

/// The oracle's own module, asked what the fixtures have the answers to.
final class OracleModuleTests: XCTestCase {
  func testTheOracleInThisProcessGivesTheGoldens() throws {
    let repository = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let suite = try FixtureSuite.load(directory: repository.appending(path: "fixtures").path)
    let oracle = try PythonOracle(folders: [repository.appending(path: "tools").path])
    XCTAssertEqual(oracle.name, "keras_oracle")
    var answered = 0
    var undecided = 0
    for file in suite.files where file.dialect == FixtureFile.defaultDialect {
      // Of every dtype and form, with weights, masks and references, and errors.
      for fixture in file.cases.enumerated().filter({ $0.offset % 7 == 0 }).map(\.element) {
        let question = Question(
          loss: file.loss, dialect: file.dialect, form: fixture.form, dtype: fixture.dtype,
          config: fixture.config, inputs: fixture.inputs)
        do throws(ReferenceFailure) {
          let expected = try oracle.answer(question, gradient: fixture.asksGradient)
          let comparison = Comparison(fixture.golden, expected, gradients: .required)
          XCTAssertTrue(comparison.passed, "\(fixture.id): \(comparison)")
          answered += 1
        } catch {
          guard case .undecided = error else { return XCTFail("\(fixture.id): \(error)") }
          undecided += 1
        }
      }
    }
    XCTAssertGreaterThan(answered, 500)
    XCTAssertLessThan(undecided, answered / 20)
  }
}

extension FixtureCase {
  /// The answer of an implementation that makes no mistake.
  fileprivate var golden: Outcome {
    switch expected {
    case .value(let value, let gradient): .value(value.tensor, gradient: gradient?.tensor)
    case .error(let code): .error(code: code, message: "")
    }
  }
}
#endif
