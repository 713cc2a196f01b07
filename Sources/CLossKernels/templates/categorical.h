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

/// What labels make of probabilities: terms of the loss, labels that are not clipped, and slopes.
static INLINE V K(label_terms)(
    const struct D(loss_rows) * rows, V t, V given, V total, V *label, V *slopes) {
  const V p = K(flushed)(given, rows->flushes), quotient = p / total;
  const V q = K(clipped)(quotient, rows->low, rows->high);
  const V slope = K(slope_of_clip)(quotient, rows->low, rows->high, rows->tie);
  *label = t * slope + (q - q);
  *slopes = -(*label / (slope == 0 ? (V)1 : p));
  return t * K(logarithm_of_normal)(q);
}

/// As many vectors with labels are few.
#define FEW 8

/// The loss where few vectors of a row have labels; false where more have.
static INLINE bool K(loss_of_few_labels)(
    const struct D(loss_rows) * rows, const struct K(row) * row, S total, bool asks, S *loss) {
  struct K(lane_sum) sum = K(no_sum)(), labels = K(no_sum)();
  V slopes[FEW];
  size_t places[FEW], count = 0;
  for (size_t i = 0; i < row->count;) {
    if (i + WIDE <= row->count) {
      const W(lanes) t = W(smoothed)(rows, W(flushed)(W(load)(row->y_true + i), rows->flushes));
      if (W(all_of)(t == 0)) {
        i += WIDE;
        continue;
      }
    }
    for (const size_t end = i + WIDE; i < end && i < row->count; i += LANES) {
      const V t = K(label_at)(rows, row, i);
      if (K(are_zero)(t)) continue;
      if (count == FEW) return false;
      V label;
      const V terms = K(label_terms)(
          rows, t, K(prediction_at)(row, i, 0), (V)total, &label, &slopes[count]);
      K(add_first)(&sum, terms, row->count - i);
      K(add_first)(&labels, label, row->count - i);
      places[count++] = i;
    }
  }
  *loss = -K(flushed_scalar)(K(sum)(sum), rows->flushes);
  if (!asks) return true;
  const S reciprocal = 1 / total;
  const bool is_infinite = reciprocal == INFINITE || reciprocal == -INFINITE;
  const S share = is_infinite ? NOT_A_NUMBER : K(sum)(labels) / total;
  K(fill_slopes)(rows, row, share);
  for (size_t i = 0; i < count; i++) {
    const V of_labels = K(times_factor)(rows, slopes[i] + share);
    K(store_first)(of_labels, row->slopes + places[i], row->count - places[i]);
  }
  return true;
}

static INLINE S K(categorical_crossentropy_row)(
    const struct D(loss_rows) * rows, const struct K(row) * row, bool asks) {
  const S total = K(row_total)(rows, row);
  const bool skips_zeros = K(is_finite)(total) && total != 0;
  S loss;
  if (skips_zeros && K(loss_of_few_labels)(rows, row, total, asks, &loss)) return loss;
  struct K(lane_sum) sum = K(no_sum)(), labels = K(no_sum)();
  EACH_LANES(i, row->count) {
    const V t = K(label_at)(rows, row, i);
    if (skips_zeros && K(are_zero)(t)) {
      if (asks) K(set_slopes)(row, t, i);
      continue;
    }
    V label, slopes;
    const V terms =
        K(label_terms)(rows, t, K(prediction_at)(row, i, 0), (V)total, &label, &slopes);
    K(add_first)(&sum, terms, row->count - i);
    if (!asks) continue;
    K(add_first)(&labels, label, row->count - i);
    K(set_slopes)(row, slopes, i);
  }
  if (asks) {
    const S reciprocal = 1 / total;
    const bool is_infinite = reciprocal == INFINITE || reciprocal == -INFINITE;
    const S share = is_infinite ? NOT_A_NUMBER : K(sum)(labels) / total;
    EACH_LANES(i, row->count)
    K(set_slopes)(row, K(times_factor)(rows, K(slopes_at)(row, i) + share), i);
  }
  return -K(flushed_scalar)(K(sum)(sum), rows->flushes);
}

/// The sum over a one-hot row, written out: 0 times a NaN or infinite logarithm is NaN.
static S K(one_hot_loss)(
    const struct D(loss_rows) * rows, const struct K(row) * row, int64_t id, bool is_logits,
    S total_or_peak, S logarithm) {
  S sum = 0;
  for (size_t i = 0; i < row->count; i++) {
    const S log_q = is_logits ? (row->y_pred[i] - total_or_peak) - logarithm
                              : K(log_of_share)(rows, (V)row->y_pred[i], (V)total_or_peak)[0];
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
    K(fill_slopes)(rows, row, share);
    if (label != 0 && is_class)
      row->slopes[id] = K(scalar_times_factor)(rows, share - label / row->y_pred[id]);
  }
  if (!is_total) return K(one_hot_loss)(rows, row, id, false, total, 0);
  if (!is_class) return 0;
  return -K(flushed_scalar)(
      K(log_of_share)(rows, (V)row->y_pred[id], (V)total)[0], rows->flushes);
}

