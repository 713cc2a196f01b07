import LossConformance
import LossFixtures
import XCTest

/// Processes that ask questions, played by shell scripts.
final class LiveWorkersTests: XCTestCase {
  private let generator = QuestionGenerator(seed: 5, largeEvery: 0)
  private let nothing = #"{"tally":{"losses":{},"failures":[],"fatal":[]}}"#

  private func workers(_ answer: String, jobs: Int = 2) -> LiveWorkers {
    LiveWorkers(command: "while read first end; do \(answer); done", jobs: jobs)
  }

  func testAQuestionThatEndsItsProcessIsFound() throws {
    let deadly = "[ $first -le 77 ] && [ $end -gt 77 ] && exit 1; echo '\(nothing)'"
    let tally = try workers(deadly)
      .tally(generator, until: LiveWorkers.Limit(cases: 200, failures: 10))
    XCTAssertEqual(tally.fatal, [77])
    XCTAssertEqual(tally.failures, [77])
    XCTAssertEqual(tally.total.failed, 1)
  }

  func testFailuresEndTheRun() throws {
    let failing = #"echo "{\"tally\":{\"losses\":{},\"failures\":[$first],\"fatal\":[]}}""#
    let tally = try workers(failing, jobs: 1)
      .tally(generator, until: LiveWorkers.Limit(cases: 100_000, failures: 3))
    XCTAssertEqual(tally.failures.count, 3)
  }

  func testAMissingReferenceIsTold() {
    let missing = #"echo '{"tally":{"losses":{},"failures":[],"fatal":[]},"unavailable":"none"}'"#
    XCTAssertThrowsError(
      try workers(missing).tally(generator, until: LiveWorkers.Limit(cases: 500, failures: 3))
    ) { XCTAssertEqual($0 as? ReferenceFailure, .unavailable("none")) }
  }

  func testNonsenseIsTold() {
    XCTAssertThrowsError(
      try workers("echo hello").tally(
        generator, until: LiveWorkers.Limit(cases: 500, failures: 3)))
  }

  func testTimeEndsTheRun() throws {
    let start = ContinuousClock.now
    let slow = "sleep 0.05; echo '\(nothing)'"
    _ = try workers(slow)
      .tally(generator, until: LiveWorkers.Limit(duration: .milliseconds(300), failures: 3))
    XCTAssertLessThan(ContinuousClock.now - start, .seconds(20))
  }

  func testTheRunCanBeStopped() throws {
    let tally = try workers("echo '\(nothing)'").tally(
      generator, until: LiveWorkers.Limit(failures: 3), isStopped: { true })
    XCTAssertEqual(tally, LiveTally())
  }
}
