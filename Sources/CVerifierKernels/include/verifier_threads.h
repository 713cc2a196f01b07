// Threads of the verifier that start at once, on another processor than the one that starts them.

#ifndef VERIFIER_THREADS_H
#define VERIFIER_THREADS_H

/// A thread that was started.
typedef struct verifier_thread verifier_thread;

/// Starts a thread; `NULL` where there is none to be had.
verifier_thread *verifier_thread_start(void (*work)(void *context), void *context);

/// Waits until a thread has ended.
void verifier_thread_join(verifier_thread *thread);

#endif
