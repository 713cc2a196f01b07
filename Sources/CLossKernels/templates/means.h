// Rows whose loss is the mean of what an element kernel makes of their elements: see MeanRow.

/// The longest rows whose losses are kept to be summed: tails of rows cost nothing then.
#define MOST_FLAT (16 * LANES)

/// What is needed to know of a stretch of elements.
struct K(stretch) {
  const S *y_true, *y_pred;
  S *slopes;
  /// Numbers behind the end that may be read, and written where slopes of later ones follow.
  size_t behind;
  /// What slopes are multiplied by, to be those of the mean.
  S share;
  /// Whether slopes are written around the caches, their place being that of whole vectors.
  bool streams;
};

/// Whether slopes can be written around the caches, by losses that take less time to compute.
static INLINE bool K(streams)(const struct D(loss_rows) * rows) {
  return K(are_large)(rows) && (uintptr_t)rows->slopes % 64 == 0;
}

#define MEAN_OF(element, is_cheap)                                                                \
  /** The losses of the lanes of a wide vector at an index. */                                    \
  static INLINE W(lanes) K(element##_wide_at)(                                                    \
      const struct D(loss_rows) * rows, const struct K(stretch) * stretch, size_t i, bool asks) { \
    const W(lanes) t = W(flushed)(W(load)(stretch->y_true + i), rows->flushes);                   \
    const W(lanes) p = W(flushed)(W(load)(stretch->y_pred + i), rows->flushes);                   \
    W(lanes) slopes;                                                                              \
    const W(lanes) losses = W(element)(rows, t, p, asks, &slopes);                                \
    if (asks) {                                                                                   \
      slopes = W(scaled)(rows, slopes, stretch->share);                                           \
      if (stretch->streams)                                                                       \
        W(stream)(slopes, stretch->slopes + i);                                                   \
      else                                                                                        \
        W(store)(slopes, stretch->slopes + i);                                                    \
    }                                                                                             \
    return losses;                                                                                \
  }                                                                                               \
                                                                                                  \
  /** The losses of the lanes at an index. */                                                     \
  static INLINE V K(element##_at)(                                                                \
      const struct D(loss_rows) * rows, const struct K(stretch) * stretch, size_t i, size_t left, \
      bool asks) {                                                                                \
    const bool is_whole = left + stretch->behind >= LANES;                                        \
    const V t = is_whole ? K(load)(stretch->y_true + i)                                           \
                         : K(load_first)(stretch->y_true + i, left, 0);                           \
    const V p = is_whole ? K(load)(stretch->y_pred + i)                                           \
                         : K(load_first)(stretch->y_pred + i, left, 0);                           \
    V slopes;                                                                                     \
    const V losses = K(element)(                                                                  \
        rows, K(flushed)(t, rows->flushes), K(flushed)(p, rows->flushes), asks, &slopes);         \
    if (asks) {                                                                                   \
      slopes = K(scaled)(rows, slopes, stretch->share);                                           \
      if (is_whole)                                                                               \
        K(store)(slopes, stretch->slopes + i);                                                    \
      else                                                                                        \
        K(store_first)(slopes, stretch->slopes + i, left);                                        \
    }                                                                                             \
    return losses;                                                                                \
  }                                                                                               \
                                                                                                  \
  /** The losses of up to 64 vectors, summed in their lanes. */                                   \
  static INLINE V K(element##_sum)(                                                               \
      const struct D(loss_rows) * rows, const struct K(stretch) * stretch, size_t count,          \
      bool asks) {                                                                                \
    V sum = (V)(S)-0.0;                                                                           \
    size_t i = 0;                                                                                 \
    for (; i + WIDE <= count; i += WIDE)                                                          \
      sum = K(plus_wide)(sum, K(element##_wide_at)(rows, stretch, i, asks));                      \
    for (; i < count; i += LANES)                                                                 \
      sum += K(first)(K(element##_at)(rows, stretch, i, count - i, asks), count - i);             \
    return sum;                                                                                   \
  }                                                                                               \
                                                                                                  \
  static V K(element##_block_of_losses)(                                                          \
      const struct D(loss_rows) * rows, const struct K(stretch) * stretch, size_t count) {        \
    return K(element##_sum)(rows, stretch, count, false);                                         \
  }                                                                                               \
                                                                                                  \
  static V K(element##_block_of_slopes)(                                                          \
      const struct D(loss_rows) * rows, const struct K(stretch) * stretch, size_t count) {        \
    return K(element##_sum)(rows, stretch, count, true);                                          \
  }                                                                                               \
                                                                                                  \
  static INLINE V K(element##_block)(                                                             \
      const struct D(loss_rows) * rows, const struct K(stretch) * stretch, size_t count,          \
      bool asks) {                                                                                \
    return asks ? K(element##_block_of_slopes)(rows, stretch, count)                              \
                : K(element##_block_of_losses)(rows, stretch, count);                             \
  }                                                                                               \
                                                                                                  \
  /** The sums of the blocks from first on, each one lane sum that was carried. */                \
  static void K(element##_blocks)(                                                                \
      const struct D(loss_rows) * rows, size_t first, size_t last, S *sums) {                     \
    for (size_t block = first; block < last; block++) {                                           \
      const size_t start = block * BLOCK, left = rows->columns - start;                           \
      const struct K(stretch) stretch = {                                                         \
          rows->y_true + start, rows->y_pred + start, rows->slopes + start, 0,                    \
          rows->factor / (S)rows->columns, is_cheap && K(streams)(rows)};                         \
      const size_t count = left < BLOCK ? left : BLOCK;                                           \
      sums[block - first] =                                                                       \
          K(total)(K(element##_block)(rows, &stretch, count, rows->slopes != 0));                 \
    }                                                                                             \
  }                                                                                               \
                                                                                                  \
  /** Long rows, one after the other. */                                                          \
  static void K(element##_long_rows)(                                                             \
      const struct D(loss_rows) * rows, size_t first, size_t last, bool asks) {                   \
    const size_t columns = rows->columns;                                                         \
    for (size_t row = first; row < last; row++) {                                                 \
      struct K(carried_sum) sum = NOTHING_CARRIED;                                                \
      for (size_t start = 0; start < columns; start += BLOCK) {                                   \
        const size_t left = columns - start, offset = row * columns + start;                      \
        const struct K(stretch) stretch = {                                                       \
            rows->y_true + offset, rows->y_pred + offset,                                         \
            rows->slopes + offset, (last - row - 1) * columns,                                    \
            rows->factor / (S)columns, is_cheap && columns % LANES == 0 && K(streams)(rows)};     \
        const size_t count = left < BLOCK ? left : BLOCK;                                         \
        K(carry_block)(&sum, K(total)(K(element##_block)(rows, &stretch, count, asks)));          \
      }                                                                                           \
      const S mean = K(carried)(&sum) / (S)columns;                                               \
      rows->losses[row] = K(flushed_scalar)(rows->factor * mean, rows->flushes);                  \
    }                                                                                             \
  }                                                                                               \
                                                                                                  \
  /** Rows of one block each, the lanes of as many as there are lanes summed at a time. */        \
  static void K(element##_middle_rows)(                                                           \
      const struct D(loss_rows) * rows, size_t first, size_t last, bool asks) {                   \
    const size_t columns = rows->columns;                                                         \
    V blocks[LANES];                                                                              \
    for (size_t row = first; row < last; row += LANES) {                                          \
      const size_t count = last - row < LANES ? last - row : LANES;                               \
      for (size_t i = 0; i < LANES; i++) {                                                        \
        if (i >= count) {                                                                         \
          blocks[K(fold_order)[i]] = 0;                                                           \
          continue;                                                                               \
        }                                                                                         \
        const size_t offset = (row + i) * columns;                                                \
        const struct K(stretch) stretch = {                                                       \
            rows->y_true + offset, rows->y_pred + offset,                                         \
            rows->slopes + offset, (last - row - i - 1) * columns,                                \
            rows->factor / (S)columns, is_cheap && columns % LANES == 0 && K(streams)(rows)};     \
        blocks[K(fold_order)[i]] = K(element##_block)(rows, &stretch, columns, asks);             \
      }                                                                                           \
      const V means = rows->factor * (K(sums_of_vectors)(blocks) / (S)columns);                   \
      K(store_first)(K(flushed_alone)(means, rows->flushes), rows->losses + row, count);          \
    }                                                                                             \
  }                                                                                               \
                                                                                                  \
  /** Flat rows: as many as there are lanes at a time, their elements without regard to rows. */  \
  static OUTLINED void K(element##_flat_rows)(                                                    \
      const struct D(loss_rows) * rows, size_t first, size_t last, bool asks) {                   \
    const size_t columns = rows->columns;                                                         \
    S losses[LANES * MOST_FLAT + LANES];                                                          \
    for (size_t row = first; row < last; row += LANES) {                                          \
      const size_t count = last - row < LANES ? last - row : LANES;                               \
      const size_t offset = row * columns, elements = count * columns;                            \
      const struct K(stretch) stretch = {                                                         \
          rows->y_true + offset, rows->y_pred + offset, rows->slopes + offset,                    \
          (last - row - count) * columns, rows->factor / (S)columns,                              \
          is_cheap && K(streams)(rows)};                                                          \
      size_t i = 0;                                                                               \
      for (; i + WIDE <= elements; i += WIDE)                                                     \
        W(store)(K(element##_wide_at)(rows, &stretch, i, asks), losses + i);                      \
      for (; i < elements; i += LANES)                                                            \
        K(store)(K(element##_at)(rows, &stretch, i, elements - i, asks), losses + i);             \
      const V sums = columns == 1              ? K(load)(losses) + 0                              \
                     : columns <= MOST_COLUMNS ? K(row_sums)(losses, columns)                     \
                                               : K(long_row_sums)(losses, columns);               \
      const V means = rows->factor * (columns == 1 ? sums : sums / (S)columns);                   \
      K(store_first)(K(flushed_alone)(means, rows->flushes), rows->losses + row, count);          \
    }                                                                                             \
  }                                                                                               \
                                                                                                  \
  static void K(element##_rows)(const struct D(loss_rows) * rows, size_t first, size_t last) {    \
    /* Keeping what is cheap to compute costs more than tails of rows do. */                      \
    const size_t most_flat = is_cheap && !rows->slopes ? MOST_COLUMNS : MOST_FLAT;                \
    if (rows->columns <= most_flat && rows->columns > 0) {                                        \
      if (rows->slopes)                                                                           \
        K(element##_flat_rows)(rows, first, last, true);                                          \
      else                                                                                        \
        K(element##_flat_rows)(rows, first, last, false);                                         \
    } else if (rows->columns <= BLOCK && rows->columns > 0) {                                     \
      K(element##_middle_rows)(rows, first, last, rows->slopes != 0);                             \
    } else {                                                                                      \
      K(element##_long_rows)(rows, first, last, rows->slopes != 0);                               \
    }                                                                                             \
  }

/// The elements of a block: 64 vectors, after which LaneSum carries.
#define BLOCK ((size_t)64 * LANES)

MEAN_OF(squared_error, true)
MEAN_OF(absolute_error, true)
MEAN_OF(absolute_percentage_error, true)
MEAN_OF(squared_logarithmic_error, false)
MEAN_OF(huber, true)
MEAN_OF(log_cosh, false)
MEAN_OF(poisson, false)
MEAN_OF(hinge, true)
MEAN_OF(squared_hinge, true)
MEAN_OF(binary_crossentropy, false)
MEAN_OF(binary_crossentropy_logits, false)
MEAN_OF(binary_focal_crossentropy, false)
