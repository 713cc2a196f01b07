// The polynomials of exp, log, log1p and log cosh of lanes of Double: see the Swift functions.

static INLINE K(lanes) K(exponential_parts)(K(lanes) x, K(lanes) * whole, K(words) * exponent) {
  const K(lanes) shifted = K(fused)(x, 0x1.71547652b82fep0, 0x1.8p52);
  const K(lanes) n = shifted - 0x1.8p52;
  const K(lanes) r = K(fused)(n, -0x1.abc9e3b39803fp-56, K(fused)(n, -0x1.62e42fefa39efp-1, x));
  K(lanes) p = 0x1.1f75aba0b1e2ep-29;
  p = K(fused)(p, r, 0x1.af52906239de4p-26);
  p = K(fused)(p, r, 0x1.27e4da1a3bf04p-22);
  p = K(fused)(p, r, 0x1.71ddffef9e7b1p-19);
  p = K(fused)(p, r, 0x1.a01a01a741b3cp-16);
  p = K(fused)(p, r, 0x1.a01a01aca0134p-13);
  p = K(fused)(p, r, 0x1.6c16c16c16212p-10);
  p = K(fused)(p, r, 0x1.111111110ff87p-7);
  p = K(fused)(p, r, 0x1.5555555555556p-5);
  p = K(fused)(p, r, 0x1.5555555555557p-3);
  p = K(fused)(p, r, 0.5);
  p = K(fused)(p, r, 1.0);
  *whole = n;
  *exponent = (K(words))shifted - 0x4338000000000000u;
  return K(fused)(p, r, 1.0);
}

static INLINE K(lanes) K(logarithm_parts)(K(lanes) x, K(lanes) * n) {
  const K(words) bits = (K(words))x - 0x3fe6a09e667f3bcdu + 0x8000000000000000u;
  *n = (K(lanes))((bits >> 52) + 0x4338000000000000u) - (0x1.8p52 + 2048);
  return (K(lanes))((bits & 0x000fffffffffffffu) + 0x3fe6a09e667f3bcdu) - 1;
}

static INLINE K(lanes) K(logarithm_combined)(K(lanes) n, K(lanes) f) {
  const K(lanes) s = f / (2 + f);
  const K(lanes) z = s * s;
  K(lanes) r = 0x1.2b9f7fb3de73fp-3;
  r = K(fused)(r, z, 0x1.39f8963ccbdc2p-3);
  r = K(fused)(r, z, 0x1.7462e17b4cdd0p-3);
  r = K(fused)(r, z, 0x1.c71c6247410e3p-3);
  r = K(fused)(r, z, 0x1.2492492e6dfddp-2);
  r = K(fused)(r, z, 0x1.9999999994e76p-2);
  r = K(fused)(r, z, 0x1.5555555555558p-1);
  r = r * z;
  const K(lanes) half = 0.5 * f * f;
  const K(lanes) rest = K(fused)(s, half + r, n * 0x1.a39ef35793c76p-33);
  return K(fused)(n, 0x1.62e42feep-1, f - (half - rest));
}

/// log(1 + x) of each number from 0 to 1; NaN passes.
static INLINE K(lanes) K(logarithm_of_one_plus)(K(lanes) x) {
  const K(lanes) s = x / (2 + x);
  const K(lanes) z = s * s;
  K(lanes) r = 0x1.4214afaf42db5p-3;
  r = K(fused)(r, z, 0x1.30cb851f5e5a9p-4);
  r = K(fused)(r, z, 0x1.bcafa2a7f460fp-4);
  r = K(fused)(r, z, 0x1.e094024181c8cp-4);
  r = K(fused)(r, z, 0x1.111b4b4a8dd0bp-3);
  r = K(fused)(r, z, 0x1.3b134ade7ed21p-3);
  r = K(fused)(r, z, 0x1.745d19c1d7c07p-3);
  r = K(fused)(r, z, 0x1.c71c71be21e16p-3);
  r = K(fused)(r, z, 0x1.249249249a965p-2);
  r = K(fused)(r, z, 0x1.999999999993ap-2);
  r = K(fused)(r, z, 0x1.5555555555555p-1);
  r = r * z;
  const K(lanes) half = 0.5 * x * x;
  return x - K(fused)(s, -(half + r), half);
}

/// log(cosh(d)) of numbers from -0.75 to 0.75.
static INLINE K(lanes) K(log_cosh_of_small)(K(lanes) d) {
  const K(lanes) z = d * d;
  K(lanes) p = 0x1.6fdc1f30c8c9cp-23;
  p = K(fused)(p, z, -0x1.23fc3e594c7afp-20);
  p = K(fused)(p, z, 0x1.094bd8d582cd3p-18);
  p = K(fused)(p, z, -0x1.88adfa23b571dp-17);
  p = K(fused)(p, z, 0x1.1224c7de8449fp-15);
  p = K(fused)(p, z, -0x1.7d868f78fdb17p-14);
  p = K(fused)(p, z, 0x1.0d09f848498d9p-12);
  p = K(fused)(p, z, -0x1.833d868c592d5p-11);
  p = K(fused)(p, z, 0x1.1ea5d329188f7p-9);
  p = K(fused)(p, z, -0x1.ba1ba1b74f630p-8);
  p = K(fused)(p, z, 0x1.6c16c16c12343p-6);
  p = K(fused)(p, z, -0x1.5555555555527p-4);
  p = K(fused)(p, z, 0.5);
  return z * p;
}
