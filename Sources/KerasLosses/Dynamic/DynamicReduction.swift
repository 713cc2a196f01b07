extension DynamicArray {
  /// What a class makes of these losses of a batch: weighted, masked, and reduced.
  ///
  /// For losses that this library does not have; see `Tensor.reduced`.
  ///
  /// - Parameters:
  ///   - reduction: How the losses are combined.
  ///   - sampleWeight: Weights that broadcast against the losses.
  ///   - mask: Which losses count.
  ///   - dialect: The Keras that is followed.
  ///   - dtype: What is computed in; `nil` for the dtype of the losses, `float32` where that is no
  ///     float.
  /// - Returns: The reduced loss, or the weighted losses where nothing reduces them.
  /// - Throws: `LossError`, as `Tensor.reduced` does.
  /// - Complexity: O(elements of the weighted losses).
  public func reduced(
    by reduction: Reduction, sampleWeight: DynamicArray? = nil, mask: DynamicArray? = nil,
    dialect: Dialect = .keras315JAX, dtype: DType? = nil
  ) throws(LossError) -> DynamicTensor {
    func reduced<Storage: LossStorage>(
      in type: Storage.Type
    ) throws(LossError) -> Tensor<Storage> {
      try converted(to: type).reduced(
        by: reduction, sampleWeight: sampleWeight?.converted(to: type), mask: mask?.flags(),
        dialect: dialect)
    }
    switch dtype ?? self.dtype {
    case .float16: return DynamicTensor(try reduced(in: Float16.self))
    case .bfloat16: return DynamicTensor(try reduced(in: BFloat16.self))
    case .float64: return DynamicTensor(try reduced(in: Double.self))
    default: return DynamicTensor(try reduced(in: Float.self))
    }
  }
}
