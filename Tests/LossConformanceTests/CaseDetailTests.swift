import LossConformance
import LossFixtures
import XCTest

/// Failing cases number by number.
final class CaseDetailTests: XCTestCase {
  func testACandidatesAnswerStandsBesideTheActualOne() throws {
    let report = try planted("rescale_skipped", "categorical_crossentropy")
    let failures = report.failures
    XCTAssertGreaterThan(failures.count, 100)
    var matched = 0
    for failure in failures {
      let detail = try XCTUnwrap(failure.detail)
      XCTAssertEqual(detail.candidate, .mistake("rescale_skipped"))
      XCTAssertEqual(detail.parts.contains(where: \.failed), failure.comparison.mismatch == nil)
      guard let value = detail.parts.first(where: { $0.part == .value }),
        let candidate = value.candidate, let actual = value.actual
      else { continue }
      XCTAssertEqual(candidate.shape, actual.shape, failure.id)
      XCTAssertEqual(candidate.values.map(\.isNaN), actual.values.map(\.isNaN), failure.id)
      matched += 1
    }
    XCTAssertGreaterThan(matched, 100)
    XCTAssertTrue(report.cases.allSatisfy { $0.status == .failed || $0.detail == nil })
  }

  func testTheElementsAreThoseOfTheComparison() throws {
    let report = try planted("rescale_skipped", "categorical_crossentropy")
    for failure in report.failures {
      for part in failure.detail?.parts ?? [] where part.failed {
        guard let elements = failure.comparison[part.part]?.elements else { continue }
        let differences = try XCTUnwrap(part.differences, failure.id)
        XCTAssertEqual(differences.count, min(elements.count, CaseDetail.largest))
        XCTAssertEqual(part.tolerance.count, differences.count)
        let worst = try XCTUnwrap(elements.worst.first)
        let same = differences.first { $0.index == worst.index }
        XCTAssertEqual(same?.error.bitPattern, worst.error.bitPattern, failure.id)
      }
    }
  }

  func testOfALargeTensorTheBlockOfTheWorstElementIsKept() throws {
    let numbers = (0..<3000).map(Float.init)
    let shape = [300, 10]
    var wrong = numbers
    wrong[2500] = -1
    let fixture = FixtureCase(
      id: "huber.large.float32", comment: "Large.", flags: [], form: .function, config: [:],
      dtype: "float32",
      inputs: ["y_pred": FixtureTensor(shape: shape, values: .float32(numbers))],
      expected: .value(
        Golden(
          tensor: FixtureTensor(shape: shape, values: .float32(numbers)),
          tolerance: numbers.map { Double($0) / 1000 })))
    let detail = self.detail(of: fixture, FixtureTensor(shape: shape, values: .float32(wrong)))
    let part = try XCTUnwrap(detail.parts.first)
    XCTAssertEqual(part.expected?.start, 2048)
    XCTAssertEqual(part.expected?.count, 3000)
    XCTAssertEqual(part.differences?.count, 952)
    let worst = try XCTUnwrap(part.differences?.first { !$0.isWithin })
    XCTAssertEqual(worst.index, [250, 0])
    XCTAssertEqual(worst.allowed, 2.5)
    XCTAssertEqual(detail.inputs["y_pred"]?.values.count, 1024)
  }

  func testAnotherShapeIsKeptAsItIs() throws {
    let expected = FixtureTensor(shape: [2], values: .float32([1, 2]))
    let fixture = FixtureCase(
      id: "huber.shape.float32", comment: "Shape.", flags: [], form: .function, config: [:],
      dtype: "float32", inputs: [:],
      expected: .value(Golden(tensor: expected, tolerance: [0, 0])))
    let detail = self.detail(of: fixture, FixtureTensor(shape: [], values: .float32([3])))
    let part = try XCTUnwrap(detail.parts.first)
    XCTAssertNil(part.differences)
    XCTAssertEqual(part.actual?.shape, [])
    XCTAssertEqual(part.actual?.values, [3])
    XCTAssertEqual(part.expected?.values, [1, 2])
  }

  /// The detail of a case that an implementation answers so.
  private func detail(of fixture: FixtureCase, _ actual: FixtureTensor) -> CaseDetail {
    let outcome = Outcome.value(actual)
    let answer = ExaminedCase.Answer(
      outcome: outcome, comparison: Comparison(outcome, fixture.expected))
    return CaseDetail(
      ExaminedCase(fixture, alternatives: nil, answer: answer), stages: [:], cause: nil)
  }
}
