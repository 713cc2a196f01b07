import LossConformance
import LossFixtures
import XCTest

/// Choosing cases by loss, dialect, id and flag.
final class SelectionTests: XCTestCase {
  private func fixture(_ id: String, flags: [String] = []) -> FixtureCase {
    let tensor = FixtureTensor(shape: [], values: .float32([0]))
    return FixtureCase(
      id: id, comment: "", flags: flags, form: .class, config: [:], dtype: "float32",
      inputs: ["y_true": tensor, "y_pred": tensor], expected: .error("rank_too_low"))
  }

  private func matches(_ pattern: String, _ id: String) -> Bool {
    Selection(casePatterns: [pattern]).includes(fixture(id))
  }

  func testPatterns() {
    XCTAssertTrue(matches("a.b.c", "a.b.c"))
    XCTAssertFalse(matches("a.b", "a.b.c"))
    XCTAssertTrue(matches("*", ""))
    XCTAssertTrue(matches("*.float32", "x.y.float32"))
    XCTAssertTrue(matches("x*y*z", "x1y2y3z"))
    XCTAssertFalse(matches("x*y*z", "x1y2y3"))
    XCTAssertTrue(matches("a?c", "abc"))
    XCTAssertFalse(matches("a?c", "ac"))
    XCTAssertFalse(matches("", "a"))
    XCTAssertTrue(matches("**a**", "bab"))
  }

  func testFilesThatCannotMatchAreNotRead() {
    func reads(_ patterns: [String], _ loss: String, _ dialect: String = "d") -> Bool {
      Selection(casePatterns: patterns).mayInclude(loss: loss, dialect: dialect)
    }
    XCTAssertTrue(reads([], "huber"))
    for pattern in ["huber.a", "huber.*", "hub*", "h?ber.a", "*", "?uber.a", "huber*", "huber.?"] {
      XCTAssertTrue(reads([pattern], "huber"), pattern)
    }
    for pattern in ["huber", "hinge.a", "hinge*", "hubers.*", "", "Huber.a"] {
      XCTAssertFalse(reads([pattern], "huber"), pattern)
    }
    XCTAssertTrue(reads(["hinge.a", "huber.a"], "huber"))
    let selection = Selection(losses: ["hinge"], dialects: ["e"])
    XCTAssertFalse(selection.mayInclude(loss: "huber", dialect: "e"))
    XCTAssertFalse(selection.mayInclude(loss: "hinge", dialect: "d"))
    XCTAssertTrue(selection.mayInclude(loss: "hinge", dialect: "e"))
  }

  func testAPatternOfManyStarsDoesNotTakeForever() {
    let pattern = String(repeating: "a*", count: 50) + "b"
    XCTAssertFalse(matches(pattern, String(repeating: "a", count: 2000)))
  }

  func testListsAreAlternativesAndKindsAreConditions() {
    let selection = Selection(casePatterns: ["a*", "b*"], flags: ["x", "y"])
    XCTAssertTrue(selection.includes(fixture("a1", flags: ["y"])))
    XCTAssertTrue(selection.includes(fixture("b1", flags: ["x", "z"])))
    XCTAssertFalse(selection.includes(fixture("b1", flags: ["z"])))
    XCTAssertFalse(selection.includes(fixture("c1", flags: ["x"])))
    XCTAssertTrue(Selection().includes(fixture("c1")))
  }

  func testFilesAreChosenByLossAndDialect() {
    let selection = Selection(losses: ["huber"], dialects: ["keras-1", "tf-keras-2"])
    XCTAssertTrue(selection.includes(loss: "huber", dialect: "keras-1"))
    XCTAssertFalse(selection.includes(loss: "huber", dialect: "keras-3.15/jax"))
    XCTAssertFalse(selection.includes(loss: "mean_squared_error", dialect: "keras-1"))
  }
}
