// exp, log and log1p of lanes: what is the same in Float and in Double.

/// A whole number as exponents of two are added.
static INLINE K(words) K(exponent_of)(V power) {
  return (K(words))(power + INTEGER_ROUNDING) - (K(words))(V)INTEGER_ROUNDING;
}

/// 2^n of exponents of normal numbers.
static INLINE V K(two_to)(K(words) exponent) {
  return (V)((exponent + EXPONENT_BIAS) << SIGNIFICAND_BITS);
}

/// A value times 2^n, rounded once: n as a number, and as exponents are added.
static INLINE V K(times_two_to)(V value, V n, K(words) exponent) {
#ifdef SCALE
  (void)exponent;
  return K(scale)(value, n);
#else
  (void)n;
  // Two factors, as alone it may be no normal number. Biased, as not all have an arithmetic shift.
  const K(words) half = ((exponent + 2048) >> 1) - 1024;
  return value * K(two_to)(half) * K(two_to)(exponent - half);
#endif
}

/// e to the power of each number.
static INLINE V K(exponential)(V x) {
  x = x < -EXPONENTIAL_RANGE ? (V)-EXPONENTIAL_RANGE : x;
  x = x > LARGEST_EXPONENT ? (V)LARGEST_EXPONENT : x;
  K(words) exponent;
  V n;
  const V value = K(exponential_parts)(x, &n, &exponent);
  return K(times_two_to)(value, n, exponent);
}

/// The natural logarithm of each number.
static INLINE V K(logarithm)(V x) {
  V n;
  if (__builtin_reduce_and((x >= LEAST_NORMAL) & (x < INFINITE)) != 0) {
    const V f = K(logarithm_parts)(x, &n);
    return K(logarithm_combined)(n, f);
  }
  const M is_subnormal = x < LEAST_NORMAL;
  const V f =
      K(logarithm_parts)(is_subnormal ? x * (S)((WORD)1 << SIGNIFICAND_BITS) : x, &n);
  V y = K(logarithm_combined)(is_subnormal ? n - SIGNIFICAND_BITS : n, f);
  y = x == 0 ? (V)-INFINITE : y;
  y = x == INFINITE ? (V)INFINITE : y;
  return x >= 0 ? y : (V)NOT_A_NUMBER;
}

/// The natural logarithm of numbers that are positive and normal, or NaN.
static INLINE V K(logarithm_of_normal)(V x) {
  V n;
  const V f = K(logarithm_parts)(x, &n);
  return K(logarithm_combined)(n, f) + (x - x);
}

/// log(1 + x) of each number from 0 on; NaN passes.
static INLINE V K(logarithm_of_one_plus_nonnegative)(V x) {
  const V sum = x + 1;
  // What rounding took from 1 + x; nothing that counts where that is x.
  V lost = x <= 1 ? x - (sum - 1) : 1 - (sum - x);
  lost = sum == x ? (V)0 : lost;
  V n;
  const V f = K(logarithm_parts)(sum, &n);
  const V power = K(two_to)(K(exponent_of)(lost == 0 ? (V)0 : -n));
  const V y = K(logarithm_combined)(n, K(fused)(lost, power, f));
  return x == INFINITE ? x : y;
}
