// Float: its limits, and how its lanes are turned and folded.

#define D(name) name##_f32
#define ELEMENTARY "elementary_float32.h"
#define FUSED "fused_float32.h"
#ifdef HAS_SCALING
#define SCALE(value, n) _mm512_scalef_ps(value, n)
/// Subnormal numbers and -0 are told by their class, in one instruction.
#define FLUSHED(v) _mm512_mask_mov_ps(v, _mm512_fpclass_ps_mask(v, 0x24), _mm512_setzero_ps())
#endif
#define LANES 16
typedef float D(scalar);
#define WORD uint32_t
#define SIGNED_WORD int32_t
#define LEAST_NORMAL 0x1p-126f
/// Labels beyond that may overflow what they are multiplied by.
#define LARGE_LABEL 0x1p88f
#define SIGNIFICAND_BITS 23
#define EXPONENT_BIAS 127
/// e to the power of it divides 1 to nothing.
#define EXPONENTIAL_RANGE 105.0f
/// e to the power of it is infinite.
#define LARGEST_EXPONENT 89.0f
#define BINARY_LOGARITHM_OF_E 0x1.715476p0f
/// Added to a number, it rounds that to an integer, which then stands in the low bits.
#define INTEGER_ROUNDING 0x1.8p23f
#define MAGNITUDE_BITS 0x7fffffffu
#define INFINITE __builtin_inff()
#define NOT_A_NUMBER __builtin_nanf("")
#define SQUARE_ROOT __builtin_sqrtf

#define LANE_INDICES {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
/// Where a row stands among those that are folded, for its result to stand in its own lane.
#define FOLD_ORDER {0, 2, 1, 3, 8, 10, 9, 11, 4, 6, 5, 7, 12, 14, 13, 15}

/// The halves of the rows of two vectors: 1 row of 16 numbers each, 2 of 8, 4 of 4, or 8 of 2.
#define LOW_HALVES_1(a, b) \
  __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
#define HIGH_HALVES_1(a, b) \
  __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
#define LOW_HALVES_2(a, b) \
  __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
#define HIGH_HALVES_2(a, b) \
  __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)
#define LOW_HALVES_4(a, b) \
  __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define HIGH_HALVES_4(a, b) \
  __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#define LOW_HALVES_8(a, b) \
  __builtin_shufflevector(a, b, 0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12, 14, 28, 30)
#define HIGH_HALVES_8(a, b) \
  __builtin_shufflevector(a, b, 1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15, 29, 31)

/// The first, or the last, two numbers of each quarter of two vectors, in turn.
#define ALTERNATED_LOW(a, b) \
  __builtin_shufflevector(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define ALTERNATED_HIGH(a, b) \
  __builtin_shufflevector(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)

/// How many numbers a quarter of a vector has.
#define QUARTER 4

/// Turns squares of numbers: the quarters at one place of QUARTER vectors.
#define TURN_QUARTERS(v)                                                           \
  do {                                                                             \
    const V low = ALTERNATED_LOW((v)[0], (v)[1]), high = ALTERNATED_HIGH((v)[0], (v)[1]);   \
    const V low2 = ALTERNATED_LOW((v)[2], (v)[3]), high2 = ALTERNATED_HIGH((v)[2], (v)[3]); \
    (v)[0] = LOW_HALVES_4(low, low2);                                              \
    (v)[1] = HIGH_HALVES_4(low, low2);                                             \
    (v)[2] = LOW_HALVES_4(high, high2);                                            \
    (v)[3] = HIGH_HALVES_4(high, high2);                                           \
  } while (0)

/// Folds LANES rows at a time, each onto its lower half by an operation, down to a number a row.
#define FOLD_ROWS(v, OPERATION)                                                        \
  do {                                                                                 \
    UNROLLED                                                                           \
    for (int i = 0; i < 8; i++)                                                        \
      v[i] = OPERATION(LOW_HALVES_1(v[i], v[i + 8]), HIGH_HALVES_1(v[i], v[i + 8]));   \
    UNROLLED                                                                           \
    for (int i = 0; i < 4; i++)                                                        \
      v[i] = OPERATION(LOW_HALVES_2(v[i], v[i + 4]), HIGH_HALVES_2(v[i], v[i + 4]));   \
    UNROLLED                                                                           \
    for (int i = 0; i < 2; i++)                                                        \
      v[i] = OPERATION(LOW_HALVES_4(v[i], v[i + 2]), HIGH_HALVES_4(v[i], v[i + 2]));   \
    v[0] = OPERATION(LOW_HALVES_8(v[0], v[1]), HIGH_HALVES_8(v[0], v[1]));             \
  } while (0)

/// The lanes folded onto the lower half by an operation, down to one number.
#define FOLDED(v, OPERATION)                                              \
  __extension__({                                                         \
    typedef float f8 __attribute__((ext_vector_type(8)));                 \
    typedef float f4 __attribute__((ext_vector_type(4)));                 \
    const f8 low8 = (v).lo, high8 = (v).hi, eight = OPERATION(low8, high8); \
    const f4 low4 = eight.lo, high4 = eight.hi, four = OPERATION(low4, high4); \
    const float x = OPERATION(four.x, four.z), y = OPERATION(four.y, four.w); \
    OPERATION(x, y);                                                      \
  })
