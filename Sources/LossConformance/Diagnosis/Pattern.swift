/// What answers that no candidate gives have in common.
public struct Pattern: Equatable, Sendable {
  /// What it is.
  public let kind: Kind
  /// How many failing cases show it.
  public let cases: Int

  /// What answers may have in common.
  public enum Kind: Equatable, Sendable {
    /// There is no answer.
    case broken
    /// There is no gradient.
    case unanswered
    /// Refused with this error.
    case refused(code: String)
    /// What Keras refuses is answered.
    case accepted(code: String)
    /// Numbers of another dtype.
    case dtype(actual: String, expected: String)
    /// Another shape.
    case shape(actual: [Int], expected: [Int])
    /// Every element is the same multiple of what it should be, in words where that is a number of the
    /// case.
    case ratio(Double, name: String?)
    /// Every element is the same number too large.
    case offset(Double)
    /// The right numbers with the wrong sign.
    case sign
    /// The right numbers with their axes exchanged.
    case transposition
    /// The right numbers in another order.
    case permutation
    /// All numbers are of a narrower dtype.
    case narrower(dtype: String)
    /// The same number at many elements, known from elsewhere.
    case saturation(Double, name: String)
    /// The same number at every element.
    case constant(Double)
    /// NaN or infinities exactly where predictions are of a kind.
    case nonFinite(Place)
  }

  /// Predictions at which formulas break down.
  public enum Place: String, CaseIterable, Sendable {
    /// A row of y_pred sums to zero.
    case zeroSum = "zero_sum"
    /// A prediction is 0.
    case zero
    /// A prediction is 1.
    case one
    /// A prediction is 0 or 1.
    case zeroOrOne = "zero_or_one"
  }
}
