/// How much of their tolerances elements used: the distribution of error / allowed over those that
/// differ from their goldens at all.
///
/// Each power of two is divided into 64 parts, so what is said of the distribution is right to 1 %.
public struct ToleranceUse: Equatable, Sendable {
  private var counts: [Int] = []
  /// The largest error / allowed; 0 where nothing differs.
  public private(set) var largest = 0.0

  /// A part of a power of two, from 2^-24 on; the last one has all from 254 on.
  typealias Bucket = UInt16

  private static let bucketsOfPower = 64
  private static let leastExponent = -24
  private static let bucketCount = 32 * bucketsOfPower

  /// Nothing was compared yet.
  init() {}

  /// The bucket of an element's error / allowed.
  static func bucket(_ used: Double) -> Bucket {
    // The upper bits of a positive number are its exponent and the part of it.
    let bits = Int(used.bitPattern >> 46) - (1023 + leastExponent) * bucketsOfPower
    return Bucket(min(max(bits, 0), bucketCount - 1))
  }

  /// Where a bucket begins.
  private static func start(_ bucket: Int) -> Double {
    let (power, part) = bucket.quotientAndRemainder(dividingBy: bucketsOfPower)
    let fraction = Double(part) / Double(bucketsOfPower)
    return (1 + fraction) * Double(sign: .plus, exponent: power + leastExponent, significand: 1)
  }

  mutating func add(_ buckets: [Bucket], largest: Double) {
    if counts.isEmpty, !buckets.isEmpty {
      counts = Array(repeating: 0, count: Self.bucketCount)
    }
    for bucket in buckets { counts[Int(bucket)] += 1 }
    self.largest = max(self.largest, largest)
  }

  /// How many elements differ.
  public var count: Int { counts.reduce(0, +) }

  /// The error / allowed that a share of the elements does not exceed; 0 where nothing differs, and
  /// 254 for all that is more.
  ///
  /// - Complexity: O(1).
  public func quantile(_ share: Double) -> Double {
    let rank = (Double(count) * share).rounded(.up)
    var seen = 0
    for (bucket, count) in counts.enumerated() where count > 0 {
      seen += count
      guard Double(seen) >= rank else { continue }
      // The last bucket has no end.
      let end = bucket + 1 < counts.count ? bucket + 1 : bucket
      return min((Self.start(bucket) + Self.start(end)) / 2, largest)
    }
    return 0
  }

  /// The error / allowed that half of the elements do not exceed.
  public var median: Double { quantile(0.5) }

  /// How many elements used less than each power of two, and not less than the one before; powers
  /// without elements are left out.
  ///
  /// - Complexity: O(1).
  public var histogram: [(below: Double, count: Int)] {
    stride(from: 0, to: counts.count, by: Self.bucketsOfPower).compactMap { first in
      let count = counts[first..<first + Self.bucketsOfPower].reduce(0, +)
      let end = first + Self.bucketsOfPower
      return count == 0
        ? nil : (end == counts.count ? .infinity : Self.start(end), count)
    }
  }
}
