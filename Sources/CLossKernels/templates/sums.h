// Rows whose loss is made of sums: KLDivergenceRow, CosineSimilarityRow, CategoricalHingeRow.

static INLINE V K(flushed_label)(
    const struct D(loss_rows) * rows, const struct K(row) * row, size_t i) {
  return K(flushed)(K(padded)(row->y_true, i, row->count, row->behind, 0), rows->flushes);
}

static INLINE V K(flushed_prediction)(
    const struct D(loss_rows) * rows, const struct K(row) * row, size_t i) {
  return K(flushed)(K(prediction_at)(row, i, 0), rows->flushes);
}

/// Adds what wide vectors make of a row to a sum: a whole one, or the vectors of one block.
#define ADD_WIDE(sum, terms) K(add_wide)(&(sum), terms)
#define ADD_WIDE_IN_BLOCK(sum, terms) (sum) = K(plus_wide)(sum, terms)
#define ADD_FIRST(sum, terms, count) K(add_first)(&(sum), terms, count)
#define ADD_FIRST_IN_BLOCK(sum, terms, count) (sum) += K(first)(terms, count)

#define ADD_KL_TERMS(row, sum, ADD_WIDE, ADD_FIRST)                                           \
  do {                                                                                        \
    size_t k = 0;                                                                             \
    for (; k + WIDE <= (row)->count; k += WIDE) {                                             \
      W(lanes) slopes;                                                                        \
      ADD_WIDE(                                                                               \
          sum, W(kl_term)(                                                                    \
                   rows, W(load)((row)->y_true + k), W(load)((row)->y_pred + k), asks, &slopes)); \
      if (asks) W(store)(slopes, (row)->slopes + k);                                          \
    }                                                                                         \
    for (; k < (row)->count; k += LANES) {                                                    \
      V slopes;                                                                               \
      ADD_FIRST(                                                                              \
          sum,                                                                                \
          K(kl_term)(                                                                         \
              rows, K(padded)((row)->y_true, k, (row)->count, (row)->behind, 1),              \
              K(prediction_at)(row, k, 1), asks, &slopes),                                    \
          (row)->count - k);                                                                  \
      if (asks) K(set_slopes)(row, slopes, k);                                                \
    }                                                                                         \
  } while (0)

static INLINE S K(kl_divergence_row)(
    const struct D(loss_rows) * rows, const struct K(row) * row, bool asks) {
  struct K(lane_sum) sum = K(no_sum)();
  ADD_KL_TERMS(row, sum, ADD_WIDE, ADD_FIRST);
  return K(flushed_scalar)(K(sum)(sum), rows->flushes);
}

/// As many rows of one block as there are lanes.
static INLINE void K(kl_divergence_some)(
    const struct D(loss_rows) * rows, size_t first, size_t last, bool asks) {
  V sums[LANES];
  for (size_t i = 0; i < LANES; i++) {
    const struct K(row) row = K(row_at)(rows, first + i, last);
    V sum = (V)(S)-0.0;
    ADD_KL_TERMS(&row, sum, ADD_WIDE_IN_BLOCK, ADD_FIRST_IN_BLOCK);
    sums[K(fold_order)[i]] = sum;
  }
  K(store)(K(flushed_alone)(K(sums_of_vectors)(sums), rows->flushes), rows->losses + first);
}

/// n(x) of a row, the reciprocal of its norm up to a limit, and how much of its slope counts.
static INLINE S K(norm_factor)(const struct D(loss_rows) * rows, S sum_of_squares, S *share) {
  const S square = K(flushed_scalar)(sum_of_squares, rows->flushes);
  const S limit = rows->constant, reciprocal = 1 / SQUARE_ROOT(square);
  *share = 1;
  if (!(reciprocal >= limit)) return reciprocal;
  *share = !K(is_finite)(reciprocal / square) ? NOT_A_NUMBER : reciprocal == limit ? rows->tie : 0;
  return limit;
}

/// Adds what is made of flushed labels and predictions of a row.
#define ADD_PRODUCTS(row, products, true_squares, pred_squares, ADD_WIDE, ADD_FIRST)          \
  do {                                                                                        \
    size_t k = 0;                                                                             \
    for (; k + WIDE <= (row)->count; k += WIDE) {                                             \
      const W(lanes) t = W(flushed)(W(load)((row)->y_true + k), rows->flushes);               \
      const W(lanes) p = W(flushed)(W(load)((row)->y_pred + k), rows->flushes);               \
      ADD_WIDE(products, t * p);                                                              \
      ADD_WIDE(true_squares, t * t);                                                          \
      ADD_WIDE(pred_squares, p * p);                                                          \
    }                                                                                         \
    for (; k < (row)->count; k += LANES) {                                                    \
      const V t = K(flushed_label)(rows, row, k), p = K(flushed_prediction)(rows, row, k);    \
      ADD_FIRST(products, t * p, (row)->count - k);                                           \
      ADD_FIRST(true_squares, t * t, LANES);                                                  \
      ADD_FIRST(pred_squares, p * p, LANES);                                                  \
    }                                                                                         \
  } while (0)

/// Cosines of vectors whose products are in range: see plain in CosineSimilarityRow.
struct K(plain_cosines) {
  V negated, true_factors, pred_factors;
  M are_plain;
};

static INLINE struct K(plain_cosines) K(plain_cosines)(
    const struct D(loss_rows) * rows, V products, V true_squares, V pred_squares) {
  const V true_factors = 1 / __builtin_elementwise_sqrt(true_squares);
  const V pred_factors = 1 / __builtin_elementwise_sqrt(pred_squares);
  const V negated = -(products / __builtin_elementwise_sqrt(true_squares * pred_squares));
  const M are_in_range = (true_squares >= (S)0x1p-40) & (true_squares <= (S)0x1p40) &
                         (pred_squares >= (S)0x1p-40) & (pred_squares <= (S)0x1p40) &
                         (K(magnitudes)(products) >= (S)0x1p-60);
  return (struct K(plain_cosines)){
      negated, true_factors, pred_factors,
      are_in_range & (true_factors < rows->constant) & (pred_factors < rows->constant)};
}

static INLINE void K(plain_cosine_slopes)(
    const struct D(loss_rows) * rows, const struct K(row) * row, S negated, S true_factor,
    S pred_factor) {
  const S of_labels = -(true_factor * pred_factor);
  const S of_predictions = -(pred_factor * pred_factor * negated);
  size_t k = 0;
  for (; k + WIDE <= row->count; k += WIDE)
    W(store)(
        W(plain_cosine_slope)(
            rows, W(load)(row->y_true + k), W(load)(row->y_pred + k), of_labels, of_predictions),
        row->slopes + k);
  for (; k < row->count; k += LANES)
    K(set_slopes)(
        row,
        K(plain_cosine_slope)(
            rows, K(padded)(row->y_true, k, row->count, row->behind, 0),
            K(prediction_at)(row, k, 0), of_labels, of_predictions),
        k);
}

/// The cosine of vectors whose norms are limited, or whose products are out of range.
static OUTLINED S K(limited_cosine)(const struct D(loss_rows) * rows, const struct K(row) * row) {
  struct K(lane_sum) true_squares = K(no_sum)(), pred_squares = K(no_sum)(), sum = K(no_sum)();
  EACH_LANES(i, row->count) {
    const V t = K(flushed_label)(rows, row, i), p = K(flushed_prediction)(rows, row, i);
    K(add)(&true_squares, K(flushed)(t * t, rows->flushes));
    K(add)(&pred_squares, K(flushed)(p * p, rows->flushes));
  }
  S share;
  const S true_factor = K(norm_factor)(rows, K(sum)(true_squares), &share);
  const S pred_factor = K(norm_factor)(rows, K(sum)(pred_squares), &share);
  EACH_LANES(i, row->count) {
    const V t = K(flushed_label)(rows, row, i) * true_factor;
    const V p = K(flushed_prediction)(rows, row, i) * pred_factor;
    K(add_first)(&sum, t * p, row->count - i);
  }
  const S negated = -K(flushed_scalar)(K(sum)(sum), rows->flushes), common = share * negated;
  if (row->slopes) EACH_LANES(i, row->count) {
    // -n(p) (t^ - cos p^), x^ normalised.
    const V t = K(flushed_label)(rows, row, i) * true_factor;
    const V p = K(flushed_prediction)(rows, row, i) * pred_factor;
    K(set_slopes)(row, K(times_factor)(rows, (t + p * common) * -pred_factor), i);
  }
  return K(flushed_scalar)(negated, rows->flushes);
}

static INLINE S K(cosine_similarity_row)(
    const struct D(loss_rows) * rows, const struct K(row) * row, bool asks) {
  struct K(lane_sum) products = K(no_sum)(), true_squares = K(no_sum)(), pred_squares = K(no_sum)();
  ADD_PRODUCTS(row, products, true_squares, pred_squares, ADD_WIDE, ADD_FIRST);
  const struct K(plain_cosines) plain = K(plain_cosines)(
      rows, (V)K(sum)(products), (V)K(sum)(true_squares), (V)K(sum)(pred_squares));
  if (!plain.are_plain[0]) return K(limited_cosine)(rows, row);
  if (asks)
    K(plain_cosine_slopes)(
        rows, row, plain.negated[0], plain.true_factors[0], plain.pred_factors[0]);
  return K(flushed_scalar)(plain.negated[0], rows->flushes);
}

static INLINE void K(cosine_similarity_some)(
    const struct D(loss_rows) * rows, size_t first, size_t last, bool asks) {
  V products[LANES], true_squares[LANES], pred_squares[LANES];
  for (size_t i = 0; i < LANES; i++) {
    const struct K(row) row = K(row_at)(rows, first + i, last);
    V sum = (V)(S)-0.0, of_labels = (V)(S)-0.0, of_predictions = (V)(S)-0.0;
    ADD_PRODUCTS(
        &row, sum, of_labels, of_predictions, ADD_WIDE_IN_BLOCK, ADD_FIRST_IN_BLOCK);
    products[K(fold_order)[i]] = sum;
    true_squares[K(fold_order)[i]] = of_labels;
    pred_squares[K(fold_order)[i]] = of_predictions;
  }
  const struct K(plain_cosines) plain = K(plain_cosines)(
      rows, K(sums_of_vectors)(products), K(sums_of_vectors)(true_squares),
      K(sums_of_vectors)(pred_squares));
  K(store)(K(flushed_alone)(plain.negated, rows->flushes), rows->losses + first);
  for (size_t i = 0; i < LANES; i++) {
    const struct K(row) row = K(row_at)(rows, first + i, last);
    if (!plain.are_plain[i])
      rows->losses[first + i] = K(limited_cosine)(rows, &row);
    else if (asks)
      K(plain_cosine_slopes)(
          rows, &row, plain.negated[i], plain.true_factors[i], plain.pred_factors[i]);
  }
}

static OUTLINED S K(categorical_hinge_row)(
    const struct D(loss_rows) * rows, const struct K(row) * row, bool asks) {
  struct K(lane_sum) sum = K(no_sum)();
  V largest = (V)-INFINITE;
  EACH_LANES(i, row->count) {
    const V t = K(flushed_label)(rows, row, i);
    const V p = K(flushed)(K(prediction_at)(row, i, -INFINITE), rows->flushes);
    K(add_first)(&sum, t * p, row->count - i);
    const V product = (1 - t) * p;
    largest = ((product > largest) | (product != product)) ? product : largest;
  }
  // NaN of any lane passes.
  S negative = -INFINITE;
  const bool has_nan = !K(all_of)(largest == largest);
  negative = has_nan ? NOT_A_NUMBER : K(largest)(largest);
  const S excess = negative - K(sum)(sum) + 1;
  if (asks) {
    struct K(lane_sum) count = K(no_sum)();
    EACH_LANES(i, row->count) {
      const V products =
          (1 - K(flushed_label)(rows, row, i)) * K(flushed_prediction)(rows, row, i);
      K(add_first)(&count, K(slope_of_maximum)(products, negative, 1), row->count - i);
    }
    const S slope = excess > 0 ? 1 : excess == 0 ? rows->tie : excess != excess ? rows->of_nan : 0;
    const S share = slope / K(sum)(count);
    EACH_LANES(i, row->count) {
      const V t = K(flushed_label)(rows, row, i);
      const V is_largest =
          K(slope_of_maximum)((1 - t) * K(flushed_prediction)(rows, row, i), negative, 1);
      const V slopes = K(flushed)(is_largest * share * (1 - t) - t * slope, rows->flushes);
      K(set_slopes)(row, K(times_factor)(rows, slopes), i);
    }
  }
  // NaN passes.
  return excess > 0 || excess != excess ? excess : 0;
}

/// Sets the slopes of a row whose products are numbers, and counts the largest, which get a share.
static INLINE S K(set_hinge_slopes)(
    const struct D(loss_rows) * rows, const struct K(row) * row, S largest, S share, S slope) {
  W(mask) negated_count = 0;
  M negated_count_behind = 0;
  size_t k = 0;
  for (; k + WIDE <= row->count; k += WIDE) {
    const W(lanes) t = W(flushed)(W(load)(row->y_true + k), rows->flushes);
    const W(lanes) p = W(flushed)(W(load)(row->y_pred + k), rows->flushes);
    const W(mask) are_largest = (1 - t) * p == largest;
    negated_count += are_largest;
    W(store)(W(plain_hinge_slope)(rows, t, are_largest, share, slope), row->slopes + k);
  }
  for (; k < row->count; k += LANES) {
    const V t = K(flushed_label)(rows, row, k), p = K(flushed_prediction)(rows, row, k);
    const M are_largest =
        ((1 - t) * p == largest) & (K(lane_indices) < (int)(row->count - k));
    negated_count_behind += are_largest;
    K(set_slopes)(row, K(plain_hinge_slope)(rows, t, are_largest, share, slope), k);
  }
  return -(S)(__builtin_reduce_add(negated_count) + __builtin_reduce_add(negated_count_behind));
}

/// The slopes of a row whose products are numbers, by the largest of them.
static INLINE void K(plain_hinge_slopes)(
    const struct D(loss_rows) * rows, const struct K(row) * row, S largest, S slope) {
  // As if there were no other of its size, which is the rule.
  const S count = K(set_hinge_slopes)(rows, row, largest, slope, slope);
  if (count != 1 && slope != 0)
    K(set_hinge_slopes)(rows, row, largest, slope / count, slope);
}

static INLINE void K(categorical_hinge_some)(
    const struct D(loss_rows) * rows, size_t first, size_t last, bool asks) {
  V sums[LANES], peaks[LANES];
  for (size_t i = 0; i < LANES; i++) {
    const struct K(row) row = K(row_at)(rows, first + i, last);
    V sum = (V)(S)-0.0, peak = (V)-INFINITE;
    W(lanes) wide_peak = (W(lanes))-INFINITE;
    size_t k = 0;
    for (; k + WIDE <= row.count; k += WIDE) {
      const W(lanes) t = W(flushed)(W(load)(row.y_true + k), rows->flushes);
      const W(lanes) p = W(flushed)(W(load)(row.y_pred + k), rows->flushes);
      sum = K(plus_wide)(sum, t * p);
      const W(lanes) products = (1 - t) * p;
      wide_peak = products > wide_peak ? products : wide_peak;
    }
    for (; k < row.count; k += LANES) {
      const V t = K(flushed_label)(rows, &row, k);
      const V p = K(flushed)(K(prediction_at)(&row, k, -INFINITE), rows->flushes);
      sum += K(first)(t * p, row.count - k);
      const V products = (1 - t) * p;
      peak = products > peak ? products : peak;
    }
#if INTERLEAVED == 2
    wide_peak.lo = LARGER(wide_peak.lo, wide_peak.hi);
    peak = LARGER(peak, wide_peak.lo);
#else
    peak = LARGER(peak, wide_peak);
#endif
    sums[K(fold_order)[i]] = sum;
    peaks[K(fold_order)[i]] = peak;
  }
  const V sum = K(sums_of_vectors)(sums);
  FOLD_ROWS(peaks, LARGER);
  const V excess = peaks[0] - sum + 1;
  K(store)(excess > 0 ? excess : (V)0, rows->losses + first);
  for (size_t i = 0; i < LANES; i++) {
    const struct K(row) row = K(row_at)(rows, first + i, last);
    // Where the sum is a number, all labels and predictions are, and so is the largest product.
    if (!K(is_finite)(sum[i]))
      rows->losses[first + i] = K(categorical_hinge_row)(rows, &row, asks);
    else if (asks)
      K(plain_hinge_slopes)(
          rows, &row, peaks[0][i], excess[i] > 0 ? 1 : excess[i] == 0 ? rows->tie : 0);
  }
}

/// Rows of one block each, as many as there are lanes at a time, and others one by one.
#define SUMS_IN_GROUPS_OF(name)                                                                \
  static void K(name##_rows)(const struct D(loss_rows) * rows, size_t first, size_t last) {    \
    size_t row = first;                                                                        \
    if (rows->columns <= BLOCK && rows->columns > 0)                                           \
      for (; row + LANES <= last; row += LANES) {                                              \
        if (rows->slopes)                                                                      \
          K(name##_some)(rows, row, last, true);                                               \
        else                                                                                   \
          K(name##_some)(rows, row, last, false);                                              \
      }                                                                                        \
    for (; row < last; row++) {                                                                \
      const struct K(row) one = K(row_at)(rows, row, last);                                    \
      rows->losses[row] = rows->slopes ? K(name##_row)(rows, &one, true)                       \
                                       : K(name##_row)(rows, &one, false);                     \
    }                                                                                          \
  }

SUMS_IN_GROUPS_OF(kl_divergence)
SUMS_IN_GROUPS_OF(cosine_similarity)
SUMS_IN_GROUPS_OF(categorical_hinge)

/// Sums of products of labels and predictions over a block of up to 64 vectors: see Overlap.
static void K(overlap_blocks)(
    const struct D(loss_overlap) * overlap, size_t first, size_t last, S *sums) {
  for (size_t block = first; block < last; block++) {
    const size_t start = block * BLOCK, left = overlap->count - start;
    const size_t count = left < BLOCK ? left : BLOCK;
    V products = (V)(S)-0.0, seconds = (V)(S)-0.0, thirds = (V)(S)-0.0;
    for (size_t i = 0; i < count; i += LANES) {
      const size_t at = start + i;
      const V t = K(flushed_alone)(
          K(padded)(overlap->y_true, at, overlap->count, 0, 0), overlap->flushes);
      const V p = K(flushed_alone)(
          K(padded)(overlap->y_pred, at, overlap->count, 0, 0), overlap->flushes);
      const V second = overlap->is_tversky ? K(flushed_alone)(t * (1 - p), overlap->flushes) : t;
      const V third = overlap->is_tversky ? K(flushed_alone)(p * (1 - t), overlap->flushes) : p;
      products += K(first)(K(flushed_alone)(t * p, overlap->flushes), count - i);
      seconds += K(first)(second, count - i);
      thirds += K(first)(third, count - i);
    }
    S *const out = sums + 3 * (block - first);
    out[0] = K(total)(products);
    out[1] = K(total)(seconds);
    out[2] = K(total)(thirds);
  }
}

/// Slopes t a + b, or t a + (1 - t) b.
static INLINE V K(overlap_slope)(const struct D(loss_overlap) * overlap, V t) {
  const bool flushes = overlap->flushes;
  const S a = overlap->of_labelled, b = overlap->of_others;
  t = K(flushed_alone)(t, flushes);
  return overlap->is_tversky
             ? K(flushed_alone)(t * a + (1 - t) * b, flushes)
             : K(flushed_alone)(K(flushed_alone)(t * a, flushes) + b, flushes);
}

static void K(overlap_slopes)(const struct D(loss_overlap) * overlap, size_t first, size_t last) {
  size_t i = first;
#if defined(__x86_64__)
  if (overlap->count * sizeof(S) >= STREAMED_BYTES && (uintptr_t)overlap->slopes % 64 == 0) {
    // The last labels were read last: some are in a cache yet.
    const size_t whole = first + (last - first) / LANES * LANES;
    for (i = whole; i > first; i -= LANES)
      K(stream)(
          K(overlap_slope)(overlap, K(load)(overlap->y_true + i - LANES)),
          overlap->slopes + i - LANES);
    __builtin_ia32_sfence();
    i = whole;
  }
#endif
  for (; i < last; i += LANES) {
    const V t = K(padded)(overlap->y_true, i, overlap->count, 0, 0);
    K(store_first)(K(overlap_slope)(overlap, t), overlap->slopes + i, last - i);
  }
}
