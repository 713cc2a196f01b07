public import LossFixtures

/// Why somebody's number is not Keras's, or how Keras arrives at its own.
public struct Explanation: Sendable {
  /// How sure it is.
  public let verdict: Verdict
  /// The question as it was understood: form, dtype and parameters.
  public let question: Question
  /// The question as a case, with Keras's answer.
  public let fixture: FixtureCase
  /// What somebody has; `nil` where it was only asked what Keras does.
  public let actual: GivenNumbers?
  /// What gives that number, the best first: one of them, but for `ambiguous`.
  public let causes: [Cause]
  /// The elements of the number, by their offsets, that no cause and not Keras gives.
  public let unexplained: [Int]
  /// What the agreement proves, in bits, less what trying many candidates costs.
  public let evidenceBits: Double
  /// Whether the number was taken to be cut off behind its last digit, not rounded.
  public let isCutOff: Bool
  /// How Keras arrives at its number, and where the first cause departs.
  public let steps: Steps
  /// What the number has in common with Keras's, where nothing gives it.
  public let patterns: [Pattern]
  /// The numbers between which Keras's losses lie, whatever the predictions; where such limits are known.
  public let range: ClosedRange<Double>?
  /// The mistakes that are known.
  public let catalogue: MistakeCatalogue

  /// How sure it is.
  public enum Verdict: String, Sendable, CaseIterable {
    /// Only Keras's number was asked for.
    case keras
    /// It is what Keras gives.
    case right
    /// It is what Keras gives, but for a small multiple of the rounding error.
    case numerics
    /// One cause gives it.
    case explained
    /// Causes that depart at the same stage give it: these inputs cannot tell them apart.
    case family
    /// Causes that depart at different stages give it.
    case ambiguous
    /// A cause gives some of its elements, and nothing gives the others.
    case partial
    /// These inputs cannot give it: it is out of the loss's range.
    case impossible
    /// Nothing that is known gives it.
    case unexplained
  }

  /// Something that gives the number.
  public struct Cause: Equatable, Sendable {
    /// A mistake, two at once, or another dialect.
    public let candidate: Candidate
    /// What it gives.
    public let golden: Golden
    /// A case of the fixtures that tells it from the first cause.
    public let splitting: Splitting?
  }

  /// An input that tells two causes apart.
  public struct Splitting: Equatable, Sendable {
    /// The case.
    public let fixture: FixtureCase
    /// What the first cause gives there.
    public let first: Golden
    /// What the other one gives there.
    public let other: Golden
  }
}

/// What somebody asks: their inputs, and perhaps their number.
public struct Inquiry: Sendable {
  /// Keras's name of the loss's function.
  public var loss: String
  /// The dialect's id.
  public var dialect: String
  /// Whether the class or the function is called; `nil` to find out by the shape of the number.
  public var form: FixtureCase.Form?
  /// The dtype computed in; `nil` to try that of the inputs, or float64 and float32.
  public var dtype: String?
  /// The parameters, by Keras's names.
  public var config: [String: ParameterValue]
  /// The arrays by Keras's names.
  public var inputs: [String: GivenNumbers]
  /// The number that somebody has.
  public var actual: GivenNumbers?

  /// Creates an inquiry.
  public init(
    loss: String, dialect: String, form: FixtureCase.Form? = nil, dtype: String? = nil,
    config: [String: ParameterValue] = [:], inputs: [String: GivenNumbers],
    actual: GivenNumbers? = nil
  ) {
    self.loss = loss
    self.dialect = dialect
    self.form = form
    self.dtype = dtype
    self.config = config
    self.inputs = inputs
    self.actual = actual
  }

  /// The form that the number's shape and the parameters speak for.
  var likelyForm: FixtureCase.Form {
    if let form { return form }
    if inputs["ref_labels"] != nil || inputs["ref_embeddings"] != nil { return .function }
    if inputs["sample_weight"] != nil || inputs["mask"] != nil || config["reduction"] != nil {
      return .class
    }
    guard let actual else { return .class }
    return actual.shape.isEmpty ? .class : .function
  }

  /// The dtypes to try, the likeliest first.
  var dtypes: [String] {
    if let dtype { return [dtype] }
    if let own = inputs["y_pred"]?.dtype, NumberFormat(rawValue: own) != nil { return [own] }
    // What NumPy makes of literals, and what TensorFlow, torch and JAX make of them.
    return ["float64", "float32"]
  }

  /// The question in a form and a dtype.
  func question(_ form: FixtureCase.Form, _ dtype: String) -> Question {
    var tensors: [String: FixtureTensor] = [:]
    for (name, numbers) in inputs {
      let isKept = numbers.dtype.map { NumberFormat(rawValue: $0) == nil } ?? false
      tensors[name] =
        name == "mask"
        ? numbers.tensor(dtype: "bool") : isKept ? numbers.exact : numbers.tensor(dtype: dtype)
    }
    return Question(
      loss: loss, dialect: dialect, form: form, dtype: dtype, config: config, inputs: tensors)
  }

  /// Other questions to which a number of another shape than Keras's may be the answer.
  func otherQuestions(shape: [Int], dtype: String) -> [Question] {
    guard let actual, !actual.fits(shape) else { return [] }
    var found: [Question] = []
    let isClass = likelyForm == .class
    var unreduced = question(.class, dtype)
    unreduced.config["reduction"] = .string("none")
    var mean = question(.class, dtype)
    mean.config["reduction"] = nil
    if actual.values.count == 1 {
      found.append(mean)
    } else {
      found.append(unreduced)
    }
    if isClass, inputs["sample_weight"] == nil, inputs["mask"] == nil {
      var function = question(.function, dtype)
      function.config["reduction"] = nil
      found.append(function)
    }
    return found
  }
}

extension GivenNumbers {
  /// Whether the numbers are as many as a shape says, and lie alike but for axes of extent 1.
  func fits(_ other: [Int]) -> Bool {
    shape.filter { $0 != 1 } == other.filter { $0 != 1 }
  }
}
