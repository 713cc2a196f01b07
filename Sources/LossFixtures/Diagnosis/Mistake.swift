/// What people get wrong about a loss: one choice other than Keras's.
public struct Mistake: Equatable, Sendable {
  /// The name that it keeps for good: `rescale_skipped`.
  public let id: String
  /// What it is about: `clip`, `reduction`.
  public let kind: String
  /// What was done, in a few words.
  public let title: String
  /// What Keras does, and what this does.
  public let explanation: String
  /// What to change.
  public let fix: String
  /// Keras's names of the losses in which it can be made.
  public let losses: [String]
  /// Where people met it.
  public let links: [String]

  /// Creates a mistake.
  public init(
    id: String, kind: String, title: String, explanation: String, fix: String, losses: [String],
    links: [String]
  ) {
    self.id = id
    self.kind = kind
    self.title = title
    self.explanation = explanation
    self.fix = fix
    self.losses = losses
    self.links = links
  }
}

/// The mistakes that are known, and which of them people make together.
public struct MistakeCatalogue: Equatable, Sendable {
  /// The mistakes, those of one kind together.
  public let mistakes: [Mistake]
  /// Two mistakes that people make together; their answers are stored like those of one.
  public let pairs: [Pair]

  /// Two mistakes at once.
  public struct Pair: Hashable, Sendable {
    /// The id of the one.
    public let first: String
    /// The id of the other.
    public let second: String

    /// The id of both at once, as diagnosis files have it: `first+second`.
    public var id: String { "\(first)+\(second)" }
  }

  /// The mistakes that an id stands for: one, or both of a pair; none where the id is unknown.
  ///
  /// - Complexity: O(mistakes + pairs).
  public func mistakes(of id: String) -> [Mistake] {
    guard let pair = pairs.first(where: { $0.id == id }) else {
      return mistakes.filter { $0.id == id }
    }
    return [pair.first, pair.second].flatMap { id in mistakes.filter { $0.id == id } }
  }
}
