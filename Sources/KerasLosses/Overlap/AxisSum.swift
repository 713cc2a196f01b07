/// Sums over some axes of the arrays of a shape, and the way back from them.
struct AxisSum: Sendable {
  /// The shape of what is summed.
  private let shape: Shape
  /// The shape of what is summed with an extent of 1 along each axis that is.
  private let kept: Shape
  /// The axes that are summed, one after the other, the last first; `nil` for all at once.
  private let axes: [ClassAxis]?
  /// Whether subnormal numbers are zero.
  private let flushes: Bool

  /// Looks up axes, counted from the end where negative; all where there are none.
  ///
  /// - Throws: `LossError.axisOutOfRange`; `LossError.invalidParameter` where an axis is named twice.
  init(over axes: [Int]?, of shape: Shape, flushes: Bool) throws(LossError) {
    self.shape = shape
    self.flushes = flushes
    guard let axes else {
      self.axes = nil
      kept = Shape(unchecked: shape.dimensions.map { _ in 1 })
      return
    }
    var extents = shape.dimensions
    var positions: Set<Int> = []
    for axis in axes where axis < -shape.rank || axis >= shape.rank {
      throw .axisOutOfRange(axis: axis, rank: shape.rank)
    }
    for axis in axes {
      let position = axis < 0 ? axis + shape.rank : axis
      guard positions.insert(position).inserted else {
        throw .invalidParameter(name: "axis", value: "\(axes)", expected: "each axis once")
      }
      extents[position] = 1
    }
    kept = Shape(unchecked: extents)
    // From the last axis on: the positions of the others stay.
    var summed: [ClassAxis] = []
    for position in positions.sorted(by: >) {
      summed.append(try ClassAxis(position, of: summed.last?.rows ?? shape))
    }
    self.axes = summed
  }

  /// The sums, in the shape that is left.
  ///
  /// - Complexity: O(rank * elements).
  func callAsFunction<Scalar: LossScalar>(_ tensor: Tensor<Scalar>) -> Tensor<Scalar> {
    guard let axes else {
      return Tensor(scalar: sum(tensor.storage.span).flushed(if: flushes))
    }
    return axes.reduce(tensor) { tensor, axis in
      let rows = axis.rowsLast(tensor.storage)
      let sums = (0..<axis.rows.count).map { row in
        sum(rows.span.extracting(row * axis.extent..<(row + 1) * axis.extent))
          .flushed(if: flushes)
      }
      return Tensor(unchecked: axis.rows, elements: sums)
    }
  }

  /// The way back: for each element of the shape, the index of the sum that it is a term of.
  ///
  /// - Complexity: O(rank * elements of the shape).
  var indicesOfSums: [Int] {
    Tensor(unchecked: kept, elements: Array(0..<kept.count)).broadcast(to: shape).elements
  }
}

extension Tensor where Element: LossScalar {
  /// The sums over some axes, counted from the end where negative; over all where there are none.
  ///
  /// - Throws: `LossError.axisOutOfRange`; `LossError.invalidParameter` where an axis is named twice.
  /// - Complexity: O(rank * elements).
  func summed(over axes: [Int]?, flushes: Bool) throws(LossError) -> Tensor {
    try AxisSum(over: axes, of: shape, flushes: flushes)(self)
  }
}
