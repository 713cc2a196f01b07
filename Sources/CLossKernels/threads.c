// CPU sets.
#define _GNU_SOURCE

#include "threads.h"

#include "loss_kernels.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

enum {
  /// The most threads of a call.
  thread_limit = 64,
  /// To wake a thread costs some 20 microseconds; so many elements take longer.
  elements_of_a_thread = 1 << 17,
  /// So often a thread looks for work, or whether it is done, before it sleeps: for some 50
  /// microseconds, in which the next call often comes.
  looks_before_sleep = 4000,
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

static void run(const struct range *range) {
  range->function(range->context, range->first, range->last);
}

// MARK: - Signals between threads

/// Something that one thread waits for and another one brings about.
struct event {
  pthread_mutex_t mutex;
  pthread_cond_t condition;
};

static void wait_a_little(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// Waits until there is no pointer, or until there is one.
static struct range *wait_until(
    struct event *event, struct range *_Atomic *place, bool is_there) {
  struct range *range = NULL;
  for (int look = 0; look < looks_before_sleep; look++) {
    range = atomic_load_explicit(place, memory_order_acquire);
    if ((range != NULL) == is_there) return range;
    wait_a_little();
  }
  pthread_mutex_lock(&event->mutex);
  while (((range = atomic_load_explicit(place, memory_order_acquire)) != NULL) != is_there)
    pthread_cond_wait(&event->condition, &event->mutex);
  pthread_mutex_unlock(&event->mutex);
  return range;
}

static void put(struct event *event, struct range *_Atomic *place, struct range *range) {
  pthread_mutex_lock(&event->mutex);
  atomic_store_explicit(place, range, memory_order_release);
  pthread_cond_broadcast(&event->condition);
  pthread_mutex_unlock(&event->mutex);
}

// MARK: - Workers

/// A thread that computes a range whenever it is given one, until the process ends.
struct worker {
  /// Its range, until that is done.
  struct range *_Atomic range;
  struct event changed;
};

/// The workers, of one call at a time.
static struct worker workers[thread_limit - 1];
static int started = 0;
static pthread_mutex_t in_use = PTHREAD_MUTEX_INITIALIZER;

static void *work(void *argument) {
  struct worker *const worker = argument;
  for (;;) {
    run(wait_until(&worker->changed, &worker->range, true));
    put(&worker->changed, &worker->range, NULL);
  }
  return NULL;
}

/// A forked process has none of the workers.
static void forget_workers(void) {
  started = 0;
  pthread_mutex_init(&in_use, NULL);
}

/// Starts workers until there are so many, or no more are to be had; how many there are.
static int start_workers(int count) {
  static bool forgets = false;
  if (!forgets) forgets = pthread_atfork(NULL, NULL, forget_workers) == 0;
  if (!forgets || started >= count) return forgets ? count : 0;
  // Signals are for the threads of the program.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  for (; started < count; started++) {
    struct worker *const worker = &workers[started];
    atomic_store_explicit(&worker->range, NULL, memory_order_relaxed);
    pthread_mutex_init(&worker->changed.mutex, NULL);
    pthread_cond_init(&worker->changed.condition, NULL);
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, worker) != 0) break;
    pthread_detach(thread);
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return started < count ? started : count;
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
  // While another call has the workers, the CPUs have enough to do.
  if (threads <= 1 || pthread_mutex_trylock(&in_use) != 0) {
    function(context, 0, count);
    return;
  }
  threads = (size_t)start_workers((int)threads - 1) + 1;
  struct range ranges[thread_limit];
  for (size_t i = 0; i < threads; i++) {
    const size_t last = (i + 1) * grains / threads * grain;
    ranges[i] = (struct range){
        function, context, i * grains / threads * grain, last < count ? last : count};
  }
  for (size_t i = 1; i < threads; i++)
    put(&workers[i - 1].changed, &workers[i - 1].range, &ranges[i]);
  run(&ranges[0]);
  for (size_t i = 1; i < threads; i++)
    wait_until(&workers[i - 1].changed, &workers[i - 1].range, false);
  pthread_mutex_unlock(&in_use);
}
