import Foundation
import XCTest

/// `loss-parity live`, with the oracle in the same process where the program has Python.
extension CommandLineTests {
  private func live(_ arguments: String...) throws -> Result {
    try lossParity(["live"] + arguments)
  }

  func testLiveRefusesWhatMeansNothing() throws {
    let refused = [
      ["--case", "3"]: "--seed", ["--seed", "1", "--case", "3", "--cases", "5"]: "--cases",
      ["--cases", "0"]: "--cases", ["--minutes", "0"]: "--minutes", ["--jobs", "0"]: "--jobs",
      ["--max-failures", "0"]: "--max-failures", ["--loss", "hubber"]: "did you mean huber?",
      ["--dtype", "float33"]: "did you mean float32?", ["--against", "keras"]: "keras-jax",
      ["--against", "keras-jax", "--dialect", "keras-1"]: "keras-3.15/jax",
    ]
    for (arguments, word) in refused {
      let result = try lossParity(["live"] + arguments)
      XCTAssertEqual(result.status, 2, "\(arguments): \(result.errors)")
      XCTAssertTrue(result.errors.contains(word), "\(arguments): \(result.errors)")
      XCTAssertEqual(result.output, "")
    }
  }

  #if PythonInterop
  private func counts(_ arguments: String...) throws -> [String: Any] {
    let result = try lossParity(["live", "--json"] + arguments)
    let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    var document = try XCTUnwrap(json as? [String: Any], result.errors)
    document["seconds"] = nil
    return document
  }

  func testLiveCountsTheSameHoweverManyProcessesAsk() throws {
    let one = try counts("--seed", "7", "--cases", "150", "--large-every", "0", "--jobs", "1")
    let three = try counts("--seed", "7", "--cases", "150", "--large-every", "0", "--jobs", "3")
    XCTAssertEqual(one as NSDictionary, three as NSDictionary)
    let losses = try XCTUnwrap(one["losses"] as? [String: [String: Any]])
    XCTAssertEqual(losses.values.reduce(0) { $0 + ($1["cases"] as? Int ?? 0) }, 150)
  }

  func testLivePrintsItsSeed() throws {
    let result = try live("--loss", "mean_squared_error", "--cases", "20", "--large-every", "0")
    XCTAssertTrue(result.output.hasPrefix("seed "), result.output)
    XCTAssertTrue(result.output.contains("keras_oracle (Python 3."), result.output)
  }

  func testLiveShowsOneQuestion() throws {
    let result = try live("--seed", "7", "--loss", "mean_squared_error", "--case", "3")
    XCTAssertTrue(result.output.contains("keras.losses."), result.output)
    XCTAssertTrue(result.output.contains("y_true") || result.output.contains("np.array("))
  }

  func testLiveSavesNothingWhereNothingFails() throws {
    let result = try live(
      "--seed", "7", "--loss", "mean_squared_error", "--case", "3", "--save", "nothing")
    XCTAssertEqual(result.status, 4, result.output + result.errors)
    XCTAssertTrue(result.errors.contains("nothing is saved"), result.errors)
  }

  func testLiveSaysWhatIsMissing() throws {
    let empty = try live("--oracle", folder.path, "--cases", "5")
    XCTAssertEqual(empty.status, 5, empty.errors)
    let keras = try live("--against", "keras-jax", "--python", "/nowhere/python", "--cases", "5")
    XCTAssertEqual(keras.status, 5, keras.errors)
    XCTAssertTrue(keras.errors.contains("tools/audit jax"), keras.errors)
  }
  #else
  func testLiveSaysHowToBuildItWithPython() throws {
    let result = try live("--cases", "5")
    XCTAssertEqual(result.status, 5)
    XCTAssertTrue(result.errors.contains("--traits PythonInterop"), result.errors)
  }
  #endif
}
