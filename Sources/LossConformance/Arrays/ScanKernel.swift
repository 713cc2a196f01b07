/// What is asked of a block at first: whether anything in it must be looked at one by one.
struct ScanLimits {
  let relative: Double
  let absolute: Double
  /// Errors up to these change nothing that is kept of the elements before.
  let largestError: Double
  let largestRelative: Double
  let largestUsed: Double
  /// What |expected| = 0 counts as: infinite once it is known that a relative tolerance alone is
  /// not enough.
  let zero: Double
}

/// How many elements of a block have an error of more than 0, 1/1000, 1/100 and 1/10 of what is
/// allowed.
struct ScanCounts: Equatable {
  var differing = 0
  var thousandth = 0
  var hundredth = 0
  var tenth = 0
}

/// Counts a block whose elements all pass and set no record; `nil` for any other, which is then looked
/// at one by one.
///
/// Everything is computed in Double, as it is one by one.
///
/// - Complexity: O(`count`).
func scan(
  _ actual: UnsafePointer<Double>, _ expected: UnsafePointer<Double>, count: Int,
  _ limits: ScanLimits
) -> ScanCounts? {
  scan(count, limits) { (position) -> (error: Lanes, magnitude: Lanes) in
    let wanted = lanes(expected, position)
    return ((lanes(actual, position) - wanted).magnitude, wanted.magnitude)
  } allowed: { _, magnitude in
    limits.absolute + limits.relative * magnitude
  } one: { position in
    let (number, wanted) = (actual[position], expected[position])
    let magnitude = wanted.magnitude
    return (
      (number - wanted).magnitude, magnitude, limits.absolute + limits.relative * magnitude
    )
  }
}

/// As the other, of errors and tolerances that were computed before.
func scan(
  errors: UnsafePointer<Double>, magnitudes: UnsafePointer<Double>,
  allowed: UnsafePointer<Double>, count: Int, _ limits: ScanLimits
) -> ScanCounts? {
  scan(count, limits) { (position) -> (error: Lanes, magnitude: Lanes) in
    (lanes(errors, position), lanes(magnitudes, position))
  } allowed: { position, _ in
    lanes(allowed, position)
  } one: { position in
    (errors[position], magnitudes[position], allowed[position])
  }
}

// Two, as many as the registers of x86-64's baseline have.
private typealias Lanes = SIMD2<Double>

@inline(__always)
private func lanes(_ numbers: UnsafePointer<Double>, _ position: Int) -> Lanes {
  UnsafeRawPointer(numbers + position).loadUnaligned(as: Lanes.self)
}

extension SIMD2<Double> {
  @inline(__always)
  fileprivate var magnitude: Self {
    let bits = unsafeBitCast(self, to: SIMD2<UInt64>.self) & 0x7fff_ffff_ffff_ffff
    return unsafeBitCast(bits, to: Self.self)
  }
}

@inline(__always)
private func scan(
  _ count: Int, _ limits: ScanLimits,
  _ measures: (Int) -> (error: Lanes, magnitude: Lanes),
  allowed: (Int, Lanes) -> Lanes,
  one: (Int) -> (error: Double, magnitude: Double, allowed: Double)
) -> ScanCounts? {
  var (ordinary, differing) = (SIMD2<Int64>.zero, SIMD2<Int64>.zero)
  var (thousandth, hundredth, tenth) = (differing, differing, differing)
  var position = 0
  while position <= count &- 2 {
    let (error, magnitude) = measures(position)
    let allowed = allowed(position, magnitude)
    let base = magnitude.replacing(with: limits.zero, where: magnitude .== 0)
    // NaN is no less than anything, so it is not ordinary.
    ordinary &+= ones(
      (error .<= limits.largestError) .& (error .<= limits.largestUsed * allowed)
        .& (error .<= limits.largestRelative * base))
    differing &+= ones(error .> 0)
    thousandth &+= ones(error .> 1e-3 * allowed)
    hundredth &+= ones(error .> 1e-2 * allowed)
    tenth &+= ones(error .> 0.1 * allowed)
    position &+= 2
  }
  guard ordinary.wrappedSum() == position else { return nil }
  var counts = ScanCounts(
    differing: Int(differing.wrappedSum()), thousandth: Int(thousandth.wrappedSum()),
    hundredth: Int(hundredth.wrappedSum()), tenth: Int(tenth.wrappedSum()))
  while position < count {
    let (error, magnitude, allowed) = one(position)
    let base = magnitude == 0 ? limits.zero : magnitude
    guard error <= limits.largestError, error <= limits.largestUsed * allowed,
      error <= limits.largestRelative * base
    else { return nil }
    counts.differing += error > 0 ? 1 : 0
    counts.thousandth += error > 1e-3 * allowed ? 1 : 0
    counts.hundredth += error > 1e-2 * allowed ? 1 : 0
    counts.tenth += error > 0.1 * allowed ? 1 : 0
    position += 1
  }
  return counts
}

@inline(__always)
private func ones(_ mask: SIMDMask<SIMD2<Int64>>) -> SIMD2<Int64> {
  SIMD2<Int64>.zero.replacing(with: 1, where: mask)
}
