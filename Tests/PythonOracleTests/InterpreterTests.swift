#if PythonInterop
import Foundation
import LossConformance
import LossFixtures
import PythonOracle
import XCTest

/// The Python of this process: how it starts, and what it leaves alone.
final class InterpreterTests: XCTestCase {
  private let answering = "return {\"error\": \"answered\"}"

  /// What a reference says that cannot be had.
  private func unavailable(
    _ oracle: @autoclosure () throws -> PythonOracle
  ) throws -> String {
    do {
      XCTFail("it is there: \(try oracle().name)")
    } catch ReferenceFailure.unavailable(let text) {
      return text
    }
    return ""
  }

  /// A folder that is an environment of Debian's Python, with its packages or without.
  private func environment(systemPackages: Bool) throws -> String {
    let folder = try temporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder + "/bin", withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/bin/python3", withDestinationPath: "/usr/bin/python3")
    try "home = /usr/bin\ninclude-system-site-packages = \(systemPackages)\n".write(
      toFile: folder + "/pyvenv.cfg", atomically: true, encoding: .utf8)
    return folder + "/bin/python3"
  }

  private func temporaryFolder(_ name: String = "") throws -> String {
    let folder = FileManager.default.temporaryDirectory.path + "/loss-parity-\(UUID())\(name)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    addTeardownBlock { try? FileManager.default.removeItem(atPath: folder) }
    return folder
  }

  // MARK: - What is found

  func testVersionsAreThoseOfDebiansPython() throws {
    let module = try PythonModule(
      body: "import sys; return {\"error\": f\"{sys.version.split()[0]} {np.__version__}\"}")
    let oracle = try module.oracle()
    XCTAssertEqual(
      try oracle.answer(smallQuestion, gradient: false),
      .error("\(oracle.pythonVersion) \(oracle.numpyVersion)"))
    XCTAssertEqual(oracle.name, module.name)
  }

  func testAFolderThatIsNotThereIsNamed() throws {
    XCTAssertEqual(
      try unavailable(PythonOracle(folders: ["/nowhere/tools"])),
      "there is no folder /nowhere/tools, where Python would look for keras_oracle.live")
  }

  func testAFolderWithoutTheModuleIsNamed() throws {
    let folder = try temporaryFolder()
    let text = try unavailable(PythonOracle(module: "nothing_there", folders: [folder]))
    XCTAssertTrue(text.hasPrefix("nothing_there cannot be imported from \(folder)"), text)
    XCTAssertTrue(text.hasSuffix("No module named 'nothing_there'"), text)
    // A module of Python's own is not the one that was meant.
    let other = try unavailable(PythonOracle(module: "json", folders: [folder]))
    XCTAssertTrue(other.contains("json was imported from "), other)
  }

  func testAModuleThatFailsOrCannotAnswerIsUnavailable() throws {
    let failing = try PythonModule("1 / 0")
    let text = try unavailable(failing.oracle())
    XCTAssertTrue(text.hasSuffix("ZeroDivisionError: division by zero"), text)
    let empty = try PythonModule("import sys")
    let missing = try unavailable(empty.oracle())
    XCTAssertTrue(missing.contains("has no attribute 'answered'"), missing)
    let exiting = try PythonModule("import sys; sys.exit(0)")
    XCTAssertTrue(try unavailable(exiting.oracle()).hasSuffix("SystemExit: 0"))
  }

  func testThereIsOnePythonInAProcess() throws {
    let module = try PythonModule(body: answering)
    _ = try module.oracle()
    let other = "/usr/bin/python3.99"
    XCTAssertEqual(
      try unavailable(
        PythonOracle(module: module.name, folders: [module.folder], interpreter: other)),
      "this process runs the Python of /usr/bin/python3 and can run no other: "
        + "ask \(other) in a process of its own")
  }

  func testAnotherPathMayBeTriedWhereNoneHasStarted() throws {
    try inOwnProcess {
      let module = try PythonModule(body: answering)
      XCTAssertEqual(
        try unavailable(
          PythonOracle(
            module: module.name, folders: [module.folder], interpreter: "/nowhere/python")),
        "there is no executable /nowhere/python: name a Python with NumPy")
      XCTAssertEqual(
        try module.oracle().answer(smallQuestion, gradient: false), .error("answered"))
    }
  }

  func testAPythonWithoutNumPySaysSo() throws {
    try inOwnProcess {
      let module = try PythonModule(body: answering)
      let interpreter = try environment(systemPackages: false)
      let text = try unavailable(
        PythonOracle(module: module.name, folders: [module.folder], interpreter: interpreter))
      XCTAssertTrue(text.hasPrefix("\(interpreter) (Python 3."), text)
      XCTAssertTrue(text.contains(") cannot import NumPy: install it there, or name another"), text)
      XCTAssertTrue(text.hasSuffix("\nModuleNotFoundError: No module named 'numpy'"), text)
    }
  }

  func testAVirtualEnvironmentHasItsOwnPackages() throws {
    try inOwnProcess {
      let module = try PythonModule(
        body: "import sys; return {\"error\": f\"{sys.prefix} {sys.executable}\"}")
      let interpreter = try environment(systemPackages: true)
      let oracle = try PythonOracle(
        module: module.name, folders: [module.folder], interpreter: interpreter)
      let folder = try XCTUnwrap(interpreter.firstRange(of: "/bin/python3")).lowerBound
      XCTAssertEqual(
        try oracle.answer(smallQuestion, gradient: false),
        .error("\(interpreter[..<folder]) \(interpreter)"))
    }
  }

  func testAnExecutableOfAnotherPythonIsRefused() throws {
    try inOwnProcess {
      let module = try PythonModule(body: answering)
      let folder = try temporaryFolder() + "/bin"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      // As the shims of version managers are.
      try "#!/bin/sh\nexec /usr/bin/python3 \"$@\"\n".write(
        toFile: folder + "/python3", atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: folder + "/python3")
      for _ in 1...2 {
        let text = try unavailable(
          PythonOracle(
            module: module.name, folders: [module.folder], interpreter: folder + "/python3"))
        XCTAssertTrue(text.hasPrefix("\(folder)/python3 is not of the Python 3."), text)
      }
    }
  }

  // MARK: - What is left alone

  func testTheEnvironmentAndTheLocaleDoNotMatter() throws {
    let environment = [
      "PYTHONHOME": "/nowhere", "PYTHONPATH": "/nowhere", "PYTHONMALLOC": "nonsense",
      "LC_ALL": "C",
    ]
    try inOwnProcess(environment) {
      let folder = try temporaryFolder("-\u{e9}\u{4e2d}")
      try "def answered(*_): return {'error': __file__}".write(
        toFile: folder + "/accents.py", atomically: true, encoding: .utf8)
      let oracle = try PythonOracle(module: "accents", folders: [folder + "/."])
      guard case .error(let path) = try oracle.answer(smallQuestion, gradient: false) else {
        return XCTFail("no path")
      }
      XCTAssertTrue(path.hasSuffix("-\u{e9}\u{4e2d}/accents.py"), path)
      // Nothing is written beside the module.
      XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: folder), ["accents.py"])
    }
  }

  func testWhatPythonPrintsGoesToStandardError() throws {
    let texts = try inOwnProcess {
      let module = try PythonModule(body: "print('print' + 'ed')\nreturn {'error': 'x'}")
      _ = try module.oracle().answer(smallQuestion, gradient: false)
    }
    guard let texts else { return }
    XCTAssertTrue(texts.errors.contains("printed\n"), texts.errors)
    XCTAssertFalse(texts.output.contains("printed"), texts.output)
  }

  func testAnInterruptEndsTheProcessWhilePythonRuns() throws {
    guard !isInOwnProcess else {
      signal(SIGINT, SIG_DFL)
      let module = try PythonModule(
        body: """
          import sys, time
          print("read" + "y", file=sys.stderr, flush=True)
          until = time.monotonic() + 60
          while time.monotonic() < until: pass
          return {"error": "not interrupted"}
          """)
      _ = try module.oracle().answer(smallQuestion, gradient: false)
      return
    }
    let (process, _, errors) = try started()
    let deadline = Date().addingTimeInterval(60)
    while try !String(contentsOf: errors, encoding: .utf8).contains("ready"), Date() < deadline {
      Thread.sleep(forTimeInterval: 0.02)
    }
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    XCTAssertEqual(process.terminationReason, .uncaughtSignal)
    XCTAssertEqual(process.terminationStatus, SIGINT)
  }

  func testSignalsAreHandledAsBefore() throws {
    try inOwnProcess {
      func handlers() -> [UInt] {
        (1..<32).map { number in
          var action = sigaction()
          sigaction(Int32(number), nil, &action)
          return unsafeBitCast(action.__sigaction_handler.sa_handler, to: UInt.self)
        }
      }
      let before = handlers()
      _ = try PythonModule(body: answering).oracle()
      XCTAssertEqual(handlers(), before)
    }
  }
}
#endif
