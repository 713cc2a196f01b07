// Each choice with its settings; what differs between presets has a case that tells its settings apart.

extension Dialect {
  /// When sparse categorical crossentropy rescales: before the clip, or after it (TensorFlow).
  public enum SparseRescale: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/torch, keras-3.16-dev/jax.
    case beforeClip = "before_clip"
    /// keras-3.15/tensorflow, tf-keras-2, keras-1.
    case afterClip = "after_clip"
    /// No preset.
    case skipped
  }

  /// The form of binary crossentropy of logits, s being the sigmoid: they differ at infinities.
  ///
  /// `stable`: -t log s(x) - (1 - t) log s(-x) (JAX); `positive_part`: max(x, 0) - t x +
  /// log(1 + exp(-|x|)) (TensorFlow); `one_log_sigmoid`: (1 - t) x - log s(x) (torch);
  /// `clipped_sigmoid`: the crossentropy of the probabilities s(x), which are clipped (NumPy).
  public enum BinaryLogits: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.16-dev/jax.
    case stable
    /// keras-3.15/tensorflow, tf-keras-2, keras-1.
    case positivePart = "positive_part"
    /// keras-3.15/torch.
    case oneLogSigmoid = "one_log_sigmoid"
    /// keras-3.15/numpy.
    case clippedSigmoid = "clipped_sigmoid"
  }

  /// Whose extent label smoothing divides by (the class axis from Keras 3.16 on).
  public enum SmoothingClassCount: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.15/torch, keras-1.
    case lastAxis = "last_axis"
    /// keras-3.16-dev/jax, tf-keras-2.
    case classAxis = "class_axis"
  }

  /// What Tversky's alpha weighs (the false positives from Keras 3.16 on).
  public enum TverskyAlpha: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.15/torch, tf-keras-2, keras-1.
    case falseNegatives = "false_negatives"
    /// keras-3.16-dev/jax.
    case falsePositives = "false_positives"
  }

  /// What cosine similarity scales a vector by, f being `cosine_floor`.
  ///
  /// `floor`: min(1 / |x|, 1 / f) (JAX, torch); `floor_of_square`: 1 / sqrt(max(|x|^2, f^2)), the
  /// same but for derivatives (TensorFlow, tf.keras, Keras 1); `divide`: 1 / |x|, or 1 for |x| = 0
  /// (NumPy, which also takes axis 0 for the last one when it divides).
  public enum CosineNorm: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/torch, keras-3.16-dev/jax.
    case floor
    /// keras-3.15/tensorflow, tf-keras-2, keras-1.
    case floorOfSquare = "floor_of_square"
    /// keras-3.15/numpy.
    case divide
  }

  /// Whether an id of at least the class count matches no class, or is refused (NumPy).
  public enum LargeClassIDs: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/tensorflow, keras-3.16-dev/jax, tf-keras-2, keras-1.
    case noClass = "no_class"
    /// keras-3.15/numpy, keras-3.15/torch.
    case error
  }

  /// What NaN is as a class id: 0 (JAX), or no class (NumPy).
  public enum NaNClassID: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.16-dev/jax, keras-1.
    case firstClass = "first_class"
    /// keras-3.15/numpy, keras-3.15/tensorflow, keras-3.15/torch, tf-keras-2.
    case noClass = "no_class"
  }

  /// Which reductions along the last axis take a scalar.
  ///
  /// None (JAX, TensorFlow), sums and maxima (`accepted`, NumPy), or means as well (`everywhere`,
  /// torch).
  public enum Scalars: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/tensorflow, keras-3.16-dev/jax, tf-keras-2, keras-1.
    case refused
    /// keras-3.15/numpy.
    case accepted
    /// keras-3.15/torch.
    case everywhere
  }

  /// Whether a weight may have fewer axes than its mask (not in NumPy and torch).
  public enum MaskAndWeight: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/tensorflow, keras-3.16-dev/jax, tf-keras-2, keras-1.
    case broadcast
    /// keras-3.15/numpy, keras-3.15/torch.
    case inPlace = "in_place"
  }

  /// Whether subnormal numbers are zero (JAX and TensorFlow on CPU) or numbers.
  public enum Subnormals: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/tensorflow, keras-3.16-dev/jax, tf-keras-2, keras-1.
    case flush
    /// keras-3.15/numpy, keras-3.15/torch.
    case keep
  }

  /// Whether the backend has gradients (NumPy has none).
  public enum Gradients: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/tensorflow, keras-3.15/torch, keras-3.16-dev/jax, tf-keras-2, keras-1.
    case computed
    /// keras-3.15/numpy.
    case none
  }

  /// The slope of max(x, y) by x where both are equal: 1/2 (JAX, torch) or 1 (TensorFlow).
  public enum MaximumTie: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/torch, keras-3.16-dev/jax.
    case half
    /// keras-3.15/tensorflow, tf-keras-2, keras-1.
    case whole
  }

  /// The slope of |x| at 0: 1 (JAX) or 0 (TensorFlow, torch).
  public enum AbsoluteValueAtZero: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.16-dev/jax.
    case one
    /// keras-3.15/tensorflow, keras-3.15/torch, tf-keras-2, keras-1.
    case zero
  }

  /// The slope of |x| at NaN: -1 (JAX), NaN (TensorFlow) or 0 (torch).
  public enum AbsoluteValueOfNaN: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.16-dev/jax.
    case minusOne = "minus_one"
    /// keras-3.15/tensorflow, tf-keras-2, keras-1.
    case nan
    /// keras-3.15/torch.
    case zero
  }

  /// Whether max(x, y) and `keras.ops.clip` are as steep at NaN as elsewhere (torch), or flat.
  public enum MaximumOfNaN: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.16-dev/jax, tf-keras-2, keras-1.
    case leftOut = "left_out"
    /// keras-3.15/torch.
    case taken
  }

  /// The slope of a clip at its limits: 1/2 (JAX, torch) or 1 (TensorFlow).
  public enum ClipTie: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/torch, keras-3.16-dev/jax.
    case half
    /// keras-3.15/tensorflow, tf-keras-2, keras-1.
    case whole
  }

  /// The slope of the crossentropies' clip at its limits: 1/2 (JAX), 1 (TensorFlow), 0 (torch).
  public enum ProbabilityClipTie: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.16-dev/jax.
    case half
    /// keras-3.15/tensorflow, tf-keras-2, keras-1.
    case whole
    /// keras-3.15/torch.
    case none
  }

  /// Whether what a maximum or a clip leaves out is multiplied by 0, or selected to be 0.
  ///
  /// Infinity and NaN times 0 are NaN (JAX, torch); a selection passes 0 on (TensorFlow).
  public enum BranchSlopes: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/torch, keras-3.16-dev/jax.
    case multiplied
    /// keras-3.15/tensorflow, tf-keras-2, keras-1.
    case selected
  }

  /// The gradient of categorical crossentropy from logits: sum(t) softmax - t, or softmax - t.
  ///
  /// The second is TensorFlow's, right only where the labels sum to 1.
  public enum SoftmaxSlope: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/torch, keras-3.16-dev/jax, keras-1.
    case formula
    /// keras-3.15/tensorflow, tf-keras-2.
    case labelsSumToOne = "labels_sum_to_one"
  }

  /// The slope of x^0: 0 x^-1, which is NaN at 0, or 0 (torch).
  public enum ZerothPowerSlope: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.16-dev/jax, tf-keras-2, keras-1.
    case formula
    /// keras-3.15/torch.
    case zero
  }

  /// The losses, forms and parameters that there are.
  ///
  /// Keras 3 has them all; tf.keras 2 lacks five losses and a parameter; Keras 1 has bare functions
  /// alone, without parameters. `kerasLoss` refuses what is lacking; a loss that is made by its own
  /// initialiser refuses it when it is called, but for the axis of tf.keras 2's class of sparse
  /// categorical crossentropy.
  public enum Vocabulary: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.15/torch, keras-3.16-dev/jax.
    case keras3 = "keras_3"
    /// tf-keras-2.
    case tfKeras2 = "tf_keras_2"
    /// keras-1.
    case keras1 = "keras_1"
  }

  /// Whether a class has a dtype to cast to, or computes in that of y_pred (tf.keras 2).
  public enum ClassDtype: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.15/torch, keras-3.16-dev/jax, keras-1.
    case own
    /// tf-keras-2.
    case ofPredictions = "of_predictions"
  }

  /// Which reductions a class takes: those of Keras 3, or auto, none, sum, sum_over_batch_size.
  public enum ReductionNames: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.15/torch, keras-3.16-dev/jax, keras-1.
    case keras3 = "keras_3"
    /// tf-keras-2.
    case keras2 = "keras_2"
  }

  /// How a class mends (n,) against (n, 1): to (n, 1) each, or to (n,) each (tf.keras 2).
  public enum ClassRanks: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.15/torch, keras-3.16-dev/jax, keras-1.
    case expandVectors = "expand_vectors"
    /// tf-keras-2.
    case squeeze
  }

  /// Whether the functions of regression losses mend ranks (not in tf.keras 2 and Keras 1).
  public enum FunctionRanks: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.15/torch, keras-3.16-dev/jax.
    case mended
    /// tf-keras-2, keras-1.
    case asGiven = "as_given"
  }

  /// Whether a weight with one axis less than the losses is one of each sample (tf.keras 2).
  ///
  /// Then it gets a trailing axis of 1, and one with an axis more has to end in 1.
  public enum WeightRanks: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.15/torch, keras-3.16-dev/jax, keras-1.
    case mended
    /// tf-keras-2.
    case perSample = "per_sample"
  }

  /// What the mean over no kept position is: 0, or 0 times 1 / 0 (tf.keras 2).
  public enum FullyMasked: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.15/torch, keras-3.16-dev/jax, keras-1.
    case zero
    /// tf-keras-2.
    case nan
  }

  /// Whether losses of shape (0,) stay as they are, or their sum and mean are 0 (tf.keras 2).
  public enum EmptyLosses: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.15/torch, keras-3.16-dev/jax, keras-1.
    case unreduced
    /// tf-keras-2.
    case zero
  }

  /// What the maximum along the last axis of an array without elements is.
  ///
  /// An array without elements, where that axis has some (JAX, NumPy); otherwise refused, or -inf
  /// (`minus_infinity`, tf.keras 2). Never anything else than `refused` on TensorFlow and torch.
  public enum EmptyMaximum: String, CaseIterable, Sendable {
    /// tf-keras-2.
    case minusInfinity = "minus_infinity"
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.16-dev/jax, keras-1.
    case noRows = "no_rows"
    /// keras-3.15/tensorflow, keras-3.15/torch.
    case refused
  }

  /// Which losses cast labels to the dtype of predictions: others refuse those of another dtype.
  ///
  /// Cosine similarity of tf.keras 2 does not, Keras 1 casts class ids alone.
  public enum LabelsCast: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.15/torch, keras-3.16-dev/jax.
    case all
    /// tf-keras-2.
    case allButCosine = "all_but_cosine"
    /// keras-1.
    case none
  }

  /// How binary crossentropy takes the logarithms of clipped probabilities q.
  ///
  /// `logs`: log q and log(1 - q); `log1p`: log q and log1p(-q), neither below -100 (torch);
  /// `logit`: q goes back to the logit log(q / (1 - q)), which stays one (Keras 1).
  public enum BinaryLogs: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.16-dev/jax, tf-keras-2.
    case logs
    /// keras-3.15/torch.
    case log1p
    /// keras-1.
    case logit
  }

  /// Whether binary crossentropy of probabilities refuses what is outside [0, 1] (torch).
  public enum BinaryDomain: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.16-dev/jax, tf-keras-2, keras-1.
    case any
    /// keras-3.15/torch.
    case unitInterval = "unit_interval"
  }

  /// Whether the focal loss takes the crossentropy of logits (TensorFlow, tf.keras 2).
  public enum BinaryFocalLogits: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/torch, keras-3.16-dev/jax, keras-1.
    case probabilities
    /// keras-3.15/tensorflow, tf-keras-2.
    case logits
  }

  /// Whether binary crossentropy of probabilities broadcasts (tf.keras 2).
  public enum BinaryShapes: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.15/torch, keras-3.16-dev/jax, keras-1.
    case equal
    /// tf-keras-2.
    case broadcast
  }

  /// Whether categorical crossentropy broadcasts (Keras 1).
  public enum CategoricalShapes: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.15/torch, keras-3.16-dev/jax, tf-keras-2.
    case equal
    /// keras-1.
    case broadcast
  }

  /// As `smoothing_class_count`, of categorical focal crossentropy (tf.keras 2 has both).
  public enum FocalSmoothingClassCount: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.15/torch, tf-keras-2, keras-1.
    case lastAxis = "last_axis"
    /// keras-3.16-dev/jax.
    case classAxis = "class_axis"
  }

  /// Whether labels that are all 0 or 1 become -1 and 1 (not in Keras 1).
  public enum HingeLabels: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.15/torch, keras-3.16-dev/jax, tf-keras-2.
    case converted
    /// keras-1.
    case asGiven = "as_given"
  }

  /// Whether a scalar is a vector of one element (not in NumPy, tf.keras 2 and Keras 1).
  public enum CosineScalars: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/tensorflow, keras-3.15/torch, keras-3.16-dev/jax.
    case vectors
    /// keras-3.15/numpy, tf-keras-2, keras-1.
    case refused
  }

  /// Whether cosine similarity is the sum of the products, or their mean (Keras 1).
  public enum CosineReduction: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.15/torch, keras-3.16-dev/jax, tf-keras-2.
    case sum
    /// keras-1.
    case mean
  }

  /// Which axis sparse categorical crossentropy takes its classes from.
  ///
  /// Any, if the ids have the shape of the leading axes (JAX, NumPy); the last one alone
  /// (TensorFlow); any (torch, tf.keras 2).
  public enum SparseAxis: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.16-dev/jax, keras-1.
    case leadingIDs = "leading_ids"
    /// keras-3.15/tensorflow.
    case lastOnly = "last_only"
    /// keras-3.15/torch, tf-keras-2.
    case any
  }

  /// Whether class ids have to have the shape of the rows of classes.
  ///
  /// `flattened`: with another rank they only have to be as many (tf.keras 2); `always_flattened`:
  /// whatever the rank, and the losses are flat unless y_pred has three axes (Keras 1).
  public enum SparseIDs: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.15/torch, keras-3.16-dev/jax.
    case matched
    /// tf-keras-2.
    case flattened
    /// keras-1.
    case alwaysFlattened = "always_flattened"
  }

  /// Whether log q is multiplied by the one-hot label, 0 * inf being NaN, or looked up.
  ///
  /// Looked up: TensorFlow, torch, tf.keras 2, Keras 1.
  public enum SparseSelection: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.16-dev/jax, keras-1.
    case oneHot = "one_hot"
    /// keras-3.15/tensorflow, keras-3.15/torch, tf-keras-2.
    case gather
  }

  /// Whether sparse categorical crossentropy takes ids that are no class, or refuses them.
  ///
  /// Refused: TensorFlow on CPU, torch, tf.keras 2, Keras 1. NumPy refuses large ones alone:
  /// `large_class_ids`.
  public enum SparseClassIDs: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.16-dev/jax.
    case noClass = "no_class"
    /// keras-3.15/tensorflow, keras-3.15/torch, tf-keras-2, keras-1.
    case refused
  }

  /// Whether labels meet `ignore_class` as they are, or truncated to ids (tf.keras 2).
  public enum IgnoreClassCompared: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.15/torch, keras-3.16-dev/jax, keras-1.
    case inDtype = "in_dtype"
    /// tf-keras-2.
    case asIDs = "as_ids"
  }

  /// What stands for the logarithm of 0 in CTC, and so shows where no alignment fits.
  ///
  /// `minus_1e5`: -100000 (JAX, NumPy); `any_alignment`: alignments that end elsewhere count
  /// 1e-307 times (TensorFlow: a loss of about 708); `minus_infinity`: an infinite loss (torch).
  public enum CTCImpossible: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.16-dev/jax, tf-keras-2, keras-1.
    case minus1e5 = "minus_1e5"
    /// keras-3.15/tensorflow.
    case anyAlignment = "any_alignment"
    /// keras-3.15/torch.
    case minusInfinity = "minus_infinity"
  }

  /// Whether softplus(x) is x above 20 (torch).
  public enum Softplus: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.16-dev/jax, tf-keras-2, keras-1.
    case exact
    /// keras-3.15/torch.
    case linearAbove20 = "linear_above_20"
  }

  /// What log_cosh's log 2 is rounded to: float32 on TensorFlow, on torch and in tf.keras 2.
  public enum LogTwo: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.16-dev/jax, keras-1.
    case dtype
    /// keras-3.15/tensorflow, keras-3.15/torch, tf-keras-2.
    case float32
  }

  /// What MSLE's epsilon is rounded to: float32 on TensorFlow, on torch and in Keras 1.
  public enum MsleEpsilon: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.16-dev/jax, tf-keras-2.
    case dtype
    /// keras-3.15/tensorflow, keras-3.15/torch, keras-1.
    case float32
  }

  /// What Python numbers are rounded to that `keras.ops` takes beside an array.
  ///
  /// float32 on torch and in Keras 1: the limits that KL divergence and categorical focal
  /// crossentropy clip to, and exponents.
  public enum OpsNumbers: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.16-dev/jax, tf-keras-2.
    case dtype
    /// keras-3.15/torch, keras-1.
    case float32
  }

  /// What a list of focal alphas is rounded to: float32 on TensorFlow and on torch.
  public enum AlphaList: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.16-dev/jax, tf-keras-2, keras-1.
    case dtype
    /// keras-3.15/tensorflow, keras-3.15/torch.
    case float32
  }

  /// What epsilon is rounded to that crossentropies clip to, and MAPE's: float32 in Keras 1.
  public enum ClipEpsilon: String, CaseIterable, Sendable {
    /// keras-3.15/jax, keras-3.15/numpy, keras-3.15/tensorflow, keras-3.15/torch, keras-3.16-dev/jax, tf-keras-2.
    case dtype
    /// keras-1.
    case float32
  }
}
