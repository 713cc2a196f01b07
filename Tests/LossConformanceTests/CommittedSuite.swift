import Foundation
import LossFixtures

/// The fixtures of the repository.
func committedSuite() throws -> FixtureSuite {
  try FixtureSuite.load(directory: repository.appending(path: "fixtures").path)
}

/// The folder of the package.
let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()
