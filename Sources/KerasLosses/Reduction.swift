/// How the losses of a batch become one number: Keras's `reduction` argument.
///
/// The raw values are Keras's own names. With losses l and weights w after broadcasting, v = l * w:
/// an array v of shape `()` or `(0,)` is returned as it is, whatever the reduction.
///
/// Keras 2 has `none`, `sum` and `sumOverBatchSize` alone, the last also by the name "auto", which
/// configs of it (`kerasLoss`) may have: outside of distribution strategies both are the same.
///
/// Source: Keras 3.15.1, `keras.losses.Loss.__call__`, `reduce_values`.
public enum Reduction: String, CaseIterable, Sendable {
  /// v itself: one loss a sample.
  case none
  /// sum(v).
  case sum
  /// sum(v) / size(v), 0 where that is a division by zero.
  case sumOverBatchSize = "sum_over_batch_size"
  /// The same as `sumOverBatchSize`.
  case mean
  /// sum(v) / sum(w) with w before broadcasting, 0 where that is a division by zero.
  case meanWithSampleWeight = "mean_with_sample_weight"
}
