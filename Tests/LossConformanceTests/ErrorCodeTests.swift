import Foundation
import KerasLosses
import LossFixtures
import XCTest

/// The error codes are the same words in the schema, the fixtures and the library.
final class ErrorCodeTests: XCTestCase {
  private var schemaCodes: Set<String> {
    get throws {
      let path = repository.appending(path: "fixtures/schema/fixtures.schema.json")
      let schema = try JSONSerialization.jsonObject(with: Data(contentsOf: path))
      let codes = Set(Self.errorEnumerations(schema).joined())
      XCTAssertFalse(codes.isEmpty)
      return codes
    }
  }

  func testTheLibraryHasTheCodesOfTheSchema() throws {
    let library = Set(LossError.Code.allCases.map(\.rawValue))
    XCTAssertEqual(library, try schemaCodes)
  }

  func testEveryCodeThatAFixtureExpectsIsInTheSchema() throws {
    let expected = try committedSuite().files.flatMap(\.cases).compactMap { fixture in
      if case .error(let code) = fixture.expected { code } else { nil }
    }
    XCTAssertGreaterThan(expected.count, 10)
    XCTAssertTrue(Set(expected).isSubset(of: try schemaCodes))
  }

  /// The values that the schema allows for a field called `error`.
  private static func errorEnumerations(_ node: Any) -> [[String]] {
    if let list = node as? [Any] { return list.flatMap(errorEnumerations) }
    guard let object = node as? [String: Any] else { return [] }
    return object.flatMap { key, value -> [[String]] in
      let codes = key == "error" ? ((value as? [String: Any])?["enum"] as? [String]) : nil
      return (codes.map { [$0] } ?? []) + errorEnumerations(value)
    }
  }
}
