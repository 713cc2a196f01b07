import KerasLosses
public import LossFixtures

/// Makes questions that nobody wrote down, and prefers those that make trouble.
///
/// A question depends on the seed, its index and what may be asked, on nothing else: a run can be
/// spread over any number of processes, and each of its questions can be made again.
public struct QuestionGenerator: Sendable {
  /// What the questions are drawn from.
  public let seed: UInt64
  /// The losses that are asked, by the names of their functions.
  public let losses: [String]
  /// The dialects that are asked.
  public let dialects: [String]
  /// The dtypes that losses compute in.
  public let dtypes: [String]
  /// One in so many questions is large.
  public let largeEvery: Int
  /// How many shapes there are of predictions, of each family of losses and size; `nil` for any.
  public let shapes: Int?

  /// The dtypes that losses compute in.
  public static let allDtypes = ["float32", "float64", "float16", "bfloat16"]
  /// One in so many questions is large, if nothing else is said.
  public static let usualLargeEvery = 150

  /// The same for all seeds: what was compiled for the shapes of one run is there for the next.
  private static let seedOfShapes: UInt64 = 1

  /// Creates a generator.
  ///
  /// - Parameters:
  ///   - seed: What the questions are drawn from.
  ///   - losses: The losses that are asked; all where none is named.
  ///   - dialects: The dialects that are asked; all where none is named.
  ///   - dtypes: The dtypes that losses compute in; all where none is named.
  ///   - largeEvery: One in so many questions has 10^4 predictions or more; 0 for none.
  ///   - shapes: How many shapes there are of predictions: few for references that are compiled for
  ///     each; `nil` for any.
  public init(
    seed: UInt64, losses: [String] = [], dialects: [String] = [], dtypes: [String] = [],
    largeEvery: Int = Self.usualLargeEvery, shapes: Int? = nil
  ) {
    self.seed = seed
    self.losses = losses.isEmpty ? SwiftImplementation.losses : losses
    self.dialects = dialects.isEmpty ? Dialect.all.map { $0.id } : dialects
    self.dtypes = dtypes.isEmpty ? Self.allDtypes : dtypes
    self.largeEvery = largeEvery
    self.shapes = shapes
  }

  /// The question of an index.
  ///
  /// - Complexity: O(elements).
  public func question(at index: UInt64) -> GeneratedQuestion {
    var random = RandomNumbers(seed: seed, index: index)
    let call = choice(&random)
    let isLarge = largeEvery > 0 && random.below(largeEvery) == 0
    let shape = shapes.map { count in
      RandomNumbers(seed: Self.seedOfShapes, index: UInt64(random.below(count)))
    }
    var draft = QuestionDraft(call, isLarge: isLarge, random: random, ofShape: shape)
    let question = draft.question()
    guard isLarge, !question.fitsInMemory else { return question }
    var small = QuestionDraft(call, isLarge: false, random: random, ofShape: shape)
    return small.question()
  }

  /// Which loss is called, as what, in which dtype and dialect.
  private func choice(_ random: inout RandomNumbers) -> LossChoice {
    var choice = LossChoice(loss: "", dialect: "", form: .class, dtype: "")
    // What a dialect has no words for is asked now and then: it must be refused.
    for _ in 0..<4 {
      choice.loss = random.one(of: losses) ?? ""
      choice.dialect = random.one(of: dialects) ?? ""
      choice.form = random.chance(0.6) ? .class : .function
      if choice.isInDialect || random.chance(0.02) { break }
    }
    let weights = ["float32": 45.0, "float64": 25, "float16": 15, "bfloat16": 15]
    choice.dtype = random.one(
      of: dtypes.map { ($0, weights[$0] ?? 1) }, otherwise: dtypes.first ?? "float32")
    return choice
  }
}

/// A question with what is asked besides the losses.
public struct GeneratedQuestion: Equatable, Sendable {
  /// The question.
  public var question: Question
  /// Whether the gradient is asked for as well.
  public var gradient: Bool

  /// Creates a question.
  public init(_ question: Question, gradient: Bool) {
    self.question = question
    self.gradient = gradient
  }

  /// How many elements its arrays have.
  var size: Int { question.inputs.values.reduce(0) { $0 + $1.values.count } }
}

/// Which loss is called, as what, in which dtype and dialect.
struct LossChoice {
  var loss: String
  var dialect: String
  var form: FixtureCase.Form
  var dtype: String

  /// The parameters that are passed to a loss in its class, with their defaults.
  var parameters: [LossParameter] {
    // A closure: the compiler (6.3) crashes on a key path of a metatype.
    kerasLosses.first { $0.names.function == loss }?.parameters ?? []
  }

  /// Whether the dialect has the loss in this form.
  var isInDialect: Bool {
    guard let dialect = Dialect(named: dialect) else { return false }
    let config: [String: KerasLosses.ParameterValue] =
      loss == "categorical_generalized_cross_entropy" ? ["q": .number(0.5)] : [:]
    let found = try? kerasLoss(loss, config, isFunction: form == .function, dialect: dialect)
    return found != nil
  }

  /// What its predictions and labels are about.
  var family: Family {
    switch loss {
    case "poisson", "kl_divergence", "mean_squared_logarithmic_error": .rates
    case "hinge", "squared_hinge": .hinges
    case "categorical_hinge": .categoricalHinge
    case "binary_crossentropy", "binary_focal_crossentropy": .binary
    case "categorical_crossentropy", "categorical_focal_crossentropy": .categorical
    case "sparse_categorical_crossentropy", "categorical_generalized_cross_entropy": .classIDs
    case "dice", "tversky": .overlap
    case "circle": .circle
    case "ctc": .ctc
    default: .regression
    }
  }

  /// Losses that are asked alike.
  enum Family {
    case regression, rates, hinges, categoricalHinge, binary, categorical, classIDs, overlap
    case circle, ctc
  }
}
