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
    try requireAxes(shape)
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

  /// The elements with the axis moved behind all others: row after row.
  ///
  /// - Complexity: O(1) where it is the last axis, else O(`elements.count`).
  func rowsLast<Element>(_ elements: Elements<Element>) -> Elements<Element> {
    guard stride != 1 else { return elements }
    var moved: [Element] = []
    moved.reserveCapacity(elements.count)
    for row in 0..<rows.count {
      let start = (row / stride) * extent * stride + row % stride
      for k in 0..<extent { moved.append(elements[start + k * stride]) }
    }
    return .array(moved)
  }

  /// The way back from `rowsLast`: row after row, moved to where their elements stand.
  ///
  /// - Complexity: O(1) where the axis is the last one, else O(`rows.count`).
  func inPlace<Element>(_ moved: [Element]) -> [Element] {
    guard stride != 1 else { return moved }
    var elements = moved
    for row in 0..<rows.count {
      let start = (row / stride) * extent * stride + row % stride
      for k in 0..<extent { elements[start + k * stride] = moved[row * extent + k] }
    }
    return elements
  }
}

/// Refuses a scalar.
///
/// - Throws: `LossError.rankTooLow`.
func requireAxes(_ shape: Shape) throws(LossError) {
  guard shape.rank >= 1 else { throw .rankTooLow(yPred: shape, minimum: 1) }
}
