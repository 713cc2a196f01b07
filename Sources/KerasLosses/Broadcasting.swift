extension Shape {
  /// The shape that two shapes broadcast to by NumPy's rule, or `nil` where they do not.
  ///
  /// - Throws: `LossError.invalidShape` where it has too many elements.
  /// - Complexity: O(rank).
  func broadcast(with other: Shape) throws(LossError) -> Shape? {
    guard self != other else { return self }
    let rank = max(self.rank, other.rank)
    var dimensions: [Int] = []
    for axis in 0..<rank {
      let a = extent(axis, ofRank: rank)
      let b = other.extent(axis, ofRank: rank)
      guard a == b || a == 1 || b == 1 else { return nil }
      dimensions.append(a == 1 ? b : a)
    }
    return try Shape(dimensions, from: max(count, other.count))
  }

  /// Creates the shape of what is repeated from some elements.
  ///
  /// - Throws: `LossError.invalidShape` where it has too many.
  /// - Complexity: O(rank).
  init(_ dimensions: [Int], from origin: Int) throws(LossError) {
    try self.init(dimensions)
    guard unsafe count <= max(origin, Self.largestExpansion) else {
      throw .invalidShape(dimensions: dimensions)
    }
  }

  /// The extent of an axis of this shape, led by ones up to a rank.
  fileprivate func extent(_ axis: Int, ofRank rank: Int) -> Int {
    let own = axis - (rank - self.rank)
    return own < 0 ? 1 : dimensions[own]
  }
}

extension Tensor {
  /// The elements of two tensors combined in pairs, broadcast by NumPy's rule.
  ///
  /// The argument's name, `argument`, is for the error.
  ///
  /// - Throws: `LossError.weightNotBroadcastable`.
  /// - Complexity: O(rank * elements of the result).
  func combined(
    with other: Tensor, argument: String, _ operation: (Element, Element) -> Element
  ) throws(LossError) -> Tensor {
    guard let shape = try shape.broadcast(with: other.shape) else {
      throw .weightNotBroadcastable(argument: argument, shape: other.shape, losses: self.shape)
    }
    if self.shape == shape, other.shape == shape {
      return Tensor(unchecked: shape, elements: zip(storage, other.storage).map(operation))
    }
    let mine = indices(broadcastTo: shape)
    let theirs = other.indices(broadcastTo: shape)
    let elements = zip(mine, theirs).map { operation(storage[$0], other.storage[$1]) }
    return Tensor(unchecked: shape, elements: elements)
  }

  /// The elements repeated to a shape that this tensor's broadcasts to.
  ///
  /// - Complexity: O(1) for its own shape, else O(rank * elements of the result).
  func broadcast(to target: Shape) -> Tensor {
    guard target != shape else { return self }
    return Tensor(unchecked: target, elements: indices(broadcastTo: target).map { storage[$0] })
  }

  /// For each element of a broadcast shape, the index of the element of this tensor that it repeats.
  fileprivate func indices(broadcastTo target: Shape) -> [Int] {
    guard target.count > 0 else { return [] }
    var indices = [0]
    for axis in 0..<target.rank {
      let extent = shape.extent(axis, ofRank: target.rank)
      let repeats = target.dimensions[axis]
      indices = indices.flatMap { index in
        (0..<repeats).map { index * extent + (extent == 1 ? 0 : $0) }
      }
    }
    return indices
  }
}

extension Tensor where Element: LossScalar {
  /// The way back from `broadcast(to:)`: the sum of what each element of a shape was repeated to.
  ///
  /// - Complexity: O(1) for its own shape, else O(rank * `shape.count`).
  func summed(to target: Shape, flushes: Bool) -> Tensor {
    guard target != shape else { return self }
    guard shape.count > 0 else { return Tensor(repeating: 0, shape: target) }
    let positions = Tensor<Int>(unchecked: target, elements: Array(0..<target.count))
      .indices(broadcastTo: shape)
    // The terms of each sum one behind the other, in the order of this tensor.
    let repeats = shape.count / target.count
    var terms = elements
    var next = (0..<target.count).map { $0 * repeats }
    for (element, position) in zip(storage, positions) {
      terms[next[position]] = element
      next[position] += 1
    }
    let sums = (0..<target.count).map { position in
      KerasLosses.sum(terms.span.extracting(position * repeats..<(position + 1) * repeats))
        .flushed(if: flushes)
    }
    return Tensor(unchecked: target, elements: sums)
  }
}
