// The scan of floats in the instructions of AVX2, eight at a time.
//
// In Float, error / allowed is known to some 2^-22. Where each element is further than that from every
// bound, elements are counted so; else the same is computed in Double, as Swift does it.

#include "verifier_kernels.h"

#if defined(__x86_64__)

#include <math.h>
#include <string.h>

#define WITH_AVX2 __attribute__((target("avx2,fma")))
#define LANES 8

typedef float floats __attribute__((ext_vector_type(LANES)));
typedef int32_t ints __attribute__((ext_vector_type(LANES)));
typedef uint32_t uints __attribute__((ext_vector_type(LANES)));
typedef double doubles __attribute__((ext_vector_type(LANES)));
typedef int64_t longs __attribute__((ext_vector_type(LANES)));

WITH_AVX2 static inline floats load(const char *bytes, size_t start) {
  floats loaded;
  memcpy(&loaded, bytes + 4 * start, sizeof loaded);
  return loaded;
}

/// A float that is not above a number from 0 on.
static float not_above(double number) {
  const float nearest = number;
  return nearest > number ? nextafterf(nearest, 0) : nearest;
}

/// Counts whole vectors in Double; returns whether all elements are within the limits.
WITH_AVX2 static bool count_exactly(const char *actual, const char *expected, size_t count,
                                    const verifier_scan_limits *limits,
                                    verifier_scan_counts *counts) {
#pragma STDC FP_CONTRACT OFF
  // Where it is true, a comparison is -1.
  longs differing = 0, thousandth = 0, hundredth = 0, tenth = 0;
  for (size_t start = 0; start < count; start += LANES) {
    const doubles number = __builtin_convertvector(load(actual, start), doubles);
    const doubles wanted = __builtin_convertvector(load(expected, start), doubles);
    const doubles error = __builtin_elementwise_abs(number - wanted);
    const doubles magnitude = __builtin_elementwise_abs(wanted);
    const doubles allowed = limits->absolute + limits->relative * magnitude;
    const doubles base = magnitude == 0 ? (doubles)limits->zero : magnitude;
    // NaN is no less than anything.
    const longs within = (error <= limits->largest_error)
                         & (error <= limits->largest_used * allowed)
                         & (error <= limits->largest_relative * base);
    if (__builtin_reduce_and(within) == 0) return false;
    differing -= error > 0;
    thousandth -= error > 1e-3 * allowed;
    hundredth -= error > 1e-2 * allowed;
    tenth -= error > 0.1 * allowed;
  }
  counts->differing = __builtin_reduce_add(differing);
  counts->thousandth = __builtin_reduce_add(thousandth);
  counts->hundredth = __builtin_reduce_add(hundredth);
  counts->tenth = __builtin_reduce_add(tenth);
  return true;
}

/// Whether no two numbers have different signs.
WITH_AVX2 static bool have_one_sign(const char *actual, const char *expected, size_t count) {
  ints signs = 0;
  for (size_t start = 0; start < count; start += LANES) {
    signs |= __builtin_bit_cast(ints, load(actual, start))
             ^ __builtin_bit_cast(ints, load(expected, start));
  }
  return __builtin_reduce_or(signs) >= 0;
}

/// Counts whole vectors in Float; returns whether they are counted right and all within the limits.
///
/// As many bounds are looked at as the largest used share may be above, the lowest ones. The distances
/// and signs are right in either case.
WITH_AVX2 static inline __attribute__((always_inline)) bool count_in_floats(
    const char *actual, const char *expected, size_t count, const verifier_scan_limits *limits,
    verifier_scan_counts *counts, const int bound_count, const bool differs_at_zero) {
#pragma STDC FP_CONTRACT ON
  const float below = 1 - 0x1p-20f, above = 1 + 0x1p-20f;
  const float relative = limits->relative, absolute = limits->absolute;
  // Smaller, so that what is within these is within the limits.
  const float largest_used = not_above(limits->largest_used * below);
  // Times 2^32, the smallest errors are known as well as others, and these do not overflow.
  const float largest_error = not_above(fmin(limits->largest_error, 0x1p90) * below);
  const float scaled_relative = not_above(fmin(limits->largest_relative, 0x1p90) * below * 0x1p32);
  floats used_most = 0, excess_most = 0;
  ints error_most = 0;
  uints ulps = 0;
  ints differing = 0, thousandth = 0, hundredth = 0, tenth = 0;
  ints surely_thousandth = 0, surely_hundredth = 0, surely_tenth = 0;
  for (size_t start = 0; start < count; start += LANES) {
    const floats number = load(actual, start), wanted = load(expected, start);
    const ints bits = __builtin_bit_cast(ints, number), other = __builtin_bit_cast(ints, wanted);
    // Numbers of one sign are as far apart as their bits, those of two at least 2^23.
    const uints distance = __builtin_bit_cast(uints, __builtin_elementwise_abs(bits - other));
    ulps = __builtin_elementwise_max(ulps, distance);
    const floats error = __builtin_elementwise_abs(number - wanted);
    const floats magnitude = __builtin_elementwise_abs(wanted);
    // As integers, NaN is more than an infinity, which is more than any limit.
    error_most = __builtin_elementwise_max(error_most, __builtin_bit_cast(ints, error));
    const floats used = error / (absolute + relative * magnitude);
    used_most = used > used_most ? used : used_most;
    floats excess = error * 0x1p32f - scaled_relative * magnitude;
    if (differs_at_zero) excess = magnitude == 0 ? (floats)0 : excess;
    excess_most = excess > excess_most ? excess : excess_most;
    differing -= error > 0;
    if (bound_count > 0) {
      thousandth -= used > 1e-3f * below;
      surely_thousandth -= used > 1e-3f * above;
    }
    if (bound_count > 1) {
      hundredth -= used > 1e-2f * below;
      surely_hundredth -= used > 1e-2f * above;
    }
    if (bound_count > 2) {
      tenth -= used > 0.1f * below;
      surely_tenth -= used > 0.1f * above;
    }
  }
  counts->largest_ulps = __builtin_reduce_max(ulps);
  counts->has_one_sign =
      counts->largest_ulps < 1u << 23 || have_one_sign(actual, expected, count);
  // Without an absolute tolerance, what is allowed may be too small to be known well.
  if (absolute == 0) return false;
  const ints unclear = (error_most > __builtin_bit_cast(int32_t, largest_error))
                       | (excess_most > 0) | (used_most > largest_used)
                       | (thousandth ^ surely_thousandth) | (hundredth ^ surely_hundredth)
                       | (tenth ^ surely_tenth);
  if (__builtin_reduce_or(unclear) != 0) return false;
  counts->differing = __builtin_reduce_add(differing);
  counts->thousandth = __builtin_reduce_add(thousandth);
  counts->hundredth = __builtin_reduce_add(hundredth);
  counts->tenth = __builtin_reduce_add(tenth);
  return true;
}

/// The counts of `count_in_floats`, made for what the limits are.
#define COUNT(bound_count)                                                                        \
  (limits->zero == 0                                                                              \
       ? count_in_floats(actual, expected, count, limits, counts, bound_count, false)             \
       : count_in_floats(actual, expected, count, limits, counts, bound_count, true))

WITH_AVX2 static bool count_quickly(const char *actual, const char *expected, size_t count,
                                    const verifier_scan_limits *limits,
                                    verifier_scan_counts *counts) {
  // What uses more is not within the limits, and not counted here.
  if (limits->largest_used < 1e-3) return COUNT(0);
  if (limits->largest_used < 1e-2) return COUNT(1);
  if (limits->largest_used < 0.1) return COUNT(2);
  return COUNT(3);
}

static bool scan(const char *actual, const char *expected, size_t count,
                 const verifier_scan_limits *limits, verifier_scan_counts *counts) {
  return count_quickly(actual, expected, count, limits, counts)
         || count_exactly(actual, expected, count, limits, counts);
}

bool verifier_scans_floats(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

bool verifier_scan_floats(const void *actual, const void *expected, size_t count,
                          const verifier_scan_limits *limits, verifier_scan_counts *counts) {
  const char *numbers = actual, *wanted = expected;
  const size_t rest = count % LANES, whole = count - rest;
  if (!scan(numbers, wanted, whole, limits, counts)) return false;
  if (rest == 0) return true;
  // Zeros behind the end are equal.
  float last_numbers[LANES] = {0}, last_wanted[LANES] = {0};
  memcpy(last_numbers, numbers + 4 * whole, 4 * rest);
  memcpy(last_wanted, wanted + 4 * whole, 4 * rest);
  verifier_scan_counts last;
  if (!scan((char *)last_numbers, (char *)last_wanted, LANES, limits, &last)) return false;
  counts->differing += last.differing;
  counts->thousandth += last.thousandth;
  counts->hundredth += last.hundredth;
  counts->tenth += last.tenth;
  counts->has_one_sign &= last.has_one_sign;
  if (counts->largest_ulps < last.largest_ulps) counts->largest_ulps = last.largest_ulps;
  return true;
}

#else

bool verifier_scans_floats(void) { return false; }

bool verifier_scan_floats(const void *actual, const void *expected, size_t count,
                          const verifier_scan_limits *limits, verifier_scan_counts *counts) {
  (void)actual, (void)expected, (void)count, (void)limits, (void)counts;
  return false;
}

#endif
