import LossFixtures

/// Makes a question that fails smaller and simpler, as long as it fails in the same way.
///
/// It tries one simplification after the other, keeps those after which the question still fails, and
/// begins again until none is left: the same question always shrinks to the same one.
struct QuestionShrinking {
  /// After answers that cost so much it stops: one costs 1 and 1 for each 1,000 elements.
  static let mostCost = 4_000.0

  private let judge: LiveJudge
  private let kind: LiveFailure.Kind

  init(_ judge: LiveJudge, _ kind: LiveFailure.Kind) {
    self.judge = judge
    self.kind = kind
  }

  /// The smallest question that was found, and in how many steps.
  func shrunk(
    _ asked: GeneratedQuestion
  ) throws(ReferenceFailure) -> (asked: GeneratedQuestion, steps: Int) {
    var best = asked
    var steps = 0
    var cost = 0.0
    var didShrink = true
    while didShrink, cost < Self.mostCost {
      didShrink = false
      for simplification in QuestionSimplification.all {
        // The same once more as long as it helps: rows are halved, then halved again.
        var place = 0
        while cost < Self.mostCost,
          let candidate = simplification.candidate(of: best, place)
        {
          guard !candidate.isSame(as: best) else {
            place += 1
            continue
          }
          cost += 1 + Double(candidate.size) / 1_000
          if try fails(candidate) {
            best = candidate
            steps += 1
            didShrink = true
          } else {
            place += 1
          }
        }
      }
    }
    return (best, steps)
  }

  private func fails(_ candidate: GeneratedQuestion) throws(ReferenceFailure) -> Bool {
    guard candidate.fitsInMemory, case .failed(let failure) = try judge.result(of: candidate)
    else { return false }
    return failure.kind == kind
  }
}

/// A way to make a question simpler, in several variants.
enum QuestionSimplification: CaseIterable {
  case noGradient, fewerInputs, fewerParameters, bareFunction, usualDialect, fewerRows, usualDtypes
  case uniformNumbers, simpleNumbers, shortNumbers

  /// The order in which they are tried: what removes most first.
  static let all = allCases

  /// A simpler question; `nil` where there is no variant of that number any more.
  ///
  /// A variant that is the question itself changes nothing.
  func candidate(of asked: GeneratedQuestion, _ variant: Int) -> GeneratedQuestion? {
    switch self {
    case .noGradient: variant == 0 ? asked.changed { $0.gradient = false } : nil
    case .fewerInputs: Self.fewerInputs(asked, variant)
    case .fewerParameters: Self.fewerParameters(asked, variant)
    case .bareFunction: variant == 0 ? Self.bareFunction(asked) : nil
    case .usualDialect:
      variant == 0 ? asked.changed { $0.question.dialect = FixtureFile.defaultDialect } : nil
    case .fewerRows: Self.fewerRows(asked, variant)
    case .usualDtypes: Self.usualDtypes(asked, variant)
    case .uniformNumbers: Self.uniformNumbers(asked, variant)
    case .simpleNumbers: Self.simpleNumbers(asked, variant)
    case .shortNumbers: Self.shortNumbers(asked, variant)
    }
  }

  private static func fewerInputs(_ asked: GeneratedQuestion, _ variant: Int) -> GeneratedQuestion?
  {
    let optional = asked.question.inputs.keys.filter { $0 != "y_true" && $0 != "y_pred" }.sorted()
    guard optional.indices.contains(variant) else { return nil }
    return asked.changed { $0.question.inputs[optional[variant]] = nil }
  }

  private static func fewerParameters(
    _ asked: GeneratedQuestion, _ variant: Int
  ) -> GeneratedQuestion? {
    let names = asked.question.config.keys.sorted()
    guard names.indices.contains(variant) else { return nil }
    return asked.changed { $0.question.config[names[variant]] = nil }
  }

  /// The bare function in the place of the class.
  private static func bareFunction(_ asked: GeneratedQuestion) -> GeneratedQuestion {
    let dtype = asked.question.inputs["y_pred"]?.values.dtype
    guard asked.question.form == .class, let dtype else { return asked }
    return asked.changed {
      $0.question.form = .function
      $0.question.dtype = dtype
      $0.question.config["reduction"] = nil
      $0.question.inputs["sample_weight"] = nil
      $0.question.inputs["mask"] = nil
    }
  }

  /// Inputs in the dtype of the question.
  private static func usualDtypes(_ asked: GeneratedQuestion, _ variant: Int) -> GeneratedQuestion?
  {
    let names = asked.question.inputs.keys.filter { $0 != "mask" }.sorted()
    guard names.indices.contains(variant) else { return nil }
    return asked.replacing(names[variant]) {
      FixtureTensor(shape: $0.shape, rounding: $0.values.doubles, dtype: asked.question.dtype)
    }
  }
}

extension GeneratedQuestion {
  /// Whether nothing differs, not even one NaN from another.
  fileprivate func isSame(as other: GeneratedQuestion) -> Bool {
    let (own, others) = (question, other.question)
    guard gradient == other.gradient, own.dialect == others.dialect, own.form == others.form,
      own.dtype == others.dtype, own.config == others.config,
      own.inputs.keys == others.inputs.keys
    else { return false }
    return own.inputs.allSatisfy { name, tensor in
      guard let twin = others.inputs[name], twin.shape == tensor.shape,
        twin.values.dtype == tensor.values.dtype
      else { return false }
      return twin.values == tensor.values
        || zip(twin.values.doubles, tensor.values.doubles)
          .allSatisfy { $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN }
    }
  }

  /// The question with a change.
  func changed(_ change: (inout GeneratedQuestion) -> Void) -> GeneratedQuestion {
    var changed = self
    change(&changed)
    return changed
  }

  /// The question with another tensor in the place of one; the question itself where there is none.
  func replacing(
    _ name: String, _ change: (FixtureTensor) -> FixtureTensor?
  ) -> GeneratedQuestion {
    guard let tensor = question.inputs[name], let other = change(tensor) else { return self }
    return changed { $0.question.inputs[name] = other }
  }
}
