internal import CLossKernels

/// A kernel as the C target has it: which one, and its numbers.
///
/// It computes the bits that the Swift kernel computes, with what the CPU has of vectors.
struct CompiledKernel<Scalar: LossScalar>: Sendable {
  /// Which kernel.
  let kernel: loss_kernel
  /// Whether subnormal numbers are zero.
  let flushes: Bool
  /// What becomes of labels.
  var smoothing: LabelSmoothing<Scalar> = .none
  /// The limits of probabilities; `low` is also the least label or prediction of other losses.
  var low: Scalar = 0
  var high: Scalar = 0
  /// The slope of a clip or maximum at its limit.
  var tie: Scalar = 0
  /// The slope of |x| at 0.
  var atZero: Scalar = 0
  /// The slope of |x| at NaN, or what a maximum passes of NaN.
  var ofNaN: Scalar = 0
  /// Huber's delta, log 2, Poisson's epsilon, or the limit of a norm's reciprocal.
  var constant: Scalar = 0
  /// The weights of ones and of zeros.
  var balance: (ones: Scalar, zeros: Scalar)?
  /// What means are multiplied by.
  var factor: Scalar = 1
  /// The class id of rows that cost nothing.
  var ignored: Int32?

  /// A kernel of probabilities that are clipped.
  static func clipping(
    _ kernel: loss_kernel, to limits: ClipLimits<Scalar>, flushes: Bool,
    smoothing: LabelSmoothing<Scalar> = .none
  ) -> Self? {
    guard limits.branchSlopes == .multiplied else { return nil }
    return Self(
      kernel: kernel, flushes: flushes, smoothing: smoothing, low: limits.low, high: limits.high,
      tie: limits.tie)
  }

  /// A kernel with |x| in it.
  static func withMagnitudes(
    _ kernel: loss_kernel, _ absoluteValue: AbsoluteValue<Scalar>, flushes: Bool
  ) -> Self {
    Self(
      kernel: kernel, flushes: flushes, atZero: absoluteValue.slopeAtZero,
      ofNaN: absoluteValue.slopeOfNaN)
  }
}

extension CompiledKernel {
  /// Computes the losses of rows, and their slopes where a place for them is given.
  ///
  /// - Precondition: All memory has the length of its shape.
  /// - Complexity: O(`rows` * `columns`); on threads where that is much.
  @inline(never)
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func compute(_ memory: RowMemory<Scalar>) {
    // The types are the same, and so are their layouts.
    if Scalar.self == Float.self {
      unsafe run(
        loss_rows_f32.self, unsafeBitCast(self, to: CompiledKernel<Float>.self),
        unsafeBitCast(memory, to: RowMemory<Float>.self))
    } else if Scalar.self == Double.self {
      unsafe run(
        loss_rows_f64.self, unsafeBitCast(self, to: CompiledKernel<Double>.self),
        unsafeBitCast(memory, to: RowMemory<Double>.self))
    }
  }
}

/// Fills in what the C target is given, and hands it over.
@inline(__always) private func run<Rows: CompiledRows>(
  _ type: Rows.Type, _ kernel: CompiledKernel<Rows.Number>, _ memory: RowMemory<Rows.Number>
) {
  var rows = Rows()
  rows.kernel = kernel.kernel
  rows.flushes = kernel.flushes
  rows.smooths = !kernel.smoothing.isIdentity
  rows.kept = kernel.smoothing.kept
  rows.share = kernel.smoothing.share
  rows.low = kernel.low
  rows.high = kernel.high
  rows.tie = kernel.tie
  rows.atZero = kernel.atZero
  rows.ofNaN = kernel.ofNaN
  rows.constant = kernel.constant
  rows.hasBalance = kernel.balance != nil
  rows.ones = kernel.balance?.ones ?? 1
  rows.zeros = kernel.balance?.zeros ?? 1
  rows.factor = kernel.factor
  rows.hasIgnored = kernel.ignored != nil
  rows.ignored = kernel.ignored ?? 0
  unsafe rows.yTrue = memory.yTrue
  unsafe rows.ids = memory.ids
  unsafe rows.yPred = memory.yPred
  rows.rows = memory.rows
  rows.columns = memory.columns
  unsafe rows.losses = memory.losses
  unsafe rows.slopes = memory.slopes
  rows.scales = memory.slopeFactor != nil
  rows.slopeFactor = memory.slopeFactor ?? 1
  rows.compute()
}

/// What the C target is given of a dtype.
private protocol CompiledRows {
  associatedtype Number: LossScalar
  init()
  var kernel: loss_kernel { get set }
  var flushes: Bool { get set }
  var smooths: Bool { get set }
  var kept: Number { get set }
  var share: Number { get set }
  var low: Number { get set }
  var high: Number { get set }
  var tie: Number { get set }
  var atZero: Number { get set }
  var ofNaN: Number { get set }
  var constant: Number { get set }
  var hasBalance: Bool { get set }
  var ones: Number { get set }
  var zeros: Number { get set }
  var factor: Number { get set }
  var hasIgnored: Bool { get set }
  var ignored: Int32 { get set }
  var yTrue: UnsafePointer<Number>? { get set }
  var ids: UnsafePointer<Int32>? { get set }
  var yPred: UnsafePointer<Number>? { get set }
  var rows: Int { get set }
  var columns: Int { get set }
  var losses: UnsafeMutablePointer<Number>? { get set }
  var slopes: UnsafeMutablePointer<Number>? { get set }
  var scales: Bool { get set }
  var slopeFactor: Number { get set }
  func compute()
}

extension loss_rows_f32: CompiledRows {
  @inline(__always) fileprivate func compute() {
    unsafe withUnsafePointer(to: self) { unsafe loss_compute_rows_f32($0) }
  }
}

extension loss_rows_f64: CompiledRows {
  @inline(__always) fileprivate func compute() {
    unsafe withUnsafePointer(to: self) { unsafe loss_compute_rows_f64($0) }
  }
}
