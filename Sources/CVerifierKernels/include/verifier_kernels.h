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

/// What elements must exceed to change anything but counts; `ScanLimits` in Swift.
typedef struct {
  double relative, absolute;
  double largest_error, largest_relative, largest_used;
  double zero;
} verifier_scan_limits;

/// What is counted of elements that all are within the limits; `ScanCounts` in Swift.
typedef struct {
  size_t differing, thousandth, hundredth, tenth;
  /// The largest distance in numbers of the format, where `has_one_sign`.
  uint32_t largest_ulps;
  /// Whether no two elements have different signs.
  bool has_one_sign;
} verifier_scan_counts;

/// Whether the processor has the instructions in which floats are scanned here (AVX2).
bool verifier_scans_floats(void);

/// Counts floats in these instructions, to the same numbers as in Double.
///
/// The relative tolerance is at most 1/8; neither tolerance is above 10^30, or below 10^-30 but for 0.
/// Returns whether all elements are within the limits; the counts are those of such elements alone.
bool verifier_scan_floats(const void *actual, const void *expected, size_t count,
                          const verifier_scan_limits *limits, verifier_scan_counts *counts);

#endif
