/// Comparisons in the words that all renderings share.
extension ElementDifference {
  /// What the columns of `cells` are called.
  static let columns = ["index", "actual", "expected", "error", "allowed", "error/allowed", "ulp"]

  /// The element as a row of a table.
  func cells(_ dtype: String) -> [String] {
    [
      "\(index)", numberText(actual, dtype), numberText(expected, dtype),
      decimalText(error, digits: 3), decimalText(allowed, digits: 3),
      decimalText(toleranceUsed, digits: 3),
      ulps.map { $0 < 1_000_000_000 ? "\($0)" : decimalText(Double($0), digits: 3) } ?? "-",
    ]
  }
}

extension ElementComparison {
  /// How many elements are outside their tolerances.
  var summary: String {
    var text = "\(mismatched) of \(count) elements outside their tolerances"
    if mismatchedNaN > 0 { text += ", \(mismatchedNaN) by NaN" }
    if mismatchedInfinity > 0 { text += ", \(mismatchedInfinity) by infinity" }
    return text
  }
}

extension TensorComparison {
  /// What was found out about the tensor, in a line.
  var summary: String {
    switch self {
    case .unanswered: "none was answered"
    case .dtype(let actual, let expected): "dtype \(actual), expected \(expected)"
    case .shape(let actual, let expected): "shape \(actual), expected \(expected)"
    case .elements(let elements): elements.summary
    }
  }
}

extension Comparison.Mismatch {
  /// What is wrong with the answer, and what is expected, where that is known.
  var sentences: [String] {
    switch self {
    case .broken(let what): [what]
    case .refused(let code, let message): ["refused with \(code): \(message)", "expected a value"]
    case .accepted(let code): ["answered a value", "expected the error \(code)"]
    case .errorCode(let actual, let expected, let message):
      ["refused with \(actual): \(message)", "expected the error \(expected)"]
    }
  }
}

extension CaseReport {
  /// The command line that asks the case once more.
  func again(_ command: String?) -> String {
    let owed = comparison.gradients == .required ? " --gradients required" : ""
    let program = command.map { "\(owed) --command '\($0.replacing("'", with: "'\\''"))'" } ?? ""
    return "loss-parity verify --dialect \(dialect) --case '\(id)'\(program)"
  }
}

extension Report {
  /// The verdict in a word or two.
  var verdictText: String {
    switch verdict {
    case .passed: "Passed"
    case .failed: failsAsExpected ? "Failed as expected" : "Failed"
    case .nothingChecked: "Nothing checked"
    }
  }

  /// The verdict as a sentence.
  var sentence: String {
    let checked = cases.count { $0.status != .skipped }
    let skipped = cases.count - checked
    let unanswered = unansweredGradients
    let unchecked =
      (skipped == 0 ? "" : "; \(skipped) cases were skipped")
      + (unanswered == 0 ? "" : "; \(unanswered) gradients were not answered")
    let part = recording?.shard.map { " of shard \($0)" } ?? ""
    switch verdict {
    case .passed:
      return "\(implementation) answers all \(checked) cases\(part) as Keras does\(unchecked)"
    case .failed:
      let expected = failures.count - unexpectedFailures.count
      return "\(implementation) differs from Keras in \(failures.count) of \(checked) cases\(part)"
        + (expected == 0 ? "" : ", \(expected) of them expected") + unchecked
    case .nothingChecked where skipped > 0:
      return "\(implementation) supports none of the cases\(part)"
    case .nothingChecked where !part.isEmpty: return "no case that was chosen is\(part)"
    case .nothingChecked:
      return "no case is of that loss, dialect, id and flag; "
        + "loss-parity list shows the \(fixtures.caseCount) there are"
    }
  }
}

/// The shortest decimal that gives a number of a dtype back.
func numberText(_ number: Double, _ dtype: String) -> String {
  if let format = NumberFormat(rawValue: dtype) { return format.text(number) }
  return Int(exactly: number).map(String.init) ?? "\(number)"
}

/// A share of a tolerance: `39 %`.
func percentText(_ share: Double, digits: Int = 2) -> String {
  decimalText(share * 100, digits: digits) + " %"
}
