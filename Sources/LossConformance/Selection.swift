public import LossFixtures

/// Which cases are asked for; an empty list asks for all.
public struct Selection: Equatable, Sendable {
  /// Losses by Keras's names.
  public var losses: [String]
  /// Dialects by id.
  public var dialects: [String]
  /// Patterns of case ids: `*` stands for any characters, `?` for one.
  public var casePatterns: [String]
  /// Flags: a case is chosen that has one of them.
  public var flags: [String]

  /// Creates a selection; the default is every case.
  public init(
    losses: [String] = [], dialects: [String] = [], casePatterns: [String] = [],
    flags: [String] = []
  ) {
    self.losses = losses
    self.dialects = dialects
    self.casePatterns = casePatterns
    self.flags = flags
  }

  /// Whether cases of a file are asked for at all.
  public func includes(loss: String, dialect: String) -> Bool {
    (losses.isEmpty || losses.contains(loss)) && (dialects.isEmpty || dialects.contains(dialect))
  }

  /// Whether a case of a file that is included is asked for.
  ///
  /// - Complexity: O(patterns * id length) but for patterns with many `*`.
  public func includes(_ fixture: FixtureCase) -> Bool {
    includesCase(fixture.id) && (flags.isEmpty || flags.contains { fixture.flags.contains($0) })
  }
}

extension Selection {
  /// Whether cases of a file may be asked for, as far as is known before it is read.
  ///
  /// Ids begin with the loss: patterns that begin otherwise match none of the file.
  public func mayInclude(loss: String, dialect: String) -> Bool {
    guard includes(loss: loss, dialect: dialect) else { return false }
    let start = "\(loss)."
    return casePatterns.isEmpty
      || casePatterns.contains { pattern in
        let plain = pattern.prefix { $0 != "*" && $0 != "?" }
        return plain.hasPrefix(start) || plain.count < pattern.count && start.hasPrefix(plain)
      }
  }

  /// Whether a pattern names a case, or none is given.
  func includesCase(_ id: String) -> Bool {
    casePatterns.isEmpty || casePatterns.contains { globMatches($0, id) }
  }

  /// Whether any case of a suite is asked for.
  ///
  /// - Complexity: that of asking each case.
  public func choosesAny(of suite: FixtureSuite) -> Bool {
    suite.files.contains { file in
      includes(loss: file.loss, dialect: file.dialect) && file.cases.contains(where: includes)
    }
  }
}

/// Whether a text matches a pattern as a whole: `*` is any characters, `?` one.
///
/// - Complexity: O(pattern length * text length): a failed `*` is retried only at the last one.
func globMatches(_ pattern: String, _ text: String) -> Bool {
  let pattern = Array(pattern.utf8)
  let text = Array(text.utf8)
  var (p, t) = (0, 0)
  var lastStar: (pattern: Int, text: Int)?
  while t < text.count {
    if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
      lastStar = (p, t)
      p += 1
    } else if p < pattern.count, pattern[p] == UInt8(ascii: "?") || pattern[p] == text[t] {
      p += 1
      t += 1
    } else if let star = lastStar {
      p = star.pattern + 1
      t = star.text + 1
      lastStar = (star.pattern, t)
    } else {
      return false
    }
  }
  return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
}
