import LossConformance
import LossFixtures
import XCTest

/// One loss in one dialect, whose answers are made up case by case, and what is made of them.
struct Patient {
  let file: FixtureFile
  private let questions: Diagnosis.Questions
  private let known: [String: ExaminedCase]

  init(_ loss: String, dialect: String = FixtureFile.defaultDialect) throws {
    let suite = try committedSuite()
    file = try XCTUnwrap(suite.files.first { $0.loss == loss && $0.dialect == dialect })
    questions = try Diagnosis.Questions(of: file, in: suite)
    known = Dictionary(uniqueKeysWithValues: questions.cases.map { ($0.fixture.id, $0) })
  }

  /// The cases as they are before they are asked.
  var cases: [ExaminedCase] { questions.cases }

  /// The mistakes that can be made.
  var mistakes: [Candidate] { questions.mistakes.map(Candidate.mistake) }

  /// Whether two candidates give the same everywhere.
  func coincide(_ first: Candidate, _ second: Candidate) -> Bool {
    cases.allSatisfy { first.prediction(for: $0) == second.prediction(for: $0) }
  }

  /// What a candidate answers, with rounding noise within the tolerances.
  func answer(
    _ candidate: Candidate, to fixture: FixtureCase, noise: inout SplitMix64
  ) -> Outcome {
    let prediction = known[fixture.id].map { candidate.prediction(for: $0) } ?? .undecided
    switch (prediction, fixture.expected) {
    case (.value(let golden, let gradient, let dtype), _):
      return .value(
        golden.noisy(&noise, dtype: dtype), gradient: gradient.map { $0.noisy(&noise) })
    case (.gradient(let golden), .value(let value, _)):
      return .value(value.noisy(&noise), gradient: golden.noisy(&noise))
    case (.error(let code), _), (_, .error(let code)): return .error(code: code, message: "")
    case (_, .value(let value, let gradient)):
      return .value(value.noisy(&noise), gradient: gradient.map { $0.noisy(&noise) })
    }
  }

  /// The diagnosis of what is answered, by somebody who knows all mistakes or some.
  func diagnosis(
    asking isAsked: (FixtureCase) -> Bool = { _ in true }, knowing mistakes: [String]? = nil,
    _ answer: (FixtureCase) -> Outcome
  ) -> Diagnosis {
    let answered = cases.map { examined in
      guard isAsked(examined.fixture) else { return examined }
      let outcome = answer(examined.fixture)
      return examined.answered(
        by: ExaminedCase.Answer(
          outcome: outcome,
          comparison: Comparison(outcome, examined.fixture.expected)))
    }
    return Diagnosis(
      loss: file.loss, dialect: file.dialect, cases: answered,
      mistakes: mistakes ?? questions.mistakes,
      dialects: questions.dialects)
  }

  /// The diagnosis of what a candidate answers.
  func diagnosis(
    of candidate: Candidate, asking isAsked: (FixtureCase) -> Bool = { _ in true }
  ) -> Diagnosis {
    var noise = SplitMix64(state: 4)
    return diagnosis(asking: isAsked) { answer(candidate, to: $0, noise: &noise) }
  }
}

extension Golden {
  /// The golden with each number moved somewhere within its tolerance.
  func noisy(_ generator: inout SplitMix64, dtype: String? = nil) -> FixtureTensor {
    var numbers = tensor.values.doubles
    for (place, number) in numbers.enumerated() where number.isFinite {
      let moved = number + tolerance[place] * Double.random(in: -0.9...0.9, using: &generator)
      let rounded = tensor.values.with([moved], dtype: dtype).doubles[0]
      if (rounded - number).magnitude <= tolerance[place] { numbers[place] = rounded }
    }
    return tensor.replacing { numbers[$0] }
  }
}

extension FixtureTensor {
  /// The tensor with other numbers, by their places.
  func replacing(_ number: (Int) -> Double) -> FixtureTensor {
    FixtureTensor(shape: shape, values: values.with((0..<values.count).map(number)))
  }
}

extension FixtureTensor.Values {
  /// Numbers in the dtype of these, rounded to a narrower one before.
  func with(_ numbers: [Double], dtype: String? = nil) -> Self {
    let numbers =
      switch dtype {
      case "float16": numbers.map { Double(Float16($0)) }
      case "bfloat16": numbers.map { BFloat16Bits($0).double }
      case "float32": numbers.map { Double(Float($0)) }
      default: numbers
      }
    switch self {
    case .float16: return .float16(numbers.map { Float16($0) })
    case .bfloat16: return .bfloat16(numbers.map(BFloat16Bits.init))
    case .float32: return .float32(numbers.map { Float($0) })
    default: return .float64(numbers)
    }
  }
}

/// SplitMix64: the same numbers on every machine.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }
}
