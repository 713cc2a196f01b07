/// Mends ranks that differ by one where the higher one ends in an extent of 1.
///
/// A partner of rank 1 gets a trailing 1, by the choice; otherwise the trailing 1 is removed.
///
/// Source: Keras 3.15.1, `squeeze_or_expand_to_same_rank`; tf-keras 2.21,
/// `remove_squeezable_dimensions`.
///
/// - Complexity: O(rank).
func repairedRanks(
  _ first: Shape, _ second: Shape, _ choice: Dialect.ClassRanks = .expandVectors
) -> (Shape, Shape) {
  let expandsVectors = choice == .expandVectors
  if first.rank == second.rank + 1, first.dimensions.last == 1 {
    return expandsVectors && second.rank == 1
      ? (first, second.withTrailingOne) : (first.withoutLastAxis, second)
  }
  if second.rank == first.rank + 1, second.dimensions.last == 1 {
    return expandsVectors && first.rank == 1
      ? (first.withTrailingOne, second) : (first, second.withoutLastAxis)
  }
  return (first, second)
}

extension Shape {
  /// This shape with an axis of extent 1 after the last.
  var withTrailingOne: Shape { Shape(unchecked: dimensions + [1]) }

  /// This shape without its last axis.
  var withoutLastAxis: Shape { Shape(unchecked: dimensions.dropLast()) }
}

extension Tensor {
  /// The same elements under another shape of as many.
  func reshaped(to shape: Shape) -> Tensor { Tensor(unchecked: shape, storage: storage) }
}
