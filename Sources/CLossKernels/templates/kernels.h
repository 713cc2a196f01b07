// All kernels of a dtype: which function is which kernel's.

#define S D(scalar)
#define V K(lanes)
#define M K(mask)

// Wide vectors, whose halves' operations alternate: in a row they would wait for each other.
#define K(name) D(name##_wide)
#define COUNT (LANES * INTERLEAVED)
#include "lanes.h"
#include "elements.h"
#include "scaled_exponential.h"
#include "row_elements.h"
#undef K
#undef COUNT
#undef ELEMENT

#define W(name) D(name##_wide)
#define WIDE (LANES * INTERLEAVED)
#define K(name) D(name)
#define COUNT LANES
#include "lanes.h"
#include "elements.h"
#include "scaled_exponential.h"
#include "row_elements.h"
#include "carried_sum.h"
#include "lane_sums.h"
#include "streams.h"
#include "columns.h"
#include "means.h"
#include "rows.h"
#include "categorical.h"
#include "categorical_logits.h"
#include "short_categorical.h"
#include "short_logits.h"
#include "categorical_runs.h"
#include "sums.h"

static void K(run_rows)(const struct D(loss_rows) * rows, size_t first, size_t last) {
  switch (rows->kernel) {
#define RUN(name)            \
  case loss_kernel_##name:   \
    K(name##_rows)(rows, first, last); \
    break;
    LOSS_MEANS(RUN)
    LOSS_WHOLE_ROWS(RUN)
#undef RUN
  }
  K(end_of_streams)(rows);
}

static void K(run_blocks)(const struct D(loss_rows) * rows, size_t first, size_t last, S *sums) {
  switch (rows->kernel) {
#define RUN(name)            \
  case loss_kernel_##name:   \
    K(name##_blocks)(rows, first, last, sums); \
    break;
    LOSS_MEANS(RUN)
#undef RUN
    default:
      break;
  }
  K(end_of_streams)(rows);
}

static void K(run_sum)(const S *numbers, size_t first, size_t last, size_t count, S *sums) {
  for (size_t block = first; block < last; block++) {
    const size_t start = block * BLOCK, left = count - start;
    V sum = (V)(S)-0.0;
    for (size_t i = 0; i < (left < BLOCK ? left : BLOCK); i += LANES)
      sum += K(padded)(numbers, start + i, count, 0, (S)-0.0);
    sums[block - first] = K(total)(sum);
  }
}

static void K(run_elementary)(enum loss_elementary function, const S *numbers, S *results) {
  const V x = K(load)(numbers);
  switch (function) {
#define RUN(name)                      \
  case loss_elementary_##name:         \
    K(store)(K(name)(x), results);     \
    break;
    LOSS_ELEMENTARY_FUNCTIONS(RUN)
#undef RUN
  }
}

static void K(run_exponential_over)(const S *numbers, S power, S *results) {
  const struct K(scaling) scaling = {
      (V)0, (V)-INFINITE, (V)power, K(exponent_of)((V)power)};
  K(store)(K(scaled_exponential)(K(load)(numbers), &scaling), results);
}

static const struct D(kernels) D(kernels) = {
    .rows = K(run_rows),
    .blocks = K(run_blocks),
    .overlap_blocks = K(overlap_blocks),
    .overlap_slopes = K(overlap_slopes),
    .sum_blocks = K(run_sum),
    .elementary = K(run_elementary),
    .exponential_over = K(run_exponential_over),
};

#undef S
#undef V
#undef M
#undef K
#undef D
#undef W
#undef WIDE
#undef COUNT
#undef ELEMENTARY
#undef FUSED
#undef WORD
#undef SIGNED_WORD
#undef LANES
#undef SCALE
#undef FLUSHED
#undef LARGE_LABEL
#undef LEAST_NORMAL
#undef EXPONENTIAL_RANGE
#undef BINARY_LOGARITHM_OF_E
#undef INTEGER_ROUNDING
#undef MAGNITUDE_BITS
#undef INFINITE
#undef NOT_A_NUMBER
#undef SQUARE_ROOT
#undef LANE_INDICES
#undef FOLD_ORDER
#undef FOLD_ROWS
#undef ALTERNATED_LOW
#undef ALTERNATED_HIGH
#undef LOW_HALVES_1
#undef HIGH_HALVES_1
#undef LOW_HALVES_2
#undef HIGH_HALVES_2
#undef LOW_HALVES_4
#undef HIGH_HALVES_4
#undef LOW_HALVES_8
#undef HIGH_HALVES_8
#undef QUARTER
#undef TURN_QUARTERS
#undef FOLDED
#undef PLUS
#undef LARGER
#undef ELEMENT
#undef MOST_COLUMNS
#undef MOST_FLAT
#undef STREAMED_BYTES
#undef STREAMED_ROW_BYTES
#undef NOTHING_CARRIED
#undef SIGNIFICAND_BITS
#undef EXPONENT_BIAS
#undef LARGEST_EXPONENT
#undef COLUMNS
#undef COLUMN
#undef LONG_ROW
#undef FEW
#undef LEFT_FROM
#undef COLUMN_SUM
#undef MEAN_OF
#undef BLOCK
#undef EACH_LANES
#undef CATEGORICAL
#undef SPARSE
#undef DENSE_ROW
#undef DENSE_LOGITS_ROW
#undef SPARSE_ROW
#undef SPARSE_LOGITS_ROW
#undef SUMS_OF
#undef SUMS_IN_GROUPS_OF
#undef ADD_WIDE
#undef ADD_WIDE_IN_BLOCK
#undef ADD_FIRST
#undef ADD_FIRST_IN_BLOCK
#undef ADD_KL_TERMS
#undef ADD_PRODUCTS
