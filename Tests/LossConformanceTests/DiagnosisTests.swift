import Foundation
import LossConformance
import LossFixtures
import XCTest

/// Mistakes that are planted are found, and what is none of them is not called one.
final class DiagnosisTests: XCTestCase {
  private let crossentropy = Result { try Patient("categorical_crossentropy") }

  // MARK: - Mistakes

  func testPlantedMistakesAreFound() throws {
    var found = 0
    for (place, file) in try committedSuite().files.enumerated() {
      let patient = try Patient(file.loss, dialect: file.dialect)
      // Some of each loss and dialect, other ones in each: all of them would take minutes.
      let step = max(1, patient.mistakes.count / 2)
      for number in stride(from: place % step, to: patient.mistakes.count, by: step) {
        let planted = patient.mistakes[number]
        let diagnosis = patient.diagnosis(of: planted)
        // Within all tolerances, a mistake is none.
        guard let cause = diagnosis.causes.first else { continue }
        let what = "\(planted.id) of \(file.loss) in \(file.dialect): \(diagnosis.summary)"
        XCTAssertEqual(diagnosis.causes.count, 1, what)
        let named = cause.candidates + cause.rivals.map(\.candidate)
        // A pair of which the dialect knows one alone is that one.
        XCTAssertTrue(named.contains { patient.coincide($0, planted) }, what)
        XCTAssertTrue([.explained, .ambiguous].contains(diagnosis.verdict), what)
        found += diagnosis.verdict == .explained ? 1 : 0
      }
    }
    XCTAssertGreaterThan(found, 100)
  }

  func testTwoMistakesAtOnceAreAPair() throws {
    let pair = Candidate.mistake("rescale_skipped+sum_for_mean")
    let diagnosis = try crossentropy.get().diagnosis(of: pair)
    XCTAssertEqual(diagnosis.verdict, .explained, diagnosis.summary)
    XCTAssertEqual(diagnosis.causes.map(\.candidates), [[pair]])
  }

  func testMistakesOfDisjointCasesHaveEachTheirOwn() throws {
    let patient = try crossentropy.get()
    var noise = SplitMix64(state: 1)
    let (clip, sum) = (Candidate.mistake("clip_skipped"), Candidate.mistake("sum_for_mean"))
    let known = Dictionary(uniqueKeysWithValues: patient.cases.map { ($0.fixture.id, $0) })
    let diagnosis = patient.diagnosis { fixture in
      let isClipped = known[fixture.id].map { clip.prediction(for: $0) != .keras } ?? false
      return patient.answer(isClipped ? clip : sum, to: fixture, noise: &noise)
    }
    XCTAssertEqual(diagnosis.verdict, .explained, diagnosis.summary)
    XCTAssertEqual(Set(diagnosis.causes.map(\.candidates)), [[clip], [sum]], diagnosis.summary)
    XCTAssertEqual(
      diagnosis.causes.reduce(0) { $0 + $1.cases.count },
      Set(diagnosis.causes.flatMap(\.cases)).count,
      "each case has one cause")
  }

  func testAPassingCaseSpeaksAgainstAMistake() throws {
    let patient = try crossentropy.get()
    var noise = SplitMix64(state: 2)
    let clip = Candidate.mistake("clip_skipped")
    // The clip is skipped in float32 alone: whoever skips it does so in float64 as well.
    let diagnosis = patient.diagnosis { fixture in
      patient.answer(
        fixture.dtype == "float32" ? clip : .mistake("none"), to: fixture, noise: &noise)
    }
    XCTAssertEqual(diagnosis.verdict, .unexplained, diagnosis.summary)
    let only = patient.diagnosis(of: clip) { $0.dtype == "float32" }
    XCTAssertEqual(only.verdict, .explained, only.summary)
  }

  // MARK: - Candidates that agree

  /// A case of four losses; Keras gives 1, 2, 3, 4, the mistakes what is said.
  private func examined(
    _ id: String, _ alternatives: [(mistakes: [String], numbers: [Double])],
    dialect: [Double] = [1, 2, 3, 4], stages: [Stage] = [], answer: [Double]?
  ) -> ExaminedCase {
    func golden(_ numbers: [Double]) -> Golden {
      Golden(
        tensor: FixtureTensor(shape: [4], values: .float64(numbers)),
        tolerance: Array(repeating: 1e-14, count: 4))
    }
    let tensor = golden([1, 2, 3, 4]).tensor
    let fixture = FixtureCase(
      id: id, comment: "", flags: [], form: .function, config: [:], dtype: "float64",
      inputs: ["y_true": tensor, "y_pred": tensor], expected: .value(golden([1, 2, 3, 4])))
    let answer = answer.map {
      let outcome = Outcome.value(golden($0).tensor)
      return ExaminedCase.Answer(
        outcome: outcome, comparison: Comparison(outcome, fixture.expected))
    }
    return ExaminedCase(
      fixture,
      alternatives: alternatives.map {
        Alternative(mistakes: $0.mistakes, answer: .value(golden($0.numbers)))
      }, dialects: ["d": .value(golden(dialect))], stages: stages, answer: answer)
  }

  private func diagnosis(_ cases: [ExaminedCase]) -> Diagnosis {
    Diagnosis(
      loss: "l", dialect: "k", cases: cases, mistakes: ["a", "b", "a+b"], dialects: ["d"])
  }

  private let wrong = [1.5, 2.25, 3.125, 4.75]

  func testACaseThatWasNotAskedTellsCandidatesApart() {
    let found = diagnosis([
      examined("x.1", [(["a", "b"], wrong)], answer: wrong),
      examined("x.2", [(["a"], wrong), (["b"], [9, 9, 9, 9])], answer: nil),
    ])
    XCTAssertEqual(found.verdict, .ambiguous, found.summary)
    XCTAssertEqual(found.causes.map(\.candidates), [[.mistake("a")]])
    XCTAssertEqual(found.causes[0].rivals.map(\.candidate), [.mistake("b")])
    XCTAssertEqual(found.causes[0].rivals.map(\.splittingCase), ["x.2"])
    let asked = diagnosis([
      examined("x.1", [(["a", "b"], wrong)], answer: wrong),
      examined("x.2", [(["a"], wrong), (["b"], [9, 9, 9, 9])], answer: wrong),
    ])
    XCTAssertEqual(asked.verdict, .explained, asked.summary)
    XCTAssertEqual(asked.causes.map(\.candidates), [[.mistake("a")]])
  }

  func testWhatIsTheSameEverywhereIsOneFamily() {
    let found = diagnosis([
      examined("x.1", [(["a", "b"], wrong)], dialect: wrong, answer: wrong),
      examined("x.2", [], answer: [1, 2, 3, 4]),
    ])
    XCTAssertEqual(found.verdict, .explained, found.summary)
    XCTAssertEqual(
      found.causes.map(\.candidates), [[.mistake("a"), .mistake("b"), .dialect("d")]])
    let text = CauseText([]).paragraphs(found.causes[0], failing: 1).joined(separator: " ")
    XCTAssertTrue(text.contains("The same in every case of the loss: b, the dialect d."), text)
  }

  func testAPairThatIsNotNamedIsTheOneThatMatters() {
    let both = [7.5, 7.25, 7.125, 7.75]
    let found = diagnosis([
      examined("x.1", [(["a"], wrong), (["b"], [9, 9, 9, 9]), (["a+b"], both)], answer: both),
      examined("x.2", [(["a"], wrong)], answer: wrong),
      examined("x.3", [(["b"], both)], answer: both),
      examined("x.4", [], answer: [1, 2, 3, 4]),
    ])
    XCTAssertEqual(found.verdict, .explained, found.summary)
    XCTAssertEqual(found.causes.map(\.candidates), [[.mistake("a+b")]])
    XCTAssertEqual(found.causes[0].cases, ["x.1", "x.2", "x.3"])
  }

  func testGradientsAreJudgedWhereTheyAreKnown() {
    let slopes = FixtureTensor(shape: [1], values: .float64([0.5]))
    let wrongSlopes = FixtureTensor(shape: [1], values: .float64([0.7123]))
    let losses = FixtureTensor(shape: [1], values: .float64([2]))
    func golden(_ tensor: FixtureTensor) -> Golden { Golden(tensor: tensor, tolerance: [1e-14]) }
    func examined(_ id: String, _ alternatives: [Alternative], _ gradient: FixtureTensor)
      -> ExaminedCase
    {
      let fixture = FixtureCase(
        id: id, comment: "", flags: [], form: .function, config: [:], dtype: "float64",
        inputs: ["y_true": losses, "y_pred": losses],
        expected: .value(golden(losses), gradient: golden(slopes)))
      let outcome = Outcome.value(losses, gradient: gradient)
      return ExaminedCase(
        fixture, alternatives: alternatives,
        answer: ExaminedCase.Answer(
          outcome: outcome, comparison: Comparison(outcome, fixture.expected)))
    }
    let stored = Alternative(mistakes: ["a"], answer: .gradient(golden(wrongSlopes)))
    let found = diagnosis([
      examined("x.1", [stored], wrongSlopes), examined("x.2", [], slopes),
    ])
    XCTAssertEqual(found.verdict, .explained, found.summary)
    XCTAssertEqual(found.causes.map(\.candidates), [[.mistake("a")]])
    let contradicted = diagnosis([
      examined("x.1", [stored], wrongSlopes), examined("x.2", [stored], slopes),
    ])
    XCTAssertEqual(contradicted.verdict, .unexplained, contradicted.summary)
  }

  func testAnotherDialectIsRecognised() throws {
    for (loss, dialect) in [
      ("binary_crossentropy", "keras-3.15/torch"), ("binary_crossentropy", "tf-keras-2"),
      ("sparse_categorical_crossentropy", "keras-3.15/torch"),
    ] {
      let patient = try Patient(loss)
      let library = SwiftImplementation()
      let diagnosis = patient.diagnosis { library.answer($0, loss: loss, dialect: dialect) }
      let cause = try XCTUnwrap(diagnosis.causes.first)
      XCTAssertEqual(diagnosis.causes.count, 1, diagnosis.summary)
      let named = cause.candidates + cause.rivals.map(\.candidate)
      XCTAssertTrue(named.contains(.dialect(dialect)), diagnosis.summary)
      XCTAssertTrue([.explained, .ambiguous].contains(diagnosis.verdict), diagnosis.summary)
    }
  }

  func testOneNumberIsWeakEvidence() throws {
    let diagnosis = try crossentropy.get().diagnosis(of: .mistake("rescale_skipped")) {
      $0.id == "categorical_crossentropy.question.row_sums_1_99.class.float32"
    }
    let cause = try XCTUnwrap(diagnosis.causes.first)
    XCTAssertEqual(cause.candidates, [.mistake("rescale_skipped")])
    XCTAssertEqual(diagnosis.verdict, .ambiguous, diagnosis.summary)
    XCTAssertTrue(cause.isWeak)
    XCTAssertEqual(CauseText([]).title(cause, for: ""), "rescale_skipped, or chance")
  }

  func testPartOfTheCasesIsPartial() throws {
    let patient = try crossentropy.get()
    var noise = SplitMix64(state: 5)
    let planted = Candidate.mistake("rescale_skipped")
    var strange: Set<String> = []
    let diagnosis = patient.diagnosis { fixture in
      guard fixture.id.contains("weight"), case .value(let golden, _) = fixture.expected else {
        return patient.answer(planted, to: fixture, noise: &noise)
      }
      strange.insert(fixture.id)
      return .value(golden.tensor.replacing { _ in Double.random(in: 1...9, using: &noise) })
    }
    XCTAssertEqual(diagnosis.verdict, .partial, diagnosis.summary)
    XCTAssertEqual(diagnosis.causes.map(\.verdict), [.partial, .unexplained], diagnosis.summary)
    XCTAssertEqual(diagnosis.causes[0].candidates, [planted])
    XCTAssertTrue(strange.isDisjoint(with: diagnosis.causes[0].cases))
    XCTAssertEqual(diagnosis.causes[1].patterns, [], diagnosis.summary)
  }

  // MARK: - None of the mistakes

  func testRandomNumbersAreUnexplained() throws {
    for loss in try Set(committedSuite().files.map(\.loss)).sorted() {
      let patient = try Patient(loss)
      var noise = SplitMix64(state: 6)
      let diagnosis = patient.diagnosis { fixture in
        .answering(fixture) { _, _ in Double.random(in: -5...5, using: &noise) }
      }
      XCTAssertEqual(diagnosis.verdict, .unexplained, "\(loss): \(diagnosis.summary)")
      XCTAssertEqual(diagnosis.causes.flatMap(\.patterns), [], "\(loss): \(diagnosis.summary)")
    }
  }

  func testAFewTolerancesArePrecision() throws {
    let patient = try crossentropy.get()
    var noise = SplitMix64(state: 7)
    let diagnosis = patient.diagnosis { fixture in
      .answering(fixture) { golden, place in
        golden.tensor.values.doubles[place]
          + golden.tolerance[place] * Double.random(in: 2...20, using: &noise)
      }
    }
    XCTAssertEqual(diagnosis.verdict, .numerics, diagnosis.summary)
    let numerics = try XCTUnwrap(diagnosis.causes.first?.numerics)
    XCTAssertGreaterThan(numerics.element.toleranceUsed, 10)
    XCTAssertLessThan(numerics.element.toleranceUsed, Numerics.limit)
    XCTAssertGreaterThan(numerics.toleranceInUlps, 0)
  }

  func testTheIllConditionedStageIsNamed() {
    func stage(_ name: String, ulps: Double) -> Stage {
      Stage(
        name: name,
        golden: Golden(
          tensor: FixtureTensor(shape: [2], values: .float64([0, 1])),
          tolerance: [1, ulps * 1.0.ulp]))
    }
    func named(_ stages: [Stage]) -> String? {
      diagnosis([examined("x.1", [], stages: stages, answer: [1 + 1e-13, 2, 3, 4])])
        .causes.first?.numerics?.stage
    }
    let (clipped, log) = (stage("clipped", ulps: 1), stage("log", ulps: 90))
    XCTAssertEqual(named([clipped, log, stage("per_sample", ulps: 100)]), "log")
    XCTAssertEqual(named([stage("rescaled", ulps: 70), stage("log", ulps: 90)]), "rescaled")
    XCTAssertNil(named([clipped]))
    XCTAssertNil(named([]))
  }

  func testWhatIsNotAnsweredIsNotJudged() throws {
    let diagnosis = try crossentropy.get().diagnosis { _ in .broken("silence") }
    XCTAssertEqual(diagnosis.verdict, .unexplained)
    XCTAssertEqual(diagnosis.causes.flatMap(\.patterns).map(\.kind), [.broken])
    XCTAssertEqual(try crossentropy.get().diagnosis { _ in .unsupported("no") }.causes, [])
  }

  // MARK: - Patterns

  /// The patterns of answers that are made of the goldens of losses that are not reduced.
  private func patterns(
    _ loss: String = "categorical_crossentropy", dtype: String = "float32",
    _ change: (FixtureCase, [Double]) -> [Double]
  ) throws -> [Pattern.Kind] {
    func isAsked(_ fixture: FixtureCase) -> Bool {
      fixture.dtype == dtype && fixture.id.contains(".reduction.none.")
    }
    let diagnosis = try Patient(loss).diagnosis(asking: isAsked, knowing: []) { fixture in
      guard case .value(let golden, _) = fixture.expected else {
        return .error(code: "unknown", message: "")
      }
      let numbers = change(fixture, golden.tensor.values.doubles)
      return .value(golden.tensor.replacing { numbers[$0] })
    }
    XCTAssertEqual(diagnosis.verdict, .unexplained, diagnosis.summary)
    return diagnosis.causes.flatMap(\.patterns).map(\.kind)
  }

  private func ratio(_ kinds: [Pattern.Kind]) throws -> (value: Double, name: String?) {
    guard case .ratio(let value, let name) = try XCTUnwrap(kinds.first) else {
      XCTFail("\(kinds)")
      return (.nan, nil)
    }
    return (value, name)
  }

  func testAConstantRatioIsNamed() throws {
    let known = try ratio(patterns { _, numbers in numbers.map { $0 / Foundation.log(2) } })
    XCTAssertEqual(known.value, 1 / Foundation.log(2))
    XCTAssertEqual(known.name, "1/ln 2: the logarithm of base 2")
    let unknown = try ratio(patterns { _, numbers in numbers.map { $0 * 1.37 } })
    XCTAssertEqual(unknown.value, 1.37, accuracy: 1e-6)
    XCTAssertNil(unknown.name)
    let classes = try ratio(
      patterns { fixture, numbers in
        numbers.map { $0 / Double(fixture.inputs["y_pred"]?.shape.last ?? 1) }
      })
    XCTAssertEqual(classes.name, "1 / the number of classes")
  }

  func testAConstantOffset() throws {
    let kinds = try patterns { _, numbers in numbers.map { $0 + 0.25 } }
    guard case .offset(let offset) = try XCTUnwrap(kinds.first) else {
      return XCTFail("\(kinds)")
    }
    XCTAssertEqual(offset, 0.25, accuracy: 1e-5)
  }

  func testSignAndOrder() throws {
    XCTAssertEqual(try patterns { $1.map { -$0 } }.first, .sign)
    XCTAssertEqual(try patterns { $1.reversed() }.first, .permutation)
  }

  func testNarrowerNumbers() throws {
    XCTAssertTrue(
      try patterns { $1.map { Double(Float16($0 * 1.1 + 0.3)) } }
        .contains(.narrower(dtype: "float16")))
    XCTAssertTrue(
      try patterns { $1.map { BFloat16Bits($0 * 1.1 + 0.3).double } }
        .contains(.narrower(dtype: "bfloat16")))
    XCTAssertTrue(
      try patterns(dtype: "float64") { $1.map { Double(Float($0 * 1.1 + 0.3)) } }
        .contains(.narrower(dtype: "float32")))
  }

  func testSaturationAtAKnownNumber() throws {
    let kinds = try patterns { _, numbers in
      numbers.indices.map { $0 == 0 ? 3 : -Foundation.log(1e-15) }
    }
    guard case .saturation(let value, let name) = try XCTUnwrap(kinds.first) else {
      return XCTFail("\(kinds)")
    }
    XCTAssertEqual(value, 34.538776, accuracy: 1e-6)
    XCTAssertTrue(name.hasPrefix("-log 1e-15"), name)
  }

  func testNaNWhereARowSumsToZero() throws {
    let rows = FixtureTensor(shape: [3, 2], values: .float32([0, 0, 0.5, 0.5, 0, 1]))
    let golden = Golden(
      tensor: FixtureTensor(shape: [3], values: .float32([16, 1, 0])), tolerance: [0.1, 0.1, 0.1])
    let fixture = FixtureCase(
      id: "x", comment: "", flags: [], form: .function, config: [:], dtype: "float32",
      inputs: ["y_true": rows, "y_pred": rows], expected: .value(golden))
    func kinds(_ losses: [Float]) -> [Pattern.Kind] {
      let outcome = Outcome.value(FixtureTensor(shape: [3], values: .float32(losses)))
      let answer = ExaminedCase.Answer(
        outcome: outcome, comparison: Comparison(outcome, fixture.expected))
      return Diagnosis(
        loss: "x", dialect: "x", cases: [ExaminedCase(fixture, alternatives: [], answer: answer)],
        mistakes: [], dialects: []
      ).causes.flatMap(\.patterns).map(\.kind)
    }
    XCTAssertEqual(kinds([.nan, 1, 0]), [.nonFinite(.zeroSum)])
    XCTAssertEqual(kinds([.infinity, 1, .infinity]).last, .nonFinite(.zero))
    XCTAssertEqual(kinds([16, 1, .infinity]), [.nonFinite(.one)])
    XCTAssertEqual(kinds([16, .nan, 0]), [])
  }

  func testAnswersOfAnotherKindAreCounted() throws {
    let patient = try crossentropy.get()
    let single = patient.diagnosis { fixture in
      guard case .value(let golden, _) = fixture.expected, fixture.dtype == "float64" else {
        return .error(code: "unknown", message: "")
      }
      return .value(
        FixtureTensor(
          shape: golden.tensor.shape,
          values: .float32(golden.tensor.values.doubles.map { Float($0) })))
    }
    let kinds = Set(single.causes.flatMap(\.patterns).map { CauseText([]).text($0) })
    XCTAssertTrue(kinds.contains { $0.hasSuffix("answered in float32 where float64 is expected") })
    XCTAssertTrue(kinds.contains { $0.hasSuffix("refused with unknown") })
  }

  // MARK: - Uncertain numbers

  func testPrintedNumbersAreMatchedAsFarAsTheyGo() {
    let golden = Golden(
      tensor: FixtureTensor(shape: [1], values: .float64([25.32843602])), tolerance: [1e-13])
    let printed = FixtureTensor(shape: [1], values: .float64([25.328]))
    XCTAssertFalse(golden.matches(printed))
    XCTAssertTrue(golden.matches(printed, uncertainty: [0.0005]))
    var exact = Evidence()
    exact.add(golden.tensor, as: golden, instead: FixtureTensor(shape: [1], values: .float64([16])))
    var rough = Evidence()
    rough.add(
      printed, as: golden, instead: FixtureTensor(shape: [1], values: .float64([16])),
      uncertainty: [0.0005])
    XCTAssertEqual(exact.bits, 45)
    XCTAssertEqual(rough.bits, 14.2, accuracy: 0.1)
  }

  func testRepeatedNumbersProveOnce() {
    let golden = Golden(
      tensor: FixtureTensor(shape: [3], values: .float32([2, 2, 2])), tolerance: [1e-7, 1e-7, 1e-7])
    let keras = FixtureTensor(shape: [3], values: .float32([1, 1, 1]))
    var evidence = Evidence()
    evidence.add(golden.tensor, as: golden, instead: keras)
    XCTAssertEqual(evidence.bits, 20)
    evidence.add(golden.tensor, as: golden, instead: keras)
    XCTAssertEqual(evidence.bits, 20)
    evidence.add(
      FixtureTensor(shape: [3], values: .float32([0, .nan, .infinity])), as: golden, instead: keras)
    XCTAssertEqual(evidence.bits, 23, "numbers that many formulas give")
  }
}

extension Outcome {
  /// An answer whose numbers are made of the goldens; the gradient is left out.
  fileprivate static func answering(
    _ fixture: FixtureCase, _ number: (Golden, Int) -> Double
  ) -> Outcome {
    switch fixture.expected {
    case .error(let code): .error(code: code, message: "")
    case .value(let golden, _): .value(golden.tensor.replacing { number(golden, $0) })
    }
  }
}

extension Diagnosis {
  /// The diagnosis for messages of tests.
  var summary: String {
    causes.map { cause in
      let names = cause.candidates.map(\.id).joined(separator: " = ")
      let rivals = cause.rivals.map { "\($0.candidate.id) (\($0.splittingCase))" }
      return "\(cause.verdict) \(names) against \(rivals), \(cause.evidenceBits) bits, "
        + "\(cause.cases.count) cases, \(cause.unjudged.count) unjudged, \(cause.patterns)"
    }.joined(separator: "; ")
  }
}
