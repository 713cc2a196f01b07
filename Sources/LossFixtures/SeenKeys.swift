/// The keys of an object so far: of a record, which has a few, or of a table, which may have thousands.
struct SeenKeys {
  private static let few = 16
  private var list: [String] = []
  private var set: Set<String> = []

  var isEmpty: Bool { list.isEmpty }

  /// Adds a key; `false` where it was there before.
  ///
  /// - Complexity: O(1).
  mutating func insert(_ key: String) -> Bool {
    if list.count < Self.few {
      guard !list.contains(key) else { return false }
      if list.isEmpty { list.reserveCapacity(Self.few / 2) }
      list.append(key)
      return true
    }
    if set.isEmpty { set = Set(list) }
    return set.insert(key).inserted
  }
}
