import LossConformance

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The folder of the oracle: as it is named, or tools in this folder or one above it or the fixtures.
func toolsFolder(_ name: String?, beside fixtures: String? = nil) throws -> String {
  if let name { return name }
  let manager = FileManager.default
  for start in [manager.currentDirectoryPath, fixtureFolder(fixtures)] {
    var folder = URL(filePath: start).standardizedFileURL
    while true {
      let tools = folder.appending(path: "tools")
      if manager.fileExists(atPath: tools.appending(path: "keras_oracle").path) {
        return tools.path
      }
      let above = folder.deletingLastPathComponent()
      guard above.path != folder.path, folder.path != "/" else { break }
      folder = above
    }
  }
  throw CommandFailure(
    status: .oracleMissing,
    message:
      "there is no tools/keras_oracle here or in a folder above; go to the package's folder, "
      + "or name its tools folder with --oracle")
}
