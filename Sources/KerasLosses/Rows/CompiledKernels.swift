internal import CLossKernels

/// How losses are computed: by which kernels, on how many threads.
///
/// No bit of a result depends on it.
public enum CompiledKernels {
  /// Instruction sets that kernels are compiled for.
  public enum InstructionSet: UInt32, CaseIterable, Sendable {
    /// What every CPU of the architecture has: SSE2 on x86-64, NEON on arm64.
    case baseline
    /// AVX2 with fused multiply-add.
    case avx2
    /// AVX-512: F, BW, DQ and VL.
    case avx512
  }

  /// The best instruction set that this CPU has.
  public static var best: InstructionSet {
    InstructionSet(rawValue: loss_best_instruction_set().rawValue) ?? .baseline
  }

  /// The most threads that a call uses where there are many elements: at first the CPUs that this
  /// process may run on.
  public static var maximumThreads: Int {
    get { Int(loss_maximum_threads()) }
    set { loss_set_maximum_threads(Int32(clamping: newValue)) }
  }

  /// Whether compiled kernels are used: tests hold them against those in Swift.
  package nonisolated(unsafe) static var areUsed = true

  /// Takes another instruction set from now on; false where the CPU has it not.
  package static func use(_ set: InstructionSet) -> Bool {
    loss_use_instruction_set(loss_instruction_set(rawValue: set.rawValue))
  }
}
