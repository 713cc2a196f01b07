// Names, parameters and defaults of keras.losses 3.15.1, in the order of its constructors.

extension MeanSquaredError: KerasLoss {
  /// What Keras calls it.
  public static let names = LossNames(
    "mean_squared_error", "MeanSquaredError", aliases: "mse", "MSE")

  /// Creates the loss from the parameters of a Keras config.
  ///
  /// - Throws: `LossError.invalidParameter`.
  public init(_ parameters: inout LossParameters) throws(LossError) {
    self.init(reduction: try parameters.reduction(), dialect: parameters.dialect)
  }
}

extension MeanAbsoluteError: KerasLoss {
  /// What Keras calls it.
  public static let names = LossNames(
    "mean_absolute_error", "MeanAbsoluteError", aliases: "mae", "MAE")

  /// Creates the loss from the parameters of a Keras config.
  ///
  /// - Throws: `LossError.invalidParameter`.
  public init(_ parameters: inout LossParameters) throws(LossError) {
    self.init(reduction: try parameters.reduction(), dialect: parameters.dialect)
  }
}

extension MeanAbsolutePercentageError: KerasLoss {
  /// What Keras calls it.
  public static let names = LossNames(
    "mean_absolute_percentage_error", "MeanAbsolutePercentageError", aliases: "mape", "MAPE")

  /// Creates the loss from the parameters of a Keras config.
  ///
  /// - Throws: `LossError.invalidParameter`.
  public init(_ parameters: inout LossParameters) throws(LossError) {
    self.init(reduction: try parameters.reduction(), dialect: parameters.dialect)
  }
}

extension MeanSquaredLogarithmicError: KerasLoss {
  /// What Keras calls it.
  public static let names = LossNames(
    "mean_squared_logarithmic_error", "MeanSquaredLogarithmicError", aliases: "msle", "MSLE")

  /// Creates the loss from the parameters of a Keras config.
  ///
  /// - Throws: `LossError.invalidParameter`.
  public init(_ parameters: inout LossParameters) throws(LossError) {
    self.init(reduction: try parameters.reduction(), dialect: parameters.dialect)
  }
}

extension Huber: KerasLoss {
  /// What Keras calls it.
  public static let names = LossNames("huber", "Huber")

  /// Creates the loss from the parameters of a Keras config.
  ///
  /// - Throws: `LossError.invalidParameter`.
  public init(_ parameters: inout LossParameters) throws(LossError) {
    self.init(
      delta: try parameters.number("delta", default: 1),
      reduction: try parameters.reduction(), dialect: parameters.dialect)
  }
}

extension LogCosh: KerasLoss {
  /// What Keras calls it.
  public static let names = LossNames("log_cosh", "LogCosh")

  /// Creates the loss from the parameters of a Keras config.
  ///
  /// - Throws: `LossError.invalidParameter`.
  public init(_ parameters: inout LossParameters) throws(LossError) {
    self.init(reduction: try parameters.reduction(), dialect: parameters.dialect)
  }
}

extension CosineSimilarity: KerasLoss {
  /// What Keras calls it.
  public static let names = LossNames("cosine_similarity", "CosineSimilarity")

  /// Creates the loss from the parameters of a Keras config.
  ///
  /// - Throws: `LossError.invalidParameter`.
  public init(_ parameters: inout LossParameters) throws(LossError) {
    self.init(
      axis: try parameters.integer("axis", default: -1),
      reduction: try parameters.reduction(), dialect: parameters.dialect)
  }
}

extension Hinge: KerasLoss {
  /// What Keras calls it.
  public static let names = LossNames("hinge", "Hinge")

  /// Creates the loss from the parameters of a Keras config.
  ///
  /// - Throws: `LossError.invalidParameter`.
  public init(_ parameters: inout LossParameters) throws(LossError) {
    self.init(reduction: try parameters.reduction(), dialect: parameters.dialect)
  }
}

extension SquaredHinge: KerasLoss {
  /// What Keras calls it.
  public static let names = LossNames("squared_hinge", "SquaredHinge")

  /// Creates the loss from the parameters of a Keras config.
  ///
  /// - Throws: `LossError.invalidParameter`.
  public init(_ parameters: inout LossParameters) throws(LossError) {
    self.init(reduction: try parameters.reduction(), dialect: parameters.dialect)
  }
}

extension CategoricalHinge: KerasLoss {
  /// What Keras calls it.
  public static let names = LossNames("categorical_hinge", "CategoricalHinge")

  /// Creates the loss from the parameters of a Keras config.
  ///
  /// - Throws: `LossError.invalidParameter`.
  public init(_ parameters: inout LossParameters) throws(LossError) {
    self.init(reduction: try parameters.reduction(), dialect: parameters.dialect)
  }
}

extension KLDivergence: KerasLoss {
  /// What Keras calls it.
  public static let names = LossNames("kl_divergence", "KLDivergence", aliases: "kld", "KLD")

  /// Creates the loss from the parameters of a Keras config.
  ///
  /// - Throws: `LossError.invalidParameter`.
  public init(_ parameters: inout LossParameters) throws(LossError) {
    self.init(reduction: try parameters.reduction(), dialect: parameters.dialect)
  }
}

extension Poisson: KerasLoss {
  /// What Keras calls it.
  public static let names = LossNames("poisson", "Poisson")

  /// Creates the loss from the parameters of a Keras config.
  ///
  /// - Throws: `LossError.invalidParameter`.
  public init(_ parameters: inout LossParameters) throws(LossError) {
    self.init(reduction: try parameters.reduction(), dialect: parameters.dialect)
  }
}

extension BinaryCrossentropy: KerasLoss {
  /// What Keras calls it.
  public static let names = LossNames(
    "binary_crossentropy", "BinaryCrossentropy", aliases: "bce", "BCE")

  /// Creates the loss from the parameters of a Keras config.
  ///
  /// - Throws: `LossError.invalidParameter`.
  public init(_ parameters: inout LossParameters) throws(LossError) {
    self.init(
      fromLogits: try parameters.boolean("from_logits", default: false),
      labelSmoothing: try parameters.number("label_smoothing", default: 0),
      axis: try parameters.integer("axis", default: -1),
      reduction: try parameters.reduction(), dialect: parameters.dialect)
  }
}

extension BinaryFocalCrossentropy: KerasLoss {
  /// What Keras calls it.
  public static let names = LossNames("binary_focal_crossentropy", "BinaryFocalCrossentropy")

  /// Creates the loss from the parameters of a Keras config.
  ///
  /// - Throws: `LossError.invalidParameter`.
  public init(_ parameters: inout LossParameters) throws(LossError) {
    self.init(
      applyClassBalancing: try parameters.boolean("apply_class_balancing", default: false),
      alpha: try parameters.number("alpha", default: 0.25),
      gamma: try parameters.number("gamma", default: 2),
      fromLogits: try parameters.boolean("from_logits", default: false),
      labelSmoothing: try parameters.number("label_smoothing", default: 0),
      axis: try parameters.integer("axis", default: -1),
      reduction: try parameters.reduction(), dialect: parameters.dialect)
  }
}

extension CategoricalCrossentropy: KerasLoss {
  /// What Keras calls it.
  public static let names = LossNames("categorical_crossentropy", "CategoricalCrossentropy")

  /// Creates the loss from the parameters of a Keras config.
  ///
  /// - Throws: `LossError.invalidParameter`.
  public init(_ parameters: inout LossParameters) throws(LossError) {
    self.init(
      fromLogits: try parameters.boolean("from_logits", default: false),
      labelSmoothing: try parameters.number("label_smoothing", default: 0),
      axis: try parameters.integer("axis", default: -1),
      reduction: try parameters.reduction(), dialect: parameters.dialect)
  }
}

extension CategoricalFocalCrossentropy: KerasLoss {
  /// What Keras calls it.
  public static let names = LossNames(
    "categorical_focal_crossentropy", "CategoricalFocalCrossentropy")

  /// Creates the loss from the parameters of a Keras config.
  ///
  /// - Throws: `LossError.invalidParameter`.
  public init(_ parameters: inout LossParameters) throws(LossError) {
    self.init(
      alpha: try parameters.alpha(default: 0.25),
      gamma: try parameters.number("gamma", default: 2),
      fromLogits: try parameters.boolean("from_logits", default: false),
      labelSmoothing: try parameters.number("label_smoothing", default: 0),
      axis: try parameters.integer("axis", default: -1),
      reduction: try parameters.reduction(), dialect: parameters.dialect)
  }
}

extension SparseCategoricalCrossentropy: KerasLoss {
  /// What Keras calls it.
  public static let names = LossNames(
    "sparse_categorical_crossentropy", "SparseCategoricalCrossentropy")

  /// Creates the loss from the parameters of a Keras config.
  ///
  /// - Throws: `LossError.invalidParameter`.
  public init(_ parameters: inout LossParameters) throws(LossError) {
    self.init(
      fromLogits: try parameters.boolean("from_logits", default: false),
      ignoreClass: try parameters.optionalInteger("ignore_class"),
      reduction: try parameters.reduction(),
      axis: try parameters.integer("axis", default: -1), dialect: parameters.dialect)
  }
}

extension CategoricalGeneralizedCrossEntropy: KerasLoss {
  /// What Keras calls it.
  public static let names = LossNames(
    "categorical_generalized_cross_entropy", "CategoricalGeneralizedCrossEntropy")

  /// Creates the loss from the parameters of a Keras config.
  ///
  /// - Throws: `LossError.invalidParameter`.
  public init(_ parameters: inout LossParameters) throws(LossError) {
    let q = try parameters.number("q", default: 0.5)
    let reduction = try parameters.reduction()
    guard parameters.isFunction else {
      try self.init(q: q, reduction: reduction, dialect: parameters.dialect)
      return
    }
    self.init(unchecked: q, reduction: reduction, dialect: parameters.dialect)
  }
}

extension Dice: KerasLoss {
  /// What Keras calls it.
  public static let names = LossNames("dice", "Dice")

  /// Creates the loss from the parameters of a Keras config.
  ///
  /// - Throws: `LossError.invalidParameter`.
  public init(_ parameters: inout LossParameters) throws(LossError) {
    self.init(
      reduction: try parameters.reduction(), axis: try parameters.axes("axis"),
      dialect: parameters.dialect)
  }
}

extension Tversky: KerasLoss {
  /// What Keras calls it.
  public static let names = LossNames("tversky", "Tversky")

  /// Creates the loss from the parameters of a Keras config.
  ///
  /// - Throws: `LossError.invalidParameter`.
  public init(_ parameters: inout LossParameters) throws(LossError) {
    self.init(
      alpha: try parameters.number("alpha", default: 0.5),
      beta: try parameters.number("beta", default: 0.5),
      reduction: try parameters.reduction(), axis: try parameters.axes("axis"),
      dialect: parameters.dialect)
  }
}

extension Circle: KerasLoss {
  /// What Keras calls it.
  public static let names = LossNames("circle", "Circle")

  /// Creates the loss from the parameters of a Keras config.
  ///
  /// - Throws: `LossError.invalidParameter`.
  public init(_ parameters: inout LossParameters) throws(LossError) {
    self.init(
      gamma: try parameters.number("gamma", default: 80),
      margin: try parameters.number("margin", default: 0.4),
      removeDiagonal: try parameters.boolean("remove_diagonal", default: true),
      reduction: try parameters.reduction(), dialect: parameters.dialect)
  }
}

extension CTC: KerasLoss {
  /// What Keras calls it.
  public static let names = LossNames("ctc", "CTC")

  /// Creates the loss from the parameters of a Keras config.
  ///
  /// - Throws: `LossError.invalidParameter`.
  public init(_ parameters: inout LossParameters) throws(LossError) {
    self.init(reduction: try parameters.reduction(), dialect: parameters.dialect)
  }
}
