#include "streaming.h"

typedef uint64_t Words __attribute__((vector_size(64)));

// Four sums at once: a single one would wait for itself.
static inline __attribute__((always_inline)) uint64_t read_body(
    const Words *a, const Words *b, size_t count) {
  Words sums[4] = {{0}};
  size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    for (int k = 0; k < 4; ++k) sums[k] ^= a[i + k];
    if (b) {
      for (int k = 0; k < 4; ++k) sums[k] ^= b[i + k];
    }
  }
  for (; i < count; ++i) {
    sums[0] ^= a[i];
    if (b) sums[0] ^= b[i];
  }
  Words all = sums[0] ^ sums[1] ^ sums[2] ^ sums[3];
  uint64_t result = 0;
  for (int k = 0; k < 8; ++k) result ^= all[k];
  return result;
}

static inline __attribute__((always_inline)) void combine_body(
    const Words *a, const Words *b, Words *result, size_t count, bool around_caches) {
  // Not 0 where both are one.
  const Words ones = {1, 1, 1, 1, 1, 1, 1, 1};
  if (around_caches) {
    for (size_t i = 0; i < count; ++i) __builtin_nontemporal_store(a[i] ^ b[i] ^ ones, &result[i]);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
  } else {
    for (size_t i = 0; i < count; ++i) result[i] = a[i] ^ b[i] ^ ones;
  }
}

#define INSTRUCTIONS(name, attributes)                                                             \
  static attributes uint64_t read_##name(const Words *a, const Words *b, size_t count) {           \
    return read_body(a, b, count);                                                                 \
  }                                                                                                \
  static attributes void combine_##name(                                                           \
      const Words *a, const Words *b, Words *result, size_t count, bool around_caches) {           \
    combine_body(a, b, result, count, around_caches);                                              \
  }

INSTRUCTIONS(any, )
#if defined(__x86_64__)
INSTRUCTIONS(avx2, __attribute__((target("avx2"))))
INSTRUCTIONS(avx512, __attribute__((target("avx512f"))))
#define CHOSEN(function, ...)                                                                      \
  (__builtin_cpu_supports("avx512f") ? function##_avx512(__VA_ARGS__)                              \
   : __builtin_cpu_supports("avx2")  ? function##_avx2(__VA_ARGS__)                                \
                                     : function##_any(__VA_ARGS__))
#else
#define CHOSEN(function, ...) function##_any(__VA_ARGS__)
#endif

uint64_t streaming_read(const void *array, size_t bytes) {
  return CHOSEN(read, array, NULL, bytes / sizeof(Words));
}

uint64_t streaming_read_two(const void *a, const void *b, size_t bytes) {
  return CHOSEN(read, a, b, bytes / sizeof(Words));
}

void streaming_combine(
    const void *a, const void *b, void *result, size_t bytes, bool around_caches) {
  CHOSEN(combine, a, b, result, bytes / sizeof(Words), around_caches);
}
