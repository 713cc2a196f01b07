/// All cases, passed ones as well: too many for markup, so that a script lists those that are filtered.
struct CaseSection {
  let report: Report

  var markup: Markup {
    """
    <section id="cases" aria-labelledby="cases-heading">
    <h2 id="cases-heading">All cases</h2>
    <p class="noscript quiet">A script lists \(counted(report.cases.count, "case")) here; \
    <code>loss-parity verify --report json=FILE</code> writes them all.</p>
    <div id="case-list"></div>
    <script type="application/json" id="case-data">\(data)</script>
    </section>
    """
  }

  /// Each question once, and of each dialect a letter a question: p, f, s, or - where it is not asked.
  private var data: Markup {
    var (dialects, questions): ([String: Int], [[String]: Int]) = ([:], [:])
    var (dialectNames, rows): ([String], [String]) = ([], [])
    var (losses, dtypes, flags) = (Names(), Names(), Names())
    var places: [(dialect: Int, question: Int, status: UInt8)] = []
    for result in report.cases {
      let dialect = dialects[result.dialect] ?? dialectNames.count
      if dialect == dialectNames.count {
        dialects[result.dialect] = dialect
        dialectNames.append(result.dialect)
      }
      let key = [result.loss, result.id]
      let question = questions[key] ?? rows.count
      if question == rows.count {
        questions[key] = question
        let own = result.flags.map { "\(flags.place(of: $0))" }.joined(separator: ",")
        let prefix = result.loss + "."
        // Most ids begin with their loss.
        let id = result.id.hasPrefix(prefix) ? "." + result.id.dropFirst(prefix.count) : result.id
        rows.append(
          "[\(jsonString(id)),\(losses.place(of: result.loss)),"
            + "\(dtypes.place(of: result.dtype)),[\(own)]]")
      }
      places.append((dialect, question, UInt8(ascii: letter(result.status))))
    }
    var statuses = Array(
      repeating: Array(repeating: UInt8(ascii: "-"), count: rows.count), count: dialectNames.count)
    for place in places { statuses[place.dialect][place.question] = place.status }
    let letters = statuses.map { "\"\(String(decoding: $0, as: UTF8.self))\"" }
    return .json(
      """
      {"losses":\(losses.json),"dialects":[\(dialectNames.map(jsonString).joined(separator: ","))],\
      "dtypes":\(dtypes.json),"flags":\(flags.json),
      "questions":[\(rows.joined(separator: ",\n"))],
      "statuses":[\(letters.joined(separator: ","))]}
      """)
  }

  private func letter(_ status: Comparison.Status) -> Unicode.Scalar {
    switch status {
    case .passed: "p"
    case .failed: "f"
    case .skipped: "s"
    }
  }
}

/// Names that stand once, and are told by their places.
private struct Names {
  private var names: [String] = []
  private var places: [String: Int] = [:]

  mutating func place(of name: String) -> Int {
    if let place = places[name] { return place }
    places[name] = names.count
    names.append(name)
    return names.count - 1
  }

  var json: String { "[\(names.map(jsonString).joined(separator: ","))]" }
}

/// A text as JSON writes it.
private func jsonString(_ text: String) -> String {
  text.unicodeScalars.reduce(into: "\"") { json, scalar in
    switch scalar {
    case "\"", "\\": json += "\\\(scalar)"
    case "\u{0}"..<"\u{20}":
      let digits = String(scalar.value, radix: 16)
      json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: json.unicodeScalars.append(scalar)
    }
  } + "\""
}
