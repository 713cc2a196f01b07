import Foundation
import LossFixtures
import XCTest

/// A folder of fixtures against its manifest, on copies of the committed ones.
final class FixtureSuiteTests: XCTestCase {
  private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "fixtures")

  private var folder = URL(filePath: NSTemporaryDirectory())

  override func setUpWithError() throws {
    folder = URL(filePath: NSTemporaryDirectory()).appending(path: "fixtures-\(UUID())")
    try FileManager.default.copyItem(at: Self.fixtures, to: folder)
  }

  override func tearDownWithError() throws {
    try FileManager.default.removeItem(at: folder)
  }

  private let binary = "keras-3.15/jax/binary_crossentropy.json"
  private let large =
    "keras-3.15/jax/sparse_categorical_crossentropy.random.257x256.probabilities.float32.y_pred.npy"

  /// The error of loading the folder.
  private func error(line: UInt = #line) -> String {
    do throws(FixtureError) {
      _ = try FixtureSuite.load(directory: folder.path)
      XCTFail("accepted", line: line)
      return ""
    } catch {
      return "\(error)"
    }
  }

  private func change(_ path: String, _ old: String, _ new: String) throws {
    let file = folder.appending(path: path)
    let text = try String(contentsOf: file, encoding: .utf8)
    let changed = text.replacing(old, with: new, maxReplacements: 1)
    XCTAssertNotEqual(text, changed)
    try Data(changed.utf8).write(to: file)
  }

  func testTheCommittedFixturesAreThoseOfTheirManifest() throws {
    let suite = try FixtureSuite.load(directory: folder.path)
    XCTAssertEqual(suite.manifest.caseCount, suite.manifest.files.reduce(0) { $0 + $1.caseCount })
    for (entry, file) in zip(suite.manifest.files, suite.files) {
      XCTAssertEqual(file.base == nil, file.dialect == "keras-3.15/jax")
      if file.base == nil { XCTAssertEqual(file.cases.count, entry.caseCount) }
    }
    XCTAssertEqual(suite.manifest.files.map(\.loss), suite.files.map(\.loss))
    XCTAssertEqual(suite.manifestSHA256.count, 64)
    XCTAssertTrue(
      suite.files.contains { file in
        file.cases.contains { ($0.inputs["y_pred"]?.values.count ?? 0) > 65_536 }
      }, "a tensor of an NPY file")
  }

  func testTheFilesOfOneLossAreEnoughForIt() throws {
    try FileManager.default.removeItem(at: folder.appending(path: binary))
    let huber = try FixtureSuite.load(directory: folder.path, losses: ["huber"])
    XCTAssertEqual(Set(huber.files.map(\.loss)), ["huber"])
    XCTAssertEqual(huber.files.count, huber.manifest.files.count)
    XCTAssertNotNil(try huber.diagnosis(loss: "huber", dialect: "keras-3.15/torch"))
    XCTAssertThrowsError(
      try FixtureSuite.load(directory: folder.path, losses: ["binary_crossentropy"]))
  }

  func testOnlyWhatIsWantedIsLookedInto() throws {
    let whole = try FixtureSuite.load(directory: folder.path)
    let path = "keras-3.15/jax/huber.json"
    for damaged in [binary, "ledger.json", "kill_matrix.json"] {
      try change(damaged, "{", "{ ")
    }
    func load(_ dialect: String) throws -> FixtureSuite {
      try FixtureSuite.load(directory: folder.path) { $0 == "huber" && $1 == dialect }
    }
    let base = try load("keras-3.15/jax")
    XCTAssertEqual(base.files.map(\.loss), ["huber"])
    XCTAssertEqual(base.manifest, whole.manifest)
    XCTAssertEqual(base.manifestSHA256, whole.manifestSHA256)
    XCTAssertEqual(base.caseCount, whole.caseCount, "with those that were not read")
    XCTAssertEqual(base.catalogue, whole.catalogue)
    let torch = try load("keras-3.15/torch")
    // As texts: NaN equals nothing.
    func texts(_ files: [FixtureFile]) -> [[String]] {
      files.map { file in [file.dialect] + file.cases.map { "\($0.id) \($0.expected)" } }
    }
    let wanted = whole.files.filter { $0.loss == "huber" }
    XCTAssertEqual(texts(torch.files), texts(wanted.filter { $0.dialect == "keras-3.15/torch" }))
    XCTAssertEqual(texts(try torch.files(of: "huber")), texts(wanted))
    XCTAssertEqual(texts(try whole.files(of: "huber")), texts(wanted))
    XCTAssertNotNil(try torch.diagnosis(loss: "huber", dialect: "keras-3.15/torch"))
    XCTAssertNotNil(try torch.diagnosis(loss: "huber", dialect: "keras-3.15/jax"))
    XCTAssertEqual(
      try FixtureSuite.load(directory: folder.path) { _, _ in false }.caseCount, whole.caseCount)
    // What is read is what the manifest says.
    XCTAssertThrowsError(try base.files(of: "binary_crossentropy")) {
      XCTAssertTrue("\($0)".hasPrefix("\(self.binary): its SHA-256 is not"), "\($0)")
    }
    try change(path, "{", "{ ")
    for dialect in ["keras-3.15/jax", "keras-3.15/torch"] {
      XCTAssertThrowsError(try load(dialect)) {
        XCTAssertTrue("\($0)".hasPrefix("\(path): its SHA-256 is not"), "\($0)")
      }
    }
  }

  func testFilesThatAreNotWantedMustBeThereAndNoOthers() throws {
    func error() throws -> String {
      do throws(FixtureError) {
        _ = try FixtureSuite.load(directory: folder.path) { loss, _ in loss == "huber" }
        return ""
      } catch {
        return "\(error)"
      }
    }
    XCTAssertEqual(try error(), "")
    let stranger = folder.appending(path: "keras-3.15/jax/unlisted.json")
    try Data("{}".utf8).write(to: stranger)
    XCTAssertTrue(
      try error().hasPrefix("keras-3.15/jax/unlisted.json: manifest.json does not list"))
    try FileManager.default.removeItem(at: stranger)
    for path in [binary, "keras-1/diagnosis/hinge.json", "kill_matrix.json", "ledger.json"] {
      let file = folder.appending(path: path)
      let bytes = try Data(contentsOf: file)
      try FileManager.default.removeItem(at: file)
      XCTAssertTrue(try error().hasPrefix("\(path): there is no such file"), path)
      try bytes.write(to: file)
    }
    try Data("[]".utf8).write(to: folder.appending(path: "keras-1/hinge.json"))
    XCTAssertEqual(
      try error(), "keras-1/hinge.json:1: expected an object", "its base cannot be told")
  }

  func testMissingFilesAreNamed() throws {
    try FileManager.default.removeItem(at: folder.appending(path: binary))
    XCTAssertTrue(error().hasPrefix("\(binary): there is no such file"))
    try FileManager.default.removeItem(at: folder.appending(path: "manifest.json"))
    XCTAssertTrue(error().hasPrefix("manifest.json: there is no such file"))
  }

  func testAnotherNumberIsFoundByTheHash() throws {
    try change(binary, "\"comment\": \"", "\"comment\": \"x")
    XCTAssertTrue(error().hasPrefix("\(binary): its SHA-256 is not"), error())
  }

  func testALargeTensorIsFoundByItsHash() throws {
    let file = folder.appending(path: large)
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count - 1] ^= 1
    try bytes.write(to: file)
    XCTAssertTrue(error().contains("the SHA-256 of sparse_categorical"), error())
    try FileManager.default.removeItem(at: file)
    XCTAssertTrue(error().contains("there is no such file"), error())
  }

  func testCountsMustAddUp() throws {
    let suite = try FixtureSuite.load(directory: folder.path)
    let count = suite.manifest.caseCount
    try change("manifest.json", "\"case_count\": \(count)", "\"case_count\": \(count + 1)")
    XCTAssertTrue(error().hasPrefix("manifest.json:"), error())
    XCTAssertTrue(error().contains("case_count is \(count + 1)"), error())
  }

  func testAFileOfAnotherLossIsFound() throws {
    try change("manifest.json", "\"loss\": \"binary_", "\"loss\": \"unary_")
    XCTAssertTrue(error().contains("unary_crossentropy"), error())
  }

  func testRetiredIdsStayRetired() throws {
    let id = try FixtureSuite.load(directory: folder.path).files[0].cases[0].id
    try change("manifest.json", "\"retired_ids\": []", "\"retired_ids\": [\"\(id)\"]")
    XCTAssertTrue(error().contains("\(id): the id is retired"), error())
  }

  func testADialectHasTheCasesOfItsBaseAndItsOwnAnswers() throws {
    let suite = try FixtureSuite.load(directory: folder.path)
    func file(_ dialect: String) throws -> FixtureFile {
      try XCTUnwrap(
        suite.files.first { $0.loss == "binary_crossentropy" && $0.dialect == dialect })
    }
    let (base, numpy) = (try file("keras-3.15/jax"), try file("keras-3.15/numpy"))
    XCTAssertEqual(base.cases.map(\.id), numpy.cases.map(\.id))
    func withoutGradient(_ expected: FixtureCase.Expected) -> FixtureCase.Expected {
      guard case .value(let golden, _) = expected else { return expected }
      return .value(golden)
    }
    // NumPy has no gradients: those of the base do not hold.
    for fixture in numpy.cases {
      XCTAssertEqual(fixture.expected, withoutGradient(fixture.expected), fixture.id)
    }
    XCTAssertTrue(base.cases.contains { $0.expected != withoutGradient($0.expected) })
    let different = zip(base.cases, numpy.cases).filter {
      withoutGradient($0.expected) != $1.expected
    }
    let stored = suite.manifest.files.first {
      $0.loss == "binary_crossentropy" && $0.dialect == "keras-3.15/numpy"
    }
    XCTAssertEqual(different.count, stored?.caseCount)
    XCTAssertGreaterThan(different.count, 10)
  }

  func testABaseThatIsMissingIsNamed() throws {
    let path = "keras-3.15/numpy/huber.json"
    try change(path, "\"base\": \"keras-3.15/jax\"", "\"base\": \"keras-3.15/jox\"")
    XCTAssertTrue(error().contains("SHA-256"), error())
  }

  func testPathsStayInTheFolder() throws {
    for path in ["../x.json", "../\u{301}x.json", "/x.json", "a//b.json", "./a.json", ""] {
      try Data(contentsOf: Self.fixtures.appending(path: "manifest.json"))
        .write(to: folder.appending(path: "manifest.json"))
      try change("manifest.json", "\"path\": \"\(binary)\"", "\"path\": \"\(path)\"")
      XCTAssertTrue(error().contains("leaves the folder"), error())
    }
  }

  // MARK: - Diagnosis

  func testEveryDiagnosisFileIsReadWithItsBase() throws {
    let suite = try FixtureSuite.load(directory: folder.path)
    let matrix = try suite.killMatrix()
    XCTAssertFalse(suite.catalogue.mistakes.isEmpty)
    for file in suite.files {
      let diagnosis = try XCTUnwrap(suite.diagnosis(loss: file.loss, dialect: file.dialect))
      XCTAssertEqual(diagnosis.base, file.base)
      let answered = file.cases.filter { diagnosis.alternatives(to: $0)?.isEmpty == false }
      if file.base == nil { XCTAssertFalse(answered.isEmpty, file.loss) }
      let kills = matrix.kills(loss: file.loss, dialect: file.dialect)
      XCTAssertEqual(Set(kills.keys), Set(diagnosis.mistakes), file.loss)
      for (mistake, kill) in kills where kill.caseCount > 0 {
        XCTAssertGreaterThanOrEqual(kill.timesTolerance, 10, mistake)
        XCTAssertTrue(answered.contains { $0.id == kill.best }, mistake)
      }
    }
    XCTAssertNil(try suite.diagnosis(loss: "huber", dialect: "keras-9"))
  }

  func testDiagnosisFilesAreCheckedWhenTheyAreRead() throws {
    let path = "keras-3.15/jax/diagnosis/huber.json"
    try change(path, "\"loss\": \"huber\"", "\"loss\": \"hubris\"")
    let suite = try FixtureSuite.load(directory: folder.path)
    for dialect in ["keras-3.15/jax", "keras-1"] {
      XCTAssertThrowsError(try suite.diagnosis(loss: "huber", dialect: dialect)) {
        XCTAssertTrue("\($0)".hasPrefix("\(path): its SHA-256 is not"), "\($0)")
      }
    }
    try FileManager.default.removeItem(at: folder.appending(path: path))
    XCTAssertTrue(error().hasPrefix("\(path): there is no such file"), error())
  }

  func testTheCatalogueIsThatOfTheManifest() throws {
    try change("mistakes.json", "\"title\": \"", "\"title\": \"x")
    XCTAssertTrue(error().hasPrefix("mistakes.json: its SHA-256 is not"), error())
    try FileManager.default.removeItem(at: folder.appending(path: "mistakes.json"))
    XCTAssertTrue(error().hasPrefix("mistakes.json: there is no such file"), error())
  }

  func testTheKillMatrixIsThatOfTheManifest() throws {
    let suite = try FixtureSuite.load(directory: folder.path)
    XCTAssertEqual(try suite.killMatrix().kills(loss: "huber", dialect: "keras-9"), [:])
    try change("kill_matrix.json", "\"cases\":", "\"cases\": 1")
    XCTAssertThrowsError(try suite.killMatrix()) {
      XCTAssertTrue("\($0)".hasPrefix("kill_matrix.json: its SHA-256 is not"), "\($0)")
    }
  }

  func testAManifestNamesWhatMistakesNeed() throws {
    let path = folder.appending(path: "manifest.json")
    let text = try String(contentsOf: path, encoding: .utf8)
    for (old, new, message) in [
      ("\"mistakes\": {", "\"mistaken\": {", "unknown field"),
      ("\"kill_matrix\": {", "\"kills\": {", "unknown field"),
      ("\"diagnosis\": {", "\"diagnoses\": {", "unknown field"),
      ("\"path\": \"mistakes.json\"", "\"path\": \"../mistakes.json\"", "leaves the folder"),
      ("/diagnosis/huber.json", "/diagnosis/hinge.json", "is listed twice"),
    ] {
      try Data(text.utf8).write(to: path)
      try change("manifest.json", old, new)
      XCTAssertTrue(error().contains(message), error())
    }
  }

  func testAFileThatNothingListsIsFound() throws {
    try Data("{}".utf8).write(to: folder.appending(path: "keras-3.15/jax/unlisted.json"))
    XCTAssertTrue(error().hasPrefix("keras-3.15/jax/unlisted.json: manifest.json does not list"))
  }

  func testEveryEightyFirstTruncationOfARealFileIsRefused() throws {
    let bytes = try [UInt8](Data(contentsOf: folder.appending(path: binary)))
    for length in stride(from: 0, to: min(bytes.count, 60_000), by: 81) {
      XCTAssertThrowsError(try FixtureFile(file: binary, bytes: Array(bytes[..<length])))
    }
  }
}
