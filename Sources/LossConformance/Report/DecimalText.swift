/// A number as people read it: `digits` significant digits, in scientific notation where it is long.
///
/// Rounds the shortest decimal, half away from zero: 0.00012345 -> "0.000123", 2.4e6 -> "2.4e+06".
///
/// - Complexity: O(digits).
func decimalText(_ number: Double, digits: Int) -> String {
  guard number.isFinite, number != 0 else { return number == 0 ? "0" : "\(number)" }
  var (decimals, exponent) = shortestDecimal(number.magnitude)
  if decimals.count > digits {
    let roundsUp = decimals[digits] >= 5
    decimals.removeSubrange(digits...)
    if roundsUp {
      var position = digits - 1
      while position >= 0, decimals[position] == 9 {
        decimals[position] = 0
        position -= 1
      }
      if position >= 0 {
        decimals[position] += 1
      } else {
        decimals = [1]
        exponent += 1
      }
    }
  }
  while decimals.count > 1, decimals.last == 0 { decimals.removeLast() }
  let text = decimals.map(String.init).joined()
  let sign = number < 0 ? "-" : ""
  guard exponent >= -4, exponent < max(digits, 6) else {
    let fraction = text.dropFirst()
    let power = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
    return sign + text.prefix(1) + (fraction.isEmpty ? "" : "." + fraction)
      + (exponent < 0 ? "e-" : "e+") + power
  }
  guard exponent >= 0 else {
    return sign + "0." + String(repeating: "0", count: -exponent - 1) + text
  }
  let integers = text.prefix(exponent + 1)
  let fraction = text.dropFirst(exponent + 1)
  return sign + integers + String(repeating: "0", count: exponent + 1 - integers.count)
    + (fraction.isEmpty ? "" : "." + fraction)
}

/// The significant digits of a positive number's shortest decimal, and the first one's power of ten.
private func shortestDecimal(_ number: Double) -> (digits: [Int], exponent: Int) {
  var digits: [Int] = []
  var exponent = 0
  var pointSeen = false
  let parts = number.description.split(separator: "e")
  for character in parts[0] {
    guard let digit = character.wholeNumberValue else {
      pointSeen = true
      continue
    }
    if digits.isEmpty, digit == 0 {
      if pointSeen { exponent -= 1 }
    } else {
      if !pointSeen, !digits.isEmpty { exponent += 1 }
      if pointSeen, digits.isEmpty { exponent -= 1 }
      digits.append(digit)
    }
  }
  return (digits, exponent + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0))
}
