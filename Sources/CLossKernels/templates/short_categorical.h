// Short rows of classes with one-hot labels or class ids, as many rows as there are lanes at a time.
//
// What is uncommon (soft labels, sums that are no numbers, infinite logits, ties) is left to the
// functions of one row. Labels of 0 cost nothing and change no bit of a sum, so one logarithm a row is
// enough.

/// The class of each row, and the prediction for it.
struct K(labelled) {
  /// The class; -1 where the id is no class.
  int32_t ids[LANES];
  V predictions;
  M is_class;
};

/// A bit for each lane.
static INLINE uint32_t K(bits)(M mask) {
  typedef bool flags __attribute__((ext_vector_type(LANES)));
  union {
    flags flags;
    uint16_t bits;
  } lanes = {.bits = 0};
  lanes.flags = __builtin_convertvector(mask, flags);
  return lanes.bits & ((1u << LANES) - 1);
}

/// Reads the class of each row; false where labels are not one-hot, or rows are ignored.
static OUTLINED bool K(read_labels)(
    const struct D(loss_rows) * rows, size_t row, struct K(labelled) * labelled) {
  const size_t columns = rows->columns;
  const S *const y_pred = rows->y_pred + row * columns;
  if (rows->ids) {
    typedef int32_t ids __attribute__((ext_vector_type(LANES), aligned(4)));
    const ids given = *(const ids *)(rows->ids + row);
    if (rows->has_ignored && __builtin_reduce_and(given != rows->ignored) == 0) return false;
    const ids known = (given >= 0) & (given < (int32_t)columns);
    *(ids *)labelled->ids = known ? given : -1;
    labelled->is_class = __builtin_convertvector(known, M);
  } else {
    if (rows->smooths) return false;
    const S *const y_true = rows->y_true + row * columns;
    const uint32_t first = columns < LANES ? (1u << columns) - 1 : (1u << LANES) - 1;
    uint32_t strange = 0, none = 0;
    UNROLLED
    for (int i = 0; i < LANES; i++) {
      const V t = K(load)(y_true + (size_t)i * columns);
      uint64_t ones = K(bits)(t == 1) & first;
      strange |= ~(K(bits)(t == 0) | (uint32_t)ones) & first;
      if (columns > LANES) {
        const uint32_t rest = (1u << (columns - LANES)) - 1;
        const V more = K(load)(y_true + (size_t)i * columns + LANES);
        const uint32_t ones_of_rest = K(bits)(more == 1) & rest;
        strange |= ~(K(bits)(more == 0) | ones_of_rest) & rest;
        ones |= (uint64_t)ones_of_rest << LANES;
      }
      none |= ones == 0 || (ones & (ones - 1)) != 0;
      labelled->ids[i] = (int32_t)__builtin_ctzll(ones | 1ull << 32);
    }
    if (strange != 0 || none != 0) return false;
    labelled->is_class = (V)0 == 0;
  }
  S predictions[LANES];
  UNROLLED
  for (int i = 0; i < LANES; i++) {
    const int32_t id = labelled->ids[i];
    predictions[i] = y_pred[(size_t)i * columns + (size_t)(id < 0 ? 0 : id)];
  }
  labelled->predictions = K(load)(predictions);
  return true;
}

/// Writes one of the slopes of each row: that of its class.
static INLINE void K(write_labelled)(
    const struct D(loss_rows) * rows, size_t row, const struct K(labelled) * labelled, V slopes) {
  S *const out = rows->slopes + row * rows->columns;
  UNROLLED
  for (int i = 0; i < LANES; i++) {
    const int32_t id = labelled->ids[i];
    if (id >= 0) out[(size_t)i * rows->columns + (size_t)id] = slopes[i];
  }
}

/// The losses of as many rows as there are lanes; false where they are not common.
static INLINE bool K(short_probabilities)(
    const struct D(loss_rows) * rows, size_t row, bool asks) {
  struct K(labelled) labelled;
  if (!K(read_labels)(rows, row, &labelled)) return false;
  const size_t columns = rows->columns;
  const S *const y_pred = rows->y_pred + row * columns;
  const V total =
      K(flushed)(K(flushed_row_sums)(y_pred, columns, rows->flushes), rows->flushes);
  if (!K(all_of)((total > 0) & (total < INFINITE))) return false;
  const V quotient = K(flushed)(labelled.predictions, rows->flushes) / total;
  const V q = K(clipped)(quotient, rows->low, rows->high);
  const V losses = -K(flushed_alone)(K(logarithm_of_normal)(q), rows->flushes);
  K(store)(labelled.is_class ? losses : (V)0, rows->losses + row);
  if (!asks) return true;
  const V slope = K(slope_of_clip)(quotient, rows->low, rows->high, rows->tie);
  const V label = labelled.is_class ? slope : (V)0;
  const V share = label / total;
  S slopes[LANES * MOST_COLUMNS + LANES];
  K(spread)(K(times_factor)(rows, share), columns, slopes);
  S *const out = rows->slopes + row * columns;
  for (size_t i = 0; i < LANES * columns; i += LANES) K(store)(K(load)(slopes + i), out + i);
  const V of_labelled = label == 0 ? share : share - label / labelled.predictions;
  K(write_labelled)(rows, row, &labelled, K(times_factor)(rows, of_labelled));
  return true;
}

static INLINE bool K(short_logits)(const struct D(loss_rows) * rows, size_t row, bool asks) {
  struct K(labelled) labelled;
  if (!K(read_labels)(rows, row, &labelled)) return false;
  const size_t columns = rows->columns, count = LANES * columns;
  const S *const x = rows->y_pred + row * columns;
  S *const out = asks ? rows->slopes + row * columns : 0;
  const V peak = K(row_peaks)(x, columns);
  S peaks[LANES * MOST_COLUMNS + WIDE], terms[LANES * MOST_COLUMNS + WIDE];
  K(spread)(peak, columns, peaks);
  W(mask) are_finite = (W(lanes))0 == 0;
  W(mask) negated_count = 0;
  size_t i = 0;
  for (; i + WIDE <= count; i += WIDE) {
    const W(lanes) d = W(load)(x + i) - W(load)(peaks + i);
    W(lanes) e;
    if (asks) {
      e = W(exponential)(d);
      W(store)(e, out + i);
      e = d <= LOWEST_EXPONENT ? (W(lanes))0 : e;
    } else {
      e = W(exponential_of_nonpositive)(d);
    }
    const W(mask) is_peak = d == 0;
    W(store)(is_peak ? (W(lanes))0 : e, terms + i);
    negated_count += is_peak;
    are_finite &= d - d == 0;
  }
  M are_finite_behind = (V)0 == 0, negated_count_behind = 0;
  for (; i < count; i += LANES) {
    const V d = K(load)(x + i) - K(load)(peaks + i);
    V e;
    if (asks) {
      e = K(exponential)(d);
      K(store)(e, out + i);
      e = d <= LOWEST_EXPONENT ? (V)0 : e;
    } else {
      e = K(exponential_of_nonpositive)(d);
    }
    const M is_peak = d == 0;
    K(store)(is_peak ? (V)0 : e, terms + i);
    negated_count_behind += is_peak;
    are_finite_behind &= d - d == 0;
  }
  if (!W(all_of)(are_finite) || !K(all_of)(are_finite_behind)) return false;
  // Each row has a peak; where one has two, it is not common.
  if (__builtin_reduce_add(negated_count) + __builtin_reduce_add(negated_count_behind) != -LANES)
    return false;
  const V others = K(row_sums)(terms, columns);
  const V logarithm = others <= 1 ? K(logarithm_of_one_plus)(others) : K(logarithm)(1 + others);
  const V losses = -K(flushed_alone)((labelled.predictions - peak) - logarithm, rows->flushes);
  K(store)(labelled.is_class ? losses : (V)0, rows->losses + row);
  if (!asks) return true;
  const V share = (labelled.is_class ? (V)1 : (V)0) / (1 + others);
  K(spread)(share, columns, terms);
  V of_labelled = 0;
  for (int k = 0; k < LANES; k++) {
    const int32_t id = labelled.ids[k];
    of_labelled[k] = out[(size_t)k * columns + (size_t)(id < 0 ? 0 : id)];
  }
  for (i = 0; i < count; i += LANES)
    K(store)(K(times_factor)(rows, K(load)(out + i) * K(load)(terms + i)), out + i);
  K(write_labelled)(rows, row, &labelled, K(times_factor)(rows, of_labelled * share - 1));
  return true;
}

/// The last rows, where numbers behind them can be read.
struct K(copied_rows) {
  struct D(loss_rows) rows;
  S y_true[LANES * MOST_COLUMNS + LANES], y_pred[LANES * MOST_COLUMNS + LANES];
};

static void K(copy_rows)(
    const struct D(loss_rows) * rows, size_t row, struct K(copied_rows) * copied) {
  const size_t offset = row * rows->columns, count = LANES * rows->columns;
  copied->rows = *rows;
  copied->rows.y_pred = copied->y_pred;
  for (size_t i = 0; i < count; i++) copied->y_pred[i] = rows->y_pred[offset + i];
  for (size_t i = count; i < count + LANES; i++) copied->y_pred[i] = 0;
  if (rows->ids) {
    copied->rows.ids += row;
  } else {
    copied->rows.y_true = copied->y_true;
    for (size_t i = 0; i < count; i++) copied->y_true[i] = rows->y_true[offset + i];
    for (size_t i = count; i < count + LANES; i++) copied->y_true[i] = 0;
  }
  copied->rows.losses += row;
  if (rows->slopes) copied->rows.slopes += offset;
}

/// Runs over rows: as many as there are lanes at a time where they are short, else one by one.
#define CATEGORICAL(name, SHORT, ROW)                                                           \
  static INLINE void K(name##_some)(                                                            \
      const struct D(loss_rows) * rows, size_t first, size_t last, bool asks) {                 \
    const bool are_short = rows->columns <= MOST_COLUMNS && rows->columns > 0;                  \
    size_t row = first;                                                                         \
    while (row < last) {                                                                        \
      size_t count = 1;                                                                         \
      if (are_short && last - row >= LANES) {                                                   \
        count = LANES;                                                                          \
        /* LANES numbers behind them must be there. */                                          \
        const bool is_followed = (rows->rows - row - LANES) * rows->columns >= LANES;           \
        struct K(copied_rows) copied;                                                           \
        if (!is_followed) K(copy_rows)(rows, row, &copied);                                     \
        if (SHORT(is_followed ? rows : &copied.rows, is_followed ? row : 0, asks)) {            \
          row += LANES;                                                                         \
          continue;                                                                             \
        }                                                                                       \
      }                                                                                         \
      for (size_t end = row + count; row < end; row++) {                                        \
        const struct K(row) one = K(row_at)(rows, row, last);                                         \
        rows->losses[row] = ROW(rows, &one, row, asks);                                         \
      }                                                                                         \
    }                                                                                           \
  }                                                                                             \
                                                                                                \
  static void K(name##_rows)(const struct D(loss_rows) * rows, size_t first, size_t last) {     \
    if (rows->slopes)                                                                           \
      K(name##_some)(rows, first, last, true);                                                  \
    else                                                                                        \
      K(name##_some)(rows, first, last, false);                                                 \
  }

#define DENSE_ROW(rows, one, row, asks) K(categorical_crossentropy_row)(rows, one, asks)
#define DENSE_LOGITS_ROW(rows, one, row, asks) \
  K(categorical_crossentropy_logits_row)(rows, one, asks)

/// The loss of a row by its id; nothing where that is ignored.
#define SPARSE(name)                                                                         \
  static INLINE S K(name##_of)(                                                              \
      const struct D(loss_rows) * rows, const struct K(row) * row, int32_t id, bool asks) {  \
    if (rows->has_ignored && id == rows->ignored) {                                          \
      if (asks) EACH_LANES(i, row->count) K(set_slopes)(row, 0, i);                          \
      return 0;                                                                              \
    }                                                                                        \
    return K(name##_row)(rows, row, id, asks);                                               \
  }

SPARSE(sparse_categorical_crossentropy)
SPARSE(sparse_categorical_crossentropy_logits)

#define SPARSE_ROW(rows, one, row, asks) \
  K(sparse_categorical_crossentropy_of)(rows, one, (rows)->ids[row], asks)
#define SPARSE_LOGITS_ROW(rows, one, row, asks) \
  K(sparse_categorical_crossentropy_logits_of)(rows, one, (rows)->ids[row], asks)

CATEGORICAL(categorical_crossentropy, K(short_probabilities), DENSE_ROW)
CATEGORICAL(categorical_crossentropy_logits, K(short_logits), DENSE_LOGITS_ROW)
CATEGORICAL(sparse_categorical_crossentropy, K(short_probabilities), SPARSE_ROW)
CATEGORICAL(sparse_categorical_crossentropy_logits, K(short_logits), SPARSE_LOGITS_ROW)
