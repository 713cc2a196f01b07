/// A part of the cases, where a run is spread over machines: `3/8` is the third of eight.
///
/// A case belongs to the shard that the hash of its id says, in every dialect: adding a case moves no
/// other, and the shards of one count hold each case once.
public struct Shard: Equatable, Sendable, CustomStringConvertible {
  /// Which part it is, counted from 1.
  public let index: Int
  /// How many parts there are.
  public let count: Int

  /// Creates a shard; `nil` unless `index` is from 1 to `count`.
  public init?(index: Int, count: Int) {
    guard index >= 1, index <= count else { return nil }
    self.index = index
    self.count = count
  }

  /// The shard that a text like `3/8` names; `nil` where it is no such text.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") }),
      let index = Int(parts[0]), let count = Int(parts[1])
    else { return nil }
    self.init(index: index, count: count)
  }

  /// The shard as it is written: `3/8`.
  public var description: String { "\(index)/\(count)" }

  /// Whether the case of an id belongs to the shard.
  ///
  /// - Complexity: O(`id` length).
  public func includes(_ id: String) -> Bool {
    UInt64(Self.hash(id)) % UInt64(count) == UInt64(index - 1)
  }

  /// The hash of an id: FNV-1a of 64 bits over its UTF-8, whose halves are joined by exclusive or.
  ///
  /// It is the same in every language and version: 64-bit FNV-1a starts at 14695981039346656037 and for
  /// each byte takes the exclusive or with it, then multiplies by 1099511628211. Its low bits alone
  /// depend on few bits of the text, hence the upper half.
  static func hash(_ id: String) -> UInt32 {
    var hash: UInt64 = 14_695_981_039_346_656_037
    for byte in id.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
    return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
  }
}
