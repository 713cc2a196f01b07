extension Tensor where Element: LossScalar {
  /// The sums over some axes, counted from the end where negative; over all where there are none.
  ///
  /// - Throws: `LossError.axisOutOfRange`.
  /// - Complexity: O(rank * elements).
  func summed(over axes: [Int]?, flushes: Bool) throws(LossError) -> Tensor {
    guard let axes else {
      return Tensor(scalar: KerasLosses.sum(elements.span).flushed(if: flushes))
    }
    var remaining = self
    // From the last axis on: the positions of the others stay.
    for axis in try positions(of: axes).sorted(by: >) {
      let reduced = try ClassAxis(axis, of: remaining.shape)
      let rows = reduced.rowsLast(remaining.elements)
      let sums = (0..<reduced.rows.count).map { row in
        KerasLosses.sum(
          rows.span.extracting(row * reduced.extent..<(row + 1) * reduced.extent)
        ).flushed(if: flushes)
      }
      remaining = Tensor(unchecked: reduced.rows, elements: sums)
    }
    return remaining
  }

  private func positions(of axes: [Int]) throws(LossError) -> [Int] {
    var positions: [Int] = []
    for axis in axes {
      guard axis >= -shape.rank, axis < shape.rank else {
        throw .axisOutOfRange(axis: axis, rank: shape.rank)
      }
      positions.append(axis < 0 ? axis + shape.rank : axis)
    }
    return positions
  }
}
