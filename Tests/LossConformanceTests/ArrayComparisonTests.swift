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
