// exp, log and log1p of lanes of Float: see the Swift functions for how they are computed.

#ifndef SCALE
static INLINE K(lanes) K(two_to)(K(words) exponent) {
  return (K(lanes))((exponent + 127) << 23);
}
#endif

static INLINE K(lanes) K(exponential_parts)(K(lanes) x, K(lanes) * whole, K(words) * exponent) {
  const K(lanes) shifted = x * 0x1.715476p0f + 0x1.8p23f;
  const K(lanes) n = shifted - 0x1.8p23f;
  const K(lanes) r = (x - n * 0x1.62e4p-1f) - n * 0x1.7f7d1cp-20f;
  K(lanes) p = 0x1.a12a42p-13f;
  p = p * r + 0x1.6d492p-10f;
  p = p * r + 0x1.1110ep-7f;
  p = p * r + 0x1.5554e4p-5f;
  p = p * r + 0x1.555556p-3f;
  p = p * r + 0.5f;
  *whole = n;
  *exponent = (K(words))shifted - 0x4b400000u;
  return 1 + (r + r * r * p);
}

/// e to the power of each number.
static INLINE K(lanes) K(exponential)(K(lanes) x) {
  x = x < -105.0f ? (K(lanes))-105.0f : x;
  x = x > 89.0f ? (K(lanes))89.0f : x;
  K(words) exponent;
  K(lanes) n;
  const K(lanes) value = K(exponential_parts)(x, &n, &exponent);
#ifdef SCALE
  // The product with both factors is rounded once as well.
  return K(scale)(value, n);
#else
  const K(words) half = (K(words))((K(mask))exponent >> 1);
  return value * K(two_to)(half) * K(two_to)(exponent - half);
#endif
}

/// e to the power of each number up to 0; 0 from LOWEST_EXPONENT on down; NaN passes.
static INLINE K(lanes) K(exponential_of_nonpositive)(K(lanes) x) {
  K(words) exponent;
  K(lanes) n;
  const K(lanes) value =
      K(exponential_parts)(x < LOWEST_EXPONENT ? (K(lanes))LOWEST_EXPONENT : x, &n, &exponent);
#ifdef SCALE
  const K(lanes) power = K(scale)(value, n);
#else
  const K(lanes) power = value * K(two_to)(exponent);
#endif
  return x <= LOWEST_EXPONENT ? (K(lanes))0 : power;
}

static INLINE K(lanes) K(logarithm_parts)(K(lanes) x, K(lanes) * n) {
  const K(words) bits = (K(words))x - 0x3f3504f3u;
  *n = (K(lanes))((K(words))((K(mask))bits >> 23) + 0x4b400000u) - 0x1.8p23f;
  return (K(lanes))((bits & 0x007fffffu) + 0x3f3504f3u) - 1;
}

static INLINE K(lanes) K(logarithm_combined)(K(lanes) n, K(lanes) f) {
  const K(lanes) s = f / (2 + f);
  const K(lanes) z = s * s;
  K(lanes) r = 0x1.de0b02p-3f;
  r = r * z + 0x1.245b28p-2f;
  r = r * z + 0x1.9999eep-2f;
  r = r * z + 0x1.555556p-1f;
  r = r * z;
  const K(lanes) half = 0.5f * f * f;
  return n * 0x1.62ep-1f + (f - (half - (s * (half + r) + n * 0x1.0bfbe8p-15f)));
}

/// The natural logarithm of each number.
static INLINE K(lanes) K(logarithm)(K(lanes) x) {
  K(lanes) n;
  if (__builtin_reduce_and((x >= LEAST_NORMAL) & (x < INFINITE)) != 0) {
    const K(lanes) f = K(logarithm_parts)(x, &n);
    return K(logarithm_combined)(n, f);
  }
  const K(mask) is_subnormal = x < LEAST_NORMAL;
  const K(lanes) f = K(logarithm_parts)(is_subnormal ? x * 0x1p23f : x, &n);
  K(lanes) y = K(logarithm_combined)(is_subnormal ? n - 23 : n, f);
  y = x == 0 ? (K(lanes))-INFINITE : y;
  y = x == INFINITE ? (K(lanes))INFINITE : y;
  return x >= 0 ? y : (K(lanes))NOT_A_NUMBER;
}

/// log(1 + x) of each number from 0 to 1; NaN passes.
static INLINE K(lanes) K(logarithm_of_one_plus)(K(lanes) x) {
  const K(lanes) s = x / (2 + x);
  const K(lanes) z = s * s;
  K(lanes) r = 0x1.dcd99p-3f;
  r = r * z + 0x1.bc506p-3f;
  r = r * z + 0x1.24caf4p-2f;
  r = r * z + 0x1.9998ccp-2f;
  r = r * z + 0x1.555556p-1f;
  r = r * z;
  const K(lanes) half = 0.5f * x * x;
  return x - (half - s * (half + r));
}
