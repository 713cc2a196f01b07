// Rows of logits of classes: see Softmax.

/// Rows of so many numbers are longer than what a CPU fetches ahead of itself.
#define LONG_ROW ((size_t)1 << 13)

/// What is found of a row of logits.
struct K(softmax) {
  /// The largest and the smallest logit; NaN may be passed over.
  S peak, lowest;
  /// The sum of the scaled exponentials.
  S total;
  /// log(sum(exp(x - peak))).
  S logarithm;
  /// sum(t) and sum(t (x - peak)), where there are labels.
  S labels, products;
  /// The least label.
  S least_label;
};

/// The largest and the smallest of a row of logits.
static INLINE void K(find_extremes)(const struct K(row) * row, struct K(softmax) * softmax) {
  W(lanes) peaks = (W(lanes))-INFINITE, lowest = (W(lanes))INFINITE;
  size_t i = 0;
  for (; i + WIDE <= row->count; i += WIDE) {
    const W(lanes) x = W(load)(row->y_pred + i);
    peaks = x > peaks ? x : peaks;
    lowest = x < lowest ? x : lowest;
  }
#if INTERLEAVED == 2
  V peak = LARGER(peaks.lo, peaks.hi), least = -LARGER(-lowest.lo, -lowest.hi);
#else
  V peak = peaks, least = lowest;
#endif
  for (; i < row->count; i += LANES) {
    const V x = K(prediction_at)(row, i, -INFINITE);
    peak = x > peak ? x : peak;
    const V y = K(prediction_at)(row, i, INFINITE);
    least = y < least ? y : least;
  }
  softmax->peak = K(largest)(peak);
  softmax->lowest = -K(largest)(-least);
}

/// The exponentials of a row of logits, which are written to its slopes where those are asked.
static INLINE struct K(softmax) K(softmax_of)(
    const struct D(loss_rows) * rows, const struct K(row) * row, bool has_labels, bool asks) {
  struct K(softmax) softmax;
  K(find_extremes)(row, &softmax);
  const S peak = softmax.peak;
  const struct K(scaling) scaling = K(scaling_to)((V)peak);
  const struct W(scaling) wide_scaling = W(scaling_to)((W(lanes))peak);
  struct K(lane_sum) others = K(no_sum)(), labels = K(no_sum)(), products = K(no_sum)();
  W(lanes) wide_least = (W(lanes))rows->share;
  W(mask) negated_count = 0;
  size_t i = 0;
  for (; i + WIDE <= row->count; i += WIDE) {
    const W(lanes) x = W(load)(row->y_pred + i);
    // The next row arrives while this one is computed, if it does not by itself.
    if (row->count >= LONG_ROW)
      for (size_t part = 0; part < WIDE; part += LANES)
        __builtin_prefetch(row->y_pred + row->count + i + part);
    const W(lanes) e = W(scaled_exponential)(x, &wide_scaling);
    if (asks) W(store)(e, row->slopes + i);
    const W(mask) is_peak = x == peak;
    K(add_wide)(&others, is_peak ? (W(lanes))0 : e);
    negated_count += is_peak;
    if (has_labels) {
      const W(lanes) t =
          W(smoothed)(rows, W(flushed)(W(load)(row->y_true + i), rows->flushes));
      K(add_wide)(&products, t * (x - peak));
      K(add_wide)(&labels, t);
      wide_least = t < wide_least ? t : wide_least;
    }
  }
#if INTERLEAVED == 2
  V least = -LARGER(-wide_least.lo, -wide_least.hi);
#else
  V least = wide_least;
#endif
  M negated_count_behind = 0;
  for (; i < row->count; i += LANES) {
    const V x = K(prediction_at)(row, i, -INFINITE);
    const V e = K(scaled_exponential)(x, &scaling);
    if (asks) K(set_slopes)(row, e, i);
    const M is_peak = x == peak;
    K(add_first)(&others, is_peak ? (V)0 : e, row->count - i);
    negated_count_behind += is_peak;
    if (has_labels) {
      const V t = K(label_at)(rows, row, i);
      K(add_first)(&products, t * (x - peak), row->count - i);
      K(add_first)(&labels, t, row->count - i);
      least = t < least ? t : least;
    }
  }
  const S peaks =
      -(S)(__builtin_reduce_add(negated_count) + __builtin_reduce_add(negated_count_behind));
  const S of_peak = K(scaled_exponential)((V)peak, &scaling)[0], of_others = K(sum)(others);
  softmax.total = peaks * of_peak + of_others;
  const S ratio = (peaks - 1) + of_others / of_peak;
  softmax.logarithm = ratio <= 1 ? K(logarithm_of_one_plus_scalar)(ratio)
                                 : K(logarithm_of_scalar)(1 + ratio);
  softmax.labels = K(sum)(labels);
  softmax.products = K(sum)(products);
  softmax.least_label = -K(largest)(-least);
  return softmax;
}

/// The loss of labels whose products or sum may be infinite, or no number: each by itself.
///
/// Others have products of one sign, or small ones: none cancels an infinite one.
static OUTLINED S K(loss_of_large_labels)(
    const struct D(loss_rows) * rows, const struct K(row) * row,
    const struct K(softmax) * softmax) {
  struct K(lane_sum) sum = K(no_sum)();
  EACH_LANES(i, row->count) {
    const V log_q = (K(prediction_at)(row, i, 0) - softmax->peak) - softmax->logarithm;
    K(add_first)(&sum, K(label_at)(rows, row, i) * log_q, row->count - i);
  }
  return -K(flushed_scalar)(K(sum)(sum), rows->flushes);
}

static INLINE S K(categorical_crossentropy_logits_row)(
    const struct D(loss_rows) * rows, const struct K(row) * row, bool asks) {
  if (row->count == 0) return 0;
  const struct K(softmax) softmax = K(softmax_of)(rows, row, true, asks);
  if (asks) {
    EACH_LANES(i, row->count) {
      const V shares = K(slopes_at)(row, i) / softmax.total * softmax.labels;
      K(set_slopes)(row, K(times_factor)(rows, shares - K(label_at)(rows, row, i)), i);
    }
  }
  if (!K(is_finite)(softmax.labels) || softmax.least_label < -LARGE_LABEL)
    return K(loss_of_large_labels)(rows, row, &softmax);
  return K(flushed_scalar)(
      softmax.labels * softmax.logarithm - softmax.products, rows->flushes);
}

static INLINE S K(sparse_categorical_crossentropy_logits_row)(
    const struct D(loss_rows) * rows, const struct K(row) * row, int64_t id, bool asks) {
  if (row->count == 0) return 0;
  const bool is_class = id >= 0 && id < (int64_t)row->count;
  const struct K(softmax) softmax = K(softmax_of)(rows, row, false, asks);
  if (asks) {
    const S label = is_class ? 1 : 0;
    const S slope = is_class ? row->slopes[id] / softmax.total - 1 : 0;
    EACH_LANES(i, row->count) {
      const V shares = K(slopes_at)(row, i) / softmax.total * label;
      K(set_slopes)(row, K(times_factor)(rows, shares), i);
    }
    if (is_class) row->slopes[id] = K(scalar_times_factor)(rows, slope);
  }
  if (!K(is_finite)(softmax.logarithm)) return NOT_A_NUMBER;
  if (!K(is_finite)(softmax.lowest - softmax.peak))
    return K(one_hot_loss)(rows, row, id, true, softmax.peak, softmax.logarithm);
  if (!is_class) return 0;
  return K(flushed_scalar)(softmax.logarithm - (row->y_pred[id] - softmax.peak), rows->flushes);
}
