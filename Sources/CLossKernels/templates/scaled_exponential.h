// Exponentials of logits divided by a power of two: see ScaledExponential.

struct K(scaling) {
  V shift, floor, power;
  /// The power as exponents of two are added.
  K(words) exponent;
};

/// e^x / 2^n.
static INLINE V K(scaled_exponential)(V x, const struct K(scaling) * scaling) {
  const V d = x - scaling->shift;
  K(words) exponent;
  V n;
  const V value =
      K(exponential_parts)(d < scaling->floor ? scaling->floor : d, &n, &exponent);
  return K(times_two_to)(value, n - scaling->power, exponent - scaling->exponent);
}

/// The scaling for logits of which none is larger than a peak.
static INLINE struct K(scaling) K(scaling_to)(V peak) {
  const V shift = K(magnitudes)(peak) < 2 * EXPONENTIAL_RANGE ? (V)0 : peak;
  const V d = peak - shift;
  const V power = d * BINARY_LOGARITHM_OF_E + INTEGER_ROUNDING - INTEGER_ROUNDING;
  return (struct K(scaling)){shift, d - EXPONENTIAL_RANGE, power, K(exponent_of)(power)};
}
