// Runs over rows of classes: WIDE rows at a time where they are short, else one by one.

/// The last rows, filled up to WIDE.
struct K(copied_rows) {
  struct D(loss_rows) rows;
  S y_true[WIDE * MOST_COLUMNS], y_pred[WIDE * MOST_COLUMNS];
  S losses[WIDE], slopes[WIDE * MOST_COLUMNS];
  int32_t ids[WIDE];
};

static void K(copy_rows)(
    const struct D(loss_rows) * rows, size_t row, size_t count, struct K(copied_rows) * copied) {
  const size_t offset = row * rows->columns, numbers = count * rows->columns;
  const size_t all = WIDE * rows->columns;
  copied->rows = *rows;
  copied->rows.rows = WIDE;
  copied->rows.y_pred = copied->y_pred;
  for (size_t i = 0; i < numbers; i++) copied->y_pred[i] = rows->y_pred[offset + i];
  for (size_t i = numbers; i < all; i++) copied->y_pred[i] = 1;
  if (rows->ids) {
    copied->rows.ids = copied->ids;
    for (size_t i = 0; i < WIDE; i++) copied->ids[i] = i < count ? rows->ids[row + i] : -1;
  } else {
    copied->rows.y_true = copied->y_true;
    for (size_t i = 0; i < numbers; i++) copied->y_true[i] = rows->y_true[offset + i];
    for (size_t i = numbers; i < all; i++) copied->y_true[i] = 0;
  }
  copied->rows.losses = copied->losses;
  if (rows->slopes) copied->rows.slopes = copied->slopes;
}

static void K(copy_back)(
    const struct D(loss_rows) * rows, size_t row, size_t count,
    const struct K(copied_rows) * copied) {
  for (size_t i = 0; i < count; i++) rows->losses[row + i] = copied->losses[i];
  if (!rows->slopes) return;
  S *const slopes = rows->slopes + row * rows->columns;
  for (size_t i = 0; i < count * rows->columns; i++) slopes[i] = copied->slopes[i];
}

/// Runs over rows: WIDE rows at a time where they are short, else one by one.
#define CATEGORICAL(name, SHORT, has_ids, ROW)                                                  \
  static OUTLINED bool K(name##_group)(const struct D(loss_rows) * rows, size_t row) {          \
    return rows->slopes ? SHORT(rows, row, has_ids, true) : SHORT(rows, row, has_ids, false);   \
  }                                                                                             \
                                                                                                \
  static OUTLINED bool K(name##_copied)(                                                        \
      const struct D(loss_rows) * rows, size_t row, size_t count) {                             \
    struct K(copied_rows) copied;                                                               \
    K(copy_rows)(rows, row, count, &copied);                                                    \
    if (!K(name##_group)(&copied.rows, 0)) return false;                                        \
    K(copy_back)(rows, row, count, &copied);                                                    \
    return true;                                                                                \
  }                                                                                             \
                                                                                                \
  static void K(name##_rows)(const struct D(loss_rows) * rows, size_t first, size_t last) {     \
    const size_t columns = rows->columns;                                                       \
    const bool are_short = columns <= MOST_COLUMNS && columns > 0;                              \
    for (size_t row = first; row < last;) {                                                     \
      const size_t count = last - row < WIDE ? last - row : WIDE, end = row + count;            \
      if (are_short && (count == WIDE       ? K(name##_group)(rows, row)                        \
                        : count >= WIDE / 4 ? K(name##_copied)(rows, row, count)                \
                                            : false)) {                                         \
        row = end;                                                                              \
        continue;                                                                               \
      }                                                                                         \
      for (; row < end; row++) {                                                                \
        const struct K(row) one = K(row_at)(rows, row, last);                                   \
        rows->losses[row] =                                                                     \
            rows->slopes ? ROW(rows, &one, row, true) : ROW(rows, &one, row, false);            \
      }                                                                                         \
    }                                                                                           \
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

CATEGORICAL(categorical_crossentropy, K(short_probabilities), false, DENSE_ROW)
CATEGORICAL(categorical_crossentropy_logits, K(short_logits), false, DENSE_LOGITS_ROW)
CATEGORICAL(sparse_categorical_crossentropy, K(short_probabilities), true, SPARSE_ROW)
CATEGORICAL(sparse_categorical_crossentropy_logits, K(short_logits), true, SPARSE_LOGITS_ROW)
