import Synchronization
import XCTest

@testable import LossFixtures

/// Threads that start on another processor.
final class SideThreadTests: XCTestCase {
  func testWorkIsDoneOnceBesideThatOfTheCaller() {
    let started = DispatchSemaphore(value: 0)
    let sum = Atomic(0)
    let threads = (1...20).map { number in
      SideThread {
        started.signal()
        sum.add(number, ordering: .relaxed)
      }
    }
    // They run before anybody joins them.
    for _ in threads { started.wait() }
    for thread in threads { thread.join() }
    threads[0].join()
    XCTAssertEqual(sum.load(ordering: .relaxed), 210)
  }

  func testWorkIsWaitedForWhereNobodyJoins() {
    let done = Atomic(false)
    do {
      let thread = SideThread {
        usleep(20_000)
        done.store(true, ordering: .releasing)
      }
      _ = thread
    }
    XCTAssertTrue(done.load(ordering: .acquiring))
  }

  #if os(Linux)
  func testAThreadMayRunWhereItsCallerMay() throws {
    @Sendable func allowed() -> String? {
      let status = try? String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8)
      return status?.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }.map(String.init)
    }
    let found = Mutex<String?>(nil)
    let thread = SideThread { found.withLock { $0 = allowed() } }
    thread.join()
    XCTAssertEqual(found.withLock { $0 }, try XCTUnwrap(allowed()))
  }
  #endif
}
