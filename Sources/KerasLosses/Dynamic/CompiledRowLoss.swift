/// A loss of rows that is reduced without a tensor, compiled for each dtype.
///
/// Of a class, where labels and predictions have one dtype and one shape, and there are no weights and no
/// masks, that is what calling the loss returns.
protocol CompiledRowLoss: RowLoss {
  /// The axis whose elements are a row.
  var axis: Int { get }

  /// The reduced loss, in `Float`; and slopes, where there is a place for them.
  func reduced(_ memory: RowMemory<Float>) throws(LossError) -> Float

  /// The reduced loss, in `Double`; and slopes, where there is a place for them.
  func reduced(_ memory: RowMemory<Double>) throws(LossError) -> Double
}

extension CompiledRowLoss {
  var axis: Int { -1 }

  func reduced(_ memory: RowMemory<Float>) throws(LossError) -> Float {
    try reduced(rows: memory)
  }

  func reduced(_ memory: RowMemory<Double>) throws(LossError) -> Double {
    try reduced(rows: memory)
  }

  @inline(__always) private func reduced<Scalar: LossScalar>(
    rows memory: RowMemory<Scalar>
  ) throws(LossError) -> Scalar {
    var memory = memory
    memory.slopeFactor = share(of: memory.rows)
    try compute(LossRows(memory: memory))
    return reduced(unsafe UnsafeBufferPointer(start: memory.losses, count: memory.rows).span)
  }
}

extension MeanSquaredError: CompiledRowLoss {}
extension MeanAbsoluteError: CompiledRowLoss {}
extension MeanAbsolutePercentageError: CompiledRowLoss {}
extension MeanSquaredLogarithmicError: CompiledRowLoss {}
extension Huber: CompiledRowLoss {}
extension LogCosh: CompiledRowLoss {}
extension CosineSimilarity: CompiledRowLoss {}
extension Hinge: CompiledRowLoss {}
extension SquaredHinge: CompiledRowLoss {}
extension CategoricalHinge: CompiledRowLoss {}
extension KLDivergence: CompiledRowLoss {}
extension Poisson: CompiledRowLoss {}
extension BinaryCrossentropy: CompiledRowLoss {}
extension BinaryFocalCrossentropy: CompiledRowLoss {}
extension CategoricalCrossentropy: CompiledRowLoss {}
