// The kernels compiled for AVX2.

#if defined(__x86_64__)

#include "instruction_sets.h"

/// How many vectors are computed side by side.
#define INTERLEAVED 1
#define UNROLLED _Pragma("clang loop unroll(full)")
#define OUTLINED __attribute__((noinline))
#define INLINE inline __attribute__((always_inline))
// Operations are fused where the Swift kernels fuse them: elsewhere bits would differ.
#pragma clang fp contract(off)
// Vectors are passed to functions that are inlined alone: no other code sees how.
#pragma clang diagnostic ignored "-Wpsabi"
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#include "templates/float32.h"
#include "templates/kernels.h"

#include "templates/float64.h"
#include "templates/kernels.h"

#pragma clang attribute pop

const struct instruction_set loss_avx2_set = {&kernels_f32, &kernels_f64};

#endif
