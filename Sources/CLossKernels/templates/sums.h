// Rows whose loss is made of sums over them: KLDivergenceRow, CosineSimilarityRow, CategoricalHingeRow.

static INLINE V K(flushed_label)(const struct D(loss_rows) * rows, const struct K(row) * row, size_t i) {
  return K(flushed)(K(padded)(row->y_true, i, row->count, row->behind, 0), rows->flushes);
}

static INLINE V K(flushed_prediction)(
    const struct D(loss_rows) * rows, const struct K(row) * row, size_t i) {
  return K(flushed)(K(prediction_at)(row, i, 0), rows->flushes);
}

/// t log(t / p) over the lanes of a row at an index.
static INLINE V K(kl_divergence_at)(
    const struct D(loss_rows) * rows, const struct K(row) * row, size_t i, bool asks) {
  const V given = K(prediction_at)(row, i, 1);
  const V t =
      K(clipped)(K(padded)(row->y_true, i, row->count, row->behind, 1), rows->low, rows->high);
  const V quotient = t / K(clipped)(given, rows->low, rows->high);
  if (asks) {
    const V slopes = -quotient * K(slope_of_clip)(given, rows->low, rows->high, rows->tie);
    K(set_slopes)(row, K(times_factor)(rows, slopes), i);
  }
  return t * K(logarithm_of_normal)(quotient);
}

static INLINE S K(kl_divergence_row)(
    const struct D(loss_rows) * rows, const struct K(row) * row, bool asks) {
  struct K(lane_sum) sum = K(no_sum)();
  EACH_LANES(i, row->count)
  K(add_first)(&sum, K(kl_divergence_at)(rows, row, i, asks), row->count - i);
  return K(flushed_scalar)(K(sum)(sum), rows->flushes);
}

/// As many rows of one block as there are lanes.
static INLINE void K(kl_divergence_some)(
    const struct D(loss_rows) * rows, size_t first, size_t last, bool asks) {
  V sums[LANES];
  for (size_t i = 0; i < LANES; i++) {
    const struct K(row) row = K(row_at)(rows, first + i, last);
    V sum = (V)(S)-0.0;
    EACH_LANES(k, row.count)
    sum += K(first)(K(kl_divergence_at)(rows, &row, k, asks), row.count - k);
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

/// The sums over a row of its labels' and its predictions' squares.
static INLINE void K(squares)(
    const struct D(loss_rows) * rows, const struct K(row) * row, size_t i, V *of_labels,
    V *of_predictions) {
  const V t = K(flushed_label)(rows, row, i), p = K(flushed_prediction)(rows, row, i);
  *of_labels = K(flushed)(t * t, rows->flushes);
  *of_predictions = K(flushed)(p * p, rows->flushes);
}

static INLINE V K(cosine_product)(
    const struct D(loss_rows) * rows, const struct K(row) * row, size_t i, S true_factor,
    S pred_factor) {
  const V t = K(flushed_label)(rows, row, i) * true_factor;
  return t * (K(flushed_prediction)(rows, row, i) * pred_factor);
}

/// -n (t^ - cos p^), n^ normalised.
static INLINE void K(cosine_slopes)(
    const struct D(loss_rows) * rows, const struct K(row) * row, S true_factor, S pred_factor,
    S share, S negated) {
  const S common = share * negated, factor = -pred_factor;
  EACH_LANES(i, row->count) {
    const V t = K(flushed_label)(rows, row, i) * true_factor;
    const V p = K(flushed_prediction)(rows, row, i) * pred_factor;
    K(set_slopes)(row, K(times_factor)(rows, (t + p * common) * factor), i);
  }
}

static INLINE S K(cosine_similarity_row)(
    const struct D(loss_rows) * rows, const struct K(row) * row, bool asks) {
  struct K(lane_sum) true_squares = K(no_sum)(), pred_squares = K(no_sum)();
  EACH_LANES(i, row->count) {
    V of_labels, of_predictions;
    K(squares)(rows, row, i, &of_labels, &of_predictions);
    K(add)(&true_squares, of_labels);
    K(add)(&pred_squares, of_predictions);
  }
  S share;
  const S true_factor = K(norm_factor)(rows, K(sum)(true_squares), &share);
  const S pred_factor = K(norm_factor)(rows, K(sum)(pred_squares), &share);
  struct K(lane_sum) sum = K(no_sum)();
  EACH_LANES(i, row->count)
  K(add_first)(
      &sum, K(cosine_product)(rows, row, i, true_factor, pred_factor), row->count - i);
  const S negated = -K(flushed_scalar)(K(sum)(sum), rows->flushes);
  if (asks) K(cosine_slopes)(rows, row, true_factor, pred_factor, share, negated);
  return K(flushed_scalar)(negated, rows->flushes);
}

static INLINE void K(cosine_similarity_some)(
    const struct D(loss_rows) * rows, size_t first, size_t last, bool asks) {
  V true_squares[LANES], pred_squares[LANES], products[LANES];
  S true_factors[LANES], pred_factors[LANES], shares[LANES], squares[2 * LANES];
  for (size_t i = 0; i < LANES; i++) {
    const struct K(row) row = K(row_at)(rows, first + i, last);
    V of_labels = (V)(S)-0.0, of_predictions = (V)(S)-0.0;
    EACH_LANES(k, row.count) {
      V t, p;
      K(squares)(rows, &row, k, &t, &p);
      of_labels += t;
      of_predictions += p;
    }
    true_squares[K(fold_order)[i]] = of_labels;
    pred_squares[K(fold_order)[i]] = of_predictions;
  }
  K(store)(K(sums_of_vectors)(true_squares), squares);
  K(store)(K(sums_of_vectors)(pred_squares), squares + LANES);
  for (size_t i = 0; i < LANES; i++) {
    true_factors[i] = K(norm_factor)(rows, squares[i], &shares[i]);
    pred_factors[i] = K(norm_factor)(rows, squares[LANES + i], &shares[i]);
    const struct K(row) row = K(row_at)(rows, first + i, last);
    V sum = (V)(S)-0.0;
    EACH_LANES(k, row.count)
    sum += K(first)(
        K(cosine_product)(rows, &row, k, true_factors[i], pred_factors[i]), row.count - k);
    products[K(fold_order)[i]] = sum;
  }
  const V negated = -K(flushed_alone)(K(sums_of_vectors)(products), rows->flushes);
  K(store)(K(flushed_alone)(negated, rows->flushes), rows->losses + first);
  if (!asks) return;
  for (size_t i = 0; i < LANES; i++) {
    const struct K(row) row = K(row_at)(rows, first + i, last);
    K(cosine_slopes)(rows, &row, true_factors[i], pred_factors[i], shares[i], negated[i]);
  }
}

static INLINE S K(categorical_hinge_row)(
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

#define SUMS_OF(name)                                                                          \
  static void K(name##_rows)(const struct D(loss_rows) * rows, size_t first, size_t last) {    \
    for (size_t row = first; row < last; row++) {                                              \
      const struct K(row) one = K(row_at)(rows, row, last);                                    \
      rows->losses[row] = rows->slopes ? K(name##_row)(rows, &one, true)                       \
                                       : K(name##_row)(rows, &one, false);                     \
    }                                                                                          \
  }

SUMS_IN_GROUPS_OF(kl_divergence)
SUMS_IN_GROUPS_OF(cosine_similarity)
SUMS_OF(categorical_hinge)

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
static void K(overlap_slopes)(const struct D(loss_overlap) * overlap, size_t first, size_t last) {
  const S a = overlap->of_labelled, b = overlap->of_others;
  for (size_t i = first; i < last; i += LANES) {
    const V t =
        K(flushed_alone)(K(padded)(overlap->y_true, i, overlap->count, 0, 0), overlap->flushes);
    const V slopes = overlap->is_tversky ? K(flushed_alone)(t * a + (1 - t) * b, overlap->flushes)
                                         : K(flushed_alone)(K(flushed_alone)(t * a, overlap->flushes) + b,
                                                      overlap->flushes);
    K(store_first)(slopes, overlap->slopes + i, last - i);
  }
}
