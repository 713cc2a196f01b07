/// A type of numbers to which decimals are rounded once.
package protocol DecimalNumber: BinaryFloatingPoint, LosslessStringConvertible {
  /// The number nearest to a decimal, where that is found quickly.
  init?(_ decimal: JSONDecimal)
}

extension Double: DecimalNumber {
  /// The Double nearest to a decimal, where that is found quickly.
  @inline(__always)
  package init?(_ decimal: JSONDecimal) {
    guard let value = decimal.double else { return nil }
    self = value
  }
}

extension Float: DecimalNumber {
  /// The Float nearest to a decimal, where that is found quickly.
  @inline(__always)
  package init?(_ decimal: JSONDecimal) {
    guard let value = decimal.float else { return nil }
    self = value
  }
}

extension DecimalNumber {
  /// Reads numbers as long as each follows a comma, is plain, and is found quickly.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - start: Where the number before them ends.
  ///   - list: The list that they are added to.
  /// - Returns: Where the last one ends.
  /// - Complexity: O(characters).
  static func append(
    from bytes: UnsafeBufferPointer<UInt8>, at start: Int, to list: inout [Self]
  ) -> Int {
    var position = start
    while true {
      var next = skippingSpace(bytes, position)
      guard next < bytes.count, bytes[next] == UInt8(ascii: ",") else { return position }
      next = skippingSpace(bytes, next + 1)
      guard let decimal = JSONDecimal(bytes, at: &next), next < bytes.count,
        !JSONReader.isWord(bytes[next]), let value = Self(decimal)
      else { return position }
      list.append(value)
      position = next
    }
  }
}

@inline(__always)
private func skippingSpace(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
  var position = start
  while position < bytes.count, JSONReader.isSpace(bytes[position]) { position += 1 }
  return position
}
