import LossFixtures

extension Diagnosis {
  /// Finds the causes behind the failing cases of a loss in a dialect.
  ///
  /// A candidate must not be contradicted by any passing case. One that reproduces all failing cases
  /// that it can be judged by is the cause; then two that share them; then up to three, the one of most
  /// cases first, and what remains is a lack of precision or unexplained.
  ///
  /// Nothing failed, no causes.
  ///
  /// - Parameters:
  ///   - loss: The loss by Keras's name.
  ///   - dialect: The dialect's id.
  ///   - cases: All cases of the loss in the dialect: those that were asked with their answers, and
  ///     the others, which may tell candidates apart.
  ///   - mistakes: The ids of the mistakes that can be made in the dialect.
  ///   - dialects: The ids of the other dialects.
  /// - Complexity: O(cases * candidates + elements of the alternatives); O(failing cases *
  ///   candidates^2) of those that reproduce some failing case.
  public init(
    loss: String, dialect: String, cases: [ExaminedCase], mistakes: [String], dialects: [String]
  ) {
    let candidates = mistakes.map(Candidate.mistake) + dialects.map(Candidate.dialect)
    let search = CandidateSearch(cases: cases, candidates: candidates)
    self.init(loss: loss, dialect: dialect, causes: search.causes())
  }
}

/// Finds the candidates behind failing cases.
private struct CandidateSearch {
  private let cases: [ExaminedCase]
  private let tried: Int
  /// The places of the failing cases whose answers tell something about the formula.
  private let failing: Set<Int>
  /// The candidates that reproduce a failing case, and that no passing case contradicts.
  private let standings: [Standing]

  /// How a candidate does on the failing cases, by their places.
  private struct Standing {
    let candidate: Candidate
    var reproduced: Set<Int> = []
    var contradicted: Set<Int> = []
    var undecided: Set<Int> = []
  }

  private static let mostBlocks = 3

  init(cases: [ExaminedCase], candidates: [Candidate]) {
    self.cases = cases
    tried = candidates.count
    let failing = cases.indices.filter { cases[$0].isJudgeable }
    let passing = cases.indices.filter { cases[$0].answer?.comparison.status == .passed }
    self.failing = Set(failing)
    let withGradients = Self.mistakesWithGradients(cases)
    standings = candidates.compactMap { candidate in
      let knowsGradients = candidate.mistakes.contains(where: withGradients.contains)
      func judge(_ place: Int) -> Judgement {
        cases[place].judge(
          candidate.prediction(for: cases[place]), knowsGradients: knowsGradients)
      }
      var standing = Standing(candidate: candidate)
      for place in failing {
        switch judge(place) {
        case .reproduced: standing.reproduced.insert(place)
        case .contradicted: standing.contradicted.insert(place)
        case .undecided: standing.undecided.insert(place)
        case .unaffected: break
        }
      }
      guard !standing.reproduced.isEmpty else { return nil }
      return passing.contains { judge($0) == .contradicted } ? nil : standing
    }
  }

  /// The mistakes whose gradients are stored wherever they matter: those of which there is one.
  private static func mistakesWithGradients(_ cases: [ExaminedCase]) -> Set<String> {
    var found: Set<String> = []
    for alternative in cases.lazy.compactMap(\.alternatives).joined() {
      if case .gradient = alternative.answer { found.formUnion(alternative.mistakes) }
    }
    return found
  }

  // MARK: - Which candidates

  func causes() -> [Cause] {
    let failed = cases.indices.filter { cases[$0].answer?.comparison.status == .failed }
    var blocks = explainingAll() ?? sharingAll() ?? mostFirst()
    var remaining = Set(failed).subtracting(blocks.flatMap(\.cases))
    // What a candidate can not be judged by stays with the first one that may be behind it.
    for place in blocks.indices {
      let own = remaining.intersection(blocks[place].standings[0].undecided)
      blocks[place].unjudged = own
      remaining.subtract(own)
    }
    let isWhole = remaining.isEmpty
    return blocks.map { cause(of: $0, isWhole: isWhole) }
      + rest(remaining.sorted().map { cases[$0] })
  }

  /// Failing cases that candidates reproduce, which all do equally well.
  private struct Block {
    var standings: [Standing]
    var cases: Set<Int>
    var unjudged: Set<Int> = []
    /// What choosing the candidates among others costs, in bits.
    var cost: Double
  }

  /// The block of the candidates that reproduce every failing case that they can be judged by.
  private func explainingAll() -> [Block]? {
    let whole = standings.filter {
      $0.reproduced.union($0.undecided).isSuperset(of: failing)
    }
    let singles = whole.filter { !$0.candidate.isPair }
    let found = ranked(singles.isEmpty ? whole : singles)
    guard let first = found.first else { return nil }
    return [Block(standings: found, cases: first.reproduced, cost: costOfTrying)]
  }

  /// The blocks of two candidates that share the failing cases, where both are needed.
  private func sharingAll() -> [Block]? {
    let singles = standings.filter { !$0.candidate.isPair }
    return sharingAll(singles) ?? sharingAll(standings)
  }

  private func sharingAll(_ standings: [Standing]) -> [Block]? {
    var best: (blocks: [Block], cases: Int, bits: Double)?
    for (place, first) in standings.enumerated() {
      for second in standings[(place + 1)...] where canShare(first, second) {
        let (large, small) =
          first.reproduced.count >= second.reproduced.count ? (first, second) : (second, first)
        let cost = costOfTrying + binaryLogarithm(Double(max(standings.count, 1)))
        var blocks = [
          Block(standings: [large], cases: large.reproduced, cost: cost),
          Block(
            standings: [small], cases: small.reproduced.subtracting(large.reproduced), cost: cost),
        ]
        let bits = blocks.map(bits(of:))
        guard bits.allSatisfy({ $0 >= Cause.weakEvidence }) else { continue }
        let covered = large.reproduced.union(small.reproduced).count
        let total = bits.reduce(0, +)
        guard covered > best?.cases ?? 0 || covered == best?.cases && total > best?.bits ?? 0
        else { continue }
        for (own, partner) in [(0, small), (1, large)] {
          blocks[own].standings += standings.filter { rival in
            rival.candidate != large.candidate && rival.candidate != small.candidate
              && !rival.candidate.isPair && rival.reproduced.isSuperset(of: blocks[own].cases)
              && canShare(rival, partner)
          }
        }
        best = (blocks, covered, total)
      }
    }
    return best?.blocks
  }

  /// Whether each failing case is reproduced by one of two, or is one by which they can't be judged:
  /// where both matter, nobody knows what they give together.
  private func canShare(_ first: Standing, _ second: Standing) -> Bool {
    let reproduced = first.reproduced.union(second.reproduced)
    guard reproduced.count > first.reproduced.count, reproduced.count > second.reproduced.count
    else { return false }
    let both = first.contradicted.intersection(second.contradicted).subtracting(reproduced)
    let open = first.undecided.union(second.undecided)
    return both.count < reproduced.count
      && reproduced.union(both).union(open).isSuperset(of: failing)
  }

  /// The blocks of up to three candidates, the one that reproduces most of the cases that remain first.
  private func mostFirst() -> [Block] {
    var blocks: [Block] = []
    var remaining = failing
    while blocks.count < Self.mostBlocks, let next = largestBlock(of: remaining) {
      blocks.append(next)
      remaining.subtract(next.cases)
    }
    return blocks
  }

  /// The candidates that reproduce most of some failing cases, and speak against few of them.
  private func largestBlock(of remaining: Set<Int>) -> Block? {
    let open = standings.compactMap { standing -> Standing? in
      var own = standing
      own.reproduced.formIntersection(remaining)
      own.contradicted.formIntersection(remaining)
      return own.reproduced.count > own.contradicted.count ? own : nil
    }
    guard let most = open.map(\.reproduced.count).max() else { return nil }
    let found = ranked(open.filter { $0.reproduced.count == most }).first { standing in
      standing.contradicted.isEmpty || bits(of: block(of: standing)) >= Cause.weakEvidence
    }
    guard let found else { return nil }
    var best = block(of: found)
    best.standings += ranked(
      open.filter {
        $0.candidate != found.candidate && $0.reproduced == found.reproduced
          && (found.candidate.isPair || !$0.candidate.isPair)
          && $0.contradicted.count <= found.contradicted.count
      })
    return best
  }

  /// The block of a candidate that reproduces some of the cases that it could.
  private func block(of standing: Standing) -> Block {
    let judged = standing.reproduced.count + standing.contradicted.count
    return Block(
      standings: [standing], cases: standing.reproduced,
      cost: costOfTrying + binaryLogarithmOfChoices(standing.reproduced.count, of: judged))
  }

  /// The best first: fewest contradictions, most small cases, mistakes before pairs before dialects.
  private func ranked(_ standings: [Standing]) -> [Standing] {
    func rank(_ standing: Standing) -> [Int] {
      let small = standing.reproduced.count { cases[$0].alternatives != nil }
      let kind =
        switch standing.candidate {
        case .mistake: standing.candidate.isPair ? 1 : 0
        case .dialect: 2
        }
      return [standing.contradicted.count, -small, kind]
    }
    return standings.enumerated()
      .sorted {
        (rank($0.element) + [$0.offset]).lexicographicallyPrecedes(
          rank($1.element) + [$1.offset])
      }
      .map(\.element)
  }

  // MARK: - How sure

  /// What trying many candidates costs, in bits.
  private var costOfTrying: Double { binaryLogarithm(Double(max(tried, 1))) }

  private func bits(of block: Block) -> Double {
    var evidence = Evidence()
    let candidate = block.standings[0].candidate
    for place in block.cases.sorted() {
      cases[place].addEvidence(of: candidate.prediction(for: cases[place]), to: &evidence)
    }
    return evidence.bits - block.cost
  }

  private func cause(of block: Block, isWhole: Bool) -> Cause {
    let first = block.standings[0].candidate
    var family = [first]
    var rivals: [Cause.Rival] = []
    for other in block.standings.dropFirst().map(\.candidate) {
      if let id = splittingCase(first, other) {
        rivals.append(Cause.Rival(candidate: other, splittingCase: id))
      } else {
        family.append(other)
      }
    }
    // Rounded, so that it is the same on every machine.
    let bits = (max(0, bits(of: block)) * 10).rounded() / 10
    let isSure = rivals.isEmpty && bits >= Cause.weakEvidence
    let gradients = block.cases.count { place in
      guard cases[place].answer?.comparison.failures.contains(.gradient) == true else {
        return false
      }
      if case .value(_, nil, _) = first.prediction(for: cases[place]) { return true }
      return false
    }
    let unjudged = block.unjudged
    return Cause(
      verdict: isSure ? (isWhole ? .explained : .partial) : .ambiguous, candidates: family,
      rivals: rivals, evidenceBits: bits,
      cases: block.cases.union(unjudged).sorted().map { cases[$0].fixture.id },
      unjudged: unjudged.sorted().map { cases[$0].fixture.id },
      unjudgedGradients: gradients + unjudged.count { cases[$0].failsByGradient }, patterns: [],
      numerics: nil)
  }

  /// The first case at which two candidates give different answers.
  private func splittingCase(_ first: Candidate, _ second: Candidate) -> String? {
    cases.first { $0.separates(first.prediction(for: $0), second.prediction(for: $0)) }?.fixture.id
  }

  /// The cause of the cases that no candidate reproduces: a lack of precision, or unknown.
  private func rest(_ remaining: [ExaminedCase]) -> [Cause] {
    guard !remaining.isEmpty else { return [] }
    let numerics = Numerics(remaining)
    return [
      Cause(
        verdict: numerics == nil ? .unexplained : .numerics, candidates: [], rivals: [],
        evidenceBits: 0, cases: remaining.map(\.fixture.id), unjudged: [], unjudgedGradients: 0,
        patterns: Pattern.found(in: remaining), numerics: numerics)
    ]
  }
}
