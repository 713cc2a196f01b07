// The kernels compiled for AVX-512.

#if defined(__x86_64__)

#include "instruction_sets.h"

#include <immintrin.h>

/// How many vectors are computed side by side.
#define INTERLEAVED 2
/// There is an instruction for products with powers of two.
#define HAS_SCALING
#define UNROLLED _Pragma("clang loop unroll(full)")
#define OUTLINED __attribute__((noinline))
#define INLINE inline __attribute__((always_inline))
// Operations are fused where the Swift kernels fuse them: elsewhere bits would differ.
#pragma clang fp contract(off)
// Vectors are passed to functions that are inlined alone: no other code sees how.
#pragma clang diagnostic ignored "-Wpsabi"
#pragma clang attribute push(__attribute__((target("fma,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)

#include "templates/float32.h"
#include "templates/kernels.h"

#include "templates/float64.h"
#include "templates/kernels.h"

#pragma clang attribute pop

const struct instruction_set loss_avx512_set = {&kernels_f32, &kernels_f64};

#endif
