/// A dtype that losses compute in.
///
/// Conforming types round every operation once, to nearest, and fuse none.
public protocol LossScalar: BinaryFloatingPoint, SIMDScalar, Codable, LossLabel {
  /// e to the power of this number, rounded to the dtype.
  var exponential: Self { get }

  /// The natural logarithm of this number, rounded to the dtype.
  var logarithm: Self { get }

  /// log(1 + this number) for numbers from 0 to 1, rounded to the dtype.
  var logarithmOfOnePlus: Self { get }
}

extension LossScalar {
  /// This number, zero of its sign where it is subnormal: JAX computes so on CPUs.
  ///
  /// Source: measured, Keras 3.15.1 with JAX 0.10.2.
  var flushed: Self { isSubnormal ? Self(signOf: self, magnitudeOf: 0) : self }

  /// The larger of this number and another; NaN passes.
  func larger(_ other: Self) -> Self {
    isNaN ? self : other.isNaN || other > self ? other : self
  }
}

extension Double: LossScalar {
  /// e to the power of this number.
  public var exponential: Double { KerasLosses.exponential(self) }

  /// The natural logarithm of this number.
  public var logarithm: Double { KerasLosses.logarithm(self) }

  /// log(1 + this number) for numbers from 0 to 1.
  public var logarithmOfOnePlus: Double { KerasLosses.logarithmOfOnePlus(self) }
}

extension Float: LossScalar {
  // Computed in Double and rounded once: half an ulp, but for the rarest ties.

  /// e to the power of this number.
  public var exponential: Float { Float(KerasLosses.exponential(Double(self))) }

  /// The natural logarithm of this number.
  public var logarithm: Float { Float(KerasLosses.logarithm(Double(self))) }

  /// log(1 + this number) for numbers from 0 to 1.
  public var logarithmOfOnePlus: Float { Float(KerasLosses.logarithmOfOnePlus(Double(self))) }
}
