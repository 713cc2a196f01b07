/// What mismatched elements may have in common, as far as one pass over them tells.
struct PatternScan {
  private var count = 0
  private var numbers = 0
  private var firstExpected: Double?
  private var areSeveral = false
  private var isSign = true
  /// The factors, and the differences, that all elements so far allow.
  private var ratios = PossibleInterval()
  private var offsets = PossibleInterval()
  private var narrower: [Narrower]
  /// The least and the largest number of the actual elements, and how many are these.
  private var least = Extreme(value: .infinity)
  private var largest = Extreme(value: -.infinity)

  private struct Extreme {
    var value: Double
    var count = 0

    mutating func add(_ number: Double, _ more: Int = 1, isBeyond: Bool) {
      if number == value {
        count += more
      } else if isBeyond {
        self = Extreme(value: number, count: more)
      }
    }
  }

  private struct Narrower {
    let format: NumberFormat
    var holds = true
    /// Numbers of more than a few digits: others are numbers of most formats.
    var telling = 0

    // Not inlined: the compiler takes the conversion to a narrower format, which is a call, for cheap,
    // and makes it also where nothing holds any more.
    @inline(never)
    mutating func add(_ number: Double) {
      holds = format.represents(number)
      if !format.hasFew(4, number) { telling += 1 }
    }
  }

  /// Nothing was found yet in actual numbers of a floating-point format, if they are of one.
  init(_ format: NumberFormat?) {
    let formats: [NumberFormat] = [.bfloat16, .float16, .float32]
    narrower = formats.filter { $0.significantBits < format?.significantBits ?? 0 }
      .map { Narrower(format: $0) }
  }

  /// Adds a mismatched element; it is a number where both sides are finite.
  ///
  /// `epsilon` is what lies between 1 and the next number of the dtype.
  mutating func add(
    actual: Double, expected: Double, allowed: Double, isNumber: Bool, epsilon: Double
  ) {
    count += 1
    if !actual.isNaN {
      least.add(actual, isBeyond: actual < least.value)
      largest.add(actual, isBeyond: actual > largest.value)
    }
    guard isNumber else { return }
    numbers += 1
    if let firstExpected {
      areSeveral = areSeveral || firstExpected != expected
    } else {
      firstExpected = expected
    }
    for place in narrower.indices where narrower[place].holds { narrower[place].add(actual) }
    isSign = isSign && expected != 0 && (actual + expected).magnitude <= allowed
    offsets.add(actual - expected, spread: allowed)
    guard expected != 0 else {
      ratios.exclude()
      return
    }
    let ratio = actual / expected
    // Rounding is relative: what may be off grows with the factor, and is an ulp or two at least.
    let rounding = actual.magnitude * epsilon
    ratios.add(
      ratio, spread: max(allowed * max(ratio.magnitude, 1), rounding) / expected.magnitude)
  }

  mutating func merge(_ other: PatternScan) {
    count += other.count
    numbers += other.numbers
    if let expected = other.firstExpected {
      areSeveral = areSeveral || other.areSeveral || firstExpected.map { $0 != expected } ?? false
      firstExpected = firstExpected ?? expected
    }
    isSign = isSign && other.isSign
    ratios.merge(other.ratios)
    offsets.merge(other.offsets)
    for place in narrower.indices {
      narrower[place].holds = narrower[place].holds && other.narrower[place].holds
      narrower[place].telling += other.narrower[place].telling
    }
    let (low, high) = (other.least, other.largest)
    least.add(low.value, low.count, isBeyond: low.value < least.value)
    largest.add(high.value, high.count, isBeyond: high.value > largest.value)
  }

  // MARK: - Findings

  /// The patterns of the elements, what explains most first.
  ///
  /// The quantities are numbers of the arrays by which something may be multiplied or divided.
  func found(_ quantities: [(name: String, value: Double)]) -> [ArrayPattern] {
    var found: [ArrayPattern] = []
    let areNumbers = numbers == count
    if areNumbers, areSeveral {
      if isSign {
        found.append(.sign)
      } else if let ratio = ratios.value(awayFrom: 1) {
        let name = name(of: ratios, quantities)
        let isPlain = name.map { $0.name == "\(Int($0.value))" } ?? false
        found.append(.ratio(name?.value ?? ratio, name: isPlain ? nil : name?.name))
      }
      if let offset = offsets.value(awayFrom: 0) { found.append(.offset(offset)) }
    }
    if let saturation { found.append(saturation) }
    if let narrow = narrower.first(where: { $0.holds && $0.telling > 1 }) {
      found.append(.narrower(dtype: narrow.format.rawValue))
    }
    return found
  }

  private var saturation: ArrayPattern? {
    guard count > 1, least.count > 0 || largest.count > 0 else { return nil }
    if least.value == largest.value, least.count == count {
      // One number for one other number says nothing.
      guard areSeveral || numbers < count else { return nil }
      return .constant(least.value, name: knownName(least.value))
    }
    let extreme = largest.count >= least.count ? largest : least
    guard extreme.count > 1, extreme.count * 2 >= count else { return nil }
    return .saturation(
      extreme.value, isLargest: extreme.value == largest.value, count: extreme.count,
      name: knownName(extreme.value))
  }

  private func knownName(_ value: Double) -> String? {
    KnownConstant.saturations.first {
      (value.magnitude - $0.value).magnitude <= 4 * NumberFormat.float32.ulp($0.value)
    }?.name
  }

  private func name(
    of interval: PossibleInterval, _ quantities: [(name: String, value: Double)]
  ) -> (value: Double, name: String)? {
    for (name, value) in quantities where value > 1 {
      for (candidate, text) in [(1 / value, "1 / \(Int(value))"), (value, "\(Int(value))")]
      where interval.contains(candidate) {
        return (candidate, "\(text), \(name)")
      }
      let factor = (value - 1) / value
      for (candidate, text) in [
        (factor, "\(Int(value) - 1) / \(Int(value))"),
        (1 / factor, "\(Int(value)) / \(Int(value) - 1)"),
      ] where interval.contains(candidate) && value > 2 {
        return (candidate, "\(text), of N and N - 1 for \(name)")
      }
    }
    return KnownConstant.factors.first { interval.contains($0.value) }.map { ($0.value, $0.name) }
  }
}

/// The numbers that all observations of one number, each with an uncertainty, allow.
private struct PossibleInterval {
  private var low = -Double.infinity
  private var high = Double.infinity

  mutating func add(_ number: Double, spread: Double) {
    low = max(low, number - spread)
    high = min(high, number + spread)
    if number.isNaN || spread.isNaN { exclude() }
  }

  mutating func exclude() { (low, high) = (.infinity, -.infinity) }

  mutating func merge(_ other: PossibleInterval) {
    low = max(low, other.low)
    high = min(high, other.high)
  }

  func contains(_ number: Double) -> Bool { low <= number && number <= high }

  /// The number, where it is known well: far better than it differs from what would be no finding.
  func value(awayFrom neutral: Double) -> Double? {
    guard low <= high, low.isFinite, high.isFinite else { return nil }
    let middle = low + (high - low) / 2
    return high - low < (middle - neutral).magnitude / 16 ? middle : nil
  }
}
