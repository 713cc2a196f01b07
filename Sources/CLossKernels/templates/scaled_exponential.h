// Exponentials of logits divided by a power of two: see ScaledExponential.

struct K(scaling) {
  V shift, floor, power;
  /// The power as exponents of two are added.
  K(words) exponent;
};

/// A whole number as exponents of two are added.
static INLINE K(words) K(exponent_of)(V power) {
  return (K(words))(power + INTEGER_ROUNDING) - (K(words))(V)INTEGER_ROUNDING;
}

/// e^x / 2^n.
static INLINE V K(scaled_exponential)(V x, const struct K(scaling) * scaling) {
  const V d = x - scaling->shift;
  K(words) exponent;
  V n;
  const V value =
      K(exponential_parts)(d < scaling->floor ? scaling->floor : d, &n, &exponent);
#ifdef SCALE
  return K(scale)(value, n - scaling->power);
#else
  const K(words) scale = exponent - scaling->exponent;
  const K(words) half = ((scale + 2048) >> 1) - 1024;
  return value * K(two_to)(half) * K(two_to)(scale - half);
#endif
}

/// The scaling for logits of which none is larger than a peak.
static INLINE struct K(scaling) K(scaling_to)(V peak) {
  const V shift = K(magnitudes)(peak) < 2 * EXPONENTIAL_RANGE ? (V)0 : peak;
  const V d = peak - shift;
  const V power = d * BINARY_LOGARITHM_OF_E + INTEGER_ROUNDING - INTEGER_ROUNDING;
  return (struct K(scaling)){shift, d - EXPONENTIAL_RANGE, power, K(exponent_of)(power)};
}
