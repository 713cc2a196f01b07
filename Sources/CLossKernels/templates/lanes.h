// Lanes of a dtype, by the names of LossLanes: COUNT of them, named by K.

typedef D(scalar) K(lanes) __attribute__((ext_vector_type(COUNT)));
typedef D(scalar) K(unaligned) __attribute__((ext_vector_type(COUNT), aligned(sizeof(D(scalar)))));
typedef D(scalar) K(lines) __attribute__((ext_vector_type(COUNT), aligned(64)));
// Unsigned, so that nothing is undefined where it overflows.
typedef WORD K(words) __attribute__((ext_vector_type(COUNT)));
typedef SIGNED_WORD K(mask) __attribute__((ext_vector_type(COUNT)));

#ifdef SCALE
/// A value times 2^n, n a whole number, rounded once.
static INLINE V K(scale)(V value, V n) {
#if COUNT == LANES
  return SCALE(value, n);
#else
  V scaled;
  scaled.lo = SCALE(value.lo, n.lo);
  scaled.hi = SCALE(value.hi, n.hi);
  return scaled;
#endif
}
#endif

/// a b + c, rounded once.
#ifdef EMULATES_FUSED
#include FUSED
#else
static INLINE V K(fused)(V a, V b, V c) { return __builtin_elementwise_fma(a, b, c); }
#endif

#include ELEMENTARY
#include "elementary.h"

static INLINE V K(load)(const S *numbers) { return *(const K(unaligned) *)numbers; }

static INLINE void K(store)(V v, S *numbers) { *(K(unaligned) *)numbers = v; }

/// Writes around the caches, to where lines of 64 bytes start.
static INLINE void K(stream)(V v, S *numbers) {
  __builtin_nontemporal_store(v, (K(lines) *)numbers);
}

static INLINE bool K(all_of)(M mask) { return __builtin_reduce_and(mask) != 0; }

static INLINE V K(magnitudes)(V v) { return (V)((K(words))v & MAGNITUDE_BITS); }

/// Zero where the number is subnormal or zero, if such numbers are flushed.
static INLINE V K(flushed)(V v, bool flushes) {
  if (!flushes) return v;
#ifndef FLUSHED
  return K(magnitudes)(v) < LEAST_NORMAL ? (V)0 : v;
#elif COUNT == LANES
  return FLUSHED(v);
#else
  v.lo = FLUSHED(v.lo);
  v.hi = FLUSHED(v.hi);
  return v;
#endif
}

/// Zero of its sign where the number is subnormal: as numbers that are no lanes are flushed.
static INLINE V K(flushed_alone)(V v, bool flushes) {
  const V zeros = (V)((K(words))v & ~(K(words))MAGNITUDE_BITS);
  return flushes ? (K(magnitudes)(v) < LEAST_NORMAL ? zeros : v) : v;
}

static INLINE V K(at_least)(V v, S limit) { return v < limit ? (V)limit : v; }

/// At least low and at most high; NaN passes.
static INLINE V K(clipped)(V v, S low, S high) {
  const V raised = v < low ? (V)low : v;
  return raised > high ? (V)high : raised;
}

static INLINE V K(positive_part)(V v) { return v < 0 ? (V)0 : v; }

static INLINE V K(slope_of_magnitude)(V v, S at_zero, S of_nan) {
  V slopes = v > 0 ? (V)1 : (V)of_nan;
  slopes = v < 0 ? (V)-1 : slopes;
  return v == 0 ? (V)at_zero : slopes;
}

static INLINE V K(slope_of_maximum)(V v, S limit, S tie) {
  const V slopes = v > limit ? (V)1 : (V)0;
  return v == limit ? (V)tie : slopes;
}

static INLINE V K(slope_of_clip)(V v, S low, S high, S tie) {
  const V slopes = ((v > low) & (v < high)) ? (V)1 : (V)0;
  return ((v == low) | (v == high)) ? (V)tie : slopes;
}
