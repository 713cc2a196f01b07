import LossConformance
import LossFixtures

extension Verification {
  /// Runs, and counts the cases on a terminal.
  func runShowingProgress(on suite: FixtureSuite, rated: Bool) throws -> Report {
    var progress = ProgressLine()
    defer { progress.clear() }
    do {
      return try run(suite, rated: rated) { done, total in progress.update(done: done, total: total)
      }
    } catch {
      throw CommandFailure(status: .badFixtures, message: "\(error)")
    }
  }
}
