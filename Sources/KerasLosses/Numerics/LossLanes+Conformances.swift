extension SIMD16: LossLanes where Scalar == Float {
  /// 16.
  @inline(__always) public static var count: Int { 16 }

  /// Lane by lane: the number without its sign.
  @inline(__always) public var magnitudes: Self {
    unsafeBitCast(
      unsafeBitCast(self, to: SIMD16<UInt32>.self) & 0x7fff_ffff, to: Self.self)
  }

  /// Lane by lane: at least `low` and at most `high`; NaN passes.
  @inline(__always) public func clipped(_ low: Float, _ high: Float) -> Self {
    replacing(with: low, where: self .< low).replacing(with: high, where: self .> high)
  }

  /// Lane by lane: zero where the number is subnormal.
  @inline(__always) public var flushed: Self {
    replacing(with: 0, where: magnitudes .< Float.leastNormalMagnitude)
  }

  /// Lane by lane: the larger of two numbers; a NaN of the other is passed over.
  @inline(__always) public func larger(_ other: Self) -> Self {
    replacing(with: other, where: other .> self)
  }

  /// Lane by lane: the larger of two numbers; NaN of either passes.
  @inline(__always) public func largerOrNaN(_ other: Self) -> Self {
    replacing(with: other, where: (other .> self) .| (other .!= other))
  }

  /// Lane by lane: the number, or a limit that is larger; NaN passes.
  @inline(__always) public func atLeast(_ limit: Float) -> Self {
    replacing(with: limit, where: self .< limit)
  }

  /// Lane by lane: another number where a number is not larger than a limit.
  @inline(__always) public func replacing(
    _ other: Self, whereNoLarger number: Self, than limit: Float
  ) -> Self {
    replacing(with: other, where: number .<= limit)
  }

  /// Lane by lane: the larger of the number and 0; NaN passes.
  @inline(__always) public var positivePart: Self { replacing(with: 0, where: self .< 0) }

  /// Lane by lane: the slope of |x|, x the number: its sign, and what is given for 0 and for NaN.
  @inline(__always) public func slopeOfMagnitude(atZero: Float, ofNaN: Float) -> Self {
    Self(repeating: ofNaN).replacing(with: 1, where: self .> 0)
      .replacing(with: -1, where: self .< 0).replacing(with: atZero, where: self .== 0)
  }

  /// Lane by lane: the slope of max(x, limit), x the number: 1 above, a tie's at, 0 below; 0 for NaN.
  @inline(__always) public func slopeOfMaximum(_ limit: Float, tie: Float) -> Self {
    Self(repeating: 0).replacing(with: 1, where: self .> limit)
      .replacing(with: tie, where: self .== limit)
  }

  /// Lane by lane: the slope of a clip: 1 between the limits, a tie's at one, else 0, also for NaN.
  @inline(__always) public func slopeOfClip(_ low: Float, _ high: Float, tie: Float) -> Self {
    Self(repeating: 0).replacing(with: 1, where: (self .> low) .& (self .< high))
      .replacing(with: tie, where: (self .== low) .| (self .== high))
  }

  /// Lane by lane: another number where a number is 0.
  @inline(__always) public func replacing(_ other: Self, whereZero number: Self) -> Self {
    replacing(with: other, where: number .== 0)
  }

  /// The first lanes, and `-0` behind them.
  @inline(__always) public func first(_ count: Int) -> Self {
    let indices = SIMD16<Float>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    return replacing(with: -0.0, where: indices .>= Float(count))
  }

  /// Whether every lane is 0.
  @inline(__always) public var areZero: Bool {
    let bits = unsafeBitCast(magnitudes, to: SIMD16<UInt32>.self)
    let eight = bits.lowHalf | bits.highHalf
    let four = eight.lowHalf | eight.highHalf
    let two = four.lowHalf | four.highHalf
    return two.x | two.y == 0
  }

  /// The largest lane, by halves; NaN may be passed over.
  @inline(__always) public var largest: Float {
    let eight = lowHalf.replacing(with: highHalf, where: highHalf .> lowHalf)
    let four = eight.lowHalf.replacing(with: eight.highHalf, where: eight.highHalf .> eight.lowHalf)
    let two = four.lowHalf.replacing(with: four.highHalf, where: four.highHalf .> four.lowHalf)
    return two.y > two.x ? two.y : two.x
  }

  /// The sum of the lanes: halves onto halves, down to one number.
  @inline(__always) public var total: Float {
    let eight = lowHalf + highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }
}

extension SIMD8: LossLanes where Scalar == Double {
  /// 8.
  @inline(__always) public static var count: Int { 8 }

  /// Lane by lane: the number without its sign.
  @inline(__always) public var magnitudes: Self {
    unsafeBitCast(
      unsafeBitCast(self, to: SIMD8<UInt64>.self) & 0x7fff_ffff_ffff_ffff, to: Self.self)
  }

  /// Lane by lane: at least `low` and at most `high`; NaN passes.
  @inline(__always) public func clipped(_ low: Double, _ high: Double) -> Self {
    replacing(with: low, where: self .< low).replacing(with: high, where: self .> high)
  }

  /// Lane by lane: zero where the number is subnormal.
  @inline(__always) public var flushed: Self {
    replacing(with: 0, where: magnitudes .< Double.leastNormalMagnitude)
  }

  /// Lane by lane: the larger of two numbers; a NaN of the other is passed over.
  @inline(__always) public func larger(_ other: Self) -> Self {
    replacing(with: other, where: other .> self)
  }

  /// Lane by lane: the larger of two numbers; NaN of either passes.
  @inline(__always) public func largerOrNaN(_ other: Self) -> Self {
    replacing(with: other, where: (other .> self) .| (other .!= other))
  }

  /// Lane by lane: the number, or a limit that is larger; NaN passes.
  @inline(__always) public func atLeast(_ limit: Double) -> Self {
    replacing(with: limit, where: self .< limit)
  }

  /// Lane by lane: another number where a number is not larger than a limit.
  @inline(__always) public func replacing(
    _ other: Self, whereNoLarger number: Self, than limit: Double
  ) -> Self {
    replacing(with: other, where: number .<= limit)
  }

  /// Lane by lane: the larger of the number and 0; NaN passes.
  @inline(__always) public var positivePart: Self { replacing(with: 0, where: self .< 0) }

  /// Lane by lane: the slope of |x|, x the number: its sign, and what is given for 0 and for NaN.
  @inline(__always) public func slopeOfMagnitude(atZero: Double, ofNaN: Double) -> Self {
    Self(repeating: ofNaN).replacing(with: 1, where: self .> 0)
      .replacing(with: -1, where: self .< 0).replacing(with: atZero, where: self .== 0)
  }

  /// Lane by lane: the slope of max(x, limit), x the number: 1 above, a tie's at, 0 below; 0 for NaN.
  @inline(__always) public func slopeOfMaximum(_ limit: Double, tie: Double) -> Self {
    Self(repeating: 0).replacing(with: 1, where: self .> limit)
      .replacing(with: tie, where: self .== limit)
  }

  /// Lane by lane: the slope of a clip: 1 between the limits, a tie's at one, else 0, also for NaN.
  @inline(__always) public func slopeOfClip(_ low: Double, _ high: Double, tie: Double) -> Self {
    Self(repeating: 0).replacing(with: 1, where: (self .> low) .& (self .< high))
      .replacing(with: tie, where: (self .== low) .| (self .== high))
  }

  /// Lane by lane: another number where a number is 0.
  @inline(__always) public func replacing(_ other: Self, whereZero number: Self) -> Self {
    replacing(with: other, where: number .== 0)
  }

  /// The first lanes, and `-0` behind them.
  @inline(__always) public func first(_ count: Int) -> Self {
    let indices = SIMD8<Double>(0, 1, 2, 3, 4, 5, 6, 7)
    return replacing(with: -0.0, where: indices .>= Double(count))
  }

  /// Whether every lane is 0.
  @inline(__always) public var areZero: Bool {
    let bits = unsafeBitCast(magnitudes, to: SIMD8<UInt64>.self)
    let four = bits.lowHalf | bits.highHalf
    let two = four.lowHalf | four.highHalf
    return two.x | two.y == 0
  }

  /// The largest lane, by halves; NaN may be passed over.
  @inline(__always) public var largest: Double {
    let four = lowHalf.replacing(with: highHalf, where: highHalf .> lowHalf)
    let two = four.lowHalf.replacing(with: four.highHalf, where: four.highHalf .> four.lowHalf)
    return two.y > two.x ? two.y : two.x
  }

  /// The sum of the lanes: halves onto halves, down to one number.
  @inline(__always) public var total: Double {
    let four = lowHalf + highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }
}
