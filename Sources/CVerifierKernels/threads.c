// CPU sets.
#define _GNU_SOURCE

#include "verifier_threads.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

// Where the scheduler does not look for an idle processor, as in small virtual machines, a new thread
// waits behind the one that started it, for some milliseconds: longer than many a work lasts.
#if defined(__linux__)
#define HAS_CPU_SETS
#endif

struct verifier_thread {
  pthread_t thread;
  void (*work)(void *context);
  void *context;
#ifdef HAS_CPU_SETS
  /// Where the thread may run once it has started, if it was kept from any processor.
  cpu_set_t cpus;
  int is_placed;
#endif
};

static void *run(void *argument) {
  struct verifier_thread *thread = argument;
#ifdef HAS_CPU_SETS
  if (thread->is_placed) sched_setaffinity(0, sizeof thread->cpus, &thread->cpus);
#endif
  thread->work(thread->context);
  return NULL;
}

/// Keeps a thread from starting on the processor of the calling one, where there are others.
static void place(struct verifier_thread *thread, pthread_attr_t *attributes) {
#ifdef HAS_CPU_SETS
  thread->is_placed = 0;
  const int current = sched_getcpu();
  if (current < 0 || current >= CPU_SETSIZE) return;
  if (sched_getaffinity(0, sizeof thread->cpus, &thread->cpus) != 0) return;
  cpu_set_t others = thread->cpus;
  CPU_CLR(current, &others);
  if (CPU_COUNT(&others) == 0) return;
  thread->is_placed = pthread_attr_setaffinity_np(attributes, sizeof others, &others) == 0;
#else
  (void)thread, (void)attributes;
#endif
}

verifier_thread *verifier_thread_start(void (*work)(void *context), void *context) {
  struct verifier_thread *thread = malloc(sizeof *thread);
  if (thread == NULL) return NULL;
  thread->work = work;
  thread->context = context;
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) {
    free(thread);
    return NULL;
  }
  place(thread, &attributes);
  const int failure = pthread_create(&thread->thread, &attributes, run, thread);
  pthread_attr_destroy(&attributes);
  if (failure == 0) return thread;
  free(thread);
  return NULL;
}

void verifier_thread_join(verifier_thread *thread) {
  pthread_join(thread->thread, NULL);
  free(thread);
}
