// Rows of classes: crossentropy of dense labels and of class ids, by CategoricalRow and
// SparseCategoricalRow.

// MARK: - Probabilities

/// The sum of a row of probabilities.
static INLINE S K(row_total)(const struct D(loss_rows) * rows, const struct K(row) * row) {
  struct K(lane_sum) sum = K(no_sum)();
  EACH_LANES(i, row->count)
  K(add)(&sum, K(flushed)(K(prediction_at)(row, i, (S)-0.0), rows->flushes));
  return K(flushed_scalar)(K(sum)(sum), rows->flushes);
}

/// log(clip(p / total)).
static INLINE V K(log_of_share)(const struct D(loss_rows) * rows, V p, V total) {
  const V quotient = K(flushed)(p, rows->flushes) / total;
  return K(logarithm_of_normal)(K(clipped)(quotient, rows->low, rows->high));
}

static INLINE S K(categorical_crossentropy_row)(
    const struct D(loss_rows) * rows, const struct K(row) * row, bool asks) {
  const S total = K(row_total)(rows, row);
  const bool skips_zeros = K(is_finite)(total) && total != 0;
  struct K(lane_sum) sum = K(no_sum)(), labels = K(no_sum)();
  EACH_LANES(i, row->count) {
    const V t = K(label_at)(rows, row, i);
    if (skips_zeros && K(are_zero)(t)) continue;
    const V p = K(flushed)(K(prediction_at)(row, i, 0), rows->flushes);
    const V quotient = p / total;
    const V q = K(clipped)(quotient, rows->low, rows->high);
    K(add_first)(&sum, t * K(logarithm_of_normal)(q), row->count - i);
    if (!asks) continue;
    const V slope = K(slope_of_clip)(quotient, rows->low, rows->high, rows->tie);
    const V label = t * slope + (q - q);
    K(add_first)(&labels, label, row->count - i);
    K(set_slopes)(row, -(label / (slope == 0 ? (V)1 : p)), i);
  }
  if (asks) {
    const S reciprocal = 1 / total;
    const bool is_infinite = reciprocal == INFINITE || reciprocal == -INFINITE;
    const S share = is_infinite ? NOT_A_NUMBER : K(sum)(labels) / total;
    EACH_LANES(i, row->count) {
      const V t = K(label_at)(rows, row, i);
      const V slopes = skips_zeros && K(are_zero)(t)
                           ? t
                           : K(slopes_at)(row, i);
      K(set_slopes)(row, K(times_factor)(rows, slopes + share), i);
    }
  }
  return -K(flushed_scalar)(K(sum)(sum), rows->flushes);
}

/// The sum over a one-hot row, written out: 0 times a NaN or infinite logarithm is NaN.
static S K(one_hot_loss)(
    const struct D(loss_rows) * rows, const struct K(row) * row, int64_t id, bool is_logits,
    S total_or_shift, S logarithm) {
  S sum = 0;
  for (size_t i = 0; i < row->count; i++) {
    const S log_q = is_logits ? (row->y_pred[i] - total_or_shift) - logarithm
                              : K(log_of_share)(rows, (V)row->y_pred[i], (V)total_or_shift)[0];
    sum += ((int64_t)i == id ? (S)1 : (S)0) * log_q;
  }
  return -K(flushed_scalar)(sum, rows->flushes);
}

static INLINE S K(slope_of_clip_scalar)(const struct D(loss_rows) * rows, S x) {
  return x == rows->low || x == rows->high ? rows->tie : x > rows->low && x < rows->high ? 1 : 0;
}

static INLINE S K(sparse_categorical_crossentropy_row)(
    const struct D(loss_rows) * rows, const struct K(row) * row, int64_t id, bool asks) {
  const S total = K(row_total)(rows, row);
  const bool is_class = id >= 0 && id < (int64_t)row->count;
  const bool is_total = K(is_finite)(total) && total != 0;
  if (asks) {
    S label = 0;
    if (is_total) {
      if (is_class)
        label = K(slope_of_clip_scalar)(
            rows, K(flushed_scalar)(row->y_pred[id], rows->flushes) / total);
    } else {
      for (size_t i = 0; i < row->count; i++) {
        const S quotient = K(flushed_scalar)(row->y_pred[i], rows->flushes) / total;
        if (quotient != quotient) label = NOT_A_NUMBER;
        if ((int64_t)i == id) label += K(slope_of_clip_scalar)(rows, quotient);
      }
    }
    const S share = label / total;
    const V scaled = K(times_factor)(rows, (V)share);
    EACH_LANES(i, row->count) K(set_slopes)(row, scaled, i);
    if (label != 0 && is_class)
      row->slopes[id] = K(scalar_times_factor)(rows, share - label / row->y_pred[id]);
  }
  if (!is_total) return K(one_hot_loss)(rows, row, id, false, total, 0);
  if (!is_class) return 0;
  return -K(flushed_scalar)(
      K(log_of_share)(rows, (V)row->y_pred[id], (V)total)[0], rows->flushes);
}

// MARK: - Logits

/// The largest of a row of logits; NaN may be passed over.
static INLINE S K(peak)(const struct K(row) * row) {
  V peaks = (V)-INFINITE;
  EACH_LANES(i, row->count) {
    const V x = K(prediction_at)(row, i, -INFINITE);
    peaks = x > peaks ? x : peaks;
  }
  return K(largest)(peaks);
}

/// What exponentials of logits sum to.
struct K(softmax) {
  /// What was taken from the logits: the largest, or 0.
  S shift;
  /// The logarithm of the sum.
  S logarithm;
  /// The sum.
  S total;
  /// Whether all logits less the shift are finite.
  bool are_finite;
};

/// log(1 + others): to the last digits where the others are tiny.
static INLINE S K(logarithm_with_peak)(S others) {
  return others <= 1 ? K(logarithm_of_one_plus_scalar)(others)
                     : K(logarithm_of_scalar)(1 + others);
}

/// The sum of exponentials of a row of logits, which are written to its slopes where those are asked.
static INLINE struct K(softmax) K(softmax_of)(const struct K(row) * row, bool asks) {
  const S peak = K(peak)(row);
  struct K(lane_sum) sum = K(no_sum)(), peaks = K(no_sum)();
  V poison = 0;
  if (!K(is_finite)(peak) && !asks) {
    EACH_LANES(i, row->count) {
      const V x = K(prediction_at)(row, i, -INFINITE);
      K(add)(&sum, K(exponential)(x));
      const V inside = K(prediction_at)(row, i, 0);
      poison += inside - inside;
    }
    const S total = K(sum)(sum);
    return (struct K(softmax)){0, K(logarithm_of_scalar)(total), total, K(are_zero)(poison)};
  }
  size_t start = 0;
  for (; start + WIDE <= row->count; start += WIDE) {
    const W(lanes) d = W(load)(row->y_pred + start) - peak;
    W(lanes) e;
    if (asks) {
      e = W(exponential)(d);
      W(store)(e, row->slopes + start);
      e = d <= LOWEST_EXPONENT ? (W(lanes))0 : e;
    } else {
      e = W(exponential_of_nonpositive)(d);
    }
    K(add_wide)(&sum, d == 0 ? (W(lanes))0 : e);
    K(add_wide)(&peaks, d == 0 ? (W(lanes))1 : (W(lanes))0);
    const W(lanes) nothing = d - d;
    poison = K(plus_wide)(poison, nothing);
  }
  for (size_t i = start; i < row->count; i += LANES) {
    const V d = K(prediction_at)(row, i, peak) - peak;
    V e;
    if (asks) {
      e = K(exponential)(d);
      K(set_slopes)(row, e, i);
      e = d <= LOWEST_EXPONENT ? (V)0 : e;
    } else {
      e = K(exponential_of_nonpositive)(d);
    }
    K(add_first)(&sum, d == 0 ? (V)0 : e, row->count - i);
    K(add_first)(&peaks, d == 0 ? (V)1 : (V)0, row->count - i);
    poison += d - d;
  }
  const S others = K(sum)(sum) + (K(sum)(peaks) - 1);
  return (struct K(softmax)){
      peak, K(logarithm_with_peak)(others), 1 + others, K(are_zero)(poison)};
}

static INLINE S K(categorical_crossentropy_logits_row)(
    const struct D(loss_rows) * rows, const struct K(row) * row, bool asks) {
  const struct K(softmax) softmax = K(softmax_of)(row, asks);
  struct K(lane_sum) sum = K(no_sum)(), labels = K(no_sum)();
  EACH_LANES(i, row->count) {
    const V t = K(label_at)(rows, row, i);
    const V log_q = (K(prediction_at)(row, i, 0) - softmax.shift) - softmax.logarithm;
    K(add_first)(&sum, t * log_q, row->count - i);
    if (asks) K(add_first)(&labels, t, row->count - i);
  }
  if (asks) {
    const S share = K(sum)(labels) / softmax.total;
    EACH_LANES(i, row->count) {
      const V e = K(slopes_at)(row, i);
      K(set_slopes)(row, K(times_factor)(rows, e * share - K(label_at)(rows, row, i)), i);
    }
  }
  return -K(flushed_scalar)(K(sum)(sum), rows->flushes);
}

static INLINE S K(sparse_categorical_crossentropy_logits_row)(
    const struct D(loss_rows) * rows, const struct K(row) * row, int64_t id, bool asks) {
  const bool is_class = id >= 0 && id < (int64_t)row->count;
  struct K(softmax) softmax = K(softmax_of)(row, asks);
  if (asks) {
    const S share = (is_class ? (S)1 : (S)0) / softmax.total;
    const S slope = is_class ? row->slopes[id] * share - 1 : 0;
    EACH_LANES(i, row->count) {
      const V e = K(slopes_at)(row, i);
      K(set_slopes)(row, K(times_factor)(rows, e * share), i);
    }
    if (is_class) row->slopes[id] = K(scalar_times_factor)(rows, slope);
    // An infinite peak is not subtracted where the loss alone is asked.
    if (!K(is_finite)(softmax.shift)) softmax = K(softmax_of)(row, false);
  }
  if (!K(is_finite)(softmax.logarithm) || !softmax.are_finite)
    return K(one_hot_loss)(rows, row, id, true, softmax.shift, softmax.logarithm);
  if (!is_class) return 0;
  return -K(flushed_scalar)((row->y_pred[id] - softmax.shift) - softmax.logarithm, rows->flushes);
}
