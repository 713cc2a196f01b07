public import LossFixtures

/// A failing case number by number, for people who want to see it: what was asked, what was answered,
/// what Keras and the cause's candidate answer, and the way there.
public struct CaseDetail: Equatable, Sendable {
  /// Whether the class or the bare function is called.
  public let form: FixtureCase.Form
  /// The parameters that are passed, by Keras's names.
  public let config: [String: ParameterValue]
  /// The arrays that are passed, by Keras's names.
  public let inputs: [String: TensorExcerpt]
  /// What may be behind the case: the first candidate of its cause.
  public let candidate: Candidate?
  /// The error that the candidate gives, where it gives one.
  public let candidateError: String?
  /// The parts that were answered or are expected.
  public let parts: [Part]
  /// Keras's intermediate results in the order of the computation, where they are stored.
  public let stages: [StageDetail]

  /// Of a tensor at most this many elements are kept.
  public static let largest = 1024

  /// A value or a gradient.
  public struct Part: Equatable, Sendable {
    /// Which of the two.
    public let part: Comparison.Part
    /// Whether it fails the case.
    public let failed: Bool
    /// What was answered; `nil` where nothing was.
    public let actual: TensorExcerpt?
    /// What Keras answers; `nil` where that is an error.
    public let expected: TensorExcerpt?
    /// How far from that each of its elements may be.
    public let tolerance: [Double]
    /// What the candidate answers; `nil` where it answers an error or nobody knows.
    public let candidate: TensorExcerpt?
  }

  /// One of Keras's intermediate results.
  public struct StageDetail: Equatable, Sendable {
    /// What the stage is called.
    public let name: String
    /// What Keras has there.
    public let expected: TensorExcerpt
    /// How far from that each of its elements may be.
    public let tolerance: [Double]
    /// What the implementation has there; `nil` where it does not say.
    public let actual: TensorExcerpt?
    /// Whether that is Keras's; `nil` where it does not say.
    public let agrees: Bool?
  }
}

/// A tensor, or of a large one the elements around a place.
public struct TensorExcerpt: Equatable, Sendable {
  /// The dtype by NumPy's name.
  public let dtype: String
  /// The extents of the axes of the whole tensor.
  public let shape: [Int]
  /// The offset of the first element that is kept, in C order.
  public let start: Int
  /// The elements that are kept.
  public let values: [Double]

  /// How many elements the whole tensor has.
  public var count: Int { shape.reduce(1, *) }

  /// Keeps some elements of a tensor.
  init(_ tensor: FixtureTensor, _ kept: Range<Int>) {
    dtype = tensor.values.dtype
    shape = tensor.shape
    let kept = kept.clamped(to: 0..<tensor.values.count)
    start = kept.lowerBound
    values = Array(tensor.values.doubles[kept])
  }

  /// The position along each axis of an element that is kept.
  func index(_ place: Int) -> [Int] { ElementComparison.index(start + place, shape) }

  /// Whether elements stand at the same positions as those of another, in the same dtype.
  func isAligned(with other: TensorExcerpt) -> Bool {
    dtype == other.dtype && shape == other.shape && start == other.start
      && values.count == other.values.count
  }
}

extension CaseDetail.Part {
  /// Each element that is kept beside what is expected of it; `nil` where the two can not be compared.
  ///
  /// - Complexity: O(elements).
  public var differences: [ElementDifference]? {
    guard let actual, let expected, actual.isAligned(with: expected) else { return nil }
    let format = NumberFormat(rawValue: expected.dtype)
    return expected.values.indices.map { place in
      ElementDifference(
        index: expected.index(place), actual: actual.values[place],
        expected: expected.values[place], allowed: tolerance[place],
        ulps: format?.ulps(actual.values[place], expected.values[place]))
    }
  }
}

// MARK: - Making it

extension CaseDetail {
  /// Puts together what is known of a failing case.
  ///
  /// - Parameters:
  ///   - examined: The case with its answer, and what mistakes and dialects answer.
  ///   - answered: What the implementation has at the stages that it tells.
  ///   - cause: What is behind the failing case.
  /// - Complexity: O(elements).
  public init(_ examined: ExaminedCase, stages answered: [String: FixtureTensor], cause: Cause?) {
    let fixture = examined.fixture
    form = fixture.form
    config = fixture.config
    inputs = fixture.inputs.mapValues { TensorExcerpt($0, 0..<Self.largest) }
    candidate = cause?.candidates.first
    var alternatives: [Comparison.Part: Golden] = [:]
    var candidateError: String?
    switch candidate?.prediction(for: examined) {
    case .value(let golden, let gradient, _):
      alternatives[.value] = golden
      alternatives[.gradient] = gradient
    case .gradient(let golden): alternatives[.gradient] = golden
    case .error(let code): candidateError = code
    case .keras, .undecided, nil: break
    }
    self.candidateError = candidateError
    parts = Comparison.Part.allCases.compactMap { part in
      let failed = examined.answer?.comparison.failures.contains(part) ?? false
      let (actual, expected) = (examined.answer?.outcome[part], fixture.expected[part])
      guard actual != nil || expected != nil else { return nil }
      let kept = Self.kept(of: examined.answer?.comparison[part], expected)
      return Part(
        part: part, failed: failed, actual: actual.map { TensorExcerpt($0, kept) },
        expected: expected.map { TensorExcerpt($0.tensor, kept) },
        tolerance: expected.map { Array($0.tolerance[kept.clamped(to: 0..<$0.count)]) } ?? [],
        candidate: alternatives[part].map { TensorExcerpt($0.tensor, kept) })
    }
    stages = examined.stages.map { stage in
      let whole = 0..<Self.largest
      let actual = answered[stage.name]
      return StageDetail(
        name: stage.name, expected: TensorExcerpt(stage.golden.tensor, whole),
        tolerance: Array(stage.golden.tolerance.prefix(Self.largest)),
        actual: actual.map { TensorExcerpt($0, whole) },
        agrees: actual.map { TensorComparison($0, stage.golden, limit: 0).passed })
    }
  }

  /// The elements that are kept: all, or those of the block in which the worst one is.
  private static func kept(of compared: TensorComparison?, _ expected: Golden?) -> Range<Int> {
    guard let expected, expected.count > largest, let worst = compared?.elements?.worst.first
    else { return 0..<largest }
    let offset = zip(worst.index, expected.tensor.shape).reduce(0) { $0 * $1.1 + $1.0 }
    let start = offset / largest * largest
    return start..<start + largest
  }
}

extension Golden {
  fileprivate var count: Int { tensor.values.count }
}

extension Outcome {
  fileprivate subscript(part: Comparison.Part) -> FixtureTensor? {
    guard case .value(let value, let gradient) = self else { return nil }
    return part == .value ? value : gradient
  }
}

extension FixtureCase.Expected {
  fileprivate subscript(part: Comparison.Part) -> Golden? {
    guard case .value(let value, let gradient) = self else { return nil }
    return part == .value ? value : gradient
  }
}

extension Diagnosis {
  /// The details of the failing cases of a loss in a dialect, by their ids.
  ///
  /// - Parameters:
  ///   - answers: What was answered, by the ids of the cases that were asked.
  ///   - questions: What mistakes and other dialects answer to the cases.
  ///   - stages: What the implementation has at the stages of failing cases, by the cases' ids.
  /// - Returns: The details.
  /// - Complexity: O(elements of the failing cases).
  func details(
    _ answers: [String: ExaminedCase.Answer], to questions: Questions,
    stages: [String: [String: FixtureTensor]]
  ) -> [String: CaseDetail] {
    let causes = causes.reduce(into: [String: Cause]()) { causes, cause in
      for id in cause.cases { causes[id] = cause }
    }
    var details: [String: CaseDetail] = [:]
    for examined in questions.cases {
      let id = examined.fixture.id
      guard let answer = answers[id], answer.comparison.status == .failed else { continue }
      details[id] = CaseDetail(
        examined.answered(by: answer), stages: stages[id] ?? [:], cause: causes[id])
    }
    return details
  }
}
