// Loops of the verifier in instructions that x86-64's baseline lacks, for processors that have them.
//
// Swift has the same loops without: they say what these compute, and run everywhere else.

#ifndef VERIFIER_KERNELS_H
#define VERIFIER_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Adds blocks of 64 bytes to the state of a SHA-256 (FIPS 180-4).
///
/// Returns whether it did: not where the processor has no instructions for it.
bool verifier_sha256_add(uint32_t state[8], const uint8_t *bytes, size_t block_count);

#endif
