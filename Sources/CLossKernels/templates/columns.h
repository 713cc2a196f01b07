// As many rows as there are lanes at a time, folded to a number a row: what short rows are made with.

/// The longest rows that are folded from memory.
#define MOST_COLUMNS (2 * LANES)

static const int K(fold_order)[LANES] = FOLD_ORDER;

/// The sum of each of LANES vectors, in the order of LaneSum; vector i stands at fold_order[i].
static INLINE V K(sums_of_vectors)(V v[LANES]) {
  FOLD_ROWS(v, PLUS);
  // The carry of LaneSum adds a lost 0: of the sum -0 it makes 0.
  return v[0] + 0;
}

/// Reads LANES rows of up to MOST_COLUMNS numbers, and folds the second vector of each onto the first.
///
/// LANES numbers behind the last row can be read as well.
#define READ_ROWS(v, numbers, columns, padding, OPERATION)                               \
  do {                                                                                   \
    const M is_inside = K(lane_indices) < (int)((columns) < LANES ? (columns) : LANES);  \
    const M is_inside_second = K(lane_indices) < (int)(columns) - LANES;                 \
    UNROLLED                                                                             \
    for (int row = 0; row < LANES; row++) {                                              \
      const S *const start = (numbers) + (size_t)row * (columns);                        \
      V first = K(load)(start);                                                          \
      first = is_inside ? first : (V)(padding);                                          \
      if ((columns) > LANES) {                                                           \
        const V second = K(load)(start + LANES);                                         \
        const V inside = is_inside_second ? second : (V)(padding);                       \
        first = OPERATION(first, inside);                                                \
      }                                                                                  \
      v[K(fold_order)[row]] = first;                                                     \
    }                                                                                    \
  } while (0)

/// The sum of each row, in the order of LaneSum.
static OUTLINED V K(row_sums)(const S *numbers, size_t columns) {
  V v[LANES];
  READ_ROWS(v, numbers, columns, (S)-0.0, PLUS);
  return K(sums_of_vectors)(v);
}

/// The sum of each row of more than a vector, in the order of LaneSum.
static OUTLINED V K(long_row_sums)(const S *numbers, size_t columns) {
  V v[LANES];
  const size_t whole = columns / LANES * LANES;
  const M is_inside = K(lane_indices) < (int)(columns - whole);
  for (int row = 0; row < LANES; row++) {
    const S *const start = numbers + (size_t)row * columns;
    V sum = K(load)(start);
    for (size_t i = LANES; i < whole; i += LANES) sum += K(load)(start + i);
    const V rest = K(load)(start + whole);
    v[K(fold_order)[row]] = sum + (is_inside ? rest : (V)(S)-0.0);
  }
  return K(sums_of_vectors)(v);
}

/// The sum of each row of numbers that may be subnormal.
static OUTLINED V K(flushed_row_sums)(const S *numbers, size_t columns, bool flushes) {
  V v[LANES];
#define FLUSHED_PLUS(a, b) PLUS(a, K(flushed)(b, flushes))
  READ_ROWS(v, numbers, columns, (S)-0.0, FLUSHED_PLUS);
#undef FLUSHED_PLUS
  return K(sums_of_vectors)(v);
}

/// The largest number of each row; NaN may be passed over.
static OUTLINED V K(row_peaks)(const S *numbers, size_t columns) {
  V v[LANES];
  READ_ROWS(v, numbers, columns, -INFINITE, LARGER);
  FOLD_ROWS(v, LARGER);
  return v[0];
}

/// Writes a number of each row to all places of it, and maybe some behind the last.
static OUTLINED void K(spread)(V numbers, size_t columns, S *out) {
  UNROLLED
  for (int row = 0; row < LANES; row++)
    for (size_t k = 0; k < columns; k += LANES)
      K(store)((V)numbers[row], out + (size_t)row * columns + k);
}
