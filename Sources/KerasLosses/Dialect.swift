/// The choices in which Keras's versions and backends differ.
///
/// Each choice has the name and the settings of the oracle's `Dialect`; each preset names a system.
public struct Dialect: Hashable, Sendable {
  /// The preset's name, the same in Python, JSON and on the command line.
  public let id: String
  /// Whether binary logits stay logits, or pass a sigmoid and the clip.
  public let binaryLogits: BinaryLogits
  /// How cosine similarity normalises.
  public let cosineNorm: CosineNorm
  /// What a class id of at least the class count is.
  public let largeClassIDs: LargeClassIDs
  /// What NaN is as a class id.
  public let nanClassID: NaNClassID
  /// Whether sums along the last axis take a scalar.
  public let scalars: Scalars
  /// Whether a weight may have fewer axes than the mask that multiplies it.
  public let maskAndWeight: MaskAndWeight
  /// Whose extent label smoothing divides by.
  public let smoothingClassCount: SmoothingClassCount
  /// What Tversky's alpha weighs.
  public let tverskyAlpha: TverskyAlpha
  /// What subnormal numbers are.
  public let subnormals: Subnormals
  /// Whether there are gradients.
  public let gradients: Gradients
  /// The slope of max(x, limit) where x is the limit.
  public let maximumTie: MaximumTie
  /// The slope of |x| where x is 0.
  public let absoluteValueAtZero: AbsoluteValueAtZero
  /// The slope of a clip where x is a limit.
  public let clipTie: ClipTie
  /// The slope of a crossentropy's clip where a probability is a limit.
  public let probabilityClipTie: ProbabilityClipTie
  /// The slope of the crossentropy of a softmax.
  public let softmaxSlope: SoftmaxSlope

  /// Keras 3.15.1 on JAX: the default.
  public static let keras315JAX = Dialect(id: "keras-3.15/jax")

  /// Keras 3.15.1 on NumPy.
  public static let keras315NumPy = Dialect(
    id: "keras-3.15/numpy", binaryLogits: .clippedSigmoid, cosineNorm: .divide,
    largeClassIDs: .error, nanClassID: .noClass, scalars: .accepted, maskAndWeight: .inPlace,
    subnormals: .keep, gradients: .none)

  /// Keras 3.16, under development, on JAX.
  public static let keras316DevJAX = Dialect(
    id: "keras-3.16-dev/jax", smoothingClassCount: .classAxis, tverskyAlpha: .falsePositives)

  /// All presets.
  public static let all = [keras315JAX, keras315NumPy, keras316DevJAX]

  /// The preset of an id, or `nil`.
  public init?(named name: String) {
    guard let dialect = Self.all.first(where: { $0.id == name }) else { return nil }
    self = dialect
  }

  private init(
    id: String, binaryLogits: BinaryLogits = .stable, cosineNorm: CosineNorm = .floor,
    largeClassIDs: LargeClassIDs = .noClass, nanClassID: NaNClassID = .firstClass,
    scalars: Scalars = .refused, maskAndWeight: MaskAndWeight = .broadcast,
    smoothingClassCount: SmoothingClassCount = .lastAxis,
    tverskyAlpha: TverskyAlpha = .falseNegatives, subnormals: Subnormals = .flush,
    gradients: Gradients = .computed, maximumTie: MaximumTie = .half,
    absoluteValueAtZero: AbsoluteValueAtZero = .one, clipTie: ClipTie = .half,
    probabilityClipTie: ProbabilityClipTie = .half, softmaxSlope: SoftmaxSlope = .formula
  ) {
    self.id = id
    self.binaryLogits = binaryLogits
    self.cosineNorm = cosineNorm
    self.largeClassIDs = largeClassIDs
    self.nanClassID = nanClassID
    self.scalars = scalars
    self.maskAndWeight = maskAndWeight
    self.smoothingClassCount = smoothingClassCount
    self.tverskyAlpha = tverskyAlpha
    self.subnormals = subnormals
    self.gradients = gradients
    self.maximumTie = maximumTie
    self.absoluteValueAtZero = absoluteValueAtZero
    self.clipTie = clipTie
    self.probabilityClipTie = probabilityClipTie
    self.softmaxSlope = softmaxSlope
  }
}

extension Dialect {
  /// Whether binary logits stay logits, or pass a sigmoid and the clip.
  ///
  /// Minimal input: t = 0, x = 20 costs 20 or 15.942385.
  public enum BinaryLogits: Sendable {
    /// log q = -softplus(-x).
    case stable
    /// q = clip(sigmoid(x)): NumPy's backend.
    case clippedSigmoid
  }

  /// How cosine similarity normalises.
  ///
  /// Minimal input: p = [1e-8, 0] against [1, 0] gives -0.1 or -1.
  public enum CosineNorm: Sendable {
    /// x min(1 / |x|, 1 / epsilon).
    case floor
    /// x / |x|, or x where |x| is 0; axis 0 is taken for the last one in the division (NumPy).
    case divide
    /// x / sqrt(max(|x|^2, epsilon^2)) (TensorFlow); the gradient of the zero vector is finite.
    case floorOfSquare
  }

  /// What a class id of at least the class count is.
  public enum LargeClassIDs: Sendable {
    /// It matches no class.
    case noClass
    /// It is refused (NumPy).
    case error
  }

  /// What NaN is as a class id.
  public enum NaNClassID: Sendable {
    /// 0.
    case firstClass
    /// No class (NumPy).
    case noClass
  }

  /// Whether sums along the last axis take a scalar.
  public enum Scalars: Sendable {
    /// They do not.
    case refused
    /// They do, in KL divergence and categorical hinge (NumPy).
    case accepted
  }

  /// Whether a weight may have fewer axes than the mask that multiplies it.
  public enum MaskAndWeight: Sendable {
    /// It may.
    case broadcast
    /// It may not, as the product is stored in its place (NumPy).
    case inPlace
  }

  /// Whose extent label smoothing divides by.
  ///
  /// Minimal input: (4, 5) labels, axis 0, s = 0.4.
  public enum SmoothingClassCount: Sendable {
    /// The last axis's, wherever the class axis is (up to Keras 3.15).
    case lastAxis
    /// The class axis's (from Keras 3.16 on).
    case classAxis
  }

  /// What Tversky's alpha weighs.
  ///
  /// Minimal input: t = [1, 1, 0, 0], p = [1, 0, 1, 1], alpha = 1, beta = 0 costs 1/2 or 2/3.
  public enum TverskyAlpha: Sendable {
    /// sum(t (1 - p)) (up to Keras 3.15).
    case falseNegatives
    /// sum(p (1 - t)) (from Keras 3.16 on).
    case falsePositives
  }

  /// What subnormal numbers are.
  ///
  /// Minimal input: crossentropy of [0, 1] and [1e-40, 1e-40] in Float is NaN or 0.693.
  public enum Subnormals: Sendable {
    /// Zero (JAX and TensorFlow on CPUs).
    case flush
    /// Numbers (NumPy, torch).
    case keep
  }

  /// Whether subnormal numbers are zero.
  var flushes: Bool { subnormals == .flush }
}

// MARK: - Gradients

extension Dialect {
  /// Whether there are gradients.
  public enum Gradients: Sendable {
    /// There are, by automatic differentiation.
    case computed
    /// There are none (NumPy).
    case none
  }

  /// The slope of max(x, limit) where x is the limit.
  ///
  /// Minimal input: hinge of t = 1, p = 1 has the gradient -1/2 or -1.
  public enum MaximumTie: Sendable {
    /// 1/2 (JAX, torch).
    case half
    /// 1 (TensorFlow).
    case whole

    /// The slope.
    var slope: Double { self == .half ? 0.5 : 1 }
  }

  /// The slope of |x| where x is 0.
  ///
  /// Minimal input: mean absolute error of t = p has the gradient -1 or 0.
  public enum AbsoluteValueAtZero: Sendable {
    /// 1 (JAX).
    case one
    /// 0 (TensorFlow, torch).
    case zero

    /// The slope.
    var slope: Double { self == .one ? 1 : 0 }
  }

  /// The slope of a clip where x is a limit.
  ///
  /// Minimal input: KL divergence of t = 1/2, p = 1 has the gradient -1/4 or -1/2.
  public enum ClipTie: Sendable {
    /// 1/2 (JAX, torch).
    case half
    /// 1 (TensorFlow).
    case whole

    /// The slope.
    var slope: Double { self == .half ? 0.5 : 1 }
  }

  /// The slope of a crossentropy's clip where a probability is a limit.
  ///
  /// Minimal input: binary crossentropy of t = 1, p = 1e-7 has the gradient -5e6, -1e7 or 0.
  public enum ProbabilityClipTie: Sendable {
    /// 1/2 (JAX).
    case half
    /// 1 (TensorFlow).
    case whole
    /// 0 (torch).
    case none

    /// The slope.
    var slope: Double {
      switch self {
      case .half: 0.5
      case .whole: 1
      case .none: 0
      }
    }
  }

  /// The slope of the crossentropy of a softmax.
  ///
  /// Minimal input: crossentropy of t = [1, 1], x = [0, 0] from logits has the gradient 0 or -1/2.
  public enum SoftmaxSlope: Sendable {
    /// sum(t) softmax(x) - t (JAX, torch).
    case formula
    /// softmax(x) - t, as if the labels summed to 1 (TensorFlow).
    case labelsSumToOne
  }

  /// Refuses gradients where there are none.
  ///
  /// - Throws: `LossError.notInDialect`.
  func requireGradients() throws(LossError) {
    guard gradients == .computed else { throw .notInDialect(what: "gradients", dialect: id) }
  }
}
