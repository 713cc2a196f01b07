/// Random numbers from integers alone (SplitMix64), so that every machine draws the same.
struct RandomNumbers {
  private var state: UInt64

  /// Numbers that depend on a seed and on which of its questions they are for.
  init(seed: UInt64, index: UInt64) {
    state = seed
    // Neighbouring questions are to have nothing in common: the seed is stirred before the index comes.
    state = next() ^ index
    state = next()
  }

  /// The next 64 bits.
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
    return bits ^ bits >> 31
  }

  /// An integer from 0 to `bound` - 1; 0 where that is none.
  mutating func below(_ bound: Int) -> Int {
    bound > 1 ? Int(next() % UInt64(bound)) : 0
  }

  /// An integer of a range.
  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.upperBound - range.lowerBound + 1)
  }

  /// A number from 0 to below 1, on a grid of 2^-53.
  mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number between two others.
  mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * fraction()
  }

  /// About normally distributed, of mean 0 and deviation 1: a sum of twelve uniform numbers' upper bits.
  mutating func normal() -> Double {
    var sum = 0
    for _ in 0..<3 {
      let bits = next()
      for part in 0..<4 { sum += Int(bits >> (16 * part) & 0xffff) }
    }
    return (Double(sum) + 6) / 65536 - 6
  }

  /// True so often.
  mutating func chance(_ probability: Double) -> Bool { fraction() < probability }

  /// One of some elements; the first where it is the only one.
  mutating func one<Element>(of first: Element, _ others: Element...) -> Element {
    let place = below(others.count + 1)
    return place == 0 ? first : others[place - 1]
  }

  /// One of a list; `nil` of none.
  mutating func one<Element>(of list: [Element]) -> Element? {
    list.isEmpty ? nil : list[below(list.count)]
  }

  /// One of a list, each as likely as its weight says.
  mutating func one<Element>(of weighted: [(Element, Double)], otherwise: Element) -> Element {
    var left = fraction() * weighted.reduce(0) { $0 + $1.1 }
    for (element, weight) in weighted {
      if left < weight { return element }
      left -= weight
    }
    return otherwise
  }
}
