// What losses make of a label and a prediction, by the names of the Swift element kernels.
//
// Each returns the losses, and sets the slopes where they are asked for.

/// Slopes times the factor that the caller asks for, if it does.
static INLINE V K(times_factor)(const struct D(loss_rows) * rows, V slopes) {
  return rows->scales ? K(flushed)(slopes * rows->slope_factor, rows->flushes) : slopes;
}

/// Slopes of the mean, times the factor that the caller asks for.
static INLINE V K(scaled)(const struct D(loss_rows) * rows, V slopes, S share) {
  return K(times_factor)(rows, slopes * share);
}

/// Labels as they are asked for: t * kept + share.
static INLINE V K(smoothed)(const struct D(loss_rows) * rows, V t) {
  return rows->smooths ? t * rows->kept + rows->share : t;
}

#define ELEMENT(name) \
  static INLINE V K(name)(const struct D(loss_rows) * rows, V t, V p, bool asks, V *slopes)

ELEMENT(squared_error) {
  (void)rows;
  const V difference = t - p;
  if (asks) *slopes = difference * -2;
  return difference * difference;
}

ELEMENT(absolute_error) {
  const V difference = t - p;
  if (asks) *slopes = -K(slope_of_magnitude)(difference, rows->at_zero, rows->of_nan);
  return K(magnitudes)(difference);
}

ELEMENT(absolute_percentage_error) {
  const V divisor = K(at_least)(K(magnitudes)(t), rows->low);
  const V share = (t - p) / divisor;
  if (asks) *slopes = -K(slope_of_magnitude)(share, rows->at_zero, rows->of_nan) / divisor;
  return K(magnitudes)(share);
}

ELEMENT(squared_logarithmic_error) {
  const V raised = K(at_least)(p, rows->low), label = K(at_least)(t, rows->low);
  const V difference = raised - label;
  const V smaller = difference <= 0 ? raised : label;
  const V magnitude =
      K(logarithm_of_one_plus_nonnegative)(K(magnitudes)(difference) / (smaller + 1));
  if (asks) {
    const V slope = magnitude * 2 / (raised + 1);
    *slopes = (-difference <= 0 ? slope : -slope) * K(slope_of_maximum)(p, rows->low, rows->tie);
  }
  return magnitude * magnitude;
}

ELEMENT(huber) {
  const S delta = rows->constant;
  const V difference = p - t;
  const V a = K(magnitudes)(difference);
  if (asks) {
    const V slope = (a <= delta ? a : (V)delta) + (a - a);
    *slopes = slope * K(slope_of_magnitude)(difference, rows->at_zero, rows->of_nan);
  }
  return a <= delta ? a * a * (S)0.5 : a * delta - (S)0.5 * (delta * delta);
}

ELEMENT(log_cosh) {
  const V d = p - t;
  const V magnitude = K(magnitudes)(d);
  const V e = K(exponential)(magnitude * -2);
  if (asks) {
    const V sign = K(slope_of_magnitude)(d, 0, NOT_A_NUMBER);
    *slopes = sign * (1 - (e + e) / (e + 1));
  }
  // |d|, NaN for -infinity as by Keras's softplus.
  const V size = d + K(positive_part)(d * -2);
  const V large = (size - rows->constant) + K(logarithm_of_one_plus)(e);
  return magnitude <= (S)0.75 ? K(log_cosh_of_small)(d) : large;
}

ELEMENT(poisson) {
  const V shifted = p + rows->constant;
  if (asks) *slopes = 1 - t / shifted;
  return p - t * K(logarithm)(shifted);
}

ELEMENT(hinge) {
  t = K(smoothed)(rows, t);
  const V rest = 1 - t * p;
  if (asks) {
    const V shares = rest <= INFINITE ? K(slope_of_maximum)(rest, 0, rows->tie) : (V)rows->of_nan;
    *slopes = -(shares * t);
  }
  return K(positive_part)(rest);
}

ELEMENT(squared_hinge) {
  t = K(smoothed)(rows, t);
  const V rest = 1 - t * p;
  const V loss = K(positive_part)(rest);
  if (asks) {
    const V shares = rest <= INFINITE ? K(slope_of_maximum)(rest, 0, rows->tie) : (V)rows->of_nan;
    *slopes = -(loss * 2 * shares * t);
  }
  return loss * loss;
}

/// The crossentropies of probabilities, as BinaryTerms has them.
static INLINE V K(binary_terms)(
    const struct D(loss_rows) * rows, V t, V p, bool asks, V *slopes) {
  const V q = K(clipped)(p, rows->low, rows->high);
  const V rest = 1 - q;
  if (asks) {
    // NaN for labels that are infinite.
    const V by_q = ((q - t) + (1 - t * 2) * 0) / (q * rest);
    *slopes = by_q * K(slope_of_clip)(p, rows->low, rows->high, rows->tie);
  }
  // Of labels 0 and 1 one logarithm counts, the other one times 0 changes no bit.
  const M is_one = t == 1;
  if (K(all_of)(is_one | (t == 0))) return -K(logarithm_of_normal)(is_one ? q : rest);
  return -(t * K(logarithm_of_normal)(q) + (1 - t) * K(logarithm_of_normal)(rest));
}

ELEMENT(binary_crossentropy) {
  return K(binary_terms)(rows, K(smoothed)(rows, t), p, asks, slopes);
}

ELEMENT(binary_crossentropy_logits) {
  t = K(smoothed)(rows, t);
  const V e = K(exponential)(-K(magnitudes)(p));
  if (asks) {
    const V larger = 1 / (e + 1);
    const V smaller = e * larger;
    const V positive = p <= 0 ? smaller : larger;
    const V negative = p <= 0 ? larger : smaller;
    *slopes = (1 - t) * positive - t * negative;
  }
  const V tail = K(logarithm_of_one_plus)(e);
  // Of labels 0 and 1 one term counts, unless 0 times the other is NaN.
  const M is_one = t == 1;
  if (K(all_of)((is_one | (t == 0)) & (K(magnitudes)(p) < INFINITE)))
    return K(positive_part)(is_one ? -p : p) + tail;
  return t * (K(positive_part)(-p) + tail) + (1 - t) * (K(positive_part)(p) + tail);
}

ELEMENT(binary_focal_crossentropy) {
  t = K(smoothed)(rows, t);
  const V no = 1 - t;
  // gamma is 2: the factor is rest^2, and its slope by rest 2 rest.
  const V rest = 1 - (t * p + no * (1 - p));
  const V factor = rest * rest;
  const V crossentropy = K(binary_terms)(rows, t, p, asks, slopes);
  const V loss = factor * crossentropy;
  const V weights = t * rows->ones + no * rows->zeros;
  if (asks) {
    const V by_rest = rest * 2 * crossentropy;
    const V sum = (no * by_rest - t * by_rest) + factor * *slopes;
    *slopes = rows->has_balance ? weights * sum : sum;
  }
  return rows->has_balance ? weights * loss : loss;
}
