/// A reader of the DEFLATE format (RFC 1951), a piece at a time and in constant memory.
///
/// Our own, as no Swift package offers one and zlib would have to be installed wherever this package
/// is built. Strict: codes that are oversubscribed or incomplete, distances before the start, and
/// input that ends early are errors.
struct Inflate {
  /// How far back a copy may reach.
  private static let windowSize = 1 << 15
  private static let longestCopy = 258
  private static let pieceSize = 1 << 17

  private var input: BitReader
  private var state = State.header
  private var isLastBlock = false
  private var literals = HuffmanCode.fixedLiterals
  private var distances = HuffmanCode.fixedDistances
  /// The window, then the piece that is being made.
  private var output = [UInt8](repeating: 0, count: windowSize + pieceSize + longestCopy)
  private var end = windowSize
  /// How many bytes of the window have been made.
  private var history = 0

  private enum State {
    case header
    case stored(remaining: Int)
    case compressed
    case finished
  }

  /// Reads compressed bytes, which must stay there while this is in use.
  init(_ input: UnsafeRawBufferPointer) { self.input = BitReader(input) }

  /// How many bytes of the input were used, once all pieces have been made.
  var inputCount: Int { input.byteCount }

  /// Makes the next piece, of some 100,000 bytes at most; `false` where the data has ended.
  ///
  /// - Complexity: O(piece).
  mutating func next(
    _ use: (UnsafeRawBufferPointer) throws(ArrayFileError) -> Void
  ) throws(ArrayFileError) -> Bool {
    slide()
    let start = end
    let limit = Self.windowSize + Self.pieceSize
    loop: while end < limit {
      switch state {
      case .header: try readHeader()
      case .stored(let remaining): try copyStored(remaining, limit: limit)
      case .compressed: try decode(limit: limit)
      case .finished: break loop
      }
    }
    guard end > start else { return false }
    var failure: ArrayFileError?
    output.withUnsafeBytes { buffer in
      do throws(ArrayFileError) {
        try use(UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
      } catch { failure = error }
    }
    if let failure { throw failure }
    return true
  }

  /// Moves the last bytes that were made to the front, where copies look for them.
  private mutating func slide() {
    let made = end - Self.windowSize
    guard made > 0 else { return }
    history = min(history + made, Self.windowSize)
    output.withUnsafeMutableBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      base.copyMemory(from: base + made, byteCount: Self.windowSize)
    }
    end = Self.windowSize
  }

  // MARK: - Blocks

  private mutating func readHeader() throws(ArrayFileError) {
    guard !isLastBlock else {
      state = .finished
      return
    }
    isLastBlock = try input.bits(1) == 1
    switch try input.bits(2) {
    case 0:
      input.skipToByte()
      let length = try input.bits(16)
      guard try input.bits(16) == length ^ 0xffff else {
        throw ArrayFileError("its compressed data is damaged (a stored block's length)")
      }
      state = .stored(remaining: length)
    case 1:
      (literals, distances) = (HuffmanCode.fixedLiterals, HuffmanCode.fixedDistances)
      state = .compressed
    case 2:
      try readCodes()
      state = .compressed
    default: throw ArrayFileError("its compressed data is damaged (a block of no type)")
    }
  }

  private mutating func copyStored(_ remaining: Int, limit: Int) throws(ArrayFileError) {
    let count = min(remaining, limit - end)
    for _ in 0..<count {
      output[end] = UInt8(truncatingIfNeeded: try input.bits(8))
      end += 1
    }
    state = remaining == count ? .header : .stored(remaining: remaining - count)
  }

  /// The order in which lengths of codes for lengths are given.
  private static let lengthOrder = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
  ]

  private mutating func readCodes() throws(ArrayFileError) {
    let literalCount = try input.bits(5) + 257
    let distanceCount = try input.bits(5) + 1
    let lengthCount = try input.bits(4) + 4
    guard literalCount <= 286, distanceCount <= 30 else {
      throw ArrayFileError("its compressed data is damaged (too many codes)")
    }
    var lengthLengths = [UInt8](repeating: 0, count: 19)
    for symbol in Self.lengthOrder.prefix(lengthCount) {
      lengthLengths[symbol] = UInt8(try input.bits(3))
    }
    let lengthCode = try HuffmanCode(lengthLengths)
    var lengths: [UInt8] = []
    let count = literalCount + distanceCount
    while lengths.count < count {
      let symbol = try lengthCode.symbol(&input)
      let repeats: (length: UInt8, times: Int)
      switch symbol {
      case 0..<16: repeats = (UInt8(symbol), 1)
      case 16:
        guard let last = lengths.last else {
          throw ArrayFileError("its compressed data is damaged (nothing to repeat)")
        }
        repeats = (last, try input.bits(2) + 3)
      case 17: repeats = (0, try input.bits(3) + 3)
      default: repeats = (0, try input.bits(7) + 11)
      }
      lengths += repeatElement(repeats.length, count: repeats.times)
    }
    guard lengths.count == count, lengths[256] != 0 else {
      throw ArrayFileError("its compressed data is damaged (code lengths)")
    }
    literals = try HuffmanCode(Array(lengths[..<literalCount]))
    distances = try HuffmanCode(Array(lengths[literalCount...]), mayHaveOne: true)
  }

  // MARK: - Symbols

  private static let lengthBases = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
  ]
  private static let lengthBits = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let distanceBases = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
    3073, 4097, 6145, 8193, 12289, 16385, 24577,
  ]

  private mutating func decode(limit: Int) throws(ArrayFileError) {
    while end < limit {
      let symbol = try literals.symbol(&input)
      if symbol < 256 {
        output[end] = UInt8(truncatingIfNeeded: symbol)
        end += 1
        continue
      }
      guard symbol > 256 else {
        state = .header
        return
      }
      guard symbol <= 285 else {
        throw ArrayFileError("its compressed data is damaged (a length of no code)")
      }
      let length = Self.lengthBases[symbol - 257] + (try input.bits(Self.lengthBits[symbol - 257]))
      let code = try distances.symbol(&input)
      guard code < 30 else {
        throw ArrayFileError("its compressed data is damaged (a distance of no code)")
      }
      let distance = Self.distanceBases[code] + (try input.bits(max(0, code / 2 - 1)))
      guard distance <= history + end - Self.windowSize else {
        throw ArrayFileError("its compressed data is damaged (a copy from before the start)")
      }
      // A copy may overlap itself: byte by byte.
      for position in end..<end + length { output[position] = output[position - distance] }
      end += length
    }
  }
}

/// Bits of bytes, lowest first.
private struct BitReader {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  private var buffer: UInt64 = 0
  private var available = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// How many bytes were begun.
  var byteCount: Int { position - available / 8 }

  private mutating func fill() {
    while available <= 56, position < bytes.count {
      buffer |= UInt64(bytes[position]) << UInt64(available)
      position += 1
      available += 8
    }
  }

  /// The next bits, at most 16.
  mutating func bits(_ count: Int) throws(ArrayFileError) -> Int {
    if available < count { fill() }
    let value = Int(buffer & (1 << UInt64(count) - 1))
    try skip(count)
    return value
  }

  /// The next 15 bits without moving on; behind the end there are zeros.
  mutating func peek() -> Int {
    if available < 15 { fill() }
    return Int(buffer & 0x7fff)
  }

  mutating func skip(_ count: Int) throws(ArrayFileError) {
    guard count <= available else { throw ArrayFileError("its compressed data is cut off") }
    buffer >>= UInt64(count)
    available -= count
  }

  mutating func skipToByte() {
    buffer >>= UInt64(available % 8)
    available -= available % 8
  }
}

/// A Huffman code, as a table of what each 15 bits begin with.
private struct HuffmanCode {
  /// Of the bits in the order of reading: symbol << 4 | length, or 0 where no code begins so.
  private var table: [UInt16]
  /// The most bits of a code.
  private let longest: Int

  /// The code with the given lengths, 0 where a symbol has none; a code of distances may have a single
  /// code of one bit, or none at all.
  init(_ lengths: [UInt8], mayHaveOne: Bool = false) throws(ArrayFileError) {
    longest = max(1, Int(lengths.max() ?? 0))
    table = [UInt16](repeating: 0, count: 1 << longest)
    var code = 0
    for length in 1...longest {
      for (symbol, own) in lengths.enumerated() where own == length {
        guard code < 1 << length else {
          throw ArrayFileError("its compressed data is damaged (an oversubscribed code)")
        }
        let reversed = (0..<length).reduce(0) { $0 | (code >> $1 & 1) << (length - 1 - $1) }
        for index in stride(from: reversed, to: table.count, by: 1 << length) {
          table[index] = UInt16(symbol << 4 | length)
        }
        code += 1
      }
      code <<= 1
    }
    let isComplete = code == 1 << (longest + 1)
    let used = lengths.count { $0 > 0 }
    guard isComplete || mayHaveOne && (used == 0 || used == 1 && longest == 1) else {
      throw ArrayFileError("its compressed data is damaged (an incomplete code)")
    }
  }

  private init(fixed lengths: [UInt8]) {
    guard let code = try? HuffmanCode(lengths) else {
      preconditionFailure("the fixed codes of RFC 1951 are complete")
    }
    self = code
  }

  static let fixedLiterals = HuffmanCode(
    fixed: [UInt8](repeating: 8, count: 144) + [UInt8](repeating: 9, count: 112)
      + [UInt8](repeating: 7, count: 24) + [UInt8](repeating: 8, count: 8))
  static let fixedDistances = HuffmanCode(fixed: [UInt8](repeating: 5, count: 32))

  func symbol(_ input: inout BitReader) throws(ArrayFileError) -> Int {
    let entry = table[input.peek() & (table.count - 1)]
    guard entry != 0 else {
      throw ArrayFileError("its compressed data is damaged (bits of no code)")
    }
    try input.skip(Int(entry & 15))
    return Int(entry >> 4)
  }
}
