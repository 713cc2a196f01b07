// Work that is split into ranges, on threads where there is enough of it.

#ifndef LOSS_THREADS_H
#define LOSS_THREADS_H

#include <stddef.h>

/// Calls a function with ranges that cover 0..<count, each a multiple of grain but the last.
///
/// On as many threads as loss_maximum_threads() allows, none of which gets less than its share of
/// elements; all are done when this returns. What they compute must not depend on the ranges.
/// Threads stay for later calls, one at a time: another call meanwhile computes all by itself.
void loss_in_ranges(
    size_t count, size_t grain, size_t elements,
    void (*function)(const void *context, size_t first, size_t last), const void *context);

#endif
