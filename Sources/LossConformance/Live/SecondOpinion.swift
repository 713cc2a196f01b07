import LossFixtures

/// What the exact oracle says of a question that failed, and why the answer differs.
public struct SecondOpinion: Sendable {
  /// Whether the exact oracle says the same as the reference.
  public let verdict: Verdict
  /// What is behind the difference, where the exact oracle confirms it and the answer is a value.
  public let cause: Cause?
  /// The words for causes.
  let words: CauseText

  /// Whether the exact oracle says the same as the reference.
  public enum Verdict: Equatable, Sendable {
    /// The answer is wrong by the exact oracle as well.
    case confirmed
    /// By the exact oracle the answer is right: the reference's number or tolerance is wrong.
    case refuted
    /// Rounding decides what Keras gives, as the exact oracle says: there was nothing to compare.
    case undecided(String)
    /// It was not asked, or does not answer.
    case missing(String)
  }

  private init(_ verdict: Verdict, cause: Cause? = nil, mistakes: [Mistake] = []) {
    self.verdict = verdict
    self.cause = cause
    words = CauseText(mistakes)
  }

  /// Asks the exact oracle.
  ///
  /// - Complexity: that of exact arithmetic: some seconds at most.
  init(of failure: LiveFailure, _ asked: GeneratedQuestion, oracle: Oracle?) {
    guard let oracle else {
      self.init(.missing("it was not asked"))
      return
    }
    do throws(Oracle.Failure) {
      let answer = try oracle.answer(asked.question, gradient: asked.gradient)
      self.init(failure, answer)
    } catch {
      self.init(failure, error)
    }
  }

  private init(_ failure: LiveFailure, _ answer: QuestionAnswer) {
    guard case .answer(let judged) = failure else {
      // The reference has no answer, the exact oracle has one.
      self.init(.refuted)
      return
    }
    let comparison = Comparison(
      judged.outcome, answer.fixture.expected, gradients: judged.comparison.gradients)
    guard comparison.status == .failed else {
      self.init(.refuted)
      return
    }
    let examined = ExaminedCase(
      answer.fixture, alternatives: answer.diagnosis.alternatives(to: answer.fixture),
      dialects: answer.dialects, stages: answer.diagnosis.stages(of: answer.fixture),
      answer: ExaminedCase.Answer(outcome: judged.outcome, comparison: comparison))
    let diagnosis = Diagnosis(
      loss: answer.diagnosis.loss, dialect: answer.diagnosis.dialect, cases: [examined],
      mistakes: answer.diagnosis.mistakes, dialects: answer.dialects.keys.sorted())
    self.init(
      .confirmed, cause: diagnosis.causes.first, mistakes: answer.catalogue.mistakes)
  }

  private init(_ failure: LiveFailure, _ refused: Oracle.Failure) {
    switch refused {
    case .unavailable(let what): self.init(.missing(what))
    case .refused(let refusal):
      switch (refusal.code, failure) {
      case ("unstable", _): self.init(.undecided(refusal.message))
      case ("too_large", _), ("invalid_question", _): self.init(.missing(refusal.message))
      case (let code, .answer(let judged)):
        let isRight = Comparison(judged.outcome, .error(code)).passed
        self.init(isRight ? .refuted : .confirmed)
      case (_, .reference): self.init(.refuted)
      }
    }
  }
}
