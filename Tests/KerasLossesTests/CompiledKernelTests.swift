import Dispatch
import KerasLosses
import XCTest

/// Every path gives the bits of the Swift kernels: instruction sets, threads, lengths, alignments.
final class CompiledKernelTests: XCTestCase {
  override func tearDown() {
    CompiledKernels.areUsed = true
    CompiledKernels.maximumThreads = Self.threads
    XCTAssertTrue(CompiledKernels.use(CompiledKernels.best))
  }

  private static let threads = CompiledKernels.maximumThreads

  func testShortRows() throws {
    for columns in 1...34 {
      for rows in [1, 16, 35] { try check([Float.self, Double.self], rows, columns) }
    }
  }

  func testLongRows() throws {
    for columns in [35, 64, 100, 511, 513, 1025, 3000] {
      try check([Float.self, Double.self], 19, columns)
    }
  }

  func testNoRows() throws {
    for (rows, columns) in [(0, 3), (0, 1)] {
      try check([Float.self, Double.self], rows, columns)
    }
  }

  func testThreads() throws {
    // Rows that are shared among threads, and a row that is.
    for (rows, columns) in [(40_001, 10), (1_003, 500), (1, 600_001)] {
      var numbers = Numbers(seed: 7)
      for subject in Subject.all {
        let labels: [Float] = numbers.labels(subject.labels, rows, columns, .ordinary)
        let predictions: [Float] = numbers.predictions(
          subject.predictions, rows * columns, .ordinary)
        let yTrue = try Tensor.placed(labels, subject.labels == .ids ? [rows] : [rows, columns], 0)
        let yPred = try Tensor.placed(predictions, [rows, columns], 0)
        CompiledKernels.maximumThreads = 1
        let alone = try subject.answer(yTrue, yPred)
        for threads in [2, 3, 7] {
          CompiledKernels.maximumThreads = threads
          XCTAssertEqual(CompiledKernels.maximumThreads, threads)
          let shared = try subject.answer(yTrue, yPred)
          let what = "\(subject.name) \(rows)x\(columns) \(threads) threads"
          assertSameBits(shared.value, alone.value, what)
          assertSameBits(shared.gradient, alone.gradient, what + " gradient")
        }
      }
    }
  }

  /// One of them has the threads, the others do without.
  func testCallsAtOnce() throws {
    let (rows, columns) = (40_001, 10)
    var numbers = Numbers(seed: 13)
    let labels: [Float] = numbers.labels(.real, rows, columns, .ordinary)
    let predictions: [Float] = numbers.predictions(.real, rows * columns, .ordinary)
    let yTrue = try Tensor.placed(labels, [rows, columns], 0)
    let yPred = try Tensor.placed(predictions, [rows, columns], 0)
    let subject = Subject(LogCosh(), .real, .real)
    CompiledKernels.maximumThreads = 1
    let alone = try subject.answer(yTrue, yPred)
    CompiledKernels.maximumThreads = 3
    DispatchQueue.concurrentPerform(iterations: 40) { _ in
      let answer = try? subject.answer(yTrue, yPred)
      XCTAssertTrue(answer?.value.elements == alone.value.elements)
      XCTAssertTrue(answer?.gradient.elements == alone.gradient.elements)
    }
  }

  func testMemoryThatIsNotAligned() throws {
    for offset in 1...3 {
      try check([Float.self, Double.self], 17, 10, offset: offset)
      try check([Float.self, Double.self], 3, 100, offset: offset)
    }
  }

  /// Gradients that are written around the caches, where they start at a line, and others.
  func testLargeGradients() throws {
    let (rows, columns) = (8_449, 500)
    var numbers = Numbers(seed: 11)
    let labels: [Float] = numbers.labels(.real, rows, columns, .ordinary)
    let predictions: [Float] = numbers.predictions(.real, rows * columns, .ordinary)
    let losses: [any RowLoss] = [
      MeanSquaredError(), MeanAbsoluteError(), Huber(), Hinge(), Dice(), Tversky(),
    ]
    for loss in losses {
      for (rows, columns) in [(rows, columns), (rows * columns / 96, 96), (1, rows * columns)] {
        if rows > 1, loss is Dice || loss is Tversky { continue }
        let count = rows * columns
        let small = try loss.gradient(
          labels[..<count], predictions[..<count], columns, offset: 1, threads: 1)
        XCTAssertFalse(small.allSatisfy { $0 == 0 })
        for threads in [1, 3] {
          let large = try loss.gradient(
            labels[..<count], predictions[..<count], columns, offset: 0, threads: threads)
          XCTAssertTrue(large == small, "\(loss) \(rows)x\(columns) \(threads) threads")
        }
      }
    }
  }

  func testACPUIsAskedForWhatItHas() {
    for set in CompiledKernels.InstructionSet.allCases {
      XCTAssertEqual(CompiledKernels.use(set), set.rawValue <= CompiledKernels.best.rawValue)
    }
  }

  /// Holds every loss on every instruction set against the Swift kernels.
  private func check(
    _ dtypes: [any TestScalar.Type], _ rows: Int, _ columns: Int, kinds: [Numbers.Kind] = .all,
    offset: Int = 0
  ) throws {
    for dtype in dtypes {
      for kind in kinds { try check(dtype, rows, columns, kind, offset) }
    }
  }

  private func check<Scalar: TestScalar>(
    _ dtype: Scalar.Type, _ rows: Int, _ columns: Int, _ kind: Numbers.Kind, _ offset: Int
  ) throws {
    var numbers = Numbers(seed: UInt64(rows * 7919 + columns))
    for subject in Subject.all {
      let labels: [Scalar] = numbers.labels(subject.labels, rows, columns, kind)
      let predictions: [Scalar] = numbers.predictions(subject.predictions, rows * columns, kind)
      let yTrue = try Tensor.placed(
        labels, subject.labels == .ids ? [rows] : [rows, columns], offset)
      let yPred = try Tensor.placed(predictions, [rows, columns], offset)
      CompiledKernels.areUsed = false
      let expected = try subject.answer(yTrue, yPred)
      CompiledKernels.areUsed = true
      for set in CompiledKernels.InstructionSet.allCases where CompiledKernels.use(set) {
        let actual = try subject.answer(yTrue, yPred)
        let what = "\(subject.name) \(dtype) \(rows)x\(columns) \(kind) \(set)"
        assertSameBits(actual.value, expected.value, what)
        assertSameBits(actual.gradient, expected.gradient, what + " gradient")
        assertSameBits(try subject.losses(yTrue, yPred), expected.value, what + " alone")
      }
    }
  }

  private func assertSameBits<Scalar: LossScalar>(
    _ actual: Tensor<Scalar>, _ expected: Tensor<Scalar>, _ what: @autoclosure () -> String
  ) {
    XCTAssertEqual(actual.shape, expected.shape, what())
    let differing = zip(actual.elements, expected.elements).enumerated().first { _, pair in
      !(pair.0.isNaN && pair.1.isNaN)
        && !(pair.0 == pair.1 && pair.0.sign == pair.1.sign)
    }
    if let (index, pair) = differing {
      XCTFail("\(what()): [\(index)] \(pair.0), in Swift \(pair.1)")
    }
  }
}

extension RowLoss {
  /// The gradient, written to so many elements behind an aligned address.
  fileprivate func gradient(
    _ labels: ArraySlice<Float>, _ predictions: ArraySlice<Float>, _ columns: Int, offset: Int,
    threads: Int
  ) throws -> [Float] {
    CompiledKernels.maximumThreads = threads
    let memory = Memory([Float](repeating: .nan, count: predictions.count), offset)
    var losses = [Float](repeating: 0, count: predictions.count / columns)
    var lossSpan = losses.mutableSpan
    var gradient = unsafe MutableSpan(
      _unsafeElements: UnsafeMutableBufferPointer(mutating: memory.placed))
    _ = try valueAndGradient(
      yTrue: Array(labels).span, yPred: Array(predictions).span, columns: columns,
      losses: &lossSpan, gradient: &gradient)
    return Array(memory.placed)
  }
}

/// A dtype that numbers are drawn of.
private typealias TestScalar = LossScalar

/// A loss and what it is asked.
private struct Subject: Sendable {
  /// What labels are.
  enum Labels { case real, positive, binary, oneHot, ids }
  /// What predictions are.
  enum Predictions { case real, probabilities, logits, signs }

  let name: String
  let loss: any Loss
  let labels: Labels
  let predictions: Predictions

  init(_ loss: any Loss, _ labels: Labels, _ predictions: Predictions) {
    name = "\(type(of: loss))"
    self.loss = loss
    self.labels = labels
    self.predictions = predictions
  }

  static let all: [Subject] = [
    Subject(MeanSquaredError(), .real, .real),
    Subject(MeanAbsoluteError(), .real, .real),
    Subject(MeanAbsolutePercentageError(), .real, .real),
    Subject(MeanSquaredLogarithmicError(), .positive, .real),
    Subject(Huber(delta: 0.7), .real, .real),
    Subject(LogCosh(), .real, .real),
    Subject(Poisson(), .positive, .probabilities),
    Subject(Hinge(), .binary, .real),
    Subject(SquaredHinge(), .real, .real),
    Subject(BinaryCrossentropy(), .binary, .probabilities),
    Subject(BinaryCrossentropy(labelSmoothing: 0.1), .positive, .probabilities),
    Subject(BinaryCrossentropy(fromLogits: true), .binary, .logits),
    Subject(BinaryCrossentropy(fromLogits: true, labelSmoothing: 0.2), .positive, .logits),
    Subject(BinaryFocalCrossentropy(), .binary, .probabilities),
    Subject(BinaryFocalCrossentropy(applyClassBalancing: true), .positive, .probabilities),
    Subject(CategoricalCrossentropy(), .oneHot, .probabilities),
    Subject(CategoricalCrossentropy(labelSmoothing: 0.1), .oneHot, .probabilities),
    Subject(CategoricalCrossentropy(), .positive, .probabilities),
    Subject(CategoricalCrossentropy(fromLogits: true), .oneHot, .logits),
    Subject(CategoricalCrossentropy(fromLogits: true), .positive, .logits),
    Subject(SparseCategoricalCrossentropy(), .ids, .probabilities),
    Subject(SparseCategoricalCrossentropy(ignoreClass: 1), .ids, .probabilities),
    Subject(SparseCategoricalCrossentropy(fromLogits: true), .ids, .logits),
    Subject(SparseCategoricalCrossentropy(fromLogits: true, ignoreClass: 0), .ids, .logits),
    Subject(KLDivergence(), .positive, .probabilities),
    Subject(CosineSimilarity(), .real, .real),
    Subject(CategoricalHinge(), .oneHot, .real),
    // The largest of a row are many.
    Subject(CategoricalHinge(), .oneHot, .signs),
    Subject(Dice(), .binary, .probabilities),
    Subject(Tversky(alpha: 0.3, beta: 0.7), .binary, .probabilities),
  ]

  func answer<Scalar: LossScalar>(
    _ yTrue: Tensor<Scalar>, _ yPred: Tensor<Scalar>
  ) throws -> ValueAndGradient<Scalar> {
    try loss.unreducedValueAndGradient(yTrue: yTrue, yPred: yPred)
  }

  func losses<Scalar: LossScalar>(
    _ yTrue: Tensor<Scalar>, _ yPred: Tensor<Scalar>
  ) throws -> Tensor<Scalar> {
    try loss.unreduced(yTrue: yTrue, yPred: yPred).losses.rounded()
  }
}

/// Numbers drawn from a seed.
private struct Numbers {
  /// What is drawn.
  enum Kind: CaseIterable {
    /// What training sees.
    case ordinary
    /// Numbers at the ends of the range and at limits, NaN and infinities among them.
    case troublesome
  }

  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

  /// A number from 0 to 1 (SplitMix64).
  private mutating func unit() -> Double {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }

  private mutating func troublesome<Scalar: LossScalar>() -> Scalar? {
    guard unit() < 0.05 else { return nil }
    let all: [Scalar] = [
      0, -0.0, 1, -1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude,
      .leastNormalMagnitude, -.leastNonzeroMagnitude, .greatestFiniteMagnitude, 1e-7, 1 - 1e-7,
      100, -100, 1000, -1000, 1e-20, 1e20, -1e20,
    ]
    return all[Int(unit() * Double(all.count))]
  }

  mutating func labels<Scalar: LossScalar>(
    _ labels: Subject.Labels, _ rows: Int, _ columns: Int, _ kind: Kind
  ) -> [Scalar] {
    switch labels {
    case .ids:
      return (0..<rows).map { _ in
        // Some are no class.
        Scalar(
          (unit() * Double(columns + (kind == .ordinary ? 0 : 2))).rounded(.down)
            - (kind == .ordinary ? 0 : 1))
      }
    case .oneHot:
      var oneHot = [Scalar](repeating: 0, count: rows * columns)
      for row in 0..<rows where columns > 0 {
        oneHot[row * columns + Int(unit() * Double(columns))] = 1
      }
      // Whole groups of rows stay one-hot, others do not.
      guard kind == .troublesome, unit() < 0.5 else { return oneHot }
      return oneHot.map { troublesome() ?? $0 }
    case .real: return (0..<rows * columns).map { _ in number(kind) ?? Scalar(unit() * 6 - 3) }
    case .positive: return (0..<rows * columns).map { _ in number(kind) ?? Scalar(unit()) }
    case .binary:
      return (0..<rows * columns).map { _ in
        (unit() < 0.3 ? number(kind) : nil) ?? (unit() < 0.5 ? 0 : 1)
      }
    }
  }

  private mutating func number<Scalar: LossScalar>(_ kind: Kind) -> Scalar? {
    kind == .troublesome ? troublesome() : nil
  }

  mutating func predictions<Scalar: LossScalar>(
    _ predictions: Subject.Predictions, _ count: Int, _ kind: Kind
  ) -> [Scalar] {
    (0..<count).map { _ in
      if kind == .troublesome, let number: Scalar = troublesome() { return number }
      switch predictions {
      case .real: return Scalar(unit() * 6 - 3)
      case .probabilities: return Scalar(unit())
      case .logits: return Scalar(unit() * 40 - 20)
      case .signs: return unit() < 0.5 ? -1 : 1
      }
    }
  }
}

extension [Numbers.Kind] {
  fileprivate static var all: Self { Numbers.Kind.allCases }
}

extension Tensor where Element: LossScalar {
  /// A tensor whose elements start so many elements behind an aligned address.
  fileprivate static func placed(
    _ elements: [Element], _ dimensions: [Int], _ offset: Int
  ) throws -> Tensor {
    let shape = try Shape(dimensions)
    guard offset > 0 else { return try Tensor(shape: shape, elements: elements) }
    let memory = Memory(elements, offset)
    return try Tensor(shape: shape, borrowing: memory.placed, owner: memory)
  }
}

/// Memory that starts behind an aligned address.
private final class Memory<Element: LossScalar>: @unchecked Sendable {
  private let memory: UnsafeMutableRawBufferPointer
  let placed: UnsafeBufferPointer<Element>

  init(_ elements: [Element], _ offset: Int) {
    let stride = MemoryLayout<Element>.stride
    memory = .allocate(byteCount: (elements.count + offset) * stride, alignment: 64)
    let start = memory.bindMemory(to: Element.self).baseAddress! + offset
    start.initialize(from: elements, count: elements.count)
    placed = UnsafeBufferPointer(start: start, count: elements.count)
  }

  deinit { memory.deallocate() }
}
