/// The extents of a tensor, outermost axis first; the empty shape is that of a scalar.
///
/// Extents are never negative. A shape with a zero extent has no elements.
public struct Shape: Hashable, Sendable {
  /// The extent of each axis.
  public let dimensions: [Int]

  /// The number of elements: the product of the extents, 1 for a scalar.
  public let count: Int

  /// Creates a shape from the extents of its axes.
  ///
  /// - Throws: `LossError.invalidShape` where an extent is negative or the element count is not an
  ///   `Int`.
  /// - Complexity: O(rank).
  public init(_ dimensions: [Int]) throws(LossError) {
    var count = 1
    var overflows = false
    for dimension in dimensions {
      guard dimension >= 0 else { throw .invalidShape(dimensions: dimensions) }
      let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
      // A later zero extent makes even an overflowing shape empty; it is refused all the same, as
      // no buffer can be addressed by its other axes.
      overflows = overflows || overflow
      count = product
    }
    guard !overflows else { throw .invalidShape(dimensions: dimensions) }
    self.dimensions = dimensions
    self.count = count
  }

  /// The shape of extents that are known to be valid: those of another shape, rearranged.
  init(unchecked dimensions: [Int]) {
    self.dimensions = dimensions
    self.count = dimensions.reduce(1, *)
  }

  /// The shape of a scalar: no axes, one element.
  public static let scalar = Shape(unchecked: [])

  /// The number of axes.
  public var rank: Int { dimensions.count }
}

extension Shape: CustomStringConvertible {
  /// The extents as Keras prints them: `()`, `(3,)`, `(2, 3)`.
  public var description: String {
    let extents = dimensions.map(String.init).joined(separator: ", ")
    return rank == 1 ? "(\(extents),)" : "(\(extents))"
  }
}
