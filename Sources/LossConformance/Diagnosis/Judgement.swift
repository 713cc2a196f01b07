import LossFixtures

/// A candidate's answer to a case held against what was answered.
enum Judgement: Equatable {
  /// What was answered is what the candidate gives, and that is not what Keras does.
  case reproduced
  /// What was answered is not what the candidate gives.
  case contradicted
  /// The candidate gives what Keras does.
  case unaffected
  /// Nobody knows what the candidate gives.
  case undecided
}

extension ExaminedCase {
  /// Whether the case failed in a way that tells something about the formula: neither by silence, nor
  /// only by a gradient that is missing.
  var isJudgeable: Bool {
    guard let answer, answer.comparison.status == .failed else { return false }
    if case .broken = answer.outcome { return false }
    if answer.comparison.mismatch != nil { return true }
    return answer.comparison.failures.contains { answer.comparison[$0] != .unanswered }
  }

  /// Whether the losses are Keras's, and their gradient is not.
  var failsByGradient: Bool { answer?.comparison.failures == [.gradient] }

  /// Holds a prediction against what was answered.
  ///
  /// - Parameters:
  ///   - prediction: What the candidate gives.
  ///   - knowsGradients: Whether the candidate's gradient is Keras's where the prediction is Keras's.
  /// - Returns: Whether the answer speaks for the candidate.
  /// - Complexity: O(elements).
  func judge(_ prediction: Prediction, knowsGradients: Bool) -> Judgement {
    guard let answer else { return .undecided }
    switch (prediction, answer.outcome) {
    case (.undecided, _), (_, .unsupported), (_, .broken): return .undecided
    case (.keras, _): return failsByGradient && !knowsGradients ? .undecided : .unaffected
    case (.error(let code), .error(let actual, _)):
      if actual == AnswerProtocol.unknownError { return .undecided }
      return actual == code ? .reproduced : .contradicted
    case (.error, .value), (.value, .error), (.gradient, .error): return .contradicted
    case (.value(let golden, let slopes, let dtype), .value(let losses, let gradient)):
      guard golden.matches(losses, uncertainty: answer.uncertainty, dtype: dtype) else {
        return .contradicted
      }
      guard let slopes, let gradient else { return failsByGradient ? .undecided : .reproduced }
      return slopes.matches(gradient) ? .reproduced : .contradicted
    case (.gradient(let golden), .value(_, let gradient)):
      guard answer.comparison.value?.passed == true else { return .contradicted }
      return gradient.map { golden.matches($0) ? .reproduced : .contradicted } ?? .undecided
    }
  }

  /// Adds what the agreement with a prediction proves.
  func addEvidence(of prediction: Prediction, to evidence: inout Evidence) {
    guard let answer else { return }
    var (keras, kerasSlopes): (FixtureTensor?, FixtureTensor?)
    if case .value(let golden, let gradient) = fixture.expected {
      (keras, kerasSlopes) = (golden.tensor, gradient?.tensor)
    }
    switch (prediction, answer.outcome) {
    case (.error, .error): evidence.addError()
    case (.value(let golden, let slopes, let dtype), .value(let losses, let gradient)):
      evidence.add(
        losses, as: golden, instead: keras, uncertainty: answer.uncertainty, dtype: dtype)
      if let slopes, let gradient, let kerasSlopes {
        evidence.add(gradient, as: slopes, instead: kerasSlopes)
      }
    case (.gradient(let golden), .value(_, let gradient?)):
      evidence.add(gradient, as: golden, instead: kerasSlopes)
    default: break
    }
  }

  /// Whether two predictions are told apart by any answer to the case.
  func separates(_ first: Prediction, _ second: Prediction) -> Bool {
    guard first != second, first != .undecided, second != .undecided else { return false }
    let (one, other) = (answerParts(of: first), answerParts(of: second))
    guard let value = one.value, let otherValue = other.value else {
      return one.error != other.error
    }
    if value.isDistinct(from: otherValue) { return true }
    guard let gradient = one.gradient, let otherGradient = other.gradient else { return false }
    return gradient.isDistinct(from: otherGradient)
  }

  /// A prediction with Keras's parts in the place of those that are Keras's.
  private func answerParts(
    of prediction: Prediction
  ) -> (value: Golden?, gradient: Golden?, error: String?) {
    switch (prediction, fixture.expected) {
    case (.value(let golden, let gradient, _), _): (golden, gradient, nil)
    case (.error(let code), _): (nil, nil, code)
    case (.gradient(let golden), .value(let value, _)): (value, golden, nil)
    case (_, .value(let value, _)): (value, nil, nil)
    case (_, .error(let code)): (nil, nil, code)
    }
  }
}
