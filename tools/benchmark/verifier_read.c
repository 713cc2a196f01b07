// Reads files once, mapped, and does nothing else: what no comparison of them can be faster than.
//
// usage: verifier_read THREADS FILE...; prints the seconds from opening them to having read all.

#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { most_files = 8, most_threads = 64, piece = 1 << 16 };

static const char *files[most_files];
static size_t sizes[most_files];
static int file_count, thread_count;
static volatile uint64_t sums[most_threads];

// Wide enough for any processor's vectors; the compiler makes them of those there are.
typedef uint64_t words __attribute__((vector_size(64)));

__attribute__((target_clones("default", "avx2", "avx512f")))
static uint64_t sum(const char *bytes, size_t count) {
  words first = {0}, second = {0};
  size_t at = 0;
  for (; at + 128 <= count; at += 128) {
    words a, b;
    memcpy(&a, bytes + at, sizeof a);
    memcpy(&b, bytes + at + 64, sizeof b);
    first += a;
    second += b;
  }
  first += second;
  uint64_t total = 0;
  for (int lane = 0; lane < 8; lane++) total += first[lane];
  for (; at < count; at++) total += (unsigned char)bytes[at];
  return total;
}

// The pieces of all files in turn, as a comparison reads them.
static void *read_part(void *argument) {
  const size_t part = (size_t)argument;
  uint64_t total = 0;
  const size_t pieces = (sizes[0] + piece - 1) / piece;
  for (size_t at = pieces * part / thread_count; at < pieces * (part + 1) / thread_count; at++) {
    for (int file = 0; file < file_count; file++) {
      const size_t start = at * piece;
      if (start >= sizes[file]) continue;
      const size_t left = sizes[file] - start;
      total += sum(files[file] + start, left < piece ? left : piece);
    }
  }
  sums[part] = total;
  return NULL;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

int main(int count, char **arguments) {
  thread_count = count > 2 ? atoi(arguments[1]) : 0;
  file_count = count - 2;
  if (thread_count < 1 || thread_count > most_threads || file_count > most_files) return 2;
  const double start = now();
  for (int file = 0; file < file_count; file++) {
    struct stat status;
    const int descriptor = open(arguments[file + 2], O_RDONLY);
    if (descriptor < 0 || fstat(descriptor, &status) != 0) return 3;
    sizes[file] = status.st_size;
    files[file] = mmap(NULL, sizes[file], PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (files[file] == MAP_FAILED) return 3;
  }
  pthread_t threads[most_threads];
  for (int part = 1; part < thread_count; part++) {
    if (pthread_create(&threads[part], NULL, read_part, (void *)(size_t)part) != 0) return 3;
  }
  read_part(NULL);
  for (int part = 1; part < thread_count; part++) pthread_join(threads[part], NULL);
  printf("%.9f\n", now() - start);
  return 0;
}
