import ArrayFiles
import XCTest

@testable import LossConformance

/// Two arrays held against each other.
final class ArrayComparisonTests: XCTestCase {
  private func array(_ values: [Float], _ shape: [Int]? = nil) -> StoredArray {
    StoredArray(
      dtype: .float32, shape: shape ?? [values.count],
      bytes: values.map(\.bitPattern.littleEndian).withUnsafeBytes { Array($0) })
  }

  private func integers(_ values: [Int64]) -> StoredArray {
    StoredArray(
      dtype: .int64, shape: [values.count],
      bytes: values.map(\.littleEndian).withUnsafeBytes { Array($0) })
  }

  private func compare(
    _ actual: [Float], _ expected: [Float], _ acceptance: Acceptance? = nil
  ) throws -> ArrayComparison.Elements {
    try XCTUnwrap(ArrayComparison(array(actual), array(expected), acceptance).elements)
  }

  func testNaNInfinitiesAndNumbersAreCountedApart() throws {
    let elements = try compare(
      [.nan, 1, .infinity, -.infinity, 0, 3, .nan],
      [.nan, .nan, .infinity, .infinity, -0, 2, 5])
    XCTAssertEqual(elements.count, 7)
    XCTAssertEqual(elements.mismatched, 4)
    XCTAssertEqual(elements.mismatchedNaN, 2)
    XCTAssertEqual(elements.mismatchedInfinity, 1)
    XCTAssertEqual(elements.worst.map(\.index), [[1], [6], [3], [5]])
    XCTAssertEqual(elements.histogram.counts[0], 3)
    XCTAssertEqual(elements.histogram.nonFinite, 3)
    XCTAssertNil(elements.sufficient.absolute)
    let strict = try compare([.nan], [.nan], Acceptance(absolute: 1, equalNaN: false))
    XCTAssertEqual(strict.mismatchedNaN, 1)
  }

  func testInfinityIsNotCloseToTheLargestNumber() throws {
    let largest = Float.greatestFiniteMagnitude
    XCTAssertEqual(try compare([.infinity], [largest], Acceptance(ulps: 5)).mismatched, 1)
    XCTAssertEqual(try compare([largest], [.infinity], Acceptance(ulps: 5)).mismatched, 1)
    XCTAssertEqual(try compare([largest], [.infinity], Acceptance(relative: 1)).mismatched, 1)
  }

  func testULPsAreStepsAcrossZero() throws {
    let least = Float.leastNonzeroMagnitude
    for (limit, mismatched) in [(1, 1), (2, 0)] {
      let elements = try compare([least], [-least], Acceptance(ulps: UInt64(limit)))
      XCTAssertEqual(elements.mismatched, mismatched)
    }
    XCTAssertEqual(try compare([least], [-least]).sufficient.ulps, 2)
  }

  func testWideIntegersAreComparedExactly() throws {
    let elements = try XCTUnwrap(
      ArrayComparison(integers([.max, .min]), integers([.max - 1, .min]), nil).elements)
    XCTAssertEqual(elements.mismatched, 1)
    XCTAssertEqual(elements.worst.first?.expected, .integer(.max - 1))
    XCTAssertEqual(elements.largestError?.error, 1)
    let far = try XCTUnwrap(ArrayComparison(integers([.max]), integers([.min]), nil).elements)
    XCTAssertEqual(far.largestError?.error, 0x1p64)
  }

  func testBlocksThatAreCountedAgreeWithOneByOne() throws {
    // Each pair once in a block of its own kind, and once before a mismatch, which is examined.
    var generator = SplitMix64(state: 3)
    let expected = (0..<5000).map { _ in Float.random(in: -2...2, using: &generator) }
    let actual = expected.map { $0 * (1 + Float.random(in: -1...1, using: &generator) * 1e-6) }
    let acceptance = Acceptance(relative: 2e-6, absolute: 1e-9)
    let whole = try compare(actual, expected, acceptance)
    let single = try zip(actual, expected).map { try compare([$0], [$1], acceptance) }
    var counts = [Int](repeating: 0, count: ErrorHistogram.ends.count)
    for elements in single {
      for bin in counts.indices { counts[bin] += elements.histogram.counts[bin] }
    }
    XCTAssertEqual(whole.histogram.counts, counts)
    XCTAssertEqual(whole.mismatched, single.count { !$0.passed })
    XCTAssertEqual(
      whole.largestError?.error, single.compactMap { $0.largestError?.error }.max())
    XCTAssertEqual(whole.sufficient.ulps, single.compactMap(\.sufficient.ulps).max())
  }

  func testFloatsAreCountedAsDoublesAre() throws {
    var generator = SplitMix64(state: 5)
    let extremes: [Float] = [
      0, -0, .leastNonzeroMagnitude, .leastNormalMagnitude, 1e-38, 1e-20, 1, -1, 1e20, 3e38,
      .greatestFiniteMagnitude, .infinity, -.infinity, .nan,
    ]
    if FloatScan(Acceptance(absolute: 1)) == nil { throw XCTSkip("no instructions for floats") }
    var (scanned, ordinary) = (0, 0)
    for round in 0..<6000 {
      let scale = Float(exponent: Int.random(in: -140...120, using: &generator))
      let isWild = round % 8 == 0
      let expected = (0..<Int.random(in: 1...70, using: &generator)).map { _ in
        isWild && Bool.random(using: &generator)
          ? extremes.randomElement(using: &generator) ?? 0
          : round % 8 == 1 ? 0 : Float.random(in: -2...2, using: &generator) * scale
      }
      let size = Float(exponent: Int.random(in: -26 ... -5, using: &generator))
      let actual = expected.map { number in
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: number
        case 1: number.nextUp
        case 2: number * (1 + size * Float.random(in: -1...1, using: &generator))
        default: isWild ? extremes.randomElement(using: &generator) ?? 0 : number
        }
      }
      // Tolerances, and records that elements reach, miss narrowly, or are far from.
      let acceptance = Acceptance(
        relative: [0, 1e-30, 1.3e-6, Double(size), 0.125][round % 5],
        absolute: [0, 1e-30, Double(size * scale), 1e-5, 1e30][round / 5 % 5])
      let pairs = zip(actual, expected).map { (Double($0), Double($1)) }
      let errors = pairs.map { ($0.0 - $0.1).magnitude }.filter(\.isFinite)
      let relatives = pairs.map { ($0.0 - $0.1).magnitude / $0.1.magnitude }.filter(\.isFinite)
      let isGenerous = round % 3 > 0
      let limits = ScanLimits(
        relative: acceptance.relative, absolute: acceptance.absolute,
        largestError: (errors.max() ?? 0) * (isGenerous ? 1 : 0.9),
        largestRelative: max(relatives.max() ?? 0, .leastNonzeroMagnitude),
        largestUsed: [5e-4, 5e-3, 0.05, 1, 1e30].randomElement(using: &generator) ?? 0,
        zero: round % 2 == 0 ? 0 : .infinity)
      guard let scan = FloatScan(acceptance) else { continue }
      scanned += 1
      let found = actual.withUnsafeBytes { first in
        expected.withUnsafeBytes { second in scan.scan(first, second, limits) }
      }
      let counts = LossConformance.scan(
        pairs.map(\.0), pairs.map(\.1), count: pairs.count, limits)
      XCTAssertEqual(found?.counts, counts, "\(round): \(actual), \(expected), \(limits)")
      guard let found else { continue }
      ordinary += 1
      if let ulps = found.largestULPs {
        let steps = zip(actual, expected).map { $0.bitPattern.distance(to: $1.bitPattern) }
        XCTAssertEqual(ulps, UInt64(steps.map(\.magnitude).max() ?? 0))
      } else {
        XCTAssertTrue(zip(actual, expected).contains { $0.sign != $1.sign })
      }
    }
    XCTAssertGreaterThan(ordinary, scanned / 5)
    XCTAssertLessThan(ordinary, scanned * 4 / 5)
  }

  func testFloatsOfEitherByteOrderAreComparedAlike() throws {
    var generator = SplitMix64(state: 6)
    let expected = (0..<20_000).map { _ in Float.random(in: -2...2, using: &generator) }
    let actual = expected.map { $0 * (1 + Float.random(in: -1...1, using: &generator) * 3e-7) }
    func stored(_ values: [Float], isBigEndian: Bool) throws -> StoredArray {
      var header = "{'descr': '\(isBigEndian ? ">" : "<")f4', 'fortran_order': False, "
      header += "'shape': (\(values.count),), }"
      header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
      let bits = values.map { isBigEndian ? $0.bitPattern.bigEndian : $0.bitPattern.littleEndian }
      let bytes =
        [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0]
        + Array(header.utf8) + bits.withUnsafeBytes { Array($0) }
      guard case .one(let array) = try StoredArray.content(of: FileBytes(bytes)) else {
        throw XCTSkip("no array")
      }
      return array
    }
    let texts = try [(false, false), (true, true), (false, true)].map { first, second in
      let comparison = try ArrayComparison(
        stored(actual, isBigEndian: first), stored(expected, isBigEndian: second), nil)
      let files = FilesComparison(
        actual: "a", expected: "b", arrays: [comparison], onlyActual: [], onlyExpected: [])
      XCTAssertEqual(comparison.elements?.mismatched, 0)
      return try FilesComparisonJSON().data(files)
    }
    XCTAssertEqual(texts[0], texts[1])
    XCTAssertEqual(texts[0], texts[2])
  }

  func testThreadsChangeNothing() throws {
    var generator = SplitMix64(state: 4)
    let expected = (0..<(1 << 20) + 5000).map { _ in Float.random(in: -1...1, using: &generator) }
    var actual = expected
    for _ in 0..<1000 {
      let place = Int.random(in: 0..<actual.count, using: &generator)
      actual[place] += Float.random(in: 0...1e-3, using: &generator)
    }
    let texts = try [1, 2].map { threads in
      var options = ArrayComparison.Options()
      options.threads = threads
      let comparison = try ArrayComparison(
        array(actual), array(expected), nil, options: options)
      let files = FilesComparison(
        actual: "a", expected: "b", arrays: [comparison], onlyActual: [], onlyExpected: [])
      return try FilesComparisonJSON().data(files)
    }
    XCTAssertEqual(texts[0], texts[1])
  }

  func testThePlaceOfMismatchesIsTheirBox() throws {
    var actual = [Float](repeating: 1, count: 24)
    for offset in [7, 8, 19] { actual[offset] = 2 }
    let ones = array([Float](repeating: 1, count: 24), [2, 3, 4])
    let comparison = try ArrayComparison(array(actual, [2, 3, 4]), ones, nil)
    XCTAssertEqual(comparison.elements?.place, [0...1, 1...2, 0...3])
    XCTAssertEqual(comparison.patterns, [], "one number for one other number says nothing")
  }

  func testARatioNeedsMoreThanOneNumber() throws {
    func patterns(_ actual: [Float], _ expected: [Float]) throws -> [ArrayPattern] {
      try ArrayComparison(array(actual), array(expected), nil).patterns
    }
    XCTAssertEqual(try patterns([2, 4, 8], [1, 2, 4]), [.ratio(2, name: nil)])
    XCTAssertEqual(
      try patterns([1, 2, 3], [3, 6, 9]), [.ratio(1 / 3, name: "1 / 3, the extent of axis 0")])
    XCTAssertEqual(try patterns([2], [1]), [])
    XCTAssertEqual(try patterns([2, 2], [1, 1]), [], "an offset, a ratio or a constant")
    XCTAssertEqual(try patterns([1.5, 2.5], [1, 2]), [.offset(0.5)])
  }
}

extension Float {
  /// A power of two, in the range of finite numbers.
  fileprivate init(exponent: Int) {
    self = Float(sign: .plus, exponent: exponent, significand: 1)
  }
}
