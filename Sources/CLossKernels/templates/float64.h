// Double: its limits, and how its lanes are turned and folded.

#define D(name) name##_f64
#define ELEMENTARY "elementary_float64.h"
#define FUSED "fused_float64.h"
#ifdef HAS_SCALING
#define SCALE(value, n) _mm512_scalef_pd(value, n)
/// Subnormal numbers and -0 are told by their class, in one instruction.
#define FLUSHED(v) _mm512_mask_mov_pd(v, _mm512_fpclass_pd_mask(v, 0x24), _mm512_setzero_pd())
#endif
#define LANES 8
typedef double D(scalar);
#define WORD uint64_t
#define SIGNED_WORD int64_t
#define LEAST_NORMAL 0x1p-1022
/// Labels beyond that may overflow what they are multiplied by.
#define LARGE_LABEL 0x1p984
#define SIGNIFICAND_BITS 52
#define EXPONENT_BIAS 1023
/// e to the power of it divides 1 to nothing.
#define EXPONENTIAL_RANGE 746.0
/// e to the power of it is infinite.
#define LARGEST_EXPONENT 710.0
#define BINARY_LOGARITHM_OF_E 0x1.71547652b82fep0
/// Added to a number, it rounds that to an integer, which then stands in the low bits.
#define INTEGER_ROUNDING 0x1.8p52
#define MAGNITUDE_BITS 0x7fffffffffffffffu
#define INFINITE __builtin_inf()
#define NOT_A_NUMBER __builtin_nan("")
#define SQUARE_ROOT __builtin_sqrt

#define LANE_INDICES {0, 1, 2, 3, 4, 5, 6, 7}
/// Where a row stands among those that are folded, for its result to stand in its own lane.
#define FOLD_ORDER {0, 1, 4, 5, 2, 3, 6, 7}

/// The halves of the rows of two vectors: 1 row of 8 numbers each, 2 of 4, or 4 of 2.
#define LOW_HALVES_1(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11)
#define HIGH_HALVES_1(a, b) __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15)
#define LOW_HALVES_2(a, b) __builtin_shufflevector(a, b, 0, 1, 4, 5, 8, 9, 12, 13)
#define HIGH_HALVES_2(a, b) __builtin_shufflevector(a, b, 2, 3, 6, 7, 10, 11, 14, 15)
#define LOW_HALVES_4(a, b) __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14)
#define HIGH_HALVES_4(a, b) __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15)

/// How many numbers a quarter of a vector has.
#define QUARTER 2

/// Turns squares of numbers: the quarters at one place of QUARTER vectors.
#define TURN_QUARTERS(v)                         \
  do {                                           \
    const V low = LOW_HALVES_4((v)[0], (v)[1]);  \
    (v)[1] = HIGH_HALVES_4((v)[0], (v)[1]);      \
    (v)[0] = low;                                \
  } while (0)

/// Folds LANES rows at a time, each onto its lower half by an operation, down to a number a row.
#define FOLD_ROWS(v, OPERATION)                                                        \
  do {                                                                                 \
    UNROLLED                                                                           \
    for (int i = 0; i < 4; i++)                                                        \
      v[i] = OPERATION(LOW_HALVES_1(v[i], v[i + 4]), HIGH_HALVES_1(v[i], v[i + 4]));   \
    UNROLLED                                                                           \
    for (int i = 0; i < 2; i++)                                                        \
      v[i] = OPERATION(LOW_HALVES_2(v[i], v[i + 2]), HIGH_HALVES_2(v[i], v[i + 2]));   \
    v[0] = OPERATION(LOW_HALVES_4(v[0], v[1]), HIGH_HALVES_4(v[0], v[1]));             \
  } while (0)

/// The lanes folded onto the lower half by an operation, down to one number.
#define FOLDED(v, OPERATION)                                                   \
  __extension__({                                                              \
    typedef double d4 __attribute__((ext_vector_type(4)));                     \
    const d4 low4 = (v).lo, high4 = (v).hi, four = OPERATION(low4, high4);     \
    const double x = OPERATION(four.x, four.z), y = OPERATION(four.y, four.w); \
    OPERATION(x, y);                                                           \
  })
