internal import CLossKernels

/// Labels and predictions of a batch that is one loss, and sums of products of theirs, by the C target.
///
/// The bits are those of `Overlap`.
struct WholeOverlap<Scalar: LossScalar>: Sendable {
  /// Which products are summed.
  enum Products {
    /// t p, t and p.
    case dice
    /// t p, t (1 - p) and p (1 - t).
    case tversky
  }

  let products: Products
  let flushes: Bool

  /// The three sums.
  ///
  /// - Precondition: Both spans have one length.
  /// - Complexity: O(`yPred.count`); on threads where that is much.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func sums(_ yTrue: Span<Scalar>, _ yPred: Span<Scalar>) -> (Scalar, Scalar, Scalar) {
    precondition(yTrue.count == yPred.count)
    return unsafe yTrue.withUnsafeBufferPointer { yTrue in
      unsafe yPred.withUnsafeBufferPointer { yPred in
        var sums: (Scalar, Scalar, Scalar) = (0, 0, 0)
        withUnsafeMutablePointer(to: &sums) { sums in
          let sums = UnsafeMutableRawPointer(sums)
          if Scalar.self == Float.self {
            var overlap = unsafe loss_overlap_f32(
              isTversky: products == .tversky, flushes: flushes,
              yTrue: unsafeBitCast(yTrue.baseAddress, to: UnsafePointer<Float>?.self),
              yPred: unsafeBitCast(yPred.baseAddress, to: UnsafePointer<Float>?.self),
              count: yPred.count, ofLabelled: 0, ofOthers: 0, slopes: nil)
            unsafe loss_overlap_sums_f32(&overlap, sums.assumingMemoryBound(to: Float.self))
          } else {
            var overlap = unsafe loss_overlap_f64(
              isTversky: products == .tversky, flushes: flushes,
              yTrue: unsafeBitCast(yTrue.baseAddress, to: UnsafePointer<Double>?.self),
              yPred: unsafeBitCast(yPred.baseAddress, to: UnsafePointer<Double>?.self),
              count: yPred.count, ofLabelled: 0, ofOthers: 0, slopes: nil)
            unsafe loss_overlap_sums_f64(&overlap, sums.assumingMemoryBound(to: Double.self))
          }
        }
        return sums
      }
    }
  }

  /// The three sums, zero where they are subnormal, if subnormal numbers are flushed.
  func flushedSums(
    _ yTrue: Span<Scalar>, _ yPred: Span<Scalar>
  ) -> (Scalar, Scalar, Scalar) {
    let sums = sums(yTrue, yPred)
    return (
      sums.0.flushed(if: flushes), sums.1.flushed(if: flushes), sums.2.flushed(if: flushes)
    )
  }

  /// Slopes t a + b of Dice, or t a + (1 - t) b of Tversky.
  ///
  /// - Precondition: Both spans have one length.
  /// - Complexity: O(`slopes.count`); on threads where that is much.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func setSlopes(
    _ yTrue: Span<Scalar>, ofLabelled a: Scalar, ofOthers b: Scalar,
    into slopes: inout MutableSpan<Scalar>
  ) {
    precondition(yTrue.count == slopes.count)
    unsafe yTrue.withUnsafeBufferPointer { yTrue in
      unsafe slopes.withUnsafeMutableBufferPointer { slopes in
        if Scalar.self == Float.self {
          var overlap = unsafe loss_overlap_f32(
            isTversky: products == .tversky, flushes: flushes,
            yTrue: unsafeBitCast(yTrue.baseAddress, to: UnsafePointer<Float>?.self),
            yPred: nil, count: yTrue.count, ofLabelled: unsafeBitCast(a, to: Float.self),
            ofOthers: unsafeBitCast(b, to: Float.self),
            slopes: unsafeBitCast(slopes.baseAddress, to: UnsafeMutablePointer<Float>?.self))
          unsafe loss_overlap_slopes_f32(&overlap)
        } else {
          var overlap = unsafe loss_overlap_f64(
            isTversky: products == .tversky, flushes: flushes,
            yTrue: unsafeBitCast(yTrue.baseAddress, to: UnsafePointer<Double>?.self),
            yPred: nil, count: yTrue.count, ofLabelled: unsafeBitCast(a, to: Double.self),
            ofOthers: unsafeBitCast(b, to: Double.self),
            slopes: unsafeBitCast(slopes.baseAddress, to: UnsafeMutablePointer<Double>?.self))
          unsafe loss_overlap_slopes_f64(&overlap)
        }
      }
    }
  }
}

extension LossRows {
  /// Refuses all but one row, and axes.
  ///
  /// - Throws: `LossError.invalidParameter`.
  func requireWholeBatch(axis: [Int]?) throws(LossError) {
    guard axis == nil, memory.rows == 1 else {
      throw .invalidParameter(
        name: "axis", value: axis.map { "\($0)" } ?? "nil",
        expected: "nil, and the whole batch as one row")
    }
  }

  /// Writes the loss of the only row.
  func setOnlyLoss(_ loss: Scalar) { unsafe memory.losses?.pointee = loss }

  /// Writes the slopes, where they are asked for: t a + b, or t a + (1 - t) b, of what a function makes
  /// of what arrives at the loss.
  func setSlopes(_ whole: WholeOverlap<Scalar>, _ slopes: (Scalar) -> (Scalar, Scalar)) {
    guard let start = unsafe memory.slopes else { return }
    let (a, b) = slopes(memory.slopeFactor ?? 1)
    var output = unsafe UnsafeMutableBufferPointer(start: start, count: yTrue.count).mutableSpan
    whole.setSlopes(yTrue, ofLabelled: a, ofOthers: b, into: &output)
  }
}
