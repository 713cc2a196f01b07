// Calls of the kernels: rows are shared among threads, and so are the blocks of rows that are long.

#include "instruction_sets.h"
#include "threads.h"

#define INLINE inline
// The Swift functions fuse nothing of what is computed here.
#pragma clang fp contract(off)

enum {
  /// Rows go to threads in multiples of this, so that short ones are turned as many at a time.
  rows_of_a_grain = 16,
  /// Rows of at least so many elements are themselves shared among threads.
  long_row = 1 << 18,
  /// The sums of so many blocks are kept until they are carried.
  kept_blocks = 4096,
};

static bool is_mean(enum loss_kernel kernel) {
  switch (kernel) {
#define MEAN(name) case loss_kernel_##name:
    LOSS_MEANS(MEAN)
#undef MEAN
    return true;
    default:
      return false;
  }
}

#define K(name) name##_f32
#define S float
#define BLOCK ((size_t)1024)
#define LEAST_NORMAL 0x1p-126f
#include "templates/compute.h"

#define K(name) name##_f64
#define S double
#define BLOCK ((size_t)512)
#define LEAST_NORMAL 0x1p-1022
#include "templates/compute.h"
