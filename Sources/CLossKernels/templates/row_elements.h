// What rows that are summed up make of a label and a prediction.

/// t log(t / p), and the slopes where they are asked for.
static INLINE V K(kl_term)(
    const struct D(loss_rows) * rows, V t, V given, bool asks, V *slopes) {
  t = K(clipped)(t, rows->low, rows->high);
  const V quotient = t / K(clipped)(given, rows->low, rows->high);
  if (asks)
    *slopes = K(times_factor)(
        rows, -quotient * K(slope_of_clip)(given, rows->low, rows->high, rows->tie));
  return t * K(logarithm_of_normal)(quotient);
}

/// t a + p b.
static INLINE V K(plain_cosine_slope)(
    const struct D(loss_rows) * rows, V t, V p, S of_labels, S of_predictions) {
  t = K(flushed)(t, rows->flushes);
  p = K(flushed)(p, rows->flushes);
  return K(times_factor)(rows, t * of_labels + p * of_predictions);
}
