import CVerifierKernels

/// The scan of blocks of Floats without writing them as Doubles first, on processors that have
/// instructions for it; what it counts is the same.
struct FloatScan {
  /// The scan for some tolerances; `nil` where they are unusual, or the processor has no instructions.
  init?(_ acceptance: Acceptance) {
    let (relative, absolute) = (acceptance.relative, acceptance.absolute)
    guard verifier_scans_floats(), acceptance.ulps == nil, relative <= 0.125, absolute <= 1e30,
      relative == 0 || relative >= 1e-30, absolute == 0 || absolute >= 1e-30
    else { return nil }
  }

  /// What is found of a block.
  struct Found {
    let counts: ScanCounts
    /// The largest distance of two elements; `nil` where some differ in their signs.
    let largestULPs: UInt64?
  }

  /// Counts a block as `scan` does: `nil` where an element must be looked at by itself.
  ///
  /// Both have as many Floats, of this machine's byte order, aligned or not.
  ///
  /// - Complexity: O(bytes).
  func scan(
    _ actual: UnsafeRawBufferPointer, _ expected: UnsafeRawBufferPointer, _ limits: ScanLimits
  ) -> Found? {
    guard let first = actual.baseAddress, let second = expected.baseAddress else { return nil }
    var bounds = verifier_scan_limits(
      relative: limits.relative, absolute: limits.absolute, largest_error: limits.largestError,
      largest_relative: limits.largestRelative, largest_used: limits.largestUsed, zero: limits.zero)
    var found = verifier_scan_counts()
    let count = min(actual.count, expected.count) / MemoryLayout<Float>.size
    guard verifier_scan_floats(first, second, count, &bounds, &found) else { return nil }
    return Found(
      counts: ScanCounts(
        differing: found.differing, thousandth: found.thousandth, hundredth: found.hundredth,
        tenth: found.tenth),
      largestULPs: found.has_one_sign ? UInt64(found.largest_ulps) : nil)
  }
}
