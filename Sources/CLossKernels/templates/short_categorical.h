// Short rows of classes, WIDE rows at a time: their columns are wide vectors, a row a lane.
//
// What is uncommon (sums that are no numbers, infinite logits) is left to the functions of one row.

#define COLUMN W(lanes)

/// The class of each row.
struct K(classes) {
  W(mask) ids, are_classes;
  /// Rows that cost nothing.
  W(mask) are_ignored;
};

static INLINE struct K(classes) K(classes_at)(const struct D(loss_rows) * rows, size_t row) {
  typedef int32_t ids __attribute__((ext_vector_type(WIDE), aligned(4)));
  const W(mask) given = __builtin_convertvector(*(const ids *)(rows->ids + row), W(mask));
  const W(mask) are_ignored = (given == rows->ignored) & (W(mask))(rows->has_ignored ? -1 : 0);
  const W(mask) are_classes = (given >= 0) & (given < (int32_t)rows->columns) & ~are_ignored;
  return (struct K(classes)){given, are_classes, are_ignored};
}

static INLINE void K(read_labels)(
    const struct D(loss_rows) * rows, size_t row, COLUMN *labels) {
  K(read_columns)(
      rows->y_true + row * rows->columns, rows->columns, row + WIDE == rows->rows, rows->flushes,
      labels);
  if (rows->smooths)
    for (size_t k = 0; k < rows->columns; k++) labels[k] = W(smoothed)(rows, labels[k]);
}

static INLINE void K(write_losses)(const struct D(loss_rows) * rows, size_t row, COLUMN losses) {
  W(store)(W(flushed_alone)(losses, rows->flushes), rows->losses + row);
}

static INLINE void K(write_slopes)(
    const struct D(loss_rows) * rows, size_t row, K(of_column) slopes, const void *context) {
  K(write_columns)(slopes, context, rows->columns, rows->slopes + row * rows->columns);
}

// MARK: - Probabilities

/// What labels make of probabilities: log q, labels that are not clipped, and slopes.
struct K(labelled) {
  COLUMN log_q, label, slope;
};

static INLINE struct K(labelled) K(labelled)(
    const struct D(loss_rows) * rows, COLUMN t, COLUMN p, COLUMN total) {
  const COLUMN quotient = p / total;
  const COLUMN q = W(clipped)(quotient, rows->low, rows->high);
  const COLUMN slope = W(slope_of_clip)(quotient, rows->low, rows->high, rows->tie);
  const COLUMN label = t * slope;
  return (struct K(labelled)){
      W(logarithm_of_normal)(q), label, -(label / (slope == 0 ? (COLUMN)1 : p))};
}

/// Slopes of two values: that of a label, and that of other classes.
struct K(two_slopes) {
  COLUMN of_labelled, of_others;
  /// The labels, or the ids.
  const COLUMN *labels;
  W(mask) ids;
};

static INLINE COLUMN K(one_of_two_slopes)(const void *context, size_t k) {
  const struct K(two_slopes) *slopes = context;
  const W(mask) is_labelled =
      slopes->labels ? slopes->labels[k] != 0 : slopes->ids == (SIGNED_WORD)k;
  return is_labelled ? slopes->of_labelled : slopes->of_others;
}

/// Rows with one label each at most; their losses. The slopes' labels or ids are given.
static INLINE COLUMN K(short_one_hot)(
    const struct D(loss_rows) * rows, size_t row, COLUMN t, COLUMN p, COLUMN total,
    struct K(two_slopes) * slopes, bool asks) {
  const struct K(labelled) labelled = K(labelled)(rows, t, p, total);
  if (asks) {
    const COLUMN share = (labelled.label + 0) / total;
    slopes->of_labelled = W(times_factor)(rows, labelled.slope + share);
    slopes->of_others = W(times_factor)(rows, share);
    K(write_slopes)(rows, row, K(one_of_two_slopes), slopes);
  }
  return -(t * labelled.log_q + 0);
}

/// Rows with any labels; their losses.
static INLINE COLUMN K(short_dense)(
    const struct D(loss_rows) * rows, size_t row, const COLUMN *t, const COLUMN *p, COLUMN total,
    bool asks) {
  COLUMN terms[COLUMNS], labels[COLUMNS], slopes[COLUMNS];
  for (size_t k = 0; k < rows->columns; k++) {
    const struct K(labelled) labelled = K(labelled)(rows, t[k], p[k], total);
    terms[k] = t[k] * labelled.log_q;
    labels[k] = labelled.label;
    slopes[k] = labelled.slope;
  }
  if (asks) {
    const COLUMN share = K(sums_of_columns)(K(column), labels, rows->columns) / total;
    for (size_t k = 0; k < rows->columns; k++)
      slopes[k] = W(times_factor)(rows, slopes[k] + share);
    K(write_slopes)(rows, row, K(column), slopes);
  }
  return -K(sums_of_columns)(K(column), terms, rows->columns);
}

/// The losses of WIDE rows; false where they are not common.
static INLINE bool K(short_probabilities)(
    const struct D(loss_rows) * rows, size_t row, bool has_ids, bool asks) {
  const size_t columns = rows->columns;
  COLUMN y_pred[COLUMNS], y_true[COLUMNS];
  K(read_columns)(
      rows->y_pred + row * columns, columns, row + WIDE == rows->rows, rows->flushes, y_pred);
  const COLUMN total =
      W(flushed_alone)(K(sums_of_columns)(K(column), y_pred, columns), rows->flushes);
  // The share of labels is NaN where 1 / total is infinite.
  if (!W(all_of)((total >= LEAST_NORMAL) & (total < INFINITE))) return false;
  struct K(two_slopes) slopes;
  COLUMN t = 0, p = 1;
  if (has_ids) {
    const struct K(classes) classes = K(classes_at)(rows, row);
    slopes.labels = 0;
    slopes.ids = classes.ids;
    for (size_t k = 0; k < columns; k++) p = classes.ids == (SIGNED_WORD)k ? y_pred[k] : p;
    t = classes.are_classes ? (COLUMN)1 : t;
    const COLUMN losses = K(short_one_hot)(rows, row, t, p, total, &slopes, asks);
    K(write_losses)(rows, row, classes.are_classes ? losses : (COLUMN)0);
    return true;
  }
  K(read_labels)(rows, row, y_true);
  slopes.labels = y_true;
  W(mask) negated_count = 0;
  for (size_t k = 0; k < columns; k++) {
    const W(mask) is_labelled = y_true[k] != 0;
    p = is_labelled ? y_pred[k] : p;
    t = is_labelled ? y_true[k] : t;
    negated_count += is_labelled;
  }
  K(write_losses)(
      rows, row,
      W(all_of)(negated_count >= -1)
          ? K(short_one_hot)(rows, row, t, p, total, &slopes, asks)
          : K(short_dense)(rows, row, y_true, y_pred, total, asks));
  return true;
}
