/// The check value of ZIP files (ISO 3309, the polynomial 0xEDB88320), eight bytes at a time.
struct CRC32 {
  private var state: UInt32 = 0xffff_ffff

  /// The check value of the bytes so far.
  var value: UInt32 { ~state }

  /// Goes on with some bytes.
  ///
  /// - Complexity: O(`bytes.count`).
  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    let wordEnd = bytes.count & ~7
    Self.tables.withUnsafeBufferPointer { tables in
      var crc = state
      var position = 0
      while position < wordEnd {
        let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self).littleEndian
        let mixed = word ^ UInt64(crc)
        crc = 0
        for byte in 0..<8 {
          crc ^= tables[(7 - byte) * 256 + Int(mixed >> UInt64(8 * byte) & 0xff)]
        }
        position += 8
      }
      while position < bytes.count {
        crc = tables[Int((crc ^ UInt32(bytes[position])) & 0xff)] ^ crc >> 8
        position += 1
      }
      state = crc
    }
  }

  /// Eight tables of 256: the remainder of a byte that 0 to 7 zero bytes follow.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      tables[byte] = (0..<8).reduce(UInt32(byte)) { crc, _ in
        crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xedb8_8320
      }
    }
    for entry in 256..<8 * 256 {
      let before = tables[entry - 256]
      tables[entry] = before >> 8 ^ tables[Int(before & 0xff)]
    }
    return tables
  }()
}
