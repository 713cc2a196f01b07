import ArrayFiles

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// A comparison of files as JSON, schema "loss-parity/comparison/1", for other programs.
///
/// NaN and infinities are strings as in the fixtures; a complex number is a list of its parts.
package struct FilesComparisonJSON: Sendable {
  /// The schema of the JSON.
  package static let schema = "loss-parity/comparison/1"

  /// Creates the rendering.
  package init() {}

  /// The JSON text, UTF-8, with a newline at its end.
  ///
  /// - Complexity: O(arrays).
  package func data(_ comparison: FilesComparison) throws -> Data {
    try jsonData(Document(comparison))
  }
}

// The JSON's shape, apart from the comparison's types: renaming one of these breaks no reader.

private struct Document: Encodable {
  let schema = FilesComparisonJSON.schema
  let verdict: String
  let actual: String
  let expected: String
  let elementCount: Int
  let arrays: [Array]
  let onlyActual: [String]
  let onlyExpected: [String]

  init(_ comparison: FilesComparison) {
    verdict = comparison.verdict.rawValue
    actual = comparison.actual
    expected = comparison.expected
    elementCount = comparison.elementCount
    arrays = comparison.arrays.map(Array.init)
    onlyActual = comparison.onlyActual
    onlyExpected = comparison.onlyExpected
  }

  struct Array: Encodable {
    let name: String?
    let passed: Bool
    let actual: Side
    let expected: Side
    let acceptance: Accepted
    let dtypePassed: Bool
    let shapePassed: Bool
    let elements: Elements?
    let patterns: [Pattern]
    let orderSearched: Bool

    init(_ array: ArrayComparison) {
      name = array.name
      passed = array.passed
      actual = Side(array.actual)
      expected = Side(array.expected)
      acceptance = Accepted(array)
      dtypePassed = !array.failsByDType
      shapePassed = array.elements != nil
      elements = array.elements.map(Elements.init)
      patterns = array.patterns.map(Pattern.init)
      orderSearched = !array.isOrderUnknown
    }
  }

  struct Side: Encodable {
    let dtype: String
    let shape: [Int]

    init(_ side: ArrayComparison.Side) {
      dtype = side.dtype.rawValue
      shape = side.shape
    }
  }

  struct Accepted: Encodable {
    let rtol: Double
    let atol: Double
    let ulp: UInt64?
    let equalNan: Bool
    let perElement: Bool
    let defaultOf: String?

    init(_ array: ArrayComparison) {
      rtol = array.acceptance.relative
      atol = array.acceptance.absolute
      ulp = array.acceptance.ulps
      equalNan = array.acceptance.equalNaN
      perElement = array.hasTolerances
      defaultOf = array.acceptance.defaultOf?.rawValue
    }
  }

  struct Elements: Encodable {
    let count: Int
    let mismatched: Int
    let mismatchedNan: Int
    let mismatchedInfinity: Int
    let worst: [Element]
    let worstPassing: Element?
    let largestError: Element?
    let largestRelativeError: Element?
    let histogram: [Bin]
    let nonFinite: Int
    let sufficient: Sufficient
    /// The first and the last index of mismatches along each axis.
    let place: [[Int]]?

    init(_ elements: ArrayComparison.Elements) {
      count = elements.count
      mismatched = elements.mismatched
      mismatchedNan = elements.mismatchedNaN
      mismatchedInfinity = elements.mismatchedInfinity
      worst = elements.worst.map(Element.init)
      worstPassing = elements.worstPassing.map(Element.init)
      largestError = elements.largestError.map(Element.init)
      largestRelativeError = elements.largestRelativeError.map(Element.init)
      histogram = zip(ErrorHistogram.ends, elements.histogram.counts).map(Bin.init)
      nonFinite = elements.histogram.nonFinite
      sufficient = Sufficient(
        rtol: elements.sufficient.relative, atol: elements.sufficient.absolute,
        ulp: elements.sufficient.ulps)
      place = elements.place?.map { [$0.lowerBound, $0.upperBound] }
    }
  }

  struct Bin: Encodable {
    let upTo: Double
    let count: Int
  }

  struct Sufficient: Encodable {
    let rtol: Double?
    let atol: Double?
    let ulp: UInt64?
  }

  struct Element: Encodable {
    let index: [Int]
    let actual: Number
    let expected: Number
    let kind: String
    let error: Double
    let allowed: Double
    let toleranceUsed: Double
    let relativeError: Double
    let ulps: UInt64?

    init(_ element: ArrayComparison.Element) {
      index = element.index
      actual = Number(number: element.actual)
      expected = Number(number: element.expected)
      kind = element.kind.rawValue
      error = element.error
      allowed = element.allowed
      toleranceUsed = element.toleranceUsed
      relativeError = element.relativeError
      ulps = element.ulps
    }
  }

  struct Number: Encodable {
    let number: ArrayNumber

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch number {
      case .boolean(let value): try container.encode(value)
      case .integer(let value): try container.encode(value)
      case .natural(let value): try container.encode(value)
      case .real(let value): try container.encode(value)
      case .complex(let real, let imaginary): try container.encode([real, imaginary])
      }
    }
  }

  struct Pattern: Encodable {
    let kind: String
    var value: Double?
    var name: String?
    var count: Int?
    var axes: [Int]?
    var dtype: String?

    init(_ pattern: ArrayPattern) {
      switch pattern {
      case .ratio(let ratio, let name): (kind, value, self.name) = ("ratio", ratio, name)
      case .offset(let offset): (kind, value) = ("offset", offset)
      case .sign: kind = "sign"
      case .constant(let value, let name):
        (kind, self.value, self.name) = ("constant", value, name)
      case .saturation(let value, _, let count, let name):
        (kind, self.value, self.count, self.name) = ("saturation", value, count, name)
      case .narrower(let dtype): (kind, self.dtype) = ("narrower", dtype)
      case .reshaped: kind = "reshaped"
      case .transposed(let axes): (kind, self.axes) = ("transposed", axes)
      case .otherOrder: kind = "other_order"
      case .reversed(let axis): (kind, axes) = ("reversed", [axis])
      case .permutation: kind = "permutation"
      }
    }
  }
}
