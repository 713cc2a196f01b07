// A number alone: flushed, and the sum of such as LaneSum carries it.

static INLINE S K(flushed_scalar)(S x, bool flushes) {
  return flushes && x < LEAST_NORMAL && x > -LEAST_NORMAL ? __builtin_copysign((S)0, x) : x;
}

/// A sum, and what rounding lost of it (Neumaier 1974).
struct K(carried_sum) {
  S carried, lost;
};

/// The sum of nothing.
#define NOTHING_CARRIED {-0.0, 0}

static INLINE void K(carry_block)(struct K(carried_sum) * sum, S block) {
  const S total = sum->carried + block;
  const S magnitude = sum->carried < 0 ? -sum->carried : sum->carried;
  sum->lost += magnitude >= (block < 0 ? -block : block) ? (sum->carried - total) + block
                                                          : (block - total) + sum->carried;
  sum->carried = total;
}

/// The sum with what rounding lost of it, where it is finite.
static INLINE S K(carried)(const struct K(carried_sum) * sum) {
  return sum->carried - sum->carried == 0 ? sum->carried + sum->lost : sum->carried;
}
