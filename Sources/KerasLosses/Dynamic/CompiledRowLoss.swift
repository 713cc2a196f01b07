/// A loss of rows that is reduced without a tensor, compiled for each dtype.
///
/// Of a class, where labels and predictions have one dtype and one shape, and there are no weights and no
/// masks, that is what calling the loss returns.
protocol CompiledRowLoss: RowLoss {
  /// The axis whose elements are a row.
  var axis: Int { get }
}

extension CompiledRowLoss {
  var axis: Int { -1 }
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
