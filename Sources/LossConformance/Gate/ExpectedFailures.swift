/// The cases that are known to fail, and why: a file of a port, not of the fixtures.
public struct ExpectedFailures: Equatable, Sendable {
  /// The name of the file.
  public let file: String
  /// The expectations, in the order of the file.
  public let expectations: [ExpectedFailure]

  /// Creates a set of expectations.
  public init(file: String, expectations: [ExpectedFailure]) {
    self.file = file
    self.expectations = expectations
  }
}

/// That cases fail, for a cause and a reason.
///
/// Every case that it names fails, or it is stale. A case is asked or not; of those that are not, it
/// says nothing.
public struct ExpectedFailure: Equatable, Sendable {
  /// Ids of cases, or patterns of them: `*` stands for any characters, `?` for one.
  public let cases: [String]
  /// Ids of dialects, or patterns of them; empty for all dialects.
  public let dialects: [String]
  /// The causes, any of which may be behind each case.
  public let causes: [CauseName]
  /// Why that is accepted, for people.
  public let reason: String
  /// The last day on which it is accepted.
  public let expires: CalendarDate?

  /// Creates an expectation.
  public init(
    cases: [String], dialects: [String] = [], causes: [CauseName], reason: String,
    expires: CalendarDate? = nil
  ) {
    self.cases = cases
    self.dialects = dialects
    self.causes = causes
    self.reason = reason
    self.expires = expires
  }

  /// How reasons begin that nobody has written yet.
  public static let missingReason = "TODO"

  /// Whether somebody has written a reason.
  public var hasReason: Bool { !reason.hasPrefix(Self.missingReason) }

  /// The causes in a line.
  public var causeText: String { causes.map(\.description).joined(separator: " or ") }
}

/// Finds the expectations that name a case: at once by id, one after the other by pattern.
struct ExpectationIndex {
  private let expectations: [ExpectedFailure]
  private var exact: [String: [Int]] = [:]
  private var patterns: [(pattern: String, place: Int)] = []

  init(_ expectations: [ExpectedFailure]) {
    self.expectations = expectations
    for (place, expectation) in expectations.enumerated() {
      for text in expectation.cases {
        if isPattern(text) {
          patterns.append((text, place))
        } else {
          exact[text, default: []].append(place)
        }
      }
    }
  }

  /// The places of the expectations that name a case, in order.
  ///
  /// - Complexity: O(patterns * id length).
  func naming(_ key: CaseKey) -> [Int] {
    let places =
      (exact[key.id] ?? [])
      + patterns.filter { globMatches($0.pattern, key.id) }
      .map(\.place)
    return Set(places).sorted().filter { place in
      let dialects = expectations[place].dialects
      return dialects.isEmpty || dialects.contains { globMatches($0, key.dialect) }
    }
  }
}

/// Whether a text stands for others.
func isPattern(_ text: String) -> Bool { text.contains { $0 == "*" || $0 == "?" } }
