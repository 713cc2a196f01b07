/// Draws numbers of a format, and prefers those that make trouble.
struct TroublesomeNumbers {
  let format: NumberFormat

  /// What numbers are about, and so where their trouble lies.
  enum Domain {
    /// Any number: targets and predictions of regressions, and embeddings.
    case real
    /// Numbers that are not negative: counts, rates.
    case positive
    /// Predictions from 0 to 1, which losses clip to 1e-7 and 1 - 1e-7.
    case probability
    /// Predictions before a sigmoid or softmax.
    case logit
    /// Labels from 0 to 1, most of them one of both.
    case label
    /// Labels -1 and 1, or 0 and 1.
    case sign
  }

  /// How a tensor's numbers are drawn.
  enum Mood {
    /// Uniform or normal.
    case plain
    /// Few simple numbers, so that many are equal.
    case coarse
    /// Some of them at limits and kinks, or a few ulp beside.
    case troubled
    /// Some of them huge, tiny, infinite or NaN.
    case wild
  }

  /// Draws a mood.
  static func mood(_ random: inout RandomNumbers) -> Mood {
    random.one(of: [(.plain, 45), (.coarse, 20), (.troubled, 27), (.wild, 8)], otherwise: .plain)
  }

  /// Draws numbers; those of one call have the scale in common.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - domain: What they are about.
  ///   - mood: How they are drawn.
  ///   - random: The source.
  /// - Returns: Numbers of the format.
  /// - Complexity: O(count).
  func numbers(
    _ count: Int, _ domain: Domain, _ mood: Mood, _ random: inout RandomNumbers
  ) -> [Double] {
    let scale = scale(domain, &random)
    let isNormal = random.chance(0.5)
    let (simple, troubles) = (Self.simple(domain), Self.troubles(domain))
    let extremes = format.extremes
    var numbers: [Double] = []
    numbers.reserveCapacity(count)
    for _ in 0..<count {
      let number: Double
      switch mood {
      case .coarse: number = random.one(of: simple) ?? 0
      case .troubled where random.chance(0.3):
        number = nudged(random.one(of: troubles) ?? 0, &random)
      case .wild where random.chance(0.08): number = random.one(of: extremes) ?? 0
      case .plain, .troubled, .wild: number = plain(domain, scale, isNormal, &random)
      }
      numbers.append(format.rounded(number))
    }
    return numbers
  }

  /// A number, or one that lies up to three ulp beside it.
  func nudged(_ number: Double, _ random: inout RandomNumbers) -> Double {
    let steps = random.integer(-3...3)
    let rounded = format.rounded(number)
    guard steps != 0, rounded.isFinite else { return rounded }
    return format.rounded(rounded + Double(steps) * format.ulp(rounded))
  }

  private func scale(_ domain: Domain, _ random: inout RandomNumbers) -> Double {
    switch domain {
    case .real, .positive: random.one(of: 1, 1, 1, 3, 10, 1000, 0.001)
    case .logit: random.one(of: 1, 1, 3, 10, 30, 100)
    case .probability, .label, .sign: 1
    }
  }

  private func plain(
    _ domain: Domain, _ scale: Double, _ isNormal: Bool, _ random: inout RandomNumbers
  ) -> Double {
    switch domain {
    case .real, .logit: scale * (isNormal ? random.normal() : random.uniform(-1, 1))
    case .positive: scale * random.fraction()
    case .probability: random.fraction()
    case .label: isNormal ? random.fraction() : Double(random.below(2))
    case .sign: isNormal ? Double(random.below(2)) * 2 - 1 : Double(random.below(2))
    }
  }

  /// Simple numbers of a domain, the likelier ones several times.
  private static func simple(_ domain: Domain) -> [Double] {
    switch domain {
    case .real, .logit: [0, 1, -1, 0.5, 2, -0.5, 0.25, 3]
    case .positive: [0, 1, 0.5, 2, 3]
    case .probability: [0, 1, 0.5, 0.25, 0.75]
    case .label: [0, 1, 0, 1, 0.5]
    case .sign: [-1, 1, 0]
    }
  }

  /// The limits and kinks of a domain.
  private static func troubles(_ domain: Domain) -> [Double] {
    switch domain {
    case .probability:
      [0, 1, 1e-7, 1 - 1e-7, 0.5, -1e-7, 1 + 1e-7, 1e-8, 1e-3, 0.999, 1e-30]
    case .label: [0, 1, 0.5, 1e-7, 1 - 1e-7, -1, 2]
    case .sign: [0, 1, -1, 0.5, -0.5, 2]
    case .logit:
      [0, -0.0, 1, -1, 16.118, -16.118, 20, -20, 88.72, -88.72, 103.9, -103.9, 1e4, -1e4]
    case .positive: [0, 1e-7, 1, 2, 1e-3, 1e4]
    case .real: [0, -0.0, 1, -1, 1e-7, -1e-7, 0.5, 2, -2, 1e-3, 20, -20, 255.9, 1e4]
    }
  }
}

extension NumberFormat {
  /// The smallest normal number.
  var smallestNormal: Double {
    switch self {
    case .float16: 0x1p-14
    case .bfloat16, .float32: 0x1p-126
    case .float64: 0x1p-1022
    }
  }

  /// The largest number.
  fileprivate var largest: Double {
    switch self {
    case .float16: 65504
    case .bfloat16: 0x1.fep127
    case .float32: Double(Float.greatestFiniteMagnitude)
    case .float64: .greatestFiniteMagnitude
    }
  }

  /// Numbers at the ends of the format, with those whose squares or exponentials are there.
  fileprivate var extremes: [Double] {
    let (tiny, huge) = (smallestNormal, largest)
    let positive = [
      tiny, tiny / 2, tiny / 4, tiny * 1.5, tiny.squareRoot(), huge, huge / 2, huge / 4,
      huge.squareRoot(), huge.squareRoot() * 1.01, Double.infinity,
    ]
    return positive + positive.map { -$0 } + [0, -0.0, .nan, 700, -700]
  }
}
