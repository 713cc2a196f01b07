extension SIMD where Scalar: FloatingPoint {
  /// a b + c of each number, rounded once.
  ///
  /// - Complexity: O(1).
  @inline(__always) func times(_ factor: Self, plus term: Self) -> Self {
    term.addingProduct(self, factor)
  }

  /// a b + c of each number, rounded once.
  ///
  /// - Complexity: O(1).
  @inline(__always) func times(_ factor: Self, plus term: Scalar) -> Self {
    Self(repeating: term).addingProduct(self, factor)
  }

  /// a b + c of each number, rounded once.
  ///
  /// - Complexity: O(1).
  @inline(__always) func times(_ factor: Scalar, plus term: Self) -> Self {
    term.addingProduct(self, Self(repeating: factor))
  }
}
