// CPU sets.
#define _GNU_SOURCE

#include "threads.h"

#include "loss_kernels.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

enum {
  /// The most threads of a call.
  thread_limit = 64,
  /// A thread costs some 20 microseconds; so many elements take longer.
  elements_of_a_thread = 1 << 17,
};

/// The most threads that were asked for, or 0 before anybody asked.
static _Atomic int maximum = 0;

static int available_cpus(void) {
#if defined(__linux__)
  cpu_set_t cpus;
  if (sched_getaffinity(0, sizeof cpus, &cpus) == 0) return CPU_COUNT(&cpus);
#endif
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online < 1 ? 1 : online > thread_limit ? thread_limit : (int)online;
}

int loss_maximum_threads(void) {
  int threads = atomic_load_explicit(&maximum, memory_order_relaxed);
  if (threads == 0) {
    threads = available_cpus();
    loss_set_maximum_threads(threads);
    threads = threads > thread_limit ? thread_limit : threads;
  }
  return threads;
}

void loss_set_maximum_threads(int threads) {
  const int most = threads < 1 ? 1 : threads > thread_limit ? thread_limit : threads;
  atomic_store_explicit(&maximum, most, memory_order_relaxed);
}

struct range {
  void (*function)(const void *context, size_t first, size_t last);
  const void *context;
  size_t first, last;
};

static void *run(void *argument) {
  const struct range *range = argument;
  range->function(range->context, range->first, range->last);
  return NULL;
}

void loss_in_ranges(
    size_t count, size_t grain, size_t elements,
    void (*function)(const void *context, size_t first, size_t last), const void *context) {
  size_t threads = elements / elements_of_a_thread;
  if (threads > 1) {
    const size_t most = (size_t)loss_maximum_threads();
    threads = threads < most ? threads : most;
  }
  const size_t grains = (count + grain - 1) / grain;
  if (threads > grains) threads = grains;
  if (threads <= 1) {
    function(context, 0, count);
    return;
  }
  struct range ranges[thread_limit];
  pthread_t others[thread_limit];
  bool is_started[thread_limit];
  for (size_t i = 0; i < threads; i++) {
    const size_t last = (i + 1) * grains / threads * grain;
    ranges[i] = (struct range){
        function, context, i * grains / threads * grain, last < count ? last : count};
  }
  for (size_t i = 1; i < threads; i++)
    is_started[i] = pthread_create(&others[i], NULL, run, &ranges[i]) == 0;
  run(&ranges[0]);
  for (size_t i = 1; i < threads; i++) {
    // Where there are no more threads to be had, this one does the work.
    if (is_started[i])
      pthread_join(others[i], NULL);
    else
      run(&ranges[i]);
  }
}
