import LossFixtures

/// error / allowed over a tensor: a table with a number in each cell and a colour that says the same.
struct HeatMap {
  let differences: [ElementDifference]
  let excerpt: TensorExcerpt

  /// The columns of a map whose last axis is longer.
  private static let mostColumns = 16

  var markup: Markup {
    let extent = excerpt.shape.last ?? 1
    let columns = min(max(extent, 1), Self.mostColumns)
    var rows: [Markup] = []
    var place = 0
    while place < differences.count {
      // A row of the map is part of one row of the tensor.
      let index = differences[place].index
      let left = extent - (index.last ?? 0)
      let end = min(place + min(columns, max(left, 1)), differences.count)
      let cells: [Markup] = differences[place..<end].map(cell)
      rows.append(
        "<tr><th scope=\"row\">\(label(index, wraps: extent > columns))</th>\(cells)</tr>")
      place = end
    }
    let heads: [Markup] = (0..<columns).map {
      "<th scope=\"col\">\(extent > columns ? "+" : "")\($0)</th>"
    }
    return """
      <figure class="heat"><figcaption>error / allowed \(Self.legend)</figcaption>
      <div class="scroll" tabindex="0" role="region" aria-label="Heat map of error / allowed">\
      <table><thead><tr><td></td>\(heads)</tr></thead><tbody>\(rows)</tbody></table></div></figure>
      """
  }

  /// The position of a row: that of its first element, without the last axis where it is not divided.
  private func label(_ index: [Int], wraps: Bool) -> String {
    guard let last = index.last else { return "" }
    let outer = index.dropLast().map(String.init)
    return (outer + (wraps ? ["\(last)..."] : [])).joined(separator: ", ")
  }

  private func cell(_ element: ElementDifference) -> Markup {
    let used = element.toleranceUsed
    return "<td class=\"\(Self.step(used))\">\(Self.text(used))</td>"
  }

  private static func text(_ used: Double) -> String {
    used.isFinite ? decimalText(used, digits: 2) : "\u{221e}"
  }

  /// The steps of the colour scale: a class, up to what it goes, and how that is written.
  ///
  /// Blues pass and oranges fail, which is told apart by every kind of colour vision; each gets stronger
  /// with error / allowed, in powers of ten.
  private static let steps: [(name: String, upTo: Double, text: String)] = [
    ("p0", 0, "0"), ("p1", 0.1, "\u{2264} 0.1"), ("p2", 0.5, "\u{2264} 0.5"),
    ("p3", 1, "\u{2264} 1"),
    ("f1", 10, "\u{2264} 10"), ("f2", 1e3, "\u{2264} 1e3"), ("f3", 1e6, "\u{2264} 1e6"),
    ("f4", .greatestFiniteMagnitude, "more"), ("f5", .infinity, "\u{221e}, NaN"),
  ]

  static func step(_ used: Double) -> String {
    steps.first { used <= $0.upTo }?.name ?? "f5"
  }

  private static let legend: Markup = {
    let items: [Markup] = steps.map { "<li class=\"\($0.name)\">\($0.text)</li>" }
    return "<ul class=\"legend\" aria-label=\"Colours\">\(items)</ul>"
  }()
}
