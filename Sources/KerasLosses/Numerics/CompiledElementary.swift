internal import CLossKernels

// Swift compiled for every x86-64 CPU has no fused multiply-add and calls a function for each number;
// the C target asks the CPU. On arm64 every CPU has it.

/// An elementary function by the C target, the same bits; `nil` where the Swift functions are as fast.
///
/// - Complexity: O(1).
@inline(__always) func compiled(
  _ function: loss_elementary, _ x: SIMD16<Float>
) -> SIMD16<Float>? {
  changedByC(x) { unsafe loss_elementary_f32(function, $0, $1) }
}

/// An elementary function by the C target, the same bits; `nil` where the Swift functions are as fast.
///
/// - Complexity: O(1).
@inline(__always) func compiled(
  _ function: loss_elementary, _ x: SIMD8<Double>
) -> SIMD8<Double>? {
  changedByC(x) { unsafe loss_elementary_f64(function, $0, $1) }
}

/// e^x / 2^n by the C target, the same bits; `nil` where the Swift functions are as fast.
///
/// - Complexity: O(1).
@inline(__always) func compiledExponential(
  _ x: SIMD16<Float>, over power: Float
) -> SIMD16<Float>? {
  changedByC(x) { unsafe loss_exponential_over_f32($0, power, $1) }
}

/// e^x / 2^n by the C target, the same bits; `nil` where the Swift functions are as fast.
///
/// - Complexity: O(1).
@inline(__always) func compiledExponential(
  _ x: SIMD8<Double>, over power: Double
) -> SIMD8<Double>? {
  changedByC(x) { unsafe loss_exponential_over_f64($0, power, $1) }
}

@inline(__always) private func changedByC<Lanes: LossLanes>(
  _ x: Lanes,
  _ function: (UnsafePointer<Lanes.Number>, UnsafeMutablePointer<Lanes.Number>) -> Void
) -> Lanes? {
  #if arch(x86_64)
  guard CompiledKernels.areUsed else { return nil }
  var y = x
  withUnsafeMutableBytes(of: &y) { bytes in
    unsafe bytes.withMemoryRebound(to: Lanes.Number.self) { numbers in
      if let start = numbers.baseAddress { unsafe function(UnsafePointer(start), start) }
    }
  }
  return y
  #else
  return nil
  #endif
}
