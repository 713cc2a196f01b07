internal import CLossKernels

// Swift compiled for every x86-64 CPU has no fused multiply-add and calls a function for each number;
// the C target asks the CPU. On arm64 every CPU has it.

/// An elementary function by the C target, the same bits; `nil` where the Swift functions are as fast.
///
/// - Complexity: O(1).
@inline(__always) func compiled(
  _ function: loss_elementary, _ x: SIMD16<Float>
) -> SIMD16<Float>? {
  #if arch(x86_64)
  guard CompiledKernels.areUsed else { return nil }
  var y = x
  withUnsafeMutableBytes(of: &y) { bytes in
    unsafe bytes.withMemoryRebound(to: Float.self) { numbers in
      if let start = numbers.baseAddress {
        unsafe loss_elementary_f32(function, UnsafePointer(start), start)
      }
    }
  }
  return y
  #else
  return nil
  #endif
}

/// An elementary function by the C target, the same bits; `nil` where the Swift functions are as fast.
///
/// - Complexity: O(1).
@inline(__always) func compiled(
  _ function: loss_elementary, _ x: SIMD8<Double>
) -> SIMD8<Double>? {
  #if arch(x86_64)
  guard CompiledKernels.areUsed else { return nil }
  var y = x
  withUnsafeMutableBytes(of: &y) { bytes in
    unsafe bytes.withMemoryRebound(to: Double.self) { numbers in
      if let start = numbers.baseAddress {
        unsafe loss_elementary_f64(function, UnsafePointer(start), start)
      }
    }
  }
  return y
  #else
  return nil
  #endif
}
