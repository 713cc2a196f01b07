public import LossFixtures

extension Explanation {
  /// Explains a number, or Keras's own where there is none.
  ///
  /// Tried are, in this order: what Keras gives; what other dialects and mistakes give; the same for the
  /// class and the function, where the number's shape is another than Keras's; two mistakes at once,
  /// those first that people make together; rounding; a mistake in some of the elements.
  ///
  /// - Parameters:
  ///   - inquiry: What is asked.
  ///   - oracle: What answers it.
  ///   - suite: Loads the fixtures, among which an input is found that tells causes apart, where there are
  ///     several.
  /// - Throws: `Oracle.Failure` where Keras refuses the inputs, or the oracle does not run.
  /// - Complexity: that of the oracle's answers.
  public init(
    _ inquiry: Inquiry, oracle: Oracle, suite: () -> FixtureSuite? = { nil }
  ) throws(Oracle.Failure) {
    let search = ExplanationSearch(inquiry, oracle)
    let found = try search.finding()
    let answer = found.reading.answer
    let splits = SplittingCases(
      found.candidates.count > 1 ? suite() : nil, loss: inquiry.loss, dialect: inquiry.dialect)
    let first = found.candidates.first?.candidate
    let causes = found.candidates.map { found in
      Cause(
        candidate: found.candidate, golden: found.golden,
        splitting: first.flatMap { splits.splitting($0, found.candidate) })
    }
    let range = answer.fixture.possibleRange(loss: inquiry.loss)
    let steps = try search.steps(of: first, in: found.reading)
    var areRelated = true
    for other in causes.dropFirst().prefix(Self.mostCompared) where areRelated {
      let own = try search.steps(of: other.candidate, in: found.reading)
      areRelated = own.departure?.stage == steps.departure?.stage
    }
    self.init(
      verdict: found.verdict(of: inquiry.actual, range: range, areRelated: areRelated),
      question: found.reading.question, fixture: answer.fixture, actual: inquiry.actual,
      causes: causes, unexplained: found.unexplained, evidenceBits: found.evidenceBits,
      isCutOff: found.printing == .cutOff, steps: steps,
      patterns: found.kind == .nothing ? search.patterns(in: found.reading) : [], range: range,
      catalogue: answer.catalogue)
  }
}

extension Explanation {
  /// Of more causes than this it is not asked where they depart.
  private static let mostCompared = 8
}

/// A way to understand what is asked: a form and a dtype, with what the oracle says to that.
private struct Reading {
  let question: Question
  let answer: QuestionAnswer

  /// What a candidate gives that is not what Keras gives.
  struct Offer {
    let candidate: Candidate
    let golden: Golden
    /// The dtype computed in, where it is narrower.
    let dtype: String?
  }

  /// Keras's losses.
  var keras: Golden? {
    if case .value(let golden, _) = answer.fixture.expected { golden } else { nil }
  }

  /// What mistakes, or two at once, give.
  var mistakes: [Offer] {
    var offers: [Offer] = []
    for alternative in answer.diagnosis.alternatives(to: answer.fixture) ?? [] {
      guard case .value(let golden) = alternative.answer else { continue }
      offers += alternative.mistakes.map {
        Offer(candidate: .mistake($0), golden: golden, dtype: alternative.dtype)
      }
    }
    return offers
  }

  /// What other dialects give.
  var dialects: [Offer] {
    answer.dialects.sorted { $0.key < $1.key }.compactMap { id, expected in
      guard case .value(let golden, _) = expected, golden.tensor != keras?.tensor else {
        return nil
      }
      return Offer(candidate: .dialect(id), golden: golden, dtype: nil)
    }
  }
}

/// What was found: how the question is understood, and what gives the number.
private struct Finding {
  let kind: Kind
  let reading: Reading
  var candidates: [(candidate: Candidate, golden: Golden)] = []
  var unexplained: [Int] = []
  var evidenceBits = 0.0
  var printing = GivenNumbers.Printing.rounded

  enum Kind { case asked, right, numerics, found, partial, nothing }

  /// The verdict; causes are related that depart at the same stage.
  func verdict(
    of actual: GivenNumbers?, range: ClosedRange<Double>?, areRelated: Bool
  ) -> Explanation.Verdict {
    switch kind {
    case .asked: return .keras
    case .right: return .right
    case .numerics: return .numerics
    case .partial: return .partial
    case .nothing:
      guard let actual, let range else { return .unexplained }
      let (middles, widths) = actual.ranges(.rounded)
      let isPossible = zip(middles, widths).allSatisfy { number, width in
        // Rounding may lead out of the range a little.
        let slack = width + 1e-5 * max(1, number.magnitude)
        return number + slack >= range.lowerBound && number - slack <= range.upperBound
      }
      return isPossible ? .unexplained : .impossible
    case .found: break
    }
    // Another dialect is an answer, whatever else gives the number.
    if case .dialect = candidates.first?.candidate { return .explained }
    return candidates.count == 1 ? .explained : areRelated ? .family : .ambiguous
  }
}

/// The search for what gives a number.
private struct ExplanationSearch {
  private let inquiry: Inquiry
  private let oracle: Oracle

  /// An agreement of fewer bits may well be chance, and is not reported.
  private static let leastEvidence = 4.0
  /// There are thousands of pairs: one of them is near most numbers.
  private static let leastEvidenceOfPairs = 6.0
  /// A mistake that gives some of the elements alone is against what mistakes are.
  private static let leastEvidenceOfParts = 16.0

  init(_ inquiry: Inquiry, _ oracle: Oracle) {
    self.inquiry = inquiry
    self.oracle = oracle
  }

  func finding() throws(Oracle.Failure) -> Finding {
    var readings: [Reading] = []
    for dtype in inquiry.dtypes {
      readings.append(try reading(inquiry.question(inquiry.likelyForm, dtype)))
    }
    guard let actual = inquiry.actual else { return Finding(kind: .asked, reading: readings[0]) }
    if let found = right(readings) ?? single(readings) { return found }
    var others: [Reading] = []
    for reading in readings {
      guard let shape = reading.keras?.tensor.shape else { continue }
      for question in inquiry.otherQuestions(shape: shape, dtype: reading.question.dtype) {
        others.append(try self.reading(question))
      }
    }
    if let found = right(others) ?? single(others) { return found }
    let least = Self.leastEvidence
    if let found = pair(readings, least) ?? pair(others, least) { return found }
    for all in [readings, others] {
      var asked: [Reading] = []
      for reading in all { asked.append(try self.reading(reading.question, .pairs)) }
      if let found = pair(asked, Self.leastEvidenceOfPairs) { return found }
    }
    return numerics(readings + others) ?? partial(readings)
      ?? Finding(
        kind: .nothing,
        reading: (readings + others).first { reading in
          reading.keras.map { actual.fits($0.tensor.shape) } ?? false
        } ?? readings[0])
  }

  /// The stages of Keras, and of a cause beside them.
  func steps(of cause: Candidate?, in reading: Reading) throws(Oracle.Failure) -> Steps {
    let fixture = reading.answer.fixture
    let keras = reading.answer.diagnosis.stages(of: fixture)
    let own: QuestionAnswer
    switch cause {
    case nil: return Steps(keras: keras)
    case .mistake(let id): own = try oracle.answer(reading.question, .stages(ofMistake: id))
    case .dialect(let id):
      var question = reading.question
      question.dialect = id
      own = try oracle.answer(question)
    }
    return Steps(
      keras: keras, own: own.diagnosis.stages(of: own.fixture), inputs: fixture.inputs)
  }

  /// What the number has in common with Keras's.
  func patterns(in reading: Reading) -> [Pattern] {
    guard let keras = reading.keras, let (tensor, widths) = numbers(of: keras, .rounded) else {
      return []
    }
    let loose = Golden(
      tensor: keras.tensor, tolerance: zip(keras.tolerance, widths).map { $0 + $1 })
    let own = reading.answer.fixture
    let fixture = FixtureCase(
      id: own.id, comment: own.comment, flags: own.flags, form: own.form, config: own.config,
      dtype: own.dtype, inputs: own.inputs, expected: .value(loose))
    let outcome = Outcome.value(tensor)
    let answer = ExaminedCase.Answer(
      outcome: outcome, comparison: Comparison(outcome, fixture.expected), uncertainty: widths)
    return Pattern.found(
      in: [ExaminedCase(fixture, alternatives: nil, answer: answer)])
  }

  private func reading(
    _ question: Question, _ wish: Question.Wish = .mistakes
  ) throws(Oracle.Failure) -> Reading {
    Reading(question: question, answer: try oracle.answer(question, wish))
  }

  // MARK: - What gives the number

  private func right(_ readings: [Reading]) -> Finding? {
    for printing in printings {
      for reading in readings {
        guard let keras = reading.keras, matches(keras, printing: printing) else { continue }
        return Finding(
          kind: .right, reading: reading,
          evidenceBits: bits(keras, instead: nil, printing, tried: 1), printing: printing)
      }
    }
    return nil
  }

  /// Other dialects and single mistakes.
  private func single(_ readings: [Reading]) -> Finding? {
    // NaN and infinities prove little, but few mistakes give them.
    let isFinite = inquiry.actual?.values.allSatisfy(\.isFinite) ?? true
    return found(readings, isFinite ? Self.leastEvidence : 0) { reading in
      reading.dialects + reading.mistakes.filter { !$0.candidate.isPair }
    }
  }

  /// Two mistakes at once, neither of which gives the number alone.
  private func pair(_ readings: [Reading], _ least: Double) -> Finding? {
    found(readings, least) { reading in reading.mistakes.filter(\.candidate.isPair) }
  }

  private func found(
    _ readings: [Reading], _ least: Double, _ offers: (Reading) -> [Reading.Offer]
  ) -> Finding? {
    let all = readings.map { (reading: $0, offers: offers($0)) }
    // What is there to be tried, however it is printed.
    let tried = all.map(\.offers.count).reduce(0, +)
    for printing in printings {
      for (reading, offers) in all {
        let matching = offers.filter {
          matches($0.golden, dtype: $0.dtype, printing: printing)
        }
        guard let first = matching.first else { continue }
        let bits = bits(first.golden, instead: reading.keras, printing, tried: tried)
        guard bits >= least else { continue }
        return Finding(
          kind: .found, reading: reading,
          candidates: matching.map { ($0.candidate, $0.golden) }, evidenceBits: bits,
          printing: printing)
      }
    }
    return nil
  }

  private func numerics(_ readings: [Reading]) -> Finding? {
    let reading = readings.first { reading in
      guard let keras = reading.keras else { return false }
      let loose = Golden(
        tensor: keras.tensor, tolerance: keras.tolerance.map { $0 * Numerics.limit })
      return matches(loose, printing: .rounded)
    }
    return reading.map { Finding(kind: .numerics, reading: $0) }
  }

  /// The mistake that gives most of the elements that are not Keras's.
  private func partial(_ readings: [Reading]) -> Finding? {
    var best: (finding: Finding, count: Int)?
    for reading in readings {
      guard let keras = reading.keras, let actual = numbers(of: keras, .rounded) else { continue }
      let wrong = keras.differing(actual.tensor, actual.widths)
      for offer in reading.mistakes + reading.dialects {
        guard offer.golden.tensor.shape == keras.tensor.shape else { continue }
        let open = Set(offer.golden.differing(actual.tensor, actual.widths))
        let explained = wrong.filter { !open.contains($0) }
        guard explained.count > best?.count ?? 0 else { continue }
        let bits =
          evidence(explained, offer.golden, keras, actual)
          - binaryLogarithm(Double(reading.mistakes.count + reading.dialects.count))
        guard bits >= Self.leastEvidenceOfParts else { continue }
        let finding = Finding(
          kind: .partial, reading: reading, candidates: [(offer.candidate, offer.golden)],
          unexplained: wrong.filter(open.contains), evidenceBits: bits)
        best = (finding, explained.count)
      }
    }
    return best?.finding
  }

  // MARK: - Matching

  private var printings: [GivenNumbers.Printing] {
    inquiry.actual?.isPrinted == true ? [.rounded, .cutOff] : [.rounded]
  }

  /// The number in the shape and the dtype of a golden; `nil` where its shape is another.
  private func numbers(
    of golden: Golden, _ printing: GivenNumbers.Printing
  ) -> (tensor: FixtureTensor, widths: [Double])? {
    guard let actual = inquiry.actual, actual.fits(golden.tensor.shape) else { return nil }
    let (middles, widths) = actual.ranges(printing)
    let tensor = GivenNumbers(shape: golden.tensor.shape, values: middles, units: widths)
      .tensor(dtype: golden.tensor.values.dtype)
    return tensor.map { ($0, widths) }
  }

  private func matches(
    _ golden: Golden, dtype: String? = nil, printing: GivenNumbers.Printing
  ) -> Bool {
    guard let (tensor, widths) = numbers(of: golden, printing) else { return false }
    if let narrow = dtype.flatMap(NumberFormat.init) {
      let areNarrow = zip(tensor.values.doubles, widths).allSatisfy { number, width in
        !number.isFinite || (narrow.rounded(number) - number).magnitude <= width
      }
      guard areNarrow else { return false }
    }
    return golden.matches(tensor, uncertainty: widths)
  }

  private func bits(
    _ golden: Golden, instead keras: Golden?, _ printing: GivenNumbers.Printing, tried: Int
  ) -> Double {
    guard let (tensor, widths) = numbers(of: golden, printing) else { return 0 }
    var evidence = Evidence()
    evidence.add(tensor, as: golden, instead: keras?.tensor, uncertainty: widths)
    // Rounded, so that it is the same on every machine.
    let bits = evidence.bits - binaryLogarithm(Double(max(tried, 1)))
    return max(0, (bits * 10).rounded() / 10)
  }

  /// What the agreement at some elements proves.
  private func evidence(
    _ places: [Int], _ golden: Golden, _ keras: Golden,
    _ actual: (tensor: FixtureTensor, widths: [Double])
  ) -> Double {
    var evidence = Evidence()
    let chosen = [golden.tensor, keras.tensor, actual.tensor].compactMap { tensor in
      GivenNumbers(
        shape: [places.count], values: places.map { tensor.values.doubles[$0] }, units: []
      ).tensor(dtype: tensor.values.dtype)
    }
    guard chosen.count == 3 else { return 0 }
    evidence.add(
      chosen[2], as: Golden(tensor: chosen[0], tolerance: places.map { golden.tolerance[$0] }),
      instead: chosen[1], uncertainty: places.map { actual.widths[$0] })
    return evidence.bits
  }
}

extension Golden {
  /// The offsets of the elements of an answer of this shape that are not what the golden says.
  fileprivate func differing(_ actual: FixtureTensor, _ widths: [Double]) -> [Int] {
    let (numbers, expected) = (actual.values.doubles, tensor.values.doubles)
    return expected.indices.filter { place in
      let (number, golden) = (numbers[place], expected[place])
      if number == golden || number.isNaN && golden.isNaN { return false }
      return !((number - golden).magnitude <= tolerance[place] + widths[place])
    }
  }
}

extension Golden {
  /// How far two goldens are apart at most.
  ///
  /// Infinities are as far as may be; NaN and other shapes say little of a formula.
  fileprivate func distance(from other: Golden) -> Double {
    guard tensor.shape == other.tensor.shape else { return 0 }
    let distances = zip(tensor.values.doubles, other.tensor.values.doubles).map { one, another in
      one == another || one.isNaN && another.isNaN ? 0 : (one - another).magnitude
    }
    return distances.map { $0.isNaN ? 0 : min($0, .greatestFiniteMagnitude) }.max() ?? 0
  }
}

/// Cases of the fixtures at which candidates differ.
private struct SplittingCases {
  /// The cases that have what mistakes answer: those without weights and masks first, the smallest first.
  private let cases: [ExaminedCase]
  /// The ids of the mistakes of which these cases know the answers.
  private let known: Set<String>

  init(_ suite: FixtureSuite?, loss: String, dialect: String) {
    let file = suite?.files.first { $0.loss == loss && $0.dialect == dialect }
    guard let suite, let file, let questions = try? Diagnosis.Questions(of: file, in: suite) else {
      (cases, known) = ([], [])
      return
    }
    known = Set(questions.mistakes)
    func size(_ examined: ExaminedCase) -> [Int] {
      let fixture = examined.fixture
      let count = fixture.inputs["y_pred"]?.values.count ?? 0
      return [fixture.inputs.count, count, fixture.dtype == "float64" ? 0 : 1]
    }
    cases = questions.cases.filter { examined in
      examined.alternatives != nil && ["float32", "float64"].contains(examined.fixture.dtype)
    }
    .enumerated().sorted {
      (size($0.element) + [$0.offset]).lexicographicallyPrecedes(
        size($1.element) + [$1.offset])
    }.map(\.element)
  }

  /// Among cases of at most this many predictions the one is taken that shows most.
  private static let smallest = 12

  /// A small case at which two candidates give different losses.
  func splitting(_ first: Candidate, _ other: Candidate) -> Explanation.Splitting? {
    guard first != other, known.isSuperset(of: first.mistakes + other.mistakes) else {
      return nil
    }
    var best: (splitting: Explanation.Splitting, distance: Double)?
    for examined in cases {
      let inputs = examined.fixture.inputs
      let isPlain = inputs.count == 2 && inputs["y_pred"]?.values.count ?? 0 <= Self.smallest
      if let best, !isPlain { return best.splitting }
      let predictions = [first, other].map { $0.prediction(for: examined) }
      let goldens = predictions.compactMap { golden($0, examined) }
      guard goldens.count == 2, examined.separates(predictions[0], predictions[1]),
        goldens[0].isDistinct(from: goldens[1])
      else { continue }
      let distance = goldens[0].distance(from: goldens[1])
      guard distance > best?.distance ?? -1 else { continue }
      best = (
        Explanation.Splitting(
          fixture: examined.fixture, first: goldens[0], other: goldens[1]), distance
      )
    }
    return best?.splitting
  }

  private func golden(_ prediction: Prediction, _ examined: ExaminedCase) -> Golden? {
    switch (prediction, examined.fixture.expected) {
    case (.value(let golden, _, _), _): golden
    case (.keras, .value(let golden, _)), (.gradient, .value(let golden, _)): golden
    default: nil
    }
  }
}
