import ArgumentParser
import KerasLosses
import LossConformance

/// Which questions are asked, and of whom: what every process of a live comparison has to know.
struct LiveOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Only this loss, by Keras's name. Repeatable.", valueName: "name"))
  var loss: [String] = []

  @Option(help: ArgumentHelp("Only this dialect. Repeatable.", valueName: "id"))
  var dialect: [String] = []

  @Option(help: ArgumentHelp("Only this dtype. Repeatable.", valueName: "name"))
  var dtype: [String] = []

  @Option(
    help: ArgumentHelp(
      "One in so many questions is large, of 10^4 to 5 * 10^5 predictions; 0 for none.",
      valueName: "count"))
  var largeEvery = QuestionGenerator.usualLargeEvery

  @Option(
    help: ArgumentHelp(
      "How many shapes of predictions are asked of each kind of loss; 0 for any. (default: 0; "
        + "3 of keras-jax, which compiles for each)",
      valueName: "count"))
  var shapes: Int?

  @Option(
    help: ArgumentHelp(
      "What answers: oracle is the NumPy oracle; keras-numpy, keras-jax, keras-tensorflow and "
        + "keras-torch are Keras itself, from the environment that tools/audit makes.",
      valueName: "reference"))
  var against: LiveReferenceName = .oracle

  @Option(
    help: ArgumentHelp(
      "The Python that runs the reference, of the version that this program was built with. "
        + "(default: /usr/bin/python3, or that of the environment in .venv-audit)",
      valueName: "interpreter"))
  var python: String?

  @Option(
    help: ArgumentHelp(
      "The folder that has keras_oracle. (default: tools, here or in a folder above)",
      valueName: "folder"))
  var oracle: String?

  func validate() throws {
    guard largeEvery >= 0 else { throw ValidationError("--large-every must be at least 0") }
    guard shapes ?? 0 >= 0 else { throw ValidationError("--shapes must be at least 0") }
  }

  /// Finds the names among those that there are.
  func requireKnown() throws {
    try loss_parity.requireKnown(loss, "loss", known: SwiftImplementation.losses)
    try loss_parity.requireKnown(dialect, "dialect", known: Dialect.all.map { $0.id })
    try loss_parity.requireKnown(dtype, "dtype", known: QuestionGenerator.allDtypes)
    if let own = against.dialect, dialect.contains(where: { $0 != own }) {
      throw CommandFailure(
        status: .usage, message: "\(against.rawValue) answers as \(own), no other --dialect")
    }
  }

  /// What makes the questions of a seed.
  func generator(seed: UInt64) -> QuestionGenerator {
    QuestionGenerator(
      seed: seed, losses: loss, dialects: against.dialect.map { [$0] } ?? dialect,
      dtypes: dtype.isEmpty ? against.dtypes : dtype, largeEvery: largeEvery,
      shapes: shapes == 0 ? nil : shapes ?? against.shapes)
  }

  /// The options as they choose questions and who answers them, for another process.
  var words: [String] {
    var words =
      loss.flatMap { ["--loss", $0] } + dialect.flatMap { ["--dialect", $0] }
      + dtype.flatMap { ["--dtype", $0] }
    if largeEvery != QuestionGenerator.usualLargeEvery {
      words += ["--large-every", "\(largeEvery)"]
    }
    if let shapes { words += ["--shapes", "\(shapes)"] }
    if against != .oracle { words += ["--against", against.rawValue] }
    if let python { words += ["--python", python] }
    if let oracle { words += ["--oracle", oracle] }
    return words
  }
}

/// What answers the questions.
enum LiveReferenceName: String, ExpressibleByArgument, CaseIterable {
  case oracle
  case kerasNumPy = "keras-numpy"
  case kerasJAX = "keras-jax"
  case kerasTensorFlow = "keras-tensorflow"
  case kerasTorch = "keras-torch"

  /// Keras's name of the backend; `nil` of the oracle.
  var backend: String? {
    switch self {
    case .oracle: nil
    case .kerasNumPy: "numpy"
    case .kerasJAX: "jax"
    case .kerasTensorFlow: "tensorflow"
    case .kerasTorch: "torch"
    }
  }

  /// The one dialect that it answers in; `nil` of the oracle, which knows all.
  var dialect: String? { backend.map { "keras-3.15/\($0)" } }

  /// The environment of tools/audit that has it.
  var environment: String? { self == .kerasNumPy ? "jax" : backend }

  /// How many shapes it is asked in where nothing is said; `nil` for any.
  ///
  /// XLA compiles each operation for each shape, which takes a hundred times as long as the question.
  var shapes: Int? { self == .kerasJAX ? 3 : nil }

  /// The dtypes that it is asked in where none is named: Keras on NumPy computes float64 in float32.
  var dtypes: [String] { self == .kerasNumPy ? ["float32", "float16", "bfloat16"] : [] }
}
