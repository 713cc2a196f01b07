// Calls of the kernels of a dtype.

#include "carried_sum.h"

/// Blocks of something, from first on.
struct K(blocks) {
  const struct K(kernels) * kernels;
  const void *subject;
  /// How many numbers there are.
  size_t count;
  size_t first;
  S *sums;
};

/// Carries width sums each of the blocks of count numbers, computed on threads.
static void K(sum_in_blocks)(
    struct K(blocks) blocks, void (*function)(const void *, size_t, size_t), size_t width,
    S *results) {
  S sums[3 * kept_blocks];
  struct K(carried_sum) carried[3] = {NOTHING_CARRIED, NOTHING_CARRIED, NOTHING_CARRIED};
  const size_t all = (blocks.count + BLOCK - 1) / BLOCK;
  blocks.sums = sums;
  for (blocks.first = 0; blocks.first < all; blocks.first += kept_blocks) {
    const size_t left = all - blocks.first;
    const size_t count = left < kept_blocks ? left : kept_blocks;
    loss_in_ranges(count, 1, count * BLOCK, function, &blocks);
    for (size_t i = 0; i < count * width; i++) K(carry_block)(&carried[i % width], sums[i]);
  }
  for (size_t i = 0; i < width; i++) results[i] = K(carried)(&carried[i]);
}

static void K(in_rows)(const void *context, size_t first, size_t last) {
  loss_instruction_set_in_use()->K(table)->rows(context, first, last);
}

static void K(in_blocks)(const void *context, size_t first, size_t last) {
  const struct K(blocks) *blocks = context;
  blocks->kernels->blocks(
      blocks->subject, blocks->first + first, blocks->first + last, blocks->sums + first);
}

void K(loss_compute_rows)(const struct K(loss_rows) * rows) {
  if (is_mean(rows->kernel) && rows->columns >= long_row) {
    for (size_t row = 0; row < rows->rows; row++) {
      struct K(loss_rows) one = *rows;
      one.y_true += row * rows->columns;
      one.y_pred += row * rows->columns;
      if (one.slopes) one.slopes += row * rows->columns;
      const struct K(blocks) blocks = {
          loss_instruction_set_in_use()->K(table), &one, rows->columns, 0, 0};
      S sum;
      K(sum_in_blocks)(blocks, K(in_blocks), 1, &sum);
      const S loss = rows->factor * (sum / (S)rows->columns);
      rows->losses[row] = K(flushed_scalar)(loss, rows->flushes);
    }
    return;
  }
  loss_in_ranges(
      rows->rows, rows_of_a_grain, rows->rows * rows->columns, K(in_rows), rows);
}

static void K(in_sum_blocks)(const void *context, size_t first, size_t last) {
  const struct K(blocks) *blocks = context;
  blocks->kernels->sum_blocks(
      blocks->subject, blocks->first + first, blocks->first + last, blocks->count,
      blocks->sums + first);
}

S K(loss_sum)(const S *numbers, size_t count) {
  S sum;
  const struct K(blocks) blocks = {
      loss_instruction_set_in_use()->K(table), numbers, count, 0, 0};
  K(sum_in_blocks)(blocks, K(in_sum_blocks), 1, &sum);
  return sum;
}

static void K(in_overlap_blocks)(const void *context, size_t first, size_t last) {
  const struct K(blocks) *blocks = context;
  blocks->kernels->overlap_blocks(
      blocks->subject, blocks->first + first, blocks->first + last, blocks->sums + 3 * first);
}

void K(loss_overlap_sums)(const struct K(loss_overlap) * overlap, S *sums) {
  const struct K(blocks) blocks = {
      loss_instruction_set_in_use()->K(table), overlap, overlap->count, 0, 0};
  K(sum_in_blocks)(blocks, K(in_overlap_blocks), 3, sums);
}

static void K(in_overlap_slopes)(const void *context, size_t first, size_t last) {
  loss_instruction_set_in_use()->K(table)->overlap_slopes(context, first, last);
}

void K(loss_overlap_slopes)(const struct K(loss_overlap) * overlap) {
  loss_in_ranges(overlap->count, BLOCK, overlap->count, K(in_overlap_slopes), overlap);
}

void K(loss_elementary)(enum loss_elementary function, const S *numbers, S *results) {
  loss_instruction_set_in_use()->K(table)->elementary(function, numbers, results);
}

void K(loss_exponential_over)(const S *numbers, S power, S *results) {
  loss_instruction_set_in_use()->K(table)->exponential_over(numbers, power, results);
}

#undef K
#undef S
#undef BLOCK
#undef LEAST_NORMAL
#undef NOTHING_CARRIED
