#if PythonInterop
import Foundation
import XCTest

/// Tests in a process of their own: a process has one Python for good.
extension XCTestCase {
  private static let variable = "LOSS_PARITY_OWN_PROCESS"

  /// Runs the rest of this test in another process, where it has to pass.
  ///
  /// - Parameters:
  ///   - environment: Variables of the other process.
  ///   - body: What is run there.
  /// - Returns: What the other process wrote; `nil` in the other process itself.
  /// - Throws: What `body` throws, or where no process can be started.
  @discardableResult
  func inOwnProcess(
    _ environment: [String: String] = [:], _ body: () throws -> Void
  ) throws -> (output: String, errors: String)? {
    guard !isInOwnProcess else {
      try body()
      return nil
    }
    let (process, output, errors) = try started(environment)
    // In files, which take any amount without being read.
    process.waitUntilExit()
    let texts = try (
      output: String(contentsOf: output, encoding: .utf8),
      errors: String(contentsOf: errors, encoding: .utf8)
    )
    XCTAssertEqual(process.terminationReason, .exit)
    XCTAssertEqual(process.terminationStatus, 0, texts.output + texts.errors)
    XCTAssertTrue(
      (texts.output + texts.errors).contains("Executed 1 test, with 0 failures"),
      texts.output + texts.errors)
    return texts
  }

  /// Whether this is the process that was started for the test.
  var isInOwnProcess: Bool { ProcessInfo.processInfo.environment[Self.variable] == name }

  /// Starts the other process, which writes to files.
  func started(
    _ environment: [String: String] = [:]
  ) throws -> (process: Process, output: URL, errors: URL) {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("loss-parity-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    addTeardownBlock { try? FileManager.default.removeItem(at: folder) }
    let files = ["output", "errors"].map { folder.appendingPathComponent($0) }
    for file in files { try Data().write(to: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = ["PythonOracleTests.\(name.replacing(".", with: "/"))"]
    process.environment = ProcessInfo.processInfo.environment
      .merging(environment) { $1 }
      .merging([Self.variable: name]) { $1 }
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    try process.run()
    return (process, files[0], files[1])
  }
}
#endif
