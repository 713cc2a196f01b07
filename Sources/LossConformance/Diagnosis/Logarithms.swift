#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// log2(x).
func binaryLogarithm(_ number: Double) -> Double { log2(number) }

/// log(x).
func naturalLogarithm(_ number: Double) -> Double { log(number) }

/// log2 of the number of ways to choose some of a number of things.
func binaryLogarithmOfChoices(_ chosen: Int, of count: Int) -> Double {
  // log n! is the sum of the logarithms: no rounding that differs by machine matters here.
  func logFactorial(_ number: Int) -> Double {
    number < 2 ? 0 : (2...number).reduce(0) { $0 + log2(Double($1)) }
  }
  return logFactorial(count) - logFactorial(chosen) - logFactorial(count - chosen)
}
