import ArrayFiles

/// One element of an array, exactly.
package enum ArrayNumber: Equatable, Sendable {
  /// A boolean.
  case boolean(Bool)
  /// A signed integer.
  case integer(Int64)
  /// An unsigned integer.
  case natural(UInt64)
  /// A floating-point number.
  case real(Double)
  /// A complex number.
  case complex(Double, Double)

  /// The number as a Double: the nearest one; the magnitude of a complex number, NaN where a part is.
  package var double: Double {
    switch self {
    case .boolean(let value): value ? 1 : 0
    case .integer(let value): Double(value)
    case .natural(let value): Double(value)
    case .real(let value): value
    case .complex(let real, let imaginary):
      real.isNaN || imaginary.isNaN ? .nan : magnitude(real, imaginary)
    }
  }

  /// The shortest text that gives the number of a dtype back.
  func text(_ dtype: DType) -> String {
    let format = dtype.numberFormat ?? .float64
    switch self {
    case .boolean(let value): return value ? "True" : "False"
    case .integer(let value): return "\(value)"
    case .natural(let value): return "\(value)"
    case .real(let value): return format.text(value)
    case .complex(let real, let imaginary):
      let sign = imaginary.sign == .minus || imaginary.isNaN ? "" : "+"
      return "\(format.text(real))\(sign)\(format.text(imaginary))j"
    }
  }
}

/// sqrt(x^2 + y^2) without overflow on the way; infinite where one of the two is, as C's hypot is.
func magnitude(_ first: Double, _ second: Double) -> Double {
  if first.isInfinite || second.isInfinite { return .infinity }
  let (large, small) = (
    max(first.magnitude, second.magnitude), min(first.magnitude, second.magnitude)
  )
  guard large > 0 else { return large + small }
  let ratio = small / large
  return large * (1 + ratio * ratio).squareRoot()
}

extension DType {
  /// The floating-point format of the elements, or of the parts of complex ones.
  var numberFormat: NumberFormat? {
    switch self {
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .float32, .complex64: .float32
    case .float64, .complex128: .float64
    default: nil
    }
  }
}
