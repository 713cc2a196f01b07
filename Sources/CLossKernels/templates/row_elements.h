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

/// (1 - t) share where that is asked for, - t slope.
static INLINE V K(plain_hinge_slope)(
    const struct D(loss_rows) * rows, V t, K(mask) are_largest, S share, S slope) {
  const V shares = are_largest ? (V)share : (V)0;
  return K(times_factor)(rows, K(flushed)(shares * (1 - t) - t * slope, rows->flushes));
}
