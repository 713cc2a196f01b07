import LossFixtures

/// A question while it is drawn: shapes first, then parameters, then numbers.
struct QuestionDraft {
  let choice: LossChoice
  /// Whether there are 10^4 predictions or more.
  let isLarge: Bool
  var random: RandomNumbers
  /// What the shape is drawn from, where it is one of a few.
  private let ofShape: RandomNumbers?
  /// Whether some numbers are infinite, NaN or at an end of the format.
  private(set) var isWild = false
  /// Whether some numbers are subnormal.
  private var isSubnormal = false
  var config: [String: ParameterValue] = [:]
  var inputs: [String: FixtureTensor] = [:]

  init(_ choice: LossChoice, isLarge: Bool, random: RandomNumbers, ofShape: RandomNumbers? = nil) {
    self.choice = choice
    self.isLarge = isLarge
    self.random = random
    self.ofShape = ofShape
  }

  /// How numbers of the dtype are drawn.
  var numbers: TroublesomeNumbers {
    TroublesomeNumbers(format: NumberFormat(rawValue: choice.dtype) ?? .float32)
  }

  /// Draws the question.
  ///
  /// - Complexity: O(elements).
  mutating func question() -> GeneratedQuestion {
    let shape = shapeOfPredictions()
    drawParameters(shape)
    switch choice.family {
    case .classIDs:
      // There is no label without classes.
      if let axis = axis(shape.count), shape[axis] == 0 { config["axis"] = nil }
      drawClassIDs(shape)
    case .circle: drawEmbeddings(shape)
    case .ctc: drawSequences(shape)
    case .regression, .rates, .hinges, .categoricalHinge, .binary, .categorical, .overlap:
      drawElementwise(shape)
    }
    if choice.form == .class { drawWeights() }
    // Of large questions mostly one number would be compared without it. At infinities, at the ends of the format and below its normal numbers, the order of a derivative's
    // factors decides what it is; what Keras's own order gives there, the fixtures hold.
    let gradient =
      (random.chance(0.7) || isLarge) && !isWild && !isSubnormal && !isFullyMasked
      && !arePredictionsRepeated
    return GeneratedQuestion(
      Question(
        loss: choice.loss, dialect: choice.dialect, form: choice.form, dtype: choice.dtype,
        config: config, inputs: inputs),
      gradient: gradient)
  }

  /// The shape of the predictions: any, or one of a few.
  private mutating func shapeOfPredictions() -> [Int] {
    guard let ofShape else { return predictionShape() }
    let rest = random
    random = ofShape
    defer { random = rest }
    return predictionShape()
  }

  /// A mood for a tensor's numbers.
  mutating func drawMood() -> TroublesomeNumbers.Mood {
    let mood = TroublesomeNumbers.mood(&random)
    if mood == .wild { isWild = true }
    return mood
  }

  /// Whether nothing may be kept where that makes the mean NaN: NaN times a slope that is left out.
  private var isFullyMasked: Bool {
    guard choice.dialect == "tf-keras-2" else { return false }
    // Classes that are ignored are masked as well, be it all of them.
    if number("ignore_class") != nil { return true }
    guard case .bool(let kept)? = inputs["mask"]?.values else { return false }
    return !kept.contains(true)
  }

  /// Whether labels broadcast predictions: what arrives is summed before an infinite slope, or after.
  private var arePredictionsRepeated: Bool {
    guard choice.family != .classIDs, let labels = inputs["y_true"]?.shape,
      let predictions = inputs["y_pred"]?.shape
    else { return false }
    return count(labels) > count(predictions)
  }

  // MARK: - What the parameters say

  /// A parameter that is passed as a number.
  func number(_ name: String) -> Double? {
    if case .number(let number) = config[name] { number } else { nil }
  }

  /// Whether predictions are logits.
  var isFromLogits: Bool { config["from_logits"] == .boolean(true) || choice.loss == "ctc" }

  /// The axis of the classes, or of the vectors, of some predictions: the last where it is none of them.
  func axis(_ rank: Int) -> Int? {
    guard rank > 0 else { return nil }
    let axis = number("axis").map { Int($0) } ?? -1
    let positive = axis < 0 ? axis + rank : axis
    return (0..<rank).contains(positive) ? positive : rank - 1
  }

  // MARK: - Tensors

  /// Stores numbers as the tensor of a name.
  mutating func set(_ name: String, _ shape: [Int], _ numbers: [Double], _ dtype: String) {
    inputs[name] = FixtureTensor(shape: shape, rounding: numbers, dtype: dtype)
    let least = self.numbers.format.smallestNormal
    isSubnormal = isSubnormal || numbers.contains { $0 != 0 && $0.magnitude < least }
  }

  /// A dtype for labels of which all are integers, or not.
  ///
  /// In a question of bfloat16, Python's float32 stands for bfloat16: no input is of float32.
  mutating func labelDtype(areIntegers: Bool) -> String {
    // Keras 1 casts no labels.
    if choice.dialect == "keras-1", !random.chance(0.02) { return choice.dtype }
    if areIntegers, random.chance(0.35) {
      return random.one(
        of: "int32", "int64", "uint8", "int8", "int16", "uint16", "uint32", "uint64", "bool")
    }
    return random.chance(0.06) ? otherFloat() : choice.dtype
  }

  /// The dtype of predictions: a class casts others than its own.
  mutating func predictionDtype() -> String {
    choice.form == .class && random.chance(0.06) ? otherFloat() : choice.dtype
  }

  private mutating func otherFloat() -> String {
    choice.dtype == "bfloat16"
      ? random.one(of: "float16", "float64") : random.one(of: "float16", "float32", "float64")
  }
}
