// Rows whose loss is the mean of what an element kernel makes of their elements: see MeanRow.

/// What is needed to know of a stretch of elements.
struct K(stretch) {
  const S *y_true, *y_pred;
  S *slopes;
  /// Numbers behind the end that may be read, and written where slopes of later ones follow.
  size_t behind;
  /// What slopes are multiplied by, to be those of the mean.
  S share;
};

#define MEAN_OF(element)                                                                          \
  /** The losses of the lanes of a wide vector at an index. */                                    \
  static INLINE W(lanes) K(element##_wide_at)(                                                    \
      const struct D(loss_rows) * rows, const struct K(stretch) * stretch, size_t i, bool asks) { \
    const W(lanes) t = W(flushed)(W(load)(stretch->y_true + i), rows->flushes);                   \
    const W(lanes) p = W(flushed)(W(load)(stretch->y_pred + i), rows->flushes);                   \
    W(lanes) slopes;                                                                              \
    const W(lanes) losses = W(element)(rows, t, p, asks, &slopes);                                \
    if (asks) W(store)(W(scaled)(rows, slopes, stretch->share), stretch->slopes + i);             \
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
  static INLINE V K(element##_sum)(                                                             \
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
          rows->factor / (S)rows->columns};                                                       \
      const size_t count = left < BLOCK ? left : BLOCK;                                           \
      sums[block - first] =                                                                       \
          K(total)(K(element##_block)(rows, &stretch, count, rows->slopes != 0));                 \
    }                                                                                             \
  }                                                                                               \
                                                                                                  \
  /** Long rows, one after the other. */                                                          \
  static void K(element##_long_rows)(                                                      \
      const struct D(loss_rows) * rows, size_t first, size_t last, bool asks) {                   \
    const size_t columns = rows->columns;                                                         \
    for (size_t row = first; row < last; row++) {                                                 \
      struct K(lane_sum) sum = K(no_sum)();                                                       \
      for (size_t start = 0; start < columns; start += BLOCK) {                                   \
        const size_t left = columns - start, offset = row * columns + start;                      \
        const struct K(stretch) stretch = {                                                       \
            rows->y_true + offset, rows->y_pred + offset, rows->slopes + offset,                  \
            (last - row - 1) * columns, rows->factor / (S)columns};                               \
        const size_t count = left < BLOCK ? left : BLOCK;                                         \
        K(carry_block)(&sum, K(total)(K(element##_block)(rows, &stretch, count, asks)));          \
      }                                                                                           \
      const S mean = K(carried)(&sum) / (S)columns;                                               \
      rows->losses[row] = K(flushed_scalar)(rows->factor * mean, rows->flushes);                  \
    }                                                                                             \
  }                                                                                               \
                                                                                                  \
  /** Rows of one block each, the lanes of as many as there are lanes summed at a time. */        \
  static void K(element##_middle_rows)(                                                    \
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
            rows->y_true + offset, rows->y_pred + offset, rows->slopes + offset,                  \
            (last - row - i - 1) * columns, rows->factor / (S)columns};                           \
        blocks[K(fold_order)[i]] = K(element##_block)(rows, &stretch, columns, asks);             \
      }                                                                                           \
      const V means = rows->factor * (K(sums_of_vectors)(blocks) / (S)columns);                   \
      K(store_first)(K(flushed_alone)(means, rows->flushes), rows->losses + row, count);          \
    }                                                                                             \
  }                                                                                               \
                                                                                                  \
  /** Short rows, as many as there are lanes at a time. */                                        \
  static OUTLINED void K(element##_short_rows)(                                                   \
      const struct D(loss_rows) * rows, size_t first, size_t last, bool asks) {                   \
    const size_t columns = rows->columns;                                                         \
    S losses[LANES * MOST_COLUMNS + LANES];                                                       \
    for (size_t row = first; row < last; row += LANES) {                                          \
      const size_t count = last - row < LANES ? last - row : LANES;                               \
      const size_t offset = row * columns, elements = count * columns;                            \
      const struct K(stretch) stretch = {                                                         \
          rows->y_true + offset, rows->y_pred + offset, rows->slopes + offset,                    \
          (last - row - count) * columns, rows->factor / (S)columns};                             \
      size_t i = 0;                                                                               \
      for (; i + WIDE <= elements; i += WIDE)                                                     \
        W(store)(K(element##_wide_at)(rows, &stretch, i, asks), losses + i);                      \
      for (; i < elements; i += LANES)                                                            \
        K(store)(K(element##_at)(rows, &stretch, i, elements - i, asks), losses + i);             \
      const V sums = columns == 1 ? K(load)(losses) + 0 : K(row_sums)(losses, columns);           \
      const V means = rows->factor * (columns == 1 ? sums : sums / (S)columns);                   \
      K(store_first)(K(flushed_alone)(means, rows->flushes), rows->losses + row, count);          \
    }                                                                                             \
  }                                                                                               \
                                                                                                  \
  static void K(element##_rows)(const struct D(loss_rows) * rows, size_t first, size_t last) {    \
    if (rows->columns <= MOST_COLUMNS && rows->columns > 0) {                                     \
      if (rows->slopes)                                                                           \
        K(element##_short_rows)(rows, first, last, true);                                         \
      else                                                                                        \
        K(element##_short_rows)(rows, first, last, false);                                        \
    } else if (rows->columns <= BLOCK && rows->columns > 0) {                                     \
      K(element##_middle_rows)(rows, first, last, rows->slopes != 0);                             \
    } else {                                                                                      \
      K(element##_long_rows)(rows, first, last, rows->slopes != 0);                               \
    }                                                                                             \
  }

/// The elements of a block: 64 vectors, after which LaneSum carries.
#define BLOCK ((size_t)64 * LANES)

MEAN_OF(squared_error)
MEAN_OF(absolute_error)
MEAN_OF(absolute_percentage_error)
MEAN_OF(squared_logarithmic_error)
MEAN_OF(huber)
MEAN_OF(log_cosh)
MEAN_OF(poisson)
MEAN_OF(hinge)
MEAN_OF(squared_hinge)
MEAN_OF(binary_crossentropy)
MEAN_OF(binary_crossentropy_logits)
MEAN_OF(binary_focal_crossentropy)
