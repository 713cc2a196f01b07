import ArrayFiles

/// Looks for the expected elements in another order, in arrays small enough to be held in memory.
struct OrderSearch {
  /// The most elements of arrays that are searched.
  static let limit = 1 << 20
  /// Axes are exchanged in all ways up to this number of them: 120 ways.
  private static let mostAxes = 5

  private let actual: [Double]
  private let expected: [Double]
  private let allowed: [Double]
  private let shape: [Int]
  private let expectedShape: [Int]
  private let equalNaN: Bool
  /// Whether the elements are what the arrays have: integers of more bits than a Double's are not.
  let isExact: Bool

  init(
    _ actual: StoredArray, _ expected: StoredArray, tolerance: StoredArray?,
    _ acceptance: Acceptance
  ) throws(ArrayFileError) {
    self.actual = try Self.doubles(actual)
    self.expected = try Self.doubles(expected)
    shape = actual.shape
    expectedShape = expected.shape
    equalNaN = acceptance.equalNaN
    isExact = zip([self.actual, self.expected], [actual.dtype, expected.dtype]).allSatisfy {
      !$1.isWideInteger || $0.allSatisfy { $0.magnitude <= 0x1p53 }
    }
    let format = expected.dtype.numberFormat
    if let tolerance {
      allowed = try Self.doubles(tolerance)
    } else {
      allowed = self.expected.map { number in
        let steps = Double(acceptance.ulps ?? 0) * (format?.ulp(number) ?? 0)
        return max(acceptance.absolute + acceptance.relative * number.magnitude, steps)
      }
    }
  }

  private static func doubles(_ array: StoredArray) throws(ArrayFileError) -> [Double] {
    let array = try array.inCOrder()
    let doubles = array.withPlainBytes { bytes in
      [Double](unsafeUninitializedCapacity: array.count) { buffer, count in
        count = array.count
        guard let base = buffer.baseAddress else { return }
        ElementBlock(dtype: array.dtype, isBigEndian: array.isBigEndian, bytes: bytes)
          .writeDoubles(to: base)
      }
    }
    return doubles ?? []
  }

  /// What the order is, the most telling one.
  func found() -> ArrayPattern? {
    guard actual.count == expected.count, actual.count == allowed.count, actual.count > 1 else {
      return actual.count == 1 && shape != expectedShape && matches({ $0 }) ? .reshaped : nil
    }
    if shape != expectedShape, matches({ $0 }) { return .reshaped }
    let axes = Array(expectedShape.indices)
    if axes.count <= Self.mostAxes {
      for order in permutations(axes)
      where order != axes && order.map({ expectedShape[$0] }) == shape {
        if matches(places(order)) { return .transposed(axes: order) }
      }
    }
    if expectedShape.count > 1 {
      // Read in the other order: as if all axes were exchanged, but for the shape.
      if matches(places(axes.reversed())) { return .otherOrder }
      if matchesInverse(axes.reversed()) { return .otherOrder }
    }
    if shape == expectedShape {
      for axis in axes where matches(reversedPlaces(axis)) { return .reversed(axis: axis) }
    }
    return isPermutation ? .permutation : nil
  }

  /// Whether each element is the expected one at the place that the closure gives for its own.
  private func matches(_ place: (Int) -> Int) -> Bool {
    actual.indices.allSatisfy { isWithin(actual[$0], place($0)) }
  }

  private func isWithin(_ number: Double, _ place: Int) -> Bool {
    let wanted = expected[place]
    if number == wanted || number.isNaN && wanted.isNaN && equalNaN { return true }
    return wanted.isFinite && number.isFinite && (number - wanted).magnitude <= allowed[place]
  }

  /// Where the elements of the expected array stand that is transposed by some axes.
  private func places(_ axes: [Int]) -> (Int) -> Int {
    var strides = [Int](repeating: 1, count: expectedShape.count)
    for axis in expectedShape.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * expectedShape[axis + 1]
    }
    let extents = axes.map { expectedShape[$0] }
    let steps = axes.map { strides[$0] }
    return { offset in
      var (remaining, place) = (offset, 0)
      for axis in extents.indices.reversed() {
        let index: Int
        (remaining, index) = remaining.quotientAndRemainder(dividingBy: extents[axis])
        place += index * steps[axis]
      }
      return place
    }
  }

  /// As `matches(places(axes))` with the sides exchanged.
  private func matchesInverse(_ axes: [Int]) -> Bool {
    let place = places(axes)
    return expected.indices.allSatisfy { isWithin(actual[place($0)], $0) }
  }

  private func reversedPlaces(_ axis: Int) -> (Int) -> Int {
    let inner = expectedShape[(axis + 1)...].reduce(1, *)
    let extent = expectedShape[axis]
    return { offset in
      let index = offset / inner % extent
      return offset + (extent - 1 - 2 * index) * inner
    }
  }

  private var isPermutation: Bool {
    let order = expected.indices.sorted { isBefore(expected[$0], expected[$1]) }
    let numbers = actual.sorted(by: isBefore)
    return numbers.indices.allSatisfy { isWithin(numbers[$0], order[$0]) }
  }

  /// NaN last.
  private func isBefore(_ first: Double, _ second: Double) -> Bool {
    first < second || !first.isNaN && second.isNaN
  }

  private func permutations(_ items: [Int]) -> [[Int]] {
    guard items.count > 1 else { return [items] }
    return items.flatMap { first in
      permutations(items.filter { $0 != first }).map { [first] + $0 }
    }
  }
}
