// What each instruction set provides: the kernels over a range of rows or blocks.

#ifndef LOSS_INSTRUCTION_SETS_H
#define LOSS_INSTRUCTION_SETS_H

#include "loss_kernels.h"

#define LOSS_KERNEL_TABLE(DTYPE, SCALAR)                                                          \
  struct kernels_##DTYPE {                                                                        \
    void (*rows)(const struct loss_rows_##DTYPE *, size_t first, size_t last);                    \
    void (*blocks)(const struct loss_rows_##DTYPE *, size_t first, size_t last, SCALAR *sums);    \
    void (*overlap_blocks)(                                                                       \
        const struct loss_overlap_##DTYPE *, size_t first, size_t last, SCALAR *sums);            \
    void (*overlap_slopes)(const struct loss_overlap_##DTYPE *, size_t first, size_t last);       \
    void (*sum_blocks)(const SCALAR *, size_t first, size_t last, size_t count, SCALAR *sums);    \
    void (*elementary)(enum loss_elementary, const SCALAR *numbers, SCALAR *results);             \
    void (*exponential_over)(const SCALAR *numbers, SCALAR power, SCALAR *results);               \
  }

LOSS_KERNEL_TABLE(f32, float);
LOSS_KERNEL_TABLE(f64, double);

/// The kernels compiled for an instruction set.
struct instruction_set {
  const struct kernels_f32 *table_f32;
  const struct kernels_f64 *table_f64;
};

extern const struct instruction_set loss_baseline_set;
#if defined(__x86_64__)
extern const struct instruction_set loss_avx2_set;
extern const struct instruction_set loss_avx512_set;
#endif

/// The instruction set in use.
const struct instruction_set *loss_instruction_set_in_use(void);

#endif
