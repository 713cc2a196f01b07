/// An axis of a shape seen as rows: how to walk the elements along it.
///
/// Row `(outer, inner)` has the elements `(outer * extent + k) * stride + inner`, k below `extent`.
struct ClassAxis {
  /// The extent of the axis.
  let extent: Int
  /// The number of elements between neighbours along the axis.
  let stride: Int
  /// The shape without the axis: one loss a row.
  let rows: Shape

  /// Looks up an axis, counted from the end where negative.
  ///
  /// - Throws: `LossError.rankTooLow` for a scalar, `LossError.axisOutOfRange`.
  init(_ axis: Int, of shape: Shape) throws(LossError) {
    guard shape.rank >= 1 else { throw .rankTooLow(yPred: shape, minimum: 1) }
    guard axis >= -shape.rank, axis < shape.rank else {
      throw .axisOutOfRange(axis: axis, rank: shape.rank)
    }
    let position = axis < 0 ? axis + shape.rank : axis
    var remaining = shape.dimensions
    remaining.remove(at: position)
    extent = shape.dimensions[position]
    stride = shape.dimensions[(position + 1)...].reduce(1, *)
    rows = Shape(unchecked: remaining)
  }

  /// The index of a row's first element.
  ///
  /// - Complexity: O(1).
  func start(ofRow row: Int) -> Int {
    (row / stride) * extent * stride + row % stride
  }

  /// The elements of a row.
  ///
  /// - Complexity: O(extent).
  func row<Element>(_ row: Int, of elements: [Element]) -> [Element] {
    let start = start(ofRow: row)
    return (0..<extent).map { elements[start + $0 * stride] }
  }
}
