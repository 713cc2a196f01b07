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
