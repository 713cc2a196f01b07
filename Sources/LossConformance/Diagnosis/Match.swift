public import LossFixtures

extension Golden {
  /// Whether every element of an answer is what the golden says: within its tolerance and the answer's
  /// own uncertainty.
  ///
  /// NaN matches NaN, an infinity itself, zeros of either sign each other.
  ///
  /// - Parameters:
  ///   - actual: The answer; only one of the golden's dtype and shape matches.
  ///   - uncertainty: How uncertain each element of the answer is by itself; empty where all are exact.
  ///   - dtype: A narrower dtype of which every finite element must be.
  /// - Returns: Whether the answer is what the golden says.
  /// - Complexity: O(elements).
  public func matches(
    _ actual: FixtureTensor, uncertainty: [Double] = [], dtype: String? = nil
  ) -> Bool {
    guard actual.shape == tensor.shape, actual.values.dtype == tensor.values.dtype else {
      return false
    }
    let narrow = dtype.flatMap(NumberFormat.init)
    let (numbers, expected) = (actual.values.doubles, tensor.values.doubles)
    return numbers.indices.allSatisfy { place in
      let (number, golden) = (numbers[place], expected[place])
      if let narrow, number.isFinite, !narrow.represents(number) { return false }
      if number == golden || number.isNaN && golden.isNaN { return true }
      let own = place < uncertainty.count ? uncertainty[place] : 0
      return (number - golden).magnitude <= tolerance[place] + own
    }
  }

  /// Whether an answer can match only one of two goldens.
  func isDistinct(from other: Golden) -> Bool {
    guard tensor.shape == other.tensor.shape, tensor.values.dtype == other.tensor.values.dtype
    else { return true }
    return !matches(other.tensor, uncertainty: other.tolerance)
  }
}

/// How much the agreement of answers with a candidate proves, in bits.
///
/// An element counts log2(|actual - Keras's| / tolerance of the match): how unlikely it is that a number
/// so far off is met by chance. Repeated pairs of numbers count once.
public struct Evidence: Sendable {
  /// The sum of what each element proves.
  public private(set) var bits = 0.0
  private var seen: Set<Pair> = []

  private struct Pair: Hashable {
    let expected: UInt64?
    let actual: UInt64
  }

  /// An error that agrees proves little: there are few codes.
  static let ofError = 1.0
  /// So does a shape.
  static let ofShape = 4.0
  /// And a number that many formulas give: 0, NaN, an infinity.
  static let ofSpecialNumber = 1.0
  /// Numbers of so few significant bits may be of any dtype.
  private static let fewSignificantBits = 4

  /// Nothing is proven yet.
  public init() {}

  /// Counts an error that agrees.
  public mutating func addError() { bits += Self.ofError }

  /// Counts the elements of an answer that agrees.
  ///
  /// - Parameters:
  ///   - actual: The answer.
  ///   - golden: What the candidate gives.
  ///   - keras: What Keras gives, where it gives numbers.
  ///   - uncertainty: How uncertain each element of the answer is by itself.
  ///   - dtype: The narrower dtype that the candidate computes in.
  /// - Complexity: O(elements).
  public mutating func add(
    _ actual: FixtureTensor, as golden: Golden, instead keras: FixtureTensor?,
    uncertainty: [Double] = [], dtype: String? = nil
  ) {
    guard let format = NumberFormat(rawValue: actual.values.dtype) else { return }
    let cap = format == .float64 ? 45.0 : 20
    let narrow = dtype.flatMap(NumberFormat.init)
    let numbers = actual.values.doubles
    var expected: [Double]?
    if keras?.shape == actual.shape {
      expected = keras?.values.doubles
    } else {
      bits += Self.ofShape
    }
    for (place, number) in numbers.enumerated() where number != expected?[place] {
      let usual = expected?[place]
      if number.isNaN, usual?.isNaN == true { continue }
      let pair = Pair(expected: usual?.bitPattern, actual: number.bitPattern)
      guard seen.insert(pair).inserted else { continue }
      guard number.isFinite, number != 0 else {
        bits += Self.ofSpecialNumber
        continue
      }
      let distance = usual.map { $0.isFinite ? (number - $0).magnitude : number.magnitude }
      let own = place < uncertainty.count ? uncertainty[place] : 0
      let resolution = max(golden.tolerance[place] + own, format.ulp(number) / 2)
      var proof = max(0, binaryLogarithm((distance ?? number.magnitude) / resolution))
      // What a narrower dtype rounds is off by less than its tolerance; that it is of that dtype tells.
      if let narrow, !format.hasFew(Self.fewSignificantBits, number) {
        proof += Double(format.significantBits - narrow.significantBits)
      }
      bits += min(proof, cap)
    }
  }
}
