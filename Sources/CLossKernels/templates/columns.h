// As many short rows as there are lanes at a time: their columns are vectors, a row a lane.

/// The longest rows that are turned.
#define MOST_COLUMNS (2 * LANES)

/// Room for the columns of short rows.
#define COLUMNS (MOST_COLUMNS + QUARTER)

typedef S K(quarter) __attribute__((ext_vector_type(QUARTER)));
typedef S K(unaligned_quarter) __attribute__((ext_vector_type(QUARTER), aligned(sizeof(S))));

static const int K(fold_order)[LANES] = FOLD_ORDER;

/// The sum of each of LANES vectors, in the order of LaneSum; vector i stands at fold_order[i].
static INLINE V K(sums_of_vectors)(V v[LANES]) {
  FOLD_ROWS(v, PLUS);
  // The carry of LaneSum adds a lost 0: of the sum -0 it makes 0.
  return v[0] + 0;
}

/// The sum of each of LANES rows, in the order of LaneSum.
///
/// LANES numbers behind the last row can be read as well.
static OUTLINED V K(row_sums)(const S *numbers, size_t columns) {
  const M is_inside = K(lane_indices) < (int)(columns < LANES ? columns : LANES);
  const M is_inside_second = K(lane_indices) < (int)columns - LANES;
  V v[LANES];
  UNROLLED
  for (int row = 0; row < LANES; row++) {
    const S *const start = numbers + (size_t)row * columns;
    V first = K(load)(start);
    first = is_inside ? first : (V)(S)-0.0;
    if (columns > LANES) {
      const V second = K(load)(start + LANES);
      first += is_inside_second ? second : (V)(S)-0.0;
    }
    v[K(fold_order)[row]] = first;
  }
  return K(sums_of_vectors)(v);
}

/// The first numbers of a quarter, so many as there are, and zeros.
static INLINE K(quarter) K(quarter_at)(const S *numbers, size_t left) {
  if (left >= QUARTER) return *(const K(unaligned_quarter) *)numbers;
  K(quarter) quarter = 0;
  for (size_t i = 0; i < left; i++) quarter[i] = numbers[i];
  return quarter;
}

static INLINE void K(set_quarter_at)(K(quarter) quarter, S *numbers, size_t left) {
  if (left >= QUARTER)
    *(K(unaligned_quarter) *)numbers = quarter;
  else
    for (size_t i = 0; i < left; i++) numbers[i] = quarter[i];
}

/// How many numbers WIDE rows have from one on, if these may be less than a quarter.
#define LEFT_FROM(row, k) ((row) > WIDE - QUARTER ? (WIDE - (row)) * columns - (k) : QUARTER)

/// Reads the columns of WIDE rows, a row a lane, and something up to a multiple of QUARTER.
///
/// Where the rows are not the last ones, numbers behind them are read as well.
static INLINE void K(read_columns)(
    const S *numbers, size_t columns, bool are_last, bool flushes, W(lanes) * out) {
  V *const v = (V *)out;
  for (size_t k = 0; k < columns; k += QUARTER) {
    UNROLLED
    for (size_t part = 0; part < INTERLEAVED; part++) {
      V turned[QUARTER];
      UNROLLED
      for (size_t q = 0; q < QUARTER; q++) {
#define QUARTER_OF(row) \
  K(quarter_at)(numbers + (row) * columns + k, are_last ? LEFT_FROM(row, k) : QUARTER)
        const size_t row = part * LANES + q;
        turned[q].lo.lo = QUARTER_OF(row);
        turned[q].lo.hi = QUARTER_OF(row + QUARTER);
        turned[q].hi.lo = QUARTER_OF(row + 2 * QUARTER);
        turned[q].hi.hi = QUARTER_OF(row + 3 * QUARTER);
#undef QUARTER_OF
      }
      TURN_QUARTERS(turned);
      UNROLLED
      for (size_t q = 0; q < QUARTER; q++)
        v[(k + q) * INTERLEAVED + part] = K(flushed)(turned[q], flushes);
    }
  }
}

/// What is made of a column.
typedef W(lanes) (*K(of_column))(const void *context, size_t k);

/// Writes what is made of the columns of WIDE rows.
static INLINE void K(write_columns)(
    K(of_column) of_column, const void *context, size_t columns, S *numbers) {
  // What spills over the end of a row is overwritten: that row's last columns are written first.
  for (size_t k = (columns - 1) / QUARTER * QUARTER;; k -= QUARTER) {
    W(lanes) wide[QUARTER];
    UNROLLED
    for (size_t q = 0; q < QUARTER; q++) wide[q] = of_column(context, k + q);
    UNROLLED
    for (size_t part = 0; part < INTERLEAVED; part++) {
      V turned[QUARTER];
      UNROLLED
      for (size_t q = 0; q < QUARTER; q++) turned[q] = ((const V *)&wide[q])[part];
      TURN_QUARTERS(turned);
      UNROLLED
      for (size_t row = 0; row < LANES; row++) {
        const V rows = turned[row % QUARTER];
        const K(quarter) numbers_of_row = row / QUARTER == 0   ? rows.lo.lo
                                          : row / QUARTER == 1 ? rows.lo.hi
                                          : row / QUARTER == 2 ? rows.hi.lo
                                                               : rows.hi.hi;
        const size_t place = part * LANES + row;
        K(set_quarter_at)(numbers_of_row, numbers + place * columns + k, LEFT_FROM(place, k));
      }
    }
    if (k == 0) break;
  }
}

#define COLUMN_SUM(name, half, PART)                                                    \
  static INLINE W(lanes) K(name)(                                                       \
      K(of_column) of_column, const void *context, size_t columns, size_t k) {          \
    const W(lanes) sum = PART(k);                                                       \
    return k + (half) < columns ? sum + PART(k + (half)) : sum;                         \
  }
#define TERM(k) of_column(context, k)
COLUMN_SUM(sum_of_lane, LANES, TERM)
#undef TERM
#define TERM(k) K(sum_of_lane)(of_column, context, columns, k)
#if LANES > 8
COLUMN_SUM(sum_of_8, 8, TERM)
#undef TERM
#define TERM(k) K(sum_of_8)(of_column, context, columns, k)
#endif
COLUMN_SUM(sum_of_4, 4, TERM)
#undef TERM
#define TERM(k) K(sum_of_4)(of_column, context, columns, k)
COLUMN_SUM(sum_of_2, 2, TERM)
#undef TERM
#define TERM(k) K(sum_of_2)(of_column, context, columns, k)
COLUMN_SUM(sum_of_1, 1, TERM)
#undef TERM

/// The sum of each row, in the order of LaneSum.
static INLINE W(lanes) K(sums_of_columns)(
    K(of_column) of_column, const void *context, size_t columns) {
  return K(sum_of_1)(of_column, context, columns, 0) + 0;
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

/// A column itself.
static INLINE W(lanes) K(column)(const void *columns, size_t k) {
  return ((const W(lanes) *)columns)[k];
}
