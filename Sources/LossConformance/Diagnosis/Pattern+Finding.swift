import LossFixtures

extension Pattern {
  /// What the answers to some failing cases have in common, what most of them share first.
  ///
  /// - Complexity: O(elements of the answers), but for sorting those of each.
  static func found(in cases: [ExaminedCase]) -> [Pattern] {
    let whole = ofWholeAnswers(cases)
    let numbers = cases.map { FailingNumbers($0) }.filter { !$0.elements.isEmpty }
    return (whole + ofNumbers(numbers)).enumerated()
      .sorted { ($1.element.cases, $0.offset) < ($0.element.cases, $1.offset) }
      .map(\.element)
  }

  /// Answers that are not compared element by element.
  private static func ofWholeAnswers(_ cases: [ExaminedCase]) -> [Pattern] {
    var found: [Pattern] = []
    for examined in cases {
      guard let kind = wholeAnswer(examined) else { continue }
      if let place = found.firstIndex(where: { $0.kind.isLike(kind) }) {
        found[place] = Pattern(kind: found[place].kind, cases: found[place].cases + 1)
      } else {
        found.append(Pattern(kind: kind, cases: 1))
      }
    }
    return found
  }

  private static func wholeAnswer(_ examined: ExaminedCase) -> Kind? {
    guard let comparison = examined.answer?.comparison else { return nil }
    switch comparison.mismatch {
    case .broken: return .broken
    case .refused(let code, _): return .refused(code: code)
    case .errorCode(let code, _, _): return .refused(code: code)
    case .accepted(let code): return .accepted(code: code)
    case nil: break
    }
    for part in comparison.failures {
      switch comparison[part] {
      case .unanswered: return .unanswered
      case .dtype(let actual, let expected): return .dtype(actual: actual, expected: expected)
      case .shape(let actual, let expected): return .shape(actual: actual, expected: expected)
      case .elements, nil: break
      }
    }
    return nil
  }

  /// Answers whose elements are outside their tolerances.
  private static func ofNumbers(_ cases: [FailingNumbers]) -> [Pattern] {
    guard !cases.isEmpty else { return [] }
    let kinds: [Kind?] = [
      constant(cases), nonFinite(cases), sign(cases), ratio(cases), offset(cases),
      reordering(cases), narrower(cases), saturation(cases),
    ]
    return kinds.compactMap(\.self).map { Pattern(kind: $0, cases: cases.count) }
  }

  // MARK: - One number for all

  private static func constant(_ cases: [FailingNumbers]) -> Kind? {
    let numbers = cases.flatMap { $0.elements.map(\.actual) }
    guard numbers.count > 1, let first = numbers.first else { return nil }
    let isConstant = numbers.allSatisfy { $0 == first || $0.isNaN && first.isNaN }
    return isConstant ? .constant(first) : nil
  }

  private static func sign(_ cases: [FailingNumbers]) -> Kind? {
    let isSign = cases.allSatisfy { numbers in
      numbers.elements.allSatisfy {
        $0.expected != 0 && ($0.actual + $0.expected).magnitude <= $0.allowed
      }
    }
    return isSign && areSeveral(cases) ? .sign : nil
  }

  /// Whether there are two numbers at least: of one, every ratio and offset is constant.
  private static func areSeveral(_ cases: [FailingNumbers]) -> Bool {
    Set(cases.flatMap { $0.elements.map(\.expected) }).count > 1
  }

  private static func ratio(_ cases: [FailingNumbers]) -> Kind? {
    guard areSeveral(cases) else { return nil }
    var ranges: [ClosedRange<Double>] = []
    for numbers in cases {
      guard let range = numbers.ratios else { return nil }
      ranges.append(range)
    }
    var common: ClosedRange<Double>? = ranges[0]
    for range in ranges.dropFirst() { common = common?.intersection(range) }
    if let common {
      let middle = (common.lowerBound + common.upperBound) / 2
      let known = KnownConstant.factors.first { common.contains($0.value) }
      if let known { return .ratio(known.value, name: known.name) }
      return .ratio(middle, name: nameOfRatio(cases, ranges))
    }
    return nameOfRatio(cases, ranges).map { .ratio(.nan, name: $0) }
  }

  /// The number of each case by which its answer is multiplied or divided.
  private static func nameOfRatio(
    _ cases: [FailingNumbers], _ ranges: [ClosedRange<Double>]
  ) -> String? {
    let quantities = cases.map { $0.examined.quantities }
    for name in quantities[0].map(\.name) {
      let values = quantities.map { $0.first { $0.name == name }?.value ?? .nan }
      let pairs = zip(values, ranges)
      if pairs.allSatisfy({ $1.contains($0) }) { return name }
      if pairs.allSatisfy({ $1.contains(1 / $0) }) { return "1 / \(name)" }
    }
    return nil
  }

  private static func offset(_ cases: [FailingNumbers]) -> Kind? {
    guard areSeveral(cases) else { return nil }
    var common: ClosedRange<Double>?
    for element in cases.flatMap(\.elements) {
      let difference = element.actual - element.expected
      guard difference.isFinite else { return nil }
      let range = (difference - element.allowed)...(difference + element.allowed)
      guard let next = common.map({ $0.intersection(range) }) ?? .some(range) else { return nil }
      common = next
    }
    // An offset that is not known well is none: 0.5 +- 0.4 says nothing.
    guard let common else { return nil }
    let middle = (common.lowerBound + common.upperBound) / 2
    let width = common.upperBound - common.lowerBound
    return width < middle.magnitude / 16 ? .offset(middle) : nil
  }

  // MARK: - The same numbers elsewhere

  private static func reordering(_ cases: [FailingNumbers]) -> Kind? {
    guard cases.allSatisfy(\.isReordered) else { return nil }
    return cases.allSatisfy(\.isTransposed) ? .transposition : .permutation
  }

  // MARK: - Numbers of a kind

  private static func narrower(_ cases: [FailingNumbers]) -> Kind? {
    let tensors = cases.compactMap { $0.examined.tensors($0.part)?.actual.values }
    let formats: [NumberFormat] = [.bfloat16, .float16, .float32]
    return formats.first { narrow in
      var telling: Set<Double> = []
      for values in tensors {
        guard let format = NumberFormat(rawValue: values.dtype),
          format.significantBits > narrow.significantBits
        else { return false }
        for number in values.doubles where number.isFinite {
          guard narrow.represents(number) else { return false }
          if !narrow.hasFew(4, number) { telling.insert(number) }
        }
      }
      return telling.count > 1
    }.map { .narrower(dtype: $0.rawValue) }
  }

  private static func saturation(_ cases: [FailingNumbers]) -> Kind? {
    let elements = cases.filter { $0.part == .value }.flatMap { numbers in
      numbers.elements.map { (numbers.format, $0.actual.magnitude) }
    }
    return KnownConstant.saturations.map { constant in
      let count = elements.count { format, number in
        (number - constant.value).magnitude <= 4 * format.ulp(constant.value)
      }
      return (count, constant)
    }.max { $0.0 < $1.0 }.flatMap { count, constant in
      count * 2 >= elements.count && count > 0
        ? .saturation(constant.value, name: constant.name) : nil
    }
  }

  // MARK: - NaN and infinities

  private static func nonFinite(_ cases: [FailingNumbers]) -> Kind? {
    let touched = cases.filter { $0.part == .value }
    guard !touched.isEmpty, touched.count == cases.count,
      touched.allSatisfy({ $0.elements.allSatisfy { !$0.actual.isFinite } })
    else { return nil }
    return Place.allCases.first { place in
      touched.allSatisfy { $0.isNonFiniteExactly(where: place) }
    }.map { .nonFinite($0) }
  }
}

extension Pattern.Kind {
  /// Whether two of whole answers are the same but for the shapes.
  fileprivate func isLike(_ other: Self) -> Bool {
    if case .shape = self, case .shape = other { return true }
    return self == other
  }
}

/// The failing elements of the first part of an answer that has some.
private struct FailingNumbers {
  let examined: ExaminedCase
  let part: Comparison.Part
  let elements: [FailingElement]

  init(_ examined: ExaminedCase) {
    self.examined = examined
    let all = examined.failingElements()
    part = all.first?.part ?? .value
    elements = all.filter { [part] in $0.part == part }
  }

  var format: NumberFormat { NumberFormat(rawValue: examined.fixture.dtype) ?? .float64 }

  /// The factors by which every element of the part may be multiplied, where there is one.
  var ratios: ClosedRange<Double>? {
    guard let (actual, golden) = examined.tensors(part) else { return nil }
    var common: ClosedRange<Double>?
    let expected = golden.tensor.values.doubles
    for (offset, number) in actual.values.doubles.enumerated() {
      let (wanted, allowed) = (expected[offset], golden.tolerance[offset])
      if wanted == 0, number.magnitude <= allowed { continue }
      guard wanted != 0, wanted.isFinite, number.isFinite else { return nil }
      let ratio = number / wanted
      // Rounding is relative: what may be off grows with the factor.
      let spread = max(
        allowed / wanted.magnitude * max(ratio.magnitude, 1),
        format.ulp(number) / wanted.magnitude)
      guard ratio.isFinite, spread.isFinite else { return nil }
      let range = (ratio - spread)...(ratio + spread)
      guard let next = common.map({ $0.intersection(range) }) ?? .some(range) else { return nil }
      common = next
    }
    return common
  }

  /// Whether the part has the right numbers in another order.
  var isReordered: Bool {
    guard let (actual, golden) = examined.tensors(part), actual.values.count > 1 else {
      return false
    }
    let wanted = golden.tensor.values.doubles
    let order = wanted.indices.sorted { wanted[$0] < wanted[$1] }
    let numbers = actual.values.doubles.sorted()
    return zip(numbers, order).allSatisfy { number, place in
      number == wanted[place] || (number - wanted[place]).magnitude <= golden.tolerance[place]
    }
  }

  /// Whether exchanging the two last axes gives the right numbers.
  var isTransposed: Bool {
    guard let (actual, golden) = examined.tensors(part), actual.shape.count >= 2 else {
      return false
    }
    let (rows, columns) = (
      actual.shape[actual.shape.count - 2], actual.shape[actual.shape.count - 1]
    )
    let wanted = golden.tensor.values.doubles
    return actual.values.doubles.enumerated().allSatisfy { offset, number in
      let (matrix, place) = offset.quotientAndRemainder(dividingBy: max(rows * columns, 1))
      // The numbers of the transpose, in C order.
      let (column, row) = place.quotientAndRemainder(dividingBy: max(rows, 1))
      let other = matrix * rows * columns + row * columns + column
      return (number - wanted[other]).magnitude <= golden.tolerance[other]
    }
  }

  /// Whether NaN and infinities stand exactly where predictions are of a kind.
  func isNonFiniteExactly(where place: Pattern.Place) -> Bool {
    guard let (actual, _) = examined.tensors(.value), let yPred = examined.fixture.inputs["y_pred"],
      let classes = yPred.shape.last, classes > 0
    else { return false }
    let predictions = yPred.values.doubles
    let rows = stride(from: 0, to: predictions.count, by: classes).map { start in
      place.holds(for: predictions[start..<start + classes])
    }
    let numbers = actual.values.doubles
    if numbers.count == rows.count {
      return zip(numbers, rows).allSatisfy { !$0.isFinite == $1 }
    }
    return numbers.count == 1 && rows.contains(true)
  }
}

extension Pattern.Place {
  /// Whether a row of predictions is of the kind.
  fileprivate func holds(for row: ArraySlice<Double>) -> Bool {
    switch self {
    case .zeroSum: row.reduce(0, +) == 0
    case .zero: row.contains(0)
    case .one: row.contains(1)
    case .zeroOrOne: row.contains { $0 == 0 || $0 == 1 }
    }
  }
}

extension ExaminedCase {
  /// The numbers of the case by which a formula may multiply or divide.
  fileprivate var quantities: [(name: String, value: Double)] {
    let shape = fixture.inputs["y_pred"]?.shape ?? []
    let count = Double(shape.reduce(1, *))
    let classes = Double(shape.last ?? 1)
    let weights = fixture.inputs["sample_weight"]?.values.doubles ?? []
    return [
      ("the number of classes", classes), ("the batch size", Double(shape.first ?? 1)),
      ("the number of rows", count / max(classes, 1)), ("the number of predictions", count),
      ("the number of classes - 1", classes - 1),
      ("the sum of the weights", weights.isEmpty ? .nan : weights.reduce(0, +)),
      (
        "the mean of the weights",
        weights.isEmpty ? .nan : weights.reduce(0, +) / Double(weights.count)
      ),
      (
        "the number of weights that are not 0",
        weights.isEmpty ? .nan : Double(weights.count { $0 != 0 })
      ),
    ]
  }
}

extension ClosedRange<Double> {
  /// What is in both ranges; `nil` where nothing is.
  fileprivate func intersection(_ other: ClosedRange<Double>) -> ClosedRange<Double>? {
    let (low, high) = (
      Swift.max(lowerBound, other.lowerBound), Swift.min(upperBound, other.upperBound)
    )
    return low <= high ? low...high : nil
  }
}
