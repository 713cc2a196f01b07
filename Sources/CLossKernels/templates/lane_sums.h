// A vector of LANES numbers that may end early, and the sum in fixed order of LaneSum.

#define PLUS(a, b) ((a) + (b))
#define LARGER(a, b) ((b) > (a) ? (b) : (a))

static const M K(lane_indices) = LANE_INDICES;

/// As many numbers as there are lanes, and a padding behind the first count of them.
static INLINE V K(load_first)(const S *numbers, size_t count, S padding) {
  if (count >= LANES) return K(load)(numbers);
  S padded[LANES];
  for (size_t i = 0; i < LANES; i++) padded[i] = i < count ? numbers[i] : padding;
  return K(load)(padded);
}

/// Writes the first count lanes.
static INLINE void K(store_first)(V v, S *numbers, size_t count) {
  if (count >= LANES) {
    K(store)(v, numbers);
    return;
  }
  for (size_t i = 0; i < count; i++) numbers[i] = v[i];
}

/// The first lanes, and -0 behind them.
static INLINE V K(first)(V v, size_t count) {
  return count >= LANES ? v : K(lane_indices) < (int)count ? v : (V)(S)-0.0;
}

static INLINE S K(total)(V v) { return FOLDED(v, PLUS); }

static INLINE S K(largest)(V v) { return FOLDED(v, LARGER); }

static INLINE bool K(are_zero)(V v) {
  // Bits, as magnitudes of NaN are not zero.
  return __builtin_reduce_or((K(words))K(magnitudes)(v)) == 0;
}

static INLINE S K(logarithm_of_scalar)(S x) { return K(logarithm)((V)x)[0]; }

static INLINE S K(logarithm_of_one_plus_scalar)(S x) {
  return K(logarithm_of_one_plus)((V)x)[0];
}

/// A sum of lanes in a fixed order: see LaneSum.
struct K(lane_sum) {
  V lanes;
  int added;
  struct K(carried_sum) blocks;
};

static INLINE struct K(lane_sum) K(no_sum)(void) {
  return (struct K(lane_sum)){(V)(S)-0.0, 0, NOTHING_CARRIED};
}

static INLINE void K(carry)(struct K(lane_sum) * sum) {
  K(carry_block)(&sum->blocks, K(total)(sum->lanes));
  sum->lanes = (V)(S)-0.0;
  sum->added = 0;
}

static INLINE void K(add)(struct K(lane_sum) * sum, V terms) {
  sum->lanes += terms;
  if (++sum->added == 64) K(carry)(sum);
}

static INLINE void K(add_first)(struct K(lane_sum) * sum, V terms, size_t count) {
  K(add)(sum, K(first)(terms, count));
}

static INLINE S K(sum)(struct K(lane_sum) sum) {
  K(carry)(&sum);
  return K(carried)(&sum.blocks);
}

/// Adds the vectors that a wide one is made of.
static INLINE V K(plus_wide)(V sum, W(lanes) terms) {
#if INTERLEAVED == 2
  return (sum + terms.lo) + terms.hi;
#else
  return sum + terms;
#endif
}

/// Adds the vectors that a wide one is made of, as add does.
static INLINE void K(add_wide)(struct K(lane_sum) * sum, W(lanes) terms) {
#if INTERLEAVED == 2
  K(add)(sum, terms.lo);
  K(add)(sum, terms.hi);
#else
  K(add)(sum, terms);
#endif
}
