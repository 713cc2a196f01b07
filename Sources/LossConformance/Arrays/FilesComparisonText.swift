import ArrayFiles

/// A comparison of files as text for a terminal.
package struct FilesComparisonText: Sendable {
  /// Whether to colour the verdicts (ANSI escapes).
  package let hasColor: Bool

  private static let width = 100
  private static let barWidth = 40

  /// Creates the rendering.
  package init(hasColor: Bool = false) { self.hasColor = hasColor }

  /// The text, with a newline at its end: what explains the difference before any numbers.
  ///
  /// - Complexity: O(arrays).
  package func text(_ comparison: FilesComparison) -> String {
    var lines: [String] = []
    let isOne = comparison.arrays.count == 1 && comparison.arrays[0].name == nil
    for array in comparison.arrays {
      if !isOne, array.passed {
        lines.append("\(green("same")) \(array.name ?? ""): \(passedLine(array))")
        continue
      }
      if !isOne { lines.append("\(red("DIFFERS")) \(array.name ?? "")") }
      lines += block(array, comparison).map { isOne ? $0 : "  " + $0 } + [""]
    }
    if !isOne, comparison.arrays.last?.passed ?? false { lines.append("") }
    for (names, file) in [
      (comparison.onlyActual, comparison.actual), (comparison.onlyExpected, comparison.expected),
    ] where !names.isEmpty {
      lines += wrapped("only in \(file): \(names.joined(separator: ", "))", width: Self.width)
    }
    lines.append(closing(comparison))
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: - One array

  private func block(_ array: ArrayComparison, _ files: FilesComparison) -> [String] {
    var lines = array.patterns.flatMap { pattern in
      wrapped("\(red("PATTERN")) \(text(pattern, array))", width: Self.width)
    }
    if !lines.isEmpty { lines.append("") }
    lines += table(
      [
        ["actual", files.actual, text(array.actual)],
        ["expected", files.expected, text(array.expected)],
      ], leftAligned: 3)
    lines.append("allowed   \(text(array.acceptance, array))")
    if array.actual.dtype != array.expected.dtype {
      lines.append("")
      lines.append(dtypes(array))
    }
    guard let elements = array.elements else {
      return lines + [""] + shapes(array.actual.shape, array.expected.shape)
    }
    guard elements.count > elements.histogram.counts[0] else { return lines }
    return lines + mismatches(elements, array) + distribution(elements.histogram)
      + sufficient(elements.sufficient, elements, array)
  }

  private func passedLine(_ array: ArrayComparison) -> String {
    "\(text(array.expected)), \(array.elements?.count ?? 0) elements"
      + (array.elements?.worstPassing.map { ", \(percent($0.toleranceUsed)) of what is allowed" }
        ?? ", equal")
  }

  private func text(_ side: ArrayComparison.Side) -> String { "\(side.dtype) \(side.shape)" }

  private func text(_ acceptance: Acceptance, _ array: ArrayComparison) -> String {
    var terms: [String] = []
    if array.hasTolerances { terms.append("the tolerance of each element") }
    if acceptance.absolute > 0 { terms.append(shown(acceptance.absolute)) }
    if acceptance.relative > 0 { terms.append("\(shown(acceptance.relative)) * |expected|") }
    var ways: [String] = []
    if !terms.isEmpty { ways.append("|actual - expected| <= \(terms.joined(separator: " + "))") }
    if let ulps = acceptance.ulps { ways.append("at most \(ulps) ulp") }
    var text = ways.isEmpty ? "equal numbers only" : ways.joined(separator: ", or ")
    if let dtype = acceptance.defaultOf { text += " (the default for \(dtype))" }
    return text + (acceptance.equalNaN ? "" : "; NaN is not equal to NaN")
  }

  private func dtypes(_ array: ArrayComparison) -> String {
    let differ = "dtype \(array.actual.dtype), expected \(array.expected.dtype)"
    guard array.failsByDType else { return "\(differ): allowed" }
    guard array.elements?.passed == true else { return "\(red("DTYPE")) \(differ)" }
    return "\(red("DTYPE")) \(differ); the numbers agree (--allow-dtype lets that pass)"
  }

  private func shapes(_ actual: [Int], _ expected: [Int]) -> [String] {
    let differ = "\(red("SHAPE")) \(actual), expected \(expected)"
    guard actual.count == expected.count else {
      return ["\(differ): \(axes(actual.count)) instead of \(axes(expected.count))"]
    }
    let places = actual.indices.filter { actual[$0] != expected[$0] }
    let texts = places.map { "axis \($0) has \(actual[$0]) instead of \(expected[$0])" }
    return wrapped("\(differ): \(texts.joined(separator: ", "))", width: Self.width)
  }

  private func axes(_ count: Int) -> String {
    count == 0 ? "a single number" : "\(count) \(count == 1 ? "axis" : "axes")"
  }

  // MARK: - Elements

  private func mismatches(
    _ elements: ArrayComparison.Elements, _ array: ArrayComparison
  ) -> [String] {
    var lines = [""]
    if !elements.passed {
      var first =
        "\(elements.mismatched) of \(elements.count) elements "
        + "(\(percent(Double(elements.mismatched) / Double(elements.count)))) are not within that"
      if elements.mismatchedNaN > 0 { first += ", \(elements.mismatchedNaN) by NaN" }
      if elements.mismatchedInfinity > 0 {
        first += ", \(elements.mismatchedInfinity) by infinity"
      }
      lines.append(first)
      if let place = place(elements.place, array.expected.shape) { lines.append(place) }
      var rows = [["index", "actual", "expected", "error", "allowed", "error/allowed", "ulp"]]
      rows += elements.worst.map { row($0, array) }
      lines += table(rows, leftAligned: 1).map { "  " + $0 }
      let hidden = elements.mismatched - elements.worst.count
      if hidden > 0 { lines.append("  ... \(hidden) more (--worst \(elements.mismatched))") }
    }
    var largest: [[String]] = []
    if let element = elements.largestError {
      largest.append(
        ["largest error", decimalText(element.error, digits: 3)] + numbers(element, array))
    }
    if let element = elements.largestRelativeError {
      largest.append(
        ["largest error/|expected|", decimalText(element.relativeError, digits: 3)]
          + numbers(element, array))
    }
    if let element = elements.worstPassing {
      largest.append(
        ["worst passing", "\(percent(element.toleranceUsed)) of allowed"]
          + numbers(element, array))
    }
    return lines + table(largest, leftAligned: 5)
  }

  private func numbers(_ element: ArrayComparison.Element, _ array: ArrayComparison) -> [String] {
    let actual = element.actual.text(array.actual.dtype)
    return [
      "at \(element.index)", "\(actual), expected \(element.expected.text(array.expected.dtype))",
    ]
  }

  private func row(_ element: ArrayComparison.Element, _ array: ArrayComparison) -> [String] {
    let ulps = element.ulps.map {
      $0 < 1_000_000_000 ? "\($0)" : decimalText(Double($0), digits: 3)
    }
    return [
      "\(element.index)", element.actual.text(array.actual.dtype),
      element.expected.text(array.expected.dtype), decimalText(element.error, digits: 3),
      decimalText(element.allowed, digits: 3), decimalText(element.toleranceUsed, digits: 3),
      ulps ?? "-",
    ]
  }

  /// Where the mismatches are, if that is less than everywhere.
  private func place(_ place: [ClosedRange<Int>]?, _ shape: [Int]) -> String? {
    guard let place, !zip(place, shape).allSatisfy({ $0.count == $1 }) else { return nil }
    let ranges = zip(place, shape).map { range, extent in
      range.count == extent
        ? ":"
        : range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound):\(range.upperBound + 1)"
    }
    return "all of them in [\(ranges.joined(separator: ", "))]"
  }

  /// How many elements have which error / allowed, with bars.
  private func distribution(_ histogram: ErrorHistogram) -> [String] {
    let labels =
      ["0"] + ErrorHistogram.ends.dropFirst().dropLast().map { "<= \(shown($0))" } + ["more"]
    var rows = zip(labels, histogram.counts).map { ($0, $1) }
    if histogram.nonFinite > 0 { rows.append(("NaN or infinity", histogram.nonFinite)) }
    // What is outside begins with the bin above 1.
    while rows.count > 5, rows.last?.1 == 0 { rows.removeLast() }
    let largest = rows.map(\.1).max() ?? 0
    let cells = rows.map { label, count in
      // The smallest number has a bar too.
      let length = largest == 0 ? 0 : (count * Self.barWidth + largest - 1) / largest
      return [label, "\(count)", String(repeating: "#", count: length)]
    }
    let widths = (0..<2).map { column in cells.map { $0[column].count }.max() ?? 0 }
    return ["", "error/allowed"]
      + cells.map { cell in
        let label = String(repeating: " ", count: widths[0] - cell[0].count) + cell[0]
        let count = String(repeating: " ", count: widths[1] - cell[1].count) + cell[1]
        return "  \(label)  \(count)" + (cell[2].isEmpty ? "" : "  \(cell[2])")
      }
  }

  private func sufficient(
    _ sufficient: ArrayComparison.Sufficient, _ elements: ArrayComparison.Elements,
    _ array: ArrayComparison
  ) -> [String] {
    guard elements.largestError != nil || !elements.passed else { return [] }
    var ways: [String] = []
    if let relative = sufficient.relative { ways.append("--rtol \(roundedUp(relative))") }
    if let absolute = sufficient.absolute { ways.append("--atol \(roundedUp(absolute))") }
    if let ulps = sufficient.ulps { ways.append("--ulp \(ulps)") }
    guard !ways.isEmpty else { return ["", "no tolerance would pass"] }
    return ["", "each of these alone would pass: \(ways.joined(separator: ", "))"]
  }

  // MARK: - Patterns

  private func text(_ pattern: ArrayPattern, _ array: ArrayComparison) -> String {
    func each(_ rest: String) -> String { "each mismatched element is \(rest)" }
    func named(_ name: String?) -> String { name.map { " (\($0))" } ?? "" }
    return switch pattern {
    case .ratio(let ratio, let name):
      each("\(decimalText(ratio, digits: 6))\(named(name)) times what is expected")
    case .offset(let offset):
      each("what is expected \(offset < 0 ? "-" : "+") \(decimalText(offset.magnitude, digits: 6))")
    case .sign: each("what is expected with the other sign")
    case .constant(let value, let name):
      each("\(decimalText(value, digits: 8))\(named(name))")
    case .saturation(let value, let isLargest, let count, let name):
      "\(count) of the mismatched elements are \(decimalText(value, digits: 8))\(named(name)), "
        + "the \(isLargest ? "largest" : "least") of them: cut off there?"
    case .narrower(let dtype):
      each("a number of \(dtype): computed in it, or stored in it on the way")
    case .reshaped: "the elements agree in their order; only the shape differs"
    case .transposed(let axes):
      "actual is expected.transpose(\(axes.map(String.init).joined(separator: ", ")))"
    case .otherOrder:
      "the expected elements, read or written in the other of C and Fortran order"
    case .reversed(let axis): "actual is expected with axis \(axis) reversed"
    case .permutation: "the expected elements in another order"
    }
  }

  // MARK: - Closing

  private func closing(_ comparison: FilesComparison) -> String {
    let count = comparison.elementCount
    let (actual, expected) = (comparison.actual, comparison.expected)
    switch comparison.verdict {
    case .passed:
      let arrays = comparison.arrays.count
      let what = arrays == 1 ? "" : " of \(arrays) arrays"
      return "\(green("PASSED")): \(actual) is \(expected), to what is allowed, in all \(count) "
        + "elements\(what)"
    case .nothingCompared:
      return "\(red("NOTHING COMPARED")): there are no elements in \(actual) and \(expected)"
    case .failed:
      let failing = comparison.arrays.filter { !$0.passed }
      if comparison.arrays.count == 1, comparison.onlyActual.isEmpty,
        comparison.onlyExpected.isEmpty
      {
        return "\(red("FAILED")): \(actual) differs from \(expected) \(reason(failing[0]))"
      }
      var reasons =
        failing.isEmpty ? [] : ["in \(failing.count) of \(comparison.arrays.count) arrays"]
      let alone = comparison.onlyActual.count + comparison.onlyExpected.count
      if alone > 0 { reasons.append("by \(alone) that only one of them has") }
      return "\(red("FAILED")): \(actual) differs from \(expected) "
        + reasons.joined(separator: " and ")
    }
  }

  private func reason(_ array: ArrayComparison) -> String {
    guard let elements = array.elements else { return "in shape" }
    if elements.passed { return "in dtype" }
    return "in \(elements.mismatched) of \(elements.count) elements"
      + (array.failsByDType ? " and in dtype" : "")
  }

  // MARK: - Numbers

  private func shown(_ number: Double) -> String { decimalText(number, digits: 6) }

  private func percent(_ share: Double) -> String { percentText(share, digits: 3) }

  /// A number of three digits that is not less.
  private func roundedUp(_ number: Double) -> String {
    guard number.isFinite, number > 0 else { return number == 0 ? "0" : "\(number)" }
    for factor in [1, 1.002, 1.005, 1.01] {
      let text = decimalText(number * factor, digits: 3)
      if let value = Double(text), value >= number { return text }
    }
    return "\(number)"
  }

  private func red(_ text: String) -> String { hasColor ? "\u{1b}[1;31m\(text)\u{1b}[0m" : text }

  private func green(_ text: String) -> String { hasColor ? "\u{1b}[1;32m\(text)\u{1b}[0m" : text }
}
