// The kernels compiled for what every CPU of the architecture has.

#include "instruction_sets.h"

/// How many vectors are computed side by side.
#define INTERLEAVED 1
#define UNROLLED _Pragma("clang loop unroll(full)")
#define OUTLINED __attribute__((noinline))
#define INLINE inline __attribute__((always_inline))
#if defined(__x86_64__) && !defined(__FMA__)
/// Not every CPU has fused multiply-add, and the C library is slow on those that have not.
#define EMULATES_FUSED
#endif
// Operations are fused where the Swift kernels fuse them: elsewhere bits would differ.
#pragma clang fp contract(off)
// Vectors are passed to functions that are inlined alone: no other code sees how.
#pragma clang diagnostic ignored "-Wpsabi"

#include "templates/float32.h"
#include "templates/kernels.h"

#include "templates/float64.h"
#include "templates/kernels.h"

const struct instruction_set loss_baseline_set = {&kernels_f32, &kernels_f64};
