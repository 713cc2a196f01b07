/// What two arrays have in common where they differ.
package enum ArrayPattern: Equatable, Sendable {
  /// Every mismatched element is the same multiple of what is expected; named where the factor is
  /// known.
  case ratio(Double, name: String?)
  /// Every mismatched element is the same number too large.
  case offset(Double)
  /// Every mismatched element has the wrong sign.
  case sign
  /// The same number at every mismatched element.
  case constant(Double, name: String?)
  /// Many mismatched elements are the largest, or the least, number there is.
  case saturation(Double, isLargest: Bool, count: Int, name: String?)
  /// Every mismatched element is a number of a narrower dtype.
  case narrower(dtype: String)
  /// The same elements in the same order, in another shape.
  case reshaped
  /// Equal once the axes are in another order.
  case transposed(axes: [Int])
  /// The same elements in the same order, where one side was read or written in the other order.
  case otherOrder
  /// Equal once an axis is reversed.
  case reversed(axis: Int)
  /// The same elements in another order.
  case permutation
}
