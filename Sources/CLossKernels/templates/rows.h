// A row of labels and predictions, and its lanes.

/// The lanes at an index of a row, and a padding behind its end; so many numbers are behind it.
static INLINE V K(padded)(const S *row, size_t i, size_t count, size_t behind, S padding) {
  const size_t left = count - i;
  if (left >= LANES) return K(load)(row + i);
  if (left + behind >= LANES)
    return K(lane_indices) < (int)left ? K(load)(row + i) : (V)padding;
  return K(load_first)(row + i, left, padding);
}

/// A row, and what else there is to know of it.
struct K(row) {
  const S *y_true, *y_pred;
  S *slopes;
  size_t count;
  /// Numbers behind the row that can be read.
  size_t behind;
  /// Slopes behind the row that are written later, and so can be overwritten.
  size_t unwritten;
};

static INLINE struct K(row) K(row_at)(
    const struct D(loss_rows) * rows, size_t row, size_t last) {
  const size_t columns = rows->columns, offset = row * columns;
  return (struct K(row)){
      rows->y_true ? rows->y_true + offset : 0, rows->y_pred + offset,
      rows->slopes ? rows->slopes + offset : 0, columns, (rows->rows - row - 1) * columns,
      (last - row - 1) * columns};
}

#define EACH_LANES(i, count) for (size_t i = 0; i < (count); i += LANES)

static INLINE V K(label_at)(const struct D(loss_rows) * rows, const struct K(row) * row, size_t i) {
  const V t = K(padded)(row->y_true, i, row->count, row->behind, 0);
  return K(smoothed)(rows, K(flushed)(t, rows->flushes));
}

static INLINE V K(prediction_at)(const struct K(row) * row, size_t i, S padding) {
  return K(padded)(row->y_pred, i, row->count, row->behind, padding);
}

static INLINE void K(set_slopes)(const struct K(row) * row, V slopes, size_t i) {
  const size_t left = row->count - i;
  if (left + row->unwritten >= LANES)
    K(store)(slopes, row->slopes + i);
  else
    K(store_first)(slopes, row->slopes + i, left);
}

/// The slopes at an index that were set before, and anything behind the row.
static INLINE V K(slopes_at)(const struct K(row) * row, size_t i) {
  return K(padded)(row->slopes, i, row->count, row->behind, 0);
}

static INLINE S K(scalar_times_factor)(const struct D(loss_rows) * rows, S slope) {
  return K(times_factor)(rows, (V)slope)[0];
}

static INLINE bool K(is_finite)(S x) { return x - x == 0; }

/// Rows of so many bytes are so long that their ends do not matter.
#define STREAMED_ROW_BYTES ((size_t)1 << 16)

/// Sets all slopes of a row.
static INLINE void K(fill_slopes)(
    const struct D(loss_rows) * rows, const struct K(row) * row, S slope) {
  const V slopes = K(times_factor)(rows, (V)slope);
  const size_t misplaced = (uintptr_t)row->slopes % sizeof(V) / sizeof(S);
  if (!K(are_large)(rows) || rows->columns * sizeof(S) < STREAMED_ROW_BYTES) {
    EACH_LANES(i, row->count) K(set_slopes)(row, slopes, i);
    return;
  }
  K(store)(slopes, row->slopes);
  for (size_t i = LANES - misplaced; i + LANES <= row->count; i += LANES)
    K(stream)(slopes, row->slopes + i);
  K(store)(slopes, row->slopes + row->count - LANES);
}
