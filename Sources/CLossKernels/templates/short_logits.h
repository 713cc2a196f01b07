// Short rows of logits of classes, WIDE rows at a time: see Softmax.

/// Logits, what is found of them, and their labels or classes.
struct K(short_logits) {
  const struct D(loss_rows) * rows;
  const COLUMN *x, *t;
  /// The exponentials, 0 at the peak.
  const COLUMN *others;
  COLUMN peak, of_peak, total;
  /// The sum of the labels.
  COLUMN label;
  struct K(classes) classes;
  bool has_ids;
};

static INLINE COLUMN K(product_with_label)(const void *context, size_t k) {
  const struct K(short_logits) *logits = context;
  return logits->t[k] * (logits->x[k] - logits->peak);
}

static INLINE COLUMN K(slope_of_logit)(const void *context, size_t k) {
  const struct K(short_logits) *logits = context;
  const COLUMN e = logits->x[k] == logits->peak ? logits->of_peak : logits->others[k];
  const COLUMN t = !logits->has_ids                          ? logits->t[k]
                   : logits->classes.ids == (SIGNED_WORD)k ? logits->label
                                                           : (COLUMN)0;
  const COLUMN slopes = W(times_factor)(logits->rows, e / logits->total * logits->label - t);
  return logits->has_ids && logits->rows->has_ignored
             ? (logits->classes.are_ignored ? (COLUMN)0 : slopes)
             : slopes;
}

/// The losses of WIDE rows; false where they are not common.
static INLINE bool K(short_logits)(
    const struct D(loss_rows) * rows, size_t row, bool has_ids, bool asks) {
  const size_t columns = rows->columns;
  COLUMN x[COLUMNS], others[COLUMNS], t[COLUMNS];
  K(read_columns)(rows->y_pred + row * columns, columns, row + WIDE == rows->rows, false, x);
  COLUMN peak = (COLUMN)-INFINITE, lowest = (COLUMN)INFINITE;
  for (size_t k = 0; k < columns; k++) {
    peak = x[k] > peak ? x[k] : peak;
    if (has_ids) lowest = x[k] < lowest ? x[k] : lowest;
  }
  if (has_ids && !W(all_of)(lowest - peak > -INFINITE)) return false;
  const struct W(scaling) scaling = W(scaling_to)(peak);
  W(mask) negated_count = 0;
  for (size_t k = 0; k < columns; k++) {
    const COLUMN e = W(scaled_exponential)(x[k], &scaling);
    const W(mask) is_peak = x[k] == peak;
    others[k] = is_peak ? (COLUMN)0 : e;
    negated_count += is_peak;
  }
  const COLUMN count = -__builtin_convertvector(negated_count, COLUMN);
  const COLUMN of_peak = W(scaled_exponential)(peak, &scaling);
  const COLUMN of_others = K(sums_of_columns)(K(column), others, columns);
  const COLUMN total = count * of_peak + of_others;
  const COLUMN ratio = (count - 1) + of_others / of_peak;
  const W(mask) are_small = ratio <= 1;
  COLUMN logarithm = W(logarithm_of_one_plus)(ratio);
  if (!W(all_of)(are_small)) logarithm = are_small ? logarithm : W(logarithm)(1 + ratio);
  struct K(short_logits) logits = {
      .rows = rows, .x = x, .t = t, .others = others, .peak = peak, .of_peak = of_peak,
      .total = total, .has_ids = has_ids};
  if (has_ids) {
    logits.classes = K(classes_at)(rows, row);
    COLUMN labelled = peak;
    for (size_t k = 0; k < columns; k++)
      labelled = logits.classes.ids == (SIGNED_WORD)k ? x[k] : labelled;
    logits.label = logits.classes.are_classes ? (COLUMN)1 : (COLUMN)0;
    const COLUMN difference = logits.classes.are_classes ? labelled - peak : (COLUMN)0;
    const COLUMN losses = logits.label * logarithm - difference;
    K(write_losses)(rows, row, logits.classes.are_ignored ? (COLUMN)0 : losses);
  } else {
    K(read_labels)(rows, row, t);
    const COLUMN products = K(sums_of_columns)(K(product_with_label), &logits, columns);
    logits.label = K(sums_of_columns)(K(column), t, columns);
    COLUMN least = (COLUMN)rows->share;
    for (size_t k = 0; k < columns; k++) least = t[k] < least ? t[k] : least;
    if (!W(all_of)((logits.label - logits.label == 0) & (least >= -LARGE_LABEL))) return false;
    K(write_losses)(rows, row, logits.label * logarithm - products);
  }
  if (asks) K(write_slopes)(rows, row, K(slope_of_logit), &logits);
  return true;
}
