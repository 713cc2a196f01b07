import Foundation
import LossFixtures

/// The fixtures of the repository.
func committedSuite() throws -> FixtureSuite { try committed.get() }

private let committed = Result {
  try FixtureSuite.load(directory: repository.appending(path: "fixtures").path)
}

/// The folder of the package.
let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()
