import ArrayFiles

/// The arrays of two files, compared.
package struct FilesComparison: Sendable {
  /// The file by the name that it was given by.
  package let actual: String
  /// The file that is expected.
  package let expected: String
  /// The arrays of both, in the order of the names.
  package let arrays: [ArrayComparison]
  /// The names of arrays that only the first file has.
  package let onlyActual: [String]
  /// The names of arrays that only the expected file has.
  package let onlyExpected: [String]

  /// What came of a comparison.
  package enum Verdict: String, Sendable {
    /// All arrays are the same, to what is allowed.
    case passed
    /// Something differs.
    case failed
    /// There was no element to compare.
    case nothingCompared = "nothing_compared"
  }

  /// What came of it.
  package var verdict: Verdict {
    guard onlyActual.isEmpty, onlyExpected.isEmpty, arrays.allSatisfy(\.passed) else {
      return .failed
    }
    return elementCount == 0 ? .nothingCompared : .passed
  }

  /// How many pairs of elements were compared.
  package var elementCount: Int { arrays.reduce(0) { $0 + ($1.elements?.count ?? 0) } }
}

/// A file of arrays, opened.
package struct ArraySource: Sendable {
  /// The name that it was given by; "-" is standard input.
  package let path: String
  private let content: Content

  private enum Content {
    case one(StoredArray)
    case several([String: StoredArray])
    case text(TextArray)
  }

  /// Opens a file, whose first bytes tell what it is: NPY, NPZ, JSON, or what Python and NumPy print.
  ///
  /// - Complexity: O(1) for an NPY file, else O(bytes).
  package init(path: String) throws(Failure) {
    self.path = path
    do throws(ArrayFileError) {
      let file = try FileBytes(path: path)
      guard !file.bytes.isEmpty else { throw ArrayFileError("it is empty") }
      switch try StoredArray.content(of: file) {
      case .one(let array): content = .one(array)
      case .several(let arrays):
        var named: [String: StoredArray] = [:]
        for array in arrays { named[array.name ?? ""] = array }
        content = .several(named)
      case .other: content = .text(try TextArray(file))
      }
    } catch {
      throw Failure(path: path, message: error.message)
    }
  }

  /// Why a file cannot be used.
  package struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
    let path: String
    let message: String
    /// Whether the command line is wrong, not the file.
    package var isUsage = false

    /// The sentence as it is printed.
    package var description: String {
      "\(path == "-" ? "standard input" : path): \(message)"
    }
  }

  /// The names of the arrays of an archive, in alphabetical order; `nil` for other files.
  package var names: [String]? {
    if case .several(let arrays) = content { arrays.keys.sorted() } else { nil }
  }

  /// The array of a name, or the only one; in the dtype of the other side where it has none.
  fileprivate func array(_ name: String?, like dtype: DType?) -> StoredArray? {
    switch content {
    case .one(let array): array
    case .several(let arrays):
      name.flatMap { arrays[$0] } ?? (arrays.count == 1 ? arrays.values.first : nil)
    case .text(let text): text.array(like: dtype ?? .float64)
    }
  }

  fileprivate var text: TextArray? {
    if case .text(let text) = content { text } else { nil }
  }
}

extension FilesComparison {
  /// Compares the arrays of two files, those of archives by their names.
  ///
  /// - Parameters:
  ///   - actual: A file.
  ///   - expected: The one that is expected.
  ///   - tolerance: A file of what is allowed for each element; of an archive the array of the name.
  ///   - acceptance: What is allowed; the defaults of the dtypes where it is `nil`.
  ///   - names: The arrays of archives that are compared; all where it is empty.
  ///   - options: The rest.
  /// - Throws: `ArraySource.Failure` for archives that have not the same arrays to compare, and for
  ///   what `ArrayComparison` throws.
  /// - Complexity: That of `ArrayComparison`, for each pair.
  package init(
    _ actual: ArraySource, _ expected: ArraySource, tolerance: ArraySource? = nil,
    _ acceptance: Acceptance?, names: [String] = [],
    options: ArrayComparison.Options = ArrayComparison.Options()
  ) throws(ArraySource.Failure) {
    let pairing = try Pairing(actual, expected, names)
    var arrays: [ArrayComparison] = []
    for (first, second) in pairing.pairs {
      let (numbers, wanted) = try Self.arrays(actual, first, expected, second)
      let allowed = tolerance?.array(second ?? first, like: .float64)
      if let tolerance, allowed == nil {
        throw ArraySource.Failure(
          path: tolerance.path, message: "it has no array \(second ?? first ?? "")", isUsage: true)
      }
      do throws(ArrayFileError) {
        arrays.append(
          try ArrayComparison(numbers, wanted, tolerance: allowed, acceptance, options: options))
      } catch {
        let files = [actual.path, expected.path] + (tolerance.map { [$0.path] } ?? [])
        throw ArraySource.Failure(path: files.joined(separator: ", "), message: error.message)
      }
    }
    self.init(
      actual: actual.path, expected: expected.path, arrays: arrays,
      onlyActual: pairing.onlyActual, onlyExpected: pairing.onlyExpected)
  }

  private static func arrays(
    _ actual: ArraySource, _ first: String?, _ expected: ArraySource, _ second: String?
  ) throws(ArraySource.Failure) -> (StoredArray, StoredArray) {
    if let text = actual.text, let other = expected.text { return TextArray.arrays(text, other) }
    let wanted = expected.array(second, like: actual.array(first, like: nil)?.dtype)
    let numbers = actual.array(first, like: wanted?.dtype)
    guard let numbers, let wanted else {
      throw ArraySource.Failure(
        path: numbers == nil ? actual.path : expected.path, message: "it has no such array",
        isUsage: true)
    }
    return (numbers, wanted)
  }
}

/// Which arrays of two files belong together.
private struct Pairing {
  var pairs: [(String?, String?)] = []
  var onlyActual: [String] = []
  var onlyExpected: [String] = []

  init(
    _ actual: ArraySource, _ expected: ArraySource, _ chosen: [String]
  ) throws(ArraySource.Failure) {
    if !chosen.isEmpty, actual.names == nil, expected.names == nil {
      throw ArraySource.Failure(
        path: actual.path, message: "only arrays of NPZ archives have names", isUsage: true)
    }
    let first = try Self.names(actual, chosen)
    let second = try Self.names(expected, chosen)
    switch (first, second) {
    case (let first?, let second?):
      pairs = second.filter(first.contains).map { ($0, $0) }
      onlyActual = first.filter { !second.contains($0) }
      onlyExpected = second.filter { !first.contains($0) }
    case (let names?, nil): pairs = [(try Self.only(names, actual, beside: expected), nil)]
    case (nil, let names?): pairs = [(nil, try Self.only(names, expected, beside: actual))]
    case (nil, nil): pairs = [(nil, nil)]
    }
  }

  private static func names(
    _ source: ArraySource, _ chosen: [String]
  ) throws(ArraySource.Failure) -> [String]? {
    guard let names = source.names else { return nil }
    if let missing = chosen.first(where: { !names.contains($0) }) {
      throw ArraySource.Failure(
        path: source.path,
        message: "it has no array \(missing); there are: \(names.joined(separator: ", "))",
        isUsage: true)
    }
    return chosen.isEmpty ? names : names.filter(chosen.contains)
  }

  private static func only(
    _ names: [String], _ source: ArraySource, beside other: ArraySource
  ) throws(ArraySource.Failure) -> String {
    guard names.count == 1, let name = names.first else {
      throw ArraySource.Failure(
        path: source.path,
        message: "it has \(names.count) arrays and \(other.path) has one: choose with --array"
          + (names.isEmpty ? "" : ", of: \(names.joined(separator: ", "))"), isUsage: true)
    }
    return name
  }
}
