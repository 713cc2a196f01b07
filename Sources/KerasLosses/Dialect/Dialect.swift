/// The choices in which Keras's versions and backends differ.
///
/// Each choice has the name and the settings of the oracle's `Dialect`; each preset names a system.
public struct Dialect: Hashable, Sendable {
  /// The preset's name, the same in Python, JSON and on the command line.
  public let id: String
  /// When sparse categorical crossentropy rescales: before the clip, or after it (TensorFlow).
  public private(set) var sparseRescale: SparseRescale = .beforeClip
  /// Whether binary crossentropy adds epsilon inside both logarithms as well (tf.keras 2).
  public private(set) var epsilonInLog = false
  /// The form of binary crossentropy of logits, s being the sigmoid: they differ at infinities.
  public private(set) var binaryLogits: BinaryLogits = .stable
  /// Whose extent label smoothing divides by (the class axis from Keras 3.16 on).
  public private(set) var smoothingClassCount: SmoothingClassCount = .lastAxis
  /// What Tversky's alpha weighs (the false positives from Keras 3.16 on).
  public private(set) var tverskyAlpha: TverskyAlpha = .falseNegatives
  /// What cosine similarity scales a vector by, f being `cosine_floor`.
  public private(set) var cosineNorm: CosineNorm = .floor
  /// Whether an id of at least the class count matches no class, or is refused (NumPy).
  public private(set) var largeClassIDs: LargeClassIDs = .noClass
  /// What NaN is as a class id: 0 (JAX), or no class (NumPy).
  public private(set) var nanClassID: NaNClassID = .firstClass
  /// Which reductions along the last axis take a scalar.
  public private(set) var scalars: Scalars = .refused
  /// Whether a weight may have fewer axes than its mask (not in NumPy and torch).
  public private(set) var maskAndWeight: MaskAndWeight = .broadcast
  /// Whether subnormal numbers are zero (JAX and TensorFlow on CPU) or numbers.
  public private(set) var subnormals: Subnormals = .flush
  /// Whether the backend has gradients (NumPy has none).
  public private(set) var gradients: Gradients = .computed
  /// The slope of max(x, y) by x where both are equal: 1/2 (JAX, torch) or 1 (TensorFlow).
  public private(set) var maximumTie: MaximumTie = .half
  /// The slope of |x| at 0: 1 (JAX) or 0 (TensorFlow, torch).
  public private(set) var absoluteValueAtZero: AbsoluteValueAtZero = .one
  /// The slope of |x| at NaN: -1 (JAX), NaN (TensorFlow) or 0 (torch).
  public private(set) var absoluteValueOfNaN: AbsoluteValueOfNaN = .minusOne
  /// Whether max(x, y) and `keras.ops.clip` are as steep at NaN as elsewhere (torch), or flat.
  public private(set) var maximumOfNaN: MaximumOfNaN = .leftOut
  /// The slope of a clip at its limits: 1/2 (JAX, torch) or 1 (TensorFlow).
  public private(set) var clipTie: ClipTie = .half
  /// The slope of the crossentropies' clip at its limits: 1/2 (JAX), 1 (TensorFlow), 0 (torch).
  public private(set) var probabilityClipTie: ProbabilityClipTie = .half
  /// Whether what a maximum or a clip leaves out is multiplied by 0, or selected to be 0.
  public private(set) var branchSlopes: BranchSlopes = .multiplied
  /// The gradient of categorical crossentropy from logits: sum(t) softmax - t, or softmax - t.
  public private(set) var softmaxSlope: SoftmaxSlope = .formula
  /// The slope of x^0: 0 x^-1, which is NaN at 0, or 0 (torch).
  public private(set) var zerothPowerSlope: ZerothPowerSlope = .formula
  /// The losses, forms and parameters that there are.
  public private(set) var vocabulary: Vocabulary = .keras3
  /// Whether a class has a dtype to cast to, or computes in that of y_pred (tf.keras 2).
  public private(set) var classDtype: ClassDtype = .own
  /// Which reductions a class takes: those of Keras 3, or auto, none, sum, sum_over_batch_size.
  public private(set) var reductionNames: ReductionNames = .keras3
  /// How a class mends (n,) against (n, 1): to (n, 1) each, or to (n,) each (tf.keras 2).
  public private(set) var classRanks: ClassRanks = .expandVectors
  /// Whether the functions of regression losses mend ranks (not in tf.keras 2 and Keras 1).
  public private(set) var functionRanks: FunctionRanks = .mended
  /// Whether a weight with one axis less than the losses is one of each sample (tf.keras 2).
  public private(set) var weightRanks: WeightRanks = .mended
  /// What the mean over no kept position is: 0, or 0 times 1 / 0 (tf.keras 2).
  public private(set) var fullyMasked: FullyMasked = .zero
  /// Whether losses of shape (0,) stay as they are, or their sum and mean are 0 (tf.keras 2).
  public private(set) var emptyLosses: EmptyLosses = .unreduced
  /// What the maximum along the last axis of an array without elements is.
  public private(set) var emptyMaximum: EmptyMaximum = .noRows
  /// Which losses cast labels to the dtype of predictions: others refuse those of another dtype.
  public private(set) var labelsCast: LabelsCast = .all
  /// How binary crossentropy takes the logarithms of clipped probabilities q.
  public private(set) var binaryLogs: BinaryLogs = .logs
  /// Whether binary crossentropy of probabilities refuses what is outside [0, 1] (torch).
  public private(set) var binaryDomain: BinaryDomain = .any
  /// Whether the focal loss takes the crossentropy of logits (TensorFlow, tf.keras 2).
  public private(set) var binaryFocalLogits: BinaryFocalLogits = .probabilities
  /// Whether binary crossentropy of probabilities broadcasts (tf.keras 2).
  public private(set) var binaryShapes: BinaryShapes = .equal
  /// Whether categorical crossentropy broadcasts (Keras 1).
  public private(set) var categoricalShapes: CategoricalShapes = .equal
  /// As `smoothing_class_count`, of categorical focal crossentropy (tf.keras 2 has both).
  public private(set) var focalSmoothingClassCount: FocalSmoothingClassCount = .lastAxis
  /// Whether labels that are all 0 or 1 become -1 and 1 (not in Keras 1).
  public private(set) var hingeLabels: HingeLabels = .converted
  /// The norm below which vectors are not normalised: epsilon, or 1e-6 (tf.keras 2, Keras 1).
  public private(set) var cosineFloor = 1e-07
  /// Whether a scalar is a vector of one element (not in NumPy, tf.keras 2 and Keras 1).
  public private(set) var cosineScalars: CosineScalars = .vectors
  /// Whether cosine similarity is the sum of the products, or their mean (Keras 1).
  public private(set) var cosineReduction: CosineReduction = .sum
  /// Which axis sparse categorical crossentropy takes its classes from.
  public private(set) var sparseAxis: SparseAxis = .leadingIDs
  /// Whether class ids have to have the shape of the rows of classes.
  public private(set) var sparseIDs: SparseIDs = .matched
  /// Whether log q is multiplied by the one-hot label, 0 * inf being NaN, or looked up.
  public private(set) var sparseSelection: SparseSelection = .oneHot
  /// Whether sparse categorical crossentropy takes ids that are no class, or refuses them.
  public private(set) var sparseClassIDs: SparseClassIDs = .noClass
  /// An id that always costs 0: torch's -100.
  public private(set) var ignoredClassID: Int?
  /// Whether labels meet `ignore_class` as they are, or truncated to ids (tf.keras 2).
  public private(set) var ignoreClassCompared: IgnoreClassCompared = .inDtype
  /// What stands for the logarithm of 0 in CTC, and so shows where no alignment fits.
  public private(set) var ctcImpossible: CTCImpossible = .minus1e5
  /// Whether softplus(x) is x above 20 (torch).
  public private(set) var softplus: Softplus = .exact
  /// What log_cosh's log 2 is rounded to: float32 on TensorFlow, on torch and in tf.keras 2.
  public private(set) var logTwo: LogTwo = .dtype
  /// What MSLE's epsilon is rounded to: float32 on TensorFlow, on torch and in Keras 1.
  public private(set) var msleEpsilon: MsleEpsilon = .dtype
  /// What Python numbers are rounded to that `keras.ops` takes beside an array.
  public private(set) var opsNumbers: OpsNumbers = .dtype
  /// What a list of focal alphas is rounded to: float32 on TensorFlow and on torch.
  public private(set) var alphaList: AlphaList = .dtype
  /// What epsilon is rounded to that crossentropies clip to, and MAPE's: float32 in Keras 1.
  public private(set) var clipEpsilon: ClipEpsilon = .dtype

  /// Keras 3.15.1 on JAX: the default.
  public static let keras315JAX = Dialect("keras-3.15/jax")

  /// Keras 3.15.1 on NumPy.
  public static let keras315NumPy = Dialect("keras-3.15/numpy") {
    $0.binaryLogits = .clippedSigmoid
    $0.cosineNorm = .divide
    $0.largeClassIDs = .error
    $0.nanClassID = .noClass
    $0.scalars = .accepted
    $0.maskAndWeight = .inPlace
    $0.subnormals = .keep
    $0.gradients = .none
    $0.cosineScalars = .refused
  }

  /// Keras 3.15.1 on TensorFlow.
  public static let keras315TensorFlow = Dialect("keras-3.15/tensorflow") {
    $0.sparseRescale = .afterClip
    $0.binaryLogits = .positivePart
    $0.cosineNorm = .floorOfSquare
    $0.nanClassID = .noClass
    $0.maximumTie = .whole
    $0.absoluteValueAtZero = .zero
    $0.absoluteValueOfNaN = .nan
    $0.clipTie = .whole
    $0.probabilityClipTie = .whole
    $0.branchSlopes = .selected
    $0.softmaxSlope = .labelsSumToOne
    $0.emptyMaximum = .refused
    $0.binaryFocalLogits = .logits
    $0.sparseAxis = .lastOnly
    $0.sparseSelection = .gather
    $0.sparseClassIDs = .refused
    $0.ctcImpossible = .anyAlignment
    $0.logTwo = .float32
    $0.msleEpsilon = .float32
    $0.alphaList = .float32
  }

  /// Keras 3.15.1 on torch.
  public static let keras315Torch = Dialect("keras-3.15/torch") {
    $0.binaryLogits = .oneLogSigmoid
    $0.largeClassIDs = .error
    $0.nanClassID = .noClass
    $0.scalars = .everywhere
    $0.maskAndWeight = .inPlace
    $0.subnormals = .keep
    $0.absoluteValueAtZero = .zero
    $0.absoluteValueOfNaN = .zero
    $0.maximumOfNaN = .taken
    $0.probabilityClipTie = .none
    $0.zerothPowerSlope = .zero
    $0.emptyMaximum = .refused
    $0.binaryLogs = .log1p
    $0.binaryDomain = .unitInterval
    $0.sparseAxis = .any
    $0.sparseSelection = .gather
    $0.sparseClassIDs = .refused
    $0.ignoredClassID = -100
    $0.ctcImpossible = .minusInfinity
    $0.softplus = .linearAbove20
    $0.logTwo = .float32
    $0.msleEpsilon = .float32
    $0.alphaList = .float32
    $0.opsNumbers = .float32
  }

  /// Keras 3.16, under development, on JAX.
  public static let keras316DevJAX = Dialect("keras-3.16-dev/jax") {
    $0.smoothingClassCount = .classAxis
    $0.tverskyAlpha = .falsePositives
    $0.focalSmoothingClassCount = .classAxis
  }

  /// tf.keras 2: tf-keras 2.21.
  public static let tfKeras2 = Dialect("tf-keras-2") {
    $0.sparseRescale = .afterClip
    $0.epsilonInLog = true
    $0.binaryLogits = .positivePart
    $0.smoothingClassCount = .classAxis
    $0.cosineNorm = .floorOfSquare
    $0.nanClassID = .noClass
    $0.maximumTie = .whole
    $0.absoluteValueAtZero = .zero
    $0.absoluteValueOfNaN = .nan
    $0.clipTie = .whole
    $0.probabilityClipTie = .whole
    $0.branchSlopes = .selected
    $0.softmaxSlope = .labelsSumToOne
    $0.vocabulary = .tfKeras2
    $0.classDtype = .ofPredictions
    $0.reductionNames = .keras2
    $0.classRanks = .squeeze
    $0.functionRanks = .asGiven
    $0.weightRanks = .perSample
    $0.fullyMasked = .nan
    $0.emptyLosses = .zero
    $0.emptyMaximum = .minusInfinity
    $0.labelsCast = .allButCosine
    $0.binaryFocalLogits = .logits
    $0.binaryShapes = .broadcast
    $0.cosineFloor = 1e-06
    $0.cosineScalars = .refused
    $0.sparseAxis = .any
    $0.sparseIDs = .flattened
    $0.sparseSelection = .gather
    $0.sparseClassIDs = .refused
    $0.ignoreClassCompared = .asIDs
    $0.logTwo = .float32
  }

  /// Keras 1.2.2, which has bare functions alone.
  public static let keras1 = Dialect("keras-1") {
    $0.sparseRescale = .afterClip
    $0.binaryLogits = .positivePart
    $0.cosineNorm = .floorOfSquare
    $0.maximumTie = .whole
    $0.absoluteValueAtZero = .zero
    $0.absoluteValueOfNaN = .nan
    $0.clipTie = .whole
    $0.probabilityClipTie = .whole
    $0.branchSlopes = .selected
    $0.vocabulary = .keras1
    $0.functionRanks = .asGiven
    $0.labelsCast = .none
    $0.binaryLogs = .logit
    $0.categoricalShapes = .broadcast
    $0.hingeLabels = .asGiven
    $0.cosineFloor = 1e-06
    $0.cosineScalars = .refused
    $0.cosineReduction = .mean
    $0.sparseIDs = .alwaysFlattened
    $0.sparseClassIDs = .refused
    $0.msleEpsilon = .float32
    $0.opsNumbers = .float32
    $0.clipEpsilon = .float32
  }

  /// All presets.
  public static let all = [
    keras315JAX, keras315NumPy, keras315TensorFlow, keras315Torch, keras316DevJAX, tfKeras2, keras1,
  ]

  /// The preset of an id, or `nil`.
  public init?(named name: String) {
    guard let dialect = Self.all.first(where: { $0.id == name }) else { return nil }
    self = dialect
  }

  /// Keras 3.15.1 on JAX, but for some choices.
  private init(_ id: String, _ choose: (inout Dialect) -> Void = { _ in }) {
    self.id = id
    choose(&self)
  }
}
