// Reading and writing arrays as fast as the machine does: what no computation on them can beat.
//
// With AVX-512 or AVX2 where the CPU has them. Arrays start at multiples of 64 bytes; a last part of
// less than 64 bytes is left out.

#ifndef STREAMING_H
#define STREAMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Reads an array; returns the exclusive or of its words, which depends on all of them.
uint64_t streaming_read(const void *array, size_t bytes);

/// Reads two arrays of one length, and returns the exclusive or of the words of both.
uint64_t streaming_read_two(const void *a, const void *b, size_t bytes);

/// Writes the exclusive or of two arrays, which may be one, to a third; around the caches if asked.
void streaming_combine(const void *a, const void *b, void *result, size_t bytes, bool around_caches);

#endif
