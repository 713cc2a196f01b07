import ArrayFiles
import LossFixtures
import Synchronization

/// Two arrays of one shape, compared in one pass and in constant memory.
struct ElementScan: Sendable {
  let actual: StoredArray
  let expected: StoredArray
  /// What is allowed for each element, instead of the acceptance's tolerances.
  let tolerance: StoredArray?
  let acceptance: Acceptance
  let limit: Int
  /// Whether the scan is in Fortran order: where both arrays are.
  let isFortranOrder: Bool

  /// Blocks are compared by themselves up to this many elements, so that what is found does not
  /// depend on how many threads there are.
  private static let chunkSize = 1 << 20

  /// How many chunks a thread compares, about, before what was found of them is put together.
  private static let chunksAtOnce = 16

  init(
    _ actual: StoredArray, _ expected: StoredArray, tolerance: StoredArray?,
    _ acceptance: Acceptance, limit: Int
  ) throws(ArrayFileError) {
    isFortranOrder =
      actual.isFortranOrder && expected.isFortranOrder && !actual.isOrderless
    // Only what is plain can be read in another order than that of the file.
    self.actual = try Self.prepared(actual, isFortranOrder)
    self.expected = try Self.prepared(expected, isFortranOrder)
    if let tolerance {
      self.tolerance = try Self.prepared(tolerance, isFortranOrder)
    } else {
      self.tolerance = nil
    }
    self.acceptance = acceptance
    self.limit = limit
  }

  private static func prepared(
    _ array: StoredArray, _ isFortranOrder: Bool
  ) throws(ArrayFileError) -> StoredArray {
    isTransposed(array, isFortranOrder) ? try array.inflated() : array
  }

  private static func isTransposed(_ array: StoredArray, _ isFortranOrder: Bool) -> Bool {
    array.isFortranOrder != isFortranOrder && !array.isOrderless
  }

  /// The extents in the order of the scan.
  var scanShape: [Int] { isFortranOrder ? expected.shape.reversed() : expected.shape }

  /// The index of an offset of the scan.
  func index(_ offset: Int) -> [Int] {
    let index = ElementComparison.index(offset, scanShape)
    return isFortranOrder ? index.reversed() : index
  }

  /// Compares all elements.
  ///
  /// Where both arrays are plain, each thread takes the next chunk that nobody has taken.
  ///
  /// - Complexity: O(elements); memory O(1) but for deflated arrays of differing orders.
  func run(threads: Int) throws(ArrayFileError) -> ScanState {
    var whole = emptyState
    let count = expected.count
    let chunks = (count + Self.chunkSize - 1) / Self.chunkSize
    let isPlain = [actual, expected, tolerance].allSatisfy { $0?.isPlain ?? true }
    guard isPlain, threads > 1, chunks > 1 else {
      let scanner = ChunkScanner(self)
      for chunk in 0..<chunks { whole.merge(try scanner.scan(range(chunk))) }
      return whole
    }
    let scanners = (0..<min(threads, chunks)).map { _ in ChunkScanner(self) }
    let atOnce = scanners.count * Self.chunksAtOnce
    for first in stride(from: 0, to: chunks, by: atOnce) {
      let work = ChunkWork(min(atOnce, chunks - first))
      let others = scanners.dropFirst().map { scanner in
        SideThread { scan(first, work, scanner) }
      }
      scan(first, work, scanners[0])
      for thread in others { thread.join() }
      for result in work.results { whole.merge(try result.get()) }
    }
    return whole
  }

  /// Compares chunks that nobody has taken until there are none.
  private func scan(_ first: Int, _ work: ChunkWork, _ scanner: ChunkScanner) {
    while let chunk = work.take() {
      do throws(ArrayFileError) {
        work.set(chunk, .success(try scanner.scan(range(first + chunk))))
      } catch {
        work.set(chunk, .failure(error))
      }
    }
  }

  /// What is found before any element is looked at.
  var emptyState: ScanState {
    ScanState(limit: limit, shape: scanShape, format: actual.dtype.numberFormat)
  }

  private func range(_ chunk: Int) -> Range<Int> {
    chunk * Self.chunkSize..<min((chunk + 1) * Self.chunkSize, expected.count)
  }

  /// A reader of one of the arrays in the order of the scan.
  func reader(_ array: StoredArray) -> ArrayReader {
    ArrayReader(array, transposed: Self.isTransposed(array, isFortranOrder))
  }
}

/// Chunks that several threads take, and the results, each of which is written once.
private final class ChunkWork: @unchecked Sendable {
  // Unchecked: each place is written by one thread, and read after all have ended.
  private let places: UnsafeMutablePointer<Result<ScanState, ArrayFileError>?>
  private let count: Int
  private let taken = Atomic(0)

  init(_ count: Int) {
    self.count = count
    places = .allocate(capacity: count)
    places.initialize(repeating: nil, count: count)
  }

  deinit {
    places.deinitialize(count: count)
    places.deallocate()
  }

  /// The next chunk, or `nil` where all are taken.
  func take() -> Int? {
    let chunk = taken.add(1, ordering: .relaxed).oldValue
    return chunk < count ? chunk : nil
  }

  func set(_ chunk: Int, _ result: Result<ScanState, ArrayFileError>) { places[chunk] = result }

  var results: [Result<ScanState, ArrayFileError>] { (0..<count).compactMap { places[$0] } }
}
