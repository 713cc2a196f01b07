/// Mends ranks that differ by one where the higher one ends in an extent of 1.
///
/// A partner of rank 1 gets a trailing 1; otherwise the trailing 1 is removed.
///
/// Source: Keras 3.15.1, `squeeze_or_expand_to_same_rank`.
///
/// - Complexity: O(rank).
func repairedRanks(_ first: Shape, _ second: Shape) -> (Shape, Shape) {
  if first.rank == second.rank + 1, first.dimensions.last == 1 {
    return second.rank == 1
      ? (first, second.withTrailingOne) : (first.withoutLastAxis, second)
  }
  if second.rank == first.rank + 1, second.dimensions.last == 1 {
    return first.rank == 1
      ? (first.withTrailingOne, second) : (first, second.withoutLastAxis)
  }
  return (first, second)
}

extension Shape {
  /// This shape with an axis of extent 1 after the last.
  fileprivate var withTrailingOne: Shape { Shape(unchecked: dimensions + [1]) }

  /// This shape without its last axis.
  fileprivate var withoutLastAxis: Shape { Shape(unchecked: dimensions.dropLast()) }
}

extension Tensor {
  /// The same elements under another shape of as many.
  func reshaped(to shape: Shape) -> Tensor { Tensor(unchecked: shape, elements: elements) }
}
