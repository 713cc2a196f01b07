// Gradients that no cache holds are written around the caches.

/// A cache holds a gradient of so many bytes no longer.
#define STREAMED_BYTES ((size_t)16 << 20)

/// Whether slopes are more than a cache holds.
static INLINE bool K(are_large)(const struct D(loss_rows) * rows) {
  return rows->slopes && rows->rows * rows->columns * sizeof(S) >= STREAMED_BYTES;
}

/// Makes what may have been written around the caches visible to other threads.
static INLINE void K(end_of_streams)(const struct D(loss_rows) * rows) {
#if defined(__x86_64__)
  if (K(are_large)(rows)) __builtin_ia32_sfence();
#else
  (void)rows;
#endif
}
