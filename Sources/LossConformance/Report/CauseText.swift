public import LossFixtures

/// Causes in words.
public struct CauseText: Sendable {
  private static let mostListed = 5

  private let mistakes: [String: Mistake]

  /// Creates a description in the words of a catalogue.
  public init(_ mistakes: [Mistake]) {
    self.mistakes = Dictionary(mistakes.map { ($0.id, $0) }) { first, _ in first }
  }

  // MARK: - In a few words

  /// A candidate by its title: `rescale skipped and sum for mean`.
  public func title(_ candidate: Candidate) -> String {
    switch candidate {
    case .dialect(let id): "the dialect \(id)"
    case .mistake:
      candidate.mistakes.map { mistakes[$0]?.title ?? $0 }.joined(separator: " and ")
    }
  }

  /// What is behind failing cases: the first candidate, or that there is none.
  func title(_ cause: Cause) -> String {
    switch cause.verdict {
    case .numerics: "precision, not semantics"
    case .unexplained: "unexplained"
    case .explained, .ambiguous, .partial: cause.candidates.first.map(title) ?? ""
    }
  }

  /// What is behind a failing case, in a line.
  public func title(_ cause: Cause, for id: String) -> String {
    switch cause.verdict {
    case .numerics, .unexplained: return title(cause)
    case .explained, .ambiguous, .partial:
      var text = title(cause)
      if let rival = cause.rivals.first {
        text += ", or \(cause.rivals.count == 1 ? title(rival.candidate) : "another, see above")"
      } else if cause.isWeak {
        text += ", or chance"
      }
      return text + (cause.unjudged.contains(id) ? " (this case could not be judged)" : "")
    }
  }

  // MARK: - In paragraphs

  /// The heading of a cause: how sure it is, and what it is.
  public func heading(_ cause: Cause) -> String {
    switch cause.verdict {
    case .numerics: "numerics: precision, not semantics"
    case .unexplained: "unexplained: no known mistake or dialect gives these answers"
    case .explained, .ambiguous, .partial:
      "\(cause.verdict): \(cause.candidates.first.map(title) ?? "")"
    }
  }

  /// What is known of a cause, paragraph by paragraph.
  ///
  /// - Parameters:
  ///   - cause: The cause.
  ///   - failing: How many cases of its loss and dialect failed.
  ///   - isKnown: Whether the reader was told before what the mistake is.
  /// - Returns: Sentences, not broken into lines.
  public func paragraphs(_ cause: Cause, failing: Int, isKnown: Bool = false) -> [String] {
    switch cause.verdict {
    case .numerics, .unexplained:
      ["\(cause.cases.count) of \(counted(failing, "failing case"))."] + numerics(cause)
        + cause.patterns.map { "Pattern: \(text($0))." }
    case .explained, .ambiguous, .partial:
      evidence(cause, of: failing) + (isKnown ? [] : explanation(cause)) + alternatives(cause)
    }
  }

  private func evidence(_ cause: Cause, of failing: Int) -> [String] {
    let bits = "\(Int(cause.evidenceBits)) bits of evidence"
    var text =
      "Gives the answers of \(cause.reproduced) of \(counted(failing, "failing case")), to "
      + "rounding; "
    text +=
      cause.isWeak ? "weak evidence (\(Int(cause.evidenceBits)) bits): may be chance." : "\(bits)."
    if !cause.unjudged.isEmpty {
      text +=
        " \(counted(cause.unjudged.count, "more case")) could not be judged: too large, decided by "
        + "rounding, or only the gradient fails."
    }
    if cause.unjudgedGradients > 0 {
      text += " \(counted(cause.unjudgedGradients, "failing gradient")) could not be judged."
    }
    return [text]
  }

  private func explanation(_ cause: Cause) -> [String] {
    guard let first = cause.candidates.first else { return [] }
    if case .dialect(let id) = first {
      return ["That dialect answers so; \"--dialect \(id)\" asks for it."]
    }
    let known = first.mistakes.compactMap { mistakes[$0] }
    return known.map(\.explanation) + known.map { "Fix: \($0.fix)" }
  }

  private func alternatives(_ cause: Cause) -> [String] {
    var texts: [String] = []
    let family = cause.candidates.dropFirst()
    if !family.isEmpty {
      texts.append(
        "The same in every case of the loss: \(listedText(family.map(title), most: Self.mostListed))."
      )
    }
    if !cause.rivals.isEmpty {
      let rivals = cause.rivals.map { "\(title($0.candidate)) (told apart by \($0.splittingCase))" }
      texts.append("May be instead: \(listedText(rivals, most: Self.mostListed)).")
    }
    return texts
  }

  private func numerics(_ cause: Cause) -> [String] {
    guard let numerics = cause.numerics else { return [] }
    let element = numerics.element
    let off = decimalText(element.toleranceUsed, digits: 3)
    let ulps = decimalText(numerics.toleranceInUlps, digits: 3)
    let place = numerics.stage.map { " from the stage \($0) on" } ?? ""
    let condition =
      numerics.toleranceInUlps > Self.illConditioned
      ? "ill-conditioned\(place): rounding anywhere before may move it that far"
      : "well-conditioned: the last steps lose precision"
    return [
      "Every failing element is off by at most \(off) times its tolerance. The furthest is "
        + "\(numerics.part)\(element.index.isEmpty ? "" : " \(element.index)") of "
        + "\(numerics.caseID); its tolerance is \(ulps) ulp, \(condition)."
    ]
  }

  /// A tolerance of more ulp than this is that of an ill-conditioned element.
  private static let illConditioned = 32.0

  // MARK: - Patterns

  /// A pattern as a clause.
  public func text(_ pattern: Pattern) -> String {
    let cases = counted(pattern.cases, "case")
    return switch pattern.kind {
    case .broken: "\(cases) without an answer"
    case .unanswered: "\(cases) without the gradient that is asked for"
    case .refused(let code): "\(cases) refused with \(code)"
    case .accepted(let code): "\(cases) answered where Keras refuses with \(code)"
    case .dtype(let actual, let expected):
      "\(cases) answered in \(actual) where \(expected) is expected"
    case .shape(let actual, let expected):
      "\(cases) of another shape, as \(actual) for \(expected)"
    case .ratio(let ratio, let name): text(ratio, name)
    case .offset(let offset): "every element differs by \(decimalText(offset, digits: 6))"
    case .sign: "the sign of every failing element is wrong"
    case .transposition: "the right numbers with the two last axes exchanged"
    case .permutation: "the right numbers in another order"
    case .narrower(let dtype): "every number is one of \(dtype)"
    case .saturation(let value, let name):
      "most failing elements are \(decimalText(value, digits: 8)): \(name)"
    case .constant(let value): "every failing element is \(decimalText(value, digits: 8))"
    case .nonFinite(let place): "NaN or infinity exactly where \(text(place))"
    }
  }

  private func text(_ ratio: Double, _ name: String?) -> String {
    let times =
      ratio.isNaN ? name ?? "" : decimalText(ratio, digits: 6) + (name.map { " (\($0))" } ?? "")
    return "every element is \(times) times what it should be"
  }

  private func text(_ place: Pattern.Place) -> String {
    switch place {
    case .zeroSum: "a row of y_pred sums to zero"
    case .zero: "y_pred is 0"
    case .one: "y_pred is 1"
    case .zeroOrOne: "y_pred is 0 or 1"
    }
  }
}

/// A number of things: `1 case`, `2 cases`.
func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}

/// Some texts, and how many more there are: `a, b and 3 more`.
func listedText(_ texts: [String], most: Int) -> String {
  let shown = texts.prefix(most).joined(separator: ", ")
  return texts.count > most ? "\(shown) and \(texts.count - most) more" : shown
}
