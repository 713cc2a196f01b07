import LossFixtures

/// An explanation in words, at most 100 columns wide but for arrays.
public struct ExplanationText: Sendable {
  /// Whether to colour the verdict (ANSI escapes).
  public let hasColor: Bool

  /// Creates the rendering.
  public init(hasColor: Bool = false) { self.hasColor = hasColor }

  /// The text, with a newline at its end.
  ///
  /// - Complexity: O(elements).
  public func text(_ explanation: Explanation) -> String {
    let writer = Writer(explanation: explanation, hasColor: hasColor)
    let blocks = [writer.verdict, writer.cause, writer.others, writer.steps]
    return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }
}

/// The parts of the text, each as lines.
private struct Writer {
  let explanation: Explanation
  let hasColor: Bool

  private static let mostElements = 3
  private static let mostCauses = 6
  /// Fewer bits than this are met by chance once in a thousand numbers or more often.
  private static let weakEvidence = 10.0

  private var fixture: FixtureCase { explanation.fixture }
  private var dtype: String { fixture.dtype }

  // MARK: - The verdict

  var verdict: [String] {
    let name = explanation.causes.first.map { title($0.candidate) } ?? ""
    let line: String
    switch explanation.verdict {
    case .keras: line = "Keras gives \(keras)"
    case .right: line = "right: this is what Keras gives"
    case .numerics: line = "rounding: this is what Keras gives, up to rounding"
    case .explained: line = name
    case .family: line = "\(name), or a relative of it that these inputs do not tell from it"
    case .ambiguous: line = "ambiguous: \(name), or another cause"
    case .partial: line = "in part: \(name)"
    case .impossible: line = "these inputs cannot give that number"
    case .unexplained: line = "unexplained: no known mistake and no dialect gives this number"
    }
    var lines = wrapped(line, indent: "").map { hasColor ? "\u{1b}[1m\($0)\u{1b}[0m" : $0 }
    if let actual = explanation.actual {
      lines.append("  Keras gives \(keras)")
      lines.append("  you have    \(text(of: actual))")
    }
    lines.append("  \(question)")
    lines += remarks.flatMap { wrapped($0, indent: "  ") }
    return lines
  }

  /// What was asked, in Keras's words.
  private var question: String {
    let parameters = explanation.question.config.sorted { $0.key < $1.key }
      .map { ", \($0.key)=\($0.value.pythonText)" }.joined()
    let form = fixture.form == .class ? "class" : "function"
    return "\(explanation.question.loss) (\(form)\(parameters)) in \(dtype), "
      + explanation.question.dialect
  }

  private var remarks: [String] {
    var remarks: [String] = []
    if explanation.isCutOff {
      remarks.append("Your digits are taken to be cut off, not rounded.")
    }
    switch explanation.verdict {
    case .impossible:
      if let range = explanation.range {
        let low = NumPyText.text(range.lowerBound, dtype: "float64")
        let high = NumPyText.text(range.upperBound, dtype: "float64")
        remarks.append(
          range.upperBound == .infinity
            ? "Whatever y_pred is, this loss is not below \(low)."
            : "Whatever y_pred is, this loss lies between \(low) and \(high) for these labels.")
      }
      remarks.append("Are these the inputs, the loss and the parameters that gave it?")
    case .unexplained:
      remarks += explanation.patterns.map { "Pattern: \(causeText.text($0))." }
      remarks.append(
        "Compare the steps below with your own"
          + (explanation.actual?.values.count == 1
            ? "; the losses of single samples tell more than their mean." : "."))
    case .partial:
      let places = explanation.unexplained.prefix(Self.mostElements).map { place in
        "\(ElementComparison.index(place, explanation.actual?.shape ?? []))"
      }
      if !places.isEmpty {
        let more = explanation.unexplained.count - places.count
        remarks.append(
          "Nothing that is known gives \(places.joined(separator: ", "))"
            + (more > 0 ? " and \(more) more." : "."))
      }
    case .explained, .family, .ambiguous:
      let bits = decimalText(explanation.evidenceBits, digits: 2)
      if explanation.actual?.values.allSatisfy(\.isFinite) == false {
        remarks.append(
          "NaN and infinities prove little: inputs that give numbers would prove more.")
      } else if explanation.evidenceBits < Self.weakEvidence {
        remarks.append(
          "Evidence: \(bits) bits, which is not much: more digits, or the losses of single samples, "
            + "would prove more.")
      } else {
        remarks.append("Evidence: \(bits) bits.")
      }
    case .keras, .right, .numerics: break
    }
    return remarks
  }

  private var keras: String {
    switch fixture.expected {
    case .value(let golden, _): NumPyText.text(golden.tensor)
    case .error(let code): "the error \(code)"
    }
  }

  // MARK: - The cause

  var cause: [String] {
    guard let first = explanation.causes.first else { return [] }
    var lines: [String] = []
    switch first.candidate {
    case .dialect(let id):
      lines += wrapped("Keras as \(id) has it gives your number.", indent: "")
      lines += concretely(own: id)
    case .mistake:
      let mistakes = first.candidate.mistakes.compactMap(mistake)
      for mistake in mistakes { lines += wrapped(mistake.explanation, indent: "") }
      lines += concretely(own: "this")
      for mistake in mistakes { lines += wrapped("Fix: \(mistake.fix)", indent: "") }
      for link in Set(mistakes.flatMap(\.links)).sorted() { lines.append("See \(link)") }
    }
    return lines
  }

  /// The explanation with the numbers at hand.
  private func concretely(own: String) -> [String] {
    guard let departure = explanation.steps.departure else { return [] }
    var sentences: [String]
    if departure.stage == "rescaled", departure.isSkipped, let sums = unnormalisedRows() {
      sentences = sums
    } else if departure.stage == "clipped" {
      sentences = departure.elements.map { element in
        let keras = number(element.keras)
        guard let before = element.before, before != element.keras else {
          return "\(element.index) stays \(keras) in Keras, \(own) makes it \(number(element.own))"
        }
        let instead = element.own == before ? "" : ", \(own) to \(number(element.own))"
        return "\(element.index) was \(number(before)): Keras clips it to \(keras)\(instead)"
      }
    } else {
      sentences = departure.elements.map { element in
        let place = element.index.isEmpty ? "" : "\(element.index) of "
        return "\(place)\(departure.stage) is \(number(element.keras)) in Keras, "
          + "\(number(element.own)) here"
      }
    }
    let more = sentences.count - Self.mostElements
    guard !sentences.isEmpty else { return [] }
    let shown = sentences.prefix(Self.mostElements).joined(separator: "; ")
    return wrapped("Here: \(shown)\(more > 0 ? "; and \(more) more" : "").", indent: "")
  }

  /// The rows whose sums matter, in words.
  private func unnormalisedRows() -> [String]? {
    let step = explanation.steps.stages.first { $0.name == "row_sums" }
    guard let sums = step?.keras, let yPred = fixture.inputs["y_pred"],
      sums.shape.count == yPred.shape.count
    else { return nil }
    let summed = sums.shape.indices.filter { sums.shape[$0] == 1 && yPred.shape[$0] != 1 }
    let limit = 1e-6
    return sums.values.doubles.enumerated().compactMap { place, sum in
      guard !((sum - 1).magnitude <= limit) else { return nil }
      let index = ElementComparison.index(place, sums.shape).enumerated()
        .filter { !summed.contains($0.offset) }.map(\.element)
      let row = index.count == 1 ? "row \(index[0])" : "row \(index)"
      return "\(row) sums to \(number(sum))"
    }
  }

  // MARK: - Other causes

  var others: [String] {
    let others = explanation.causes.dropFirst()
    guard let first = explanation.causes.first, !others.isEmpty else { return [] }
    let isFamily = explanation.verdict == .family
    var lines = [
      isFamily ? "Its relatives, which do the same here:" : "The same number comes from:"
    ]
    for cause in others.prefix(Self.mostCauses) {
      lines += wrapped("\(title(cause.candidate)) [\(cause.candidate.id)]", indent: "  ")
    }
    if others.count > Self.mostCauses {
      lines.append("  ... \(others.count - Self.mostCauses) more")
    }
    guard let cause = others.first(where: { $0.splitting != nil }), let split = cause.splitting
    else {
      return lines
    }
    let form = split.fixture.form == .class ? "class" : "function"
    lines.append("An input that tells them apart (\(form), \(split.fixture.id)):")
    for name in ["y_true", "y_pred", "sample_weight", "mask"] {
      guard let tensor = split.fixture.inputs[name] else { continue }
      lines.append("  \(name) = \(NumPyText.text(tensor))")
    }
    let parameters = split.fixture.config.sorted { $0.key < $1.key }
      .map { "\($0.key)=\($0.value.pythonText)" }
    if !parameters.isEmpty { lines.append("  \(parameters.joined(separator: ", "))") }
    if case .value(let golden, _) = split.fixture.expected {
      lines.append("  Keras: \(NumPyText.text(golden.tensor))")
    }
    lines.append("  \(title(first.candidate)): \(NumPyText.text(split.first.tensor))")
    lines.append("  \(title(cause.candidate)): \(NumPyText.text(split.other.tensor))")
    return lines
  }

  // MARK: - Steps

  var steps: [String] {
    let steps = explanation.steps
    guard !steps.stages.isEmpty else { return [] }
    let width = (steps.stages.map(\.name.count).max() ?? 0) + 2
    func rows(_ name: String, _ texts: [String]) -> [String] {
      texts.enumerated().map { place, text in
        let head = place == 0 ? name : ""
        return "  " + head + String(repeating: " ", count: width - head.count) + text
      }
    }
    func numbers(_ tensor: FixtureTensor, _ mark: String = "") -> [String] {
      var lines = NumPyText.lines(tensor, width: 97 - width)
      lines[lines.count - 1] += mark
      return lines
    }
    let own = explanation.causes.first.map { title($0.candidate) }
    var lines = ["Steps" + (own.map { " (Keras, and what differs with \($0)):" } ?? ":")]
    for step in steps.stages {
      let isFirst = step.name == steps.departure?.stage
      let mark = isFirst ? "  <- the first that differs" : ""
      switch (step.keras, step.own) {
      case (let keras?, .none), (let keras?, .same):
        lines += rows(step.name, numbers(keras, mark))
      case (let keras?, .skipped):
        lines += rows(step.name, numbers(keras)) + rows("", ["skipped" + mark])
      case (let keras?, .other(let tensor)):
        lines += rows(step.name, numbers(keras)) + rows("", numbers(tensor, mark))
      case (nil, .other(let tensor)):
        lines += rows(step.name, ["not in Keras"]) + rows("", numbers(tensor))
      case (nil, _): break
      }
    }
    return lines
  }

  // MARK: - Words

  private func mistake(_ id: String) -> Mistake? {
    explanation.catalogue.mistakes.first { $0.id == id }
  }

  private func title(_ candidate: Candidate) -> String { causeText.title(candidate) }

  private var causeText: CauseText { CauseText(explanation.catalogue.mistakes) }

  private func number(_ number: Double) -> String { NumPyText.text(number, dtype: dtype) }

  private func text(of numbers: GivenNumbers) -> String {
    if let exact = numbers.exact { return NumPyText.text(exact) }
    return numbers.tensor(dtype: "float64").map(NumPyText.text) ?? ""
  }

  /// Words in lines of at most 100 columns.
  private func wrapped(_ text: String, indent: String) -> [String] {
    var lines: [String] = []
    var line = indent
    for word in text.split(separator: " ") {
      if line.count + word.count > 99, line != indent {
        lines.append(line)
        line = indent
      }
      line += (line == indent ? "" : " ") + word
    }
    return lines + [line]
  }
}
