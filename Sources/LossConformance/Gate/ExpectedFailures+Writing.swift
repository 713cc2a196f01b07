public import LossFixtures

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

extension ExpectedFailures {
  /// The expectations under which a report passes, but for the reasons that somebody has to write.
  ///
  /// What the gate of the report expected, and what still holds of it, is kept with its reasons; other
  /// failing cases are named by loss and cause. A pattern stands where all cases of the fixtures that it
  /// matches fail so, but for those that the implementation cannot be asked.
  ///
  /// - Parameters:
  ///   - file: The name of the file that they are for.
  ///   - report: The report.
  ///   - suite: Its fixtures.
  /// - Complexity: O(cases of the suite * (patterns kept + parts of an id)).
  public init(file: String, of report: Report, in suite: FixtureSuite) {
    let ids = CaseNames(suite)
    self.init(
      file: file, expectations: Self.kept(report, ids) + Self.added(report, ids))
  }

  /// The expectations of the gate, without the cases that do not fail as they say.
  private static func kept(_ report: Report, _ ids: CaseNames) -> [ExpectedFailure] {
    guard let gate = report.gate else { return [] }
    var wrong: [Int: Set<CaseKey>] = [:]
    for result in gate.cases where !result.standing.isExpected {
      wrong[result.expectation, default: []]
        .insert(result.key)
    }
    let expectations = gate.gate.expectedFailures?.expectations ?? []
    return expectations.enumerated().flatMap { place, expectation -> [ExpectedFailure] in
      guard let wrong = wrong[place] else { return [expectation] }
      let index = ExpectationIndex([expectation])
      let keys = ids.all.filter { !wrong.contains($0) && !index.naming($0).isEmpty }
      return ids.named(keys, ignoring: []).map {
        ExpectedFailure(
          cases: $0.cases, dialects: $0.dialects, causes: expectation.causes,
          reason: expectation.reason, expires: expectation.expires)
      }
    }
  }

  /// Expectations of what fails and is not expected, by loss and cause.
  private static func added(_ report: Report, _ ids: CaseNames) -> [ExpectedFailure] {
    struct Group: Hashable {
      let loss: String
      let cause: CauseName
    }
    let expected = report.gate?.expectedKeys ?? []
    let causes = report.causes
    var groups: [Group] = []
    var keys: [Group: [CaseKey]] = [:]
    for result in report.cases {
      let key = CaseKey(result)
      guard !expected.contains(key), let cause = CaseCause(result, causes[key]) else { continue }
      let group = Group(loss: result.loss, cause: cause.name)
      if keys[group] == nil { groups.append(group) }
      keys[group, default: []].append(key)
    }
    let skipped = Set(report.cases.lazy.filter { $0.status == .skipped }.map(CaseKey.init))
    let words = CauseText(report.mistakes)
    return groups.flatMap { group in
      ids.named(keys[group] ?? [], ignoring: skipped).map {
        ExpectedFailure(
          cases: $0.cases, dialects: $0.dialects, causes: [group.cause],
          reason: "\(ExpectedFailure.missingReason): say why this is accepted in \(group.loss): "
            + "\(words.title(group.cause)).")
      }
    }
  }
}

/// The ids of the cases of some fixtures, and short names for many of them.
private struct CaseNames {
  /// All cases, dialect by dialect.
  let all: [CaseKey]
  private let dialects: [String]

  init(_ suite: FixtureSuite) {
    var keys: [String: [CaseKey]] = [:]
    var dialects: [String] = []
    for file in suite.files {
      if keys[file.dialect] == nil { dialects.append(file.dialect) }
      keys[file.dialect, default: []] += file.cases.map {
        CaseKey(loss: file.loss, dialect: file.dialect, id: $0.id)
      }
    }
    all = dialects.flatMap { keys[$0] ?? [] }
    self.dialects = dialects
  }

  /// Names that stand for cases and for no others, but for some that do not matter; dialects with the
  /// same names are one.
  func named(
    _ keys: [CaseKey], ignoring ignored: Set<CaseKey>
  ) -> [(cases: [String], dialects: [String])] {
    var named: [(cases: [String], dialects: [String])] = []
    for dialect in dialects {
      let meant = keys.filter { $0.dialect == dialect }.map(\.id)
      guard !meant.isEmpty else { continue }
      let others = all.filter { $0.dialect == dialect && !ignored.contains($0) }.map(\.id)
      let cases = names(of: meant, among: others)
      if let place = named.firstIndex(where: { $0.cases == cases }) {
        named[place].dialects.append(dialect)
      } else {
        named.append((cases, [dialect]))
      }
    }
    return named
  }

  /// Patterns and ids that match some ids and no others of their dialect.
  private func names(of meant: [String], among all: [String]) -> [String] {
    let meantSet = Set(meant)
    var open = meantSet
    var names: [String] = []
    // All cases of a dtype, the last part of an id.
    func parts(_ id: String) -> [Substring] { id.split(separator: ".") }
    var endings: [String] = []
    for id in meant {
      guard let first = parts(id).first, let last = parts(id).last, first != last else { continue }
      let pattern = "\(first).*.\(last)"
      if !endings.contains(pattern) { endings.append(pattern) }
    }
    for pattern in endings {
      let matched = all.filter { globMatches(pattern, $0) }
      guard matched.count > 1, meantSet.isSuperset(of: matched) else { continue }
      names.append(pattern)
      open.subtract(matched)
    }
    // All cases that begin alike.
    func describe(_ meant: [String], _ all: [String], depth: Int) {
      guard meant.contains(where: open.contains) else { return }
      if depth > 0, meant.count == all.count, meant.count > 1 {
        names.append(parts(meant[0]).prefix(depth).joined(separator: ".") + ".*")
        return
      }
      func grouped(_ ids: [String]) -> [(part: Substring, ids: [String])] {
        var groups: [(part: Substring, ids: [String])] = []
        for id in ids {
          let part = parts(id).dropFirst(depth).first ?? ""
          if groups.last?.part == part {
            groups[groups.count - 1].ids.append(id)
          } else if let place = groups.firstIndex(where: { $0.part == part }) {
            groups[place].ids.append(id)
          } else {
            groups.append((part, [id]))
          }
        }
        return groups
      }
      let others = Dictionary(
        uniqueKeysWithValues: grouped(all).map { ($0.part, $0.ids) })
      for group in grouped(meant) {
        if group.part.isEmpty || group.ids.count == 1 {
          names += group.ids.filter(open.contains)
        } else {
          describe(group.ids, others[group.part] ?? [], depth: depth + 1)
        }
      }
    }
    describe(meant, all, depth: 0)
    return names
  }
}

// MARK: - JSON

extension ExpectedFailures {
  /// The file as JSON, UTF-8, with a newline at its end.
  ///
  /// - Complexity: O(names).
  public func data() throws -> Data { try jsonData(Document(self)) }

  // The JSON's shape, apart from the types: renaming one of these breaks no reader.

  private struct Document: Encodable {
    let schema = ExpectedFailures.schema
    let expectedFailures: [Entry]

    init(_ failures: ExpectedFailures) {
      expectedFailures = failures.expectations.map(Entry.init)
    }
  }

  private struct Entry: Encodable {
    let `case`: Texts
    let dialect: Texts?
    let cause: Texts
    let reason: String
    let expires: String?

    init(_ expectation: ExpectedFailure) {
      `case` = Texts(texts: expectation.cases)
      dialect = expectation.dialects.isEmpty ? nil : Texts(texts: expectation.dialects)
      cause = Texts(texts: expectation.causes.map(\.description))
      reason = expectation.reason
      expires = expectation.expires?.description
    }
  }
}

/// A text, or a list of several.
struct Texts: Encodable {
  let texts: [String]

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if texts.count == 1 {
      try container.encode(texts[0])
    } else {
      try container.encode(texts)
    }
  }
}
