public import LossFixtures
import PackagedFixtures

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
extension FixtureSuite {
  /// The folder of the fixtures that travel with the package, as the build put it beside the program;
  /// `nil` where somebody moved the program without it.
  public static let packagedFolder = PackagedFolder.path

  /// Reads the fixtures that travel with the package.
  ///
  /// - Parameter losses: The losses whose files alone are read, by Keras's names; `nil` reads all.
  /// - Returns: The fixtures.
  /// - Throws: `FixtureError` where they are not beside the program, or as `load(directory:losses:)`.
  /// - Complexity: O(bytes of the files read).
  public static func packaged(losses: [String]? = nil) throws(FixtureError) -> FixtureSuite {
    guard let packagedFolder else {
      throw FixtureError(
        file: PackagedFolder.bundle, line: nil,
        message: "the build put this folder of fixtures beside the program, and it is not there")
    }
    return try load(directory: packagedFolder, losses: losses)
  }
}

/// Where the fixtures are that travel with the package.
///
/// Foundation's `Bundle` would find them as well, but FoundationEssentials has none, and all of
/// Foundation is slow to load.
private enum PackagedFolder {
  /// The resources of the target of this name, as SwiftPM calls them.
  static let bundle = "loss-parity_PackagedFixtures"

  /// How far above a program its resources may be: a test bundle of macOS is a folder of folders.
  private static let steps = 4

  static var path: String? {
    guard let image else { return nil }
    // A link to a program is not where the program is.
    var folder = URL(filePath: image).resolvingSymlinksInPath()
    for _ in 0..<steps {
      folder = folder.deletingLastPathComponent()
      for place in [folder, folder.appending(path: "Resources")] {
        for ending in ["resources", "bundle"] {
          let found = place.appending(path: "\(bundle).\(ending)").appending(path: "fixtures").path
          if FileManager.default.fileExists(atPath: found) { return found }
        }
      }
    }
    return nil
  }

  /// The file that this code was loaded from: a program, or a test bundle that another one loaded.
  private static var image: String? {
    if let name = packaged_fixtures_image() {
      let path = String(cString: name)
      if path.hasPrefix("/") { return path }
    }
    // Linux knows a program by the words that started it.
    return try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
  }
}
