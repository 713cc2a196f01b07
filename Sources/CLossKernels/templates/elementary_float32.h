// The polynomials of exp, log, log1p and log cosh of lanes of Float: see the Swift functions.

static INLINE K(lanes) K(exponential_parts)(K(lanes) x, K(lanes) * whole, K(words) * exponent) {
  const K(lanes) shifted = K(fused)(x, 0x1.715476p0f, 0x1.8p23f);
  const K(lanes) n = shifted - 0x1.8p23f;
  const K(lanes) r = K(fused)(n, 0x1.05c61p-29f, K(fused)(n, -0x1.62e43p-1f, x));
  K(lanes) p = 0x1.a12a42p-13f;
  p = K(fused)(p, r, 0x1.6d492p-10f);
  p = K(fused)(p, r, 0x1.1110ep-7f);
  p = K(fused)(p, r, 0x1.5554e4p-5f);
  p = K(fused)(p, r, 0x1.555556p-3f);
  p = K(fused)(p, r, 0.5f);
  p = K(fused)(p, r, 1.0f);
  *whole = n;
  *exponent = (K(words))shifted - 0x4b400000u;
  return K(fused)(p, r, 1.0f);
}

static INLINE K(lanes) K(logarithm_parts)(K(lanes) x, K(lanes) * n) {
  const K(words) bits = (K(words))x - 0x3f2aaaabu;
  *n = (K(lanes))((K(words))((K(mask))bits >> 23) + 0x4b400000u) - 0x1.8p23f;
  return (K(lanes))((bits & 0x007fffffu) + 0x3f2aaaabu) - 1;
}

static INLINE K(lanes) K(logarithm_combined)(K(lanes) n, K(lanes) f) {
  K(lanes) p = -0x1.07e5f4p-3f;
  p = K(fused)(p, f, 0x1.1e73ap-3f);
  p = K(fused)(p, f, -0x1.f32078p-4f);
  p = K(fused)(p, f, 0x1.1ed424p-3f);
  p = K(fused)(p, f, -0x1.559d36p-3f);
  p = K(fused)(p, f, 0x1.99d05ep-3f);
  p = K(fused)(p, f, -0x1.fffef4p-3f);
  p = K(fused)(p, f, 0x1.555506p-2f);
  p = K(fused)(p, f, -0.5f);
  return K(fused)(n, 0x1.62e43p-1f, f + K(fused)(n, -0x1.05c61p-29f, f * f * p));
}

/// log(1 + x) of each number from 0 to 1; NaN passes.
static INLINE K(lanes) K(logarithm_of_one_plus)(K(lanes) x) {
  K(lanes) p = -0x1.b1ee3ep-9f;
  p = K(fused)(p, x, 0x1.4a6fd6p-6f);
  p = K(fused)(p, x, -0x1.d7cf8ep-5f);
  p = K(fused)(p, x, 0x1.b52c4ap-4f);
  p = K(fused)(p, x, -0x1.3a62aap-3f);
  p = K(fused)(p, x, 0x1.9353f2p-3f);
  p = K(fused)(p, x, -0x1.ff2518p-3f);
  p = K(fused)(p, x, 0x1.554dd8p-2f);
  p = K(fused)(p, x, -0x1.ffffd2p-2f);
  return K(fused)(x * x, p, x);
}

/// log(cosh(d)) of numbers from -0.75 to 0.75.
static INLINE K(lanes) K(log_cosh_of_small)(K(lanes) d) {
  const K(lanes) z = d * d;
  K(lanes) p = -0x1.c703f4p-12f;
  p = K(fused)(p, z, 0x1.08d818p-9f);
  p = K(fused)(p, z, -0x1.b73d4p-8f);
  p = K(fused)(p, z, 0x1.6c012ap-6f);
  p = K(fused)(p, z, -0x1.55552p-4f);
  p = K(fused)(p, z, 0.5f);
  return z * p;
}
