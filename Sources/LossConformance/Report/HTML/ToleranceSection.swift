/// How much of their tolerances elements used: a histogram in powers of two.
struct ToleranceSection {
  let report: Report

  private static let width = 720
  private static let height = 220
  private static let margin = (left: 44, bottom: 40, top: 12, right: 8)

  /// Elements whose error / allowed is below a power of two and not below the one before.
  private struct Bin {
    let exponent: Int?
    let count: Int
    /// Elements below 1 passed; what used exactly all of its tolerance counts as above.
    var passes: Bool { exponent.map { $0 <= 0 } ?? false }
  }

  var markup: Markup {
    let bins = self.bins
    guard !bins.isEmpty else { return .none }
    let total = bins.reduce(0) { $0 + $1.count }
    let rows: [Markup] = bins.map {
      "<tr><th scope=\"row\">\(range($0))</th><td class=\"n\">\(groupedText($0.count))</td></tr>"
    }
    return """
      <section id="tolerances" aria-labelledby="tolerances-heading">
      <h2 id="tolerances-heading">Tolerances used</h2>
      <p class="quiet">error / allowed of the \(groupedText(total)) elements that are not exactly Keras's. \
      Both axes are logarithmic; above 1 an element fails.</p>
      <figure class="chart">\(chart(bins))</figure>
      <details class="question"><summary>As a table</summary><table class="list"><thead><tr>\
      <th scope="col">error / allowed</th><th scope="col" class="n">Elements</th></tr></thead>\
      <tbody>\(rows)</tbody></table></details>
      </section>
      """
  }

  /// The bins of all losses and dialects, those between them with no elements as well.
  private var bins: [Bin] {
    var counts: [Double: Int] = [:]
    for total in report.totals {
      for (below, count) in total.toleranceUse.histogram { counts[below, default: 0] += count }
    }
    let finite = counts.keys.filter(\.isFinite).map { Int($0.exponent) }
    guard let low = finite.min() ?? (counts.isEmpty ? nil : 1),
      let high = finite.max() ?? low as Int?
    else { return [] }
    let bins = (min(low, 0)...max(high, 1)).map { exponent in
      Bin(
        exponent: exponent,
        count: counts[Double(sign: .plus, exponent: exponent, significand: 1)] ?? 0)
    }
    return bins + (counts[.infinity].map { [Bin(exponent: nil, count: $0)] } ?? [])
  }

  private func range(_ bin: Bin) -> String {
    bin.exponent.map { "\(power($0 - 1)) to \(power($0))" } ?? "more, NaN and infinities"
  }

  private func power(_ exponent: Int) -> String {
    exponent < 0 ? "1/\(groupedText(1 << -exponent))" : groupedText(1 << exponent)
  }

  // MARK: - Drawing

  private func chart(_ bins: [Bin]) -> Markup {
    let (width, height, margin) = (Self.width, Self.height, Self.margin)
    let plot = (
      width: width - margin.left - margin.right, height: height - margin.bottom - margin.top
    )
    let decades = bins.map { digits($0.count) }.max() ?? 1
    let step = Double(plot.width) / Double(bins.count)
    func x(_ place: Int) -> Int { margin.left + Int(Double(place) * step) }
    func y(_ count: Int) -> Int {
      let share = logarithm(Double(count) + 1) / Double(decades)
      return margin.top + Int(Double(plot.height) * (1 - min(share, 1)))
    }
    let floor = margin.top + plot.height
    let grid: [Markup] = (0...decades).map { decade in
      let count = (0..<decade).reduce(1) { product, _ in product * 10 }
      let line = y(count - (decade == 0 ? 1 : 0))
      return """
        <line class="grid" x1="\(margin.left)" x2="\(width - margin.right)" y1="\(line)" y2="\(line)"/>\
        <text class="tick" x="\(margin.left - 6)" y="\(line + 4)" text-anchor="end">\
        \(decade == 0 ? "0" : compact(count))</text>
        """
    }
    let bars: [Markup] = bins.enumerated().filter { $0.element.count > 0 }.map { place, bin in
      let top = y(bin.count)
      return """
        <rect class="\(bin.passes ? "pass" : "fail")" x="\(x(place) + 1)" y="\(top)" \
        width="\(max(x(place + 1) - x(place) - 2, 1))" height="\(max(floor - top, 1))">\
        <title>\(range(bin)): \(counted(bin.count, "element"))</title></rect>
        """
    }
    let ticks: [Markup] = bins.enumerated().compactMap { place, bin in
      guard let exponent = bin.exponent else {
        return
          "<text class=\"tick\" x=\"\((x(place) + x(place + 1)) / 2)\" y=\"\(floor + 16)\" text-anchor=\"middle\">more</text>"
      }
      guard exponent.isMultiple(of: 4), exponent < 8 else { return nil }
      return
        "<text class=\"tick\" x=\"\(x(place + 1))\" y=\"\(floor + 16)\" text-anchor=\"middle\">\(shortPower(exponent))</text>"
    }
    let limit = bins.firstIndex { !$0.passes }.map {
      "<line class=\"limit\" x1=\"\(x($0))\" x2=\"\(x($0))\" y1=\"\(margin.top)\" y2=\"\(floor)\"/>"
        as Markup
    }
    let (passing, failing) = (
      bins.filter(\.passes).reduce(0) { $0 + $1.count },
      bins.filter { !$0.passes }.reduce(0) { $0 + $1.count }
    )
    return """
      <svg viewBox="0 0 \(width) \(height)" role="img" aria-label="Histogram of error / allowed: \
      \(groupedText(passing)) elements below 1, \(groupedText(failing)) above">
      \(grid)\(bars)\(limit ?? .none)\(ticks)
      <text class="axis" x="\(margin.left + plot.width / 2)" y="\(height - 4)" text-anchor="middle">\
      error / allowed</text>
      </svg>
      """
  }

  private func shortPower(_ exponent: Int) -> String {
    exponent >= 0 ? "\(1 << exponent)" : "1/\(compact(1 << -exponent))"
  }

  private func compact(_ count: Int) -> String {
    switch count {
    case 1_000_000...: "\(count / 1_000_000)M"
    case 1000...: "\(count / 1000)k"
    default: "\(count)"
    }
  }

  private func digits(_ count: Int) -> Int { "\(count)".count }

  /// The decimal logarithm, the same on every machine.
  private func logarithm(_ number: Double) -> Double {
    binaryLogarithm(number) / binaryLogarithm(10)
  }
}
