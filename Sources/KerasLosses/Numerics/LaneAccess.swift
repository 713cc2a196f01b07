extension Span where Element: LossScalar {
  /// As many elements as there are lanes from an index on, and a padding behind the last one of the span.
  ///
  /// - Complexity: O(1).
  @inline(__always) func lanes(at index: Int, padding: Element) -> Element.Lanes {
    precondition(index >= 0 && index < count)
    guard index &+ Element.Lanes.count > count else {
      // The range was checked, and every bit pattern is a number.
      return unsafe bytes.unsafeLoadUnaligned(
        fromByteOffset: index &* MemoryLayout<Element>.stride, as: Element.Lanes.self)
    }
    return partialLanes(at: index, padding: padding)
  }

  @inline(__always) private func partialLanes(
    at index: Int, padding: Element
  ) -> Element.Lanes {
    var lanes = Element.Lanes(repeating: padding)
    withUnsafeMutableBytes(of: &lanes) { lanes in
      unsafe self.bytes.withUnsafeBytes { bytes in
        let start = index &* MemoryLayout<Element>.stride
        unsafe lanes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start...]))
      }
    }
    return lanes
  }
}

extension MutableSpan where Element: LossScalar {
  /// Writes lanes from an index on, as many as the span has elements for.
  ///
  /// - Complexity: O(1).
  @inline(__always) mutating func setLanes(_ lanes: Element.Lanes, at index: Int) {
    precondition(index >= 0 && index < count)
    let start = index &* MemoryLayout<Element>.stride
    guard index &+ Element.Lanes.count > count else {
      // The range was checked, and any bits are a number.
      var bytes = mutableBytes
      bytes.storeBytes(of: lanes, toByteOffset: start, as: Element.Lanes.self)
      return
    }
    for lane in 0..<count &- index { self[index &+ lane] = lanes[lane] }
  }
}
