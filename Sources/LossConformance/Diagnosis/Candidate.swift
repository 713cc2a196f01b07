public import LossFixtures

/// What may be behind answers that are not Keras's.
public enum Candidate: Hashable, Sendable {
  /// A mistake, or two at once (`first+second`), by its id.
  case mistake(String)
  /// Another dialect, by its id.
  case dialect(String)

  /// The id of the mistake or the dialect.
  public var id: String {
    switch self {
    case .mistake(let id), .dialect(let id): id
    }
  }

  /// The ids of the mistakes: one, two of a pair, none of a dialect.
  public var mistakes: [String] {
    guard case .mistake(let id) = self else { return [] }
    return id.split(separator: "+").map(String.init)
  }

  /// Whether this is two mistakes at once.
  public var isPair: Bool { mistakes.count > 1 }
}

/// What a candidate answers to a case.
public enum Prediction: Equatable, Sendable {
  /// What Keras does.
  case keras
  /// Other losses, of a narrower dtype than the case's where one is named.
  ///
  /// The gradient is compared where it is known.
  case value(Golden, gradient: Golden?, dtype: String?)
  /// Keras's losses with another gradient.
  case gradient(Golden)
  /// An error of this code.
  case error(String)
  /// Nobody knows: it is not stored, or rounding decides.
  case undecided
}

extension Candidate {
  /// What the candidate answers to a case.
  ///
  /// - Complexity: O(1), O(elements) for dialects.
  public func prediction(for examined: ExaminedCase) -> Prediction {
    switch self {
    case .mistake(let id): Self.prediction(ofMistake: id, examined)
    case .dialect(let id):
      examined.dialects[id].map { Self.prediction($0, besides: examined.fixture.expected) }
        ?? .undecided
    }
  }

  private static func prediction(ofMistake id: String, _ examined: ExaminedCase) -> Prediction {
    guard let alternatives = examined.alternatives else { return .undecided }
    if let place = examined.place(of: id) { return prediction(alternatives[place]) }
    // A pair that is not named gives what the one of both gives that matters.
    let places = Set(id.split(separator: "+").compactMap { examined.place(of: String($0)) })
    guard let place = places.first else { return .keras }
    return places.count == 1 ? prediction(alternatives[place]) : .undecided
  }

  private static func prediction(_ alternative: Alternative) -> Prediction {
    switch alternative.answer {
    case .value(let golden): .value(golden, gradient: nil, dtype: alternative.dtype)
    case .gradient(let golden): .gradient(golden)
    case .error(let code): .error(code)
    case .undecided: .undecided
    }
  }

  private static func prediction(
    _ other: FixtureCase.Expected, besides own: FixtureCase.Expected
  ) -> Prediction {
    switch other {
    case own: return .keras
    case .error(let code): return .error(code)
    case .value(let golden, nil):
      // A dialect without gradients says nothing about them.
      if case .value(golden, _) = own { return .keras }
      return .value(golden, gradient: nil, dtype: nil)
    case .value(let golden, let gradient): return .value(golden, gradient: gradient, dtype: nil)
    }
  }
}
