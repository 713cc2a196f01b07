import LossFixtures

extension QuestionDraft {
  /// Predictions of classes, and the id of the right one for each row.
  mutating func drawClassIDs(_ shape: [Int]) {
    let mood = TroublesomeNumbers.mood(&random)
    let domain = domains().predictions
    var predictions = numbers.numbers(count(shape), domain, mood, &random)
    shapeRows(&predictions, shape, mood)
    set("y_pred", shape, predictions, predictionDtype())
    var rows = shape
    let axis = axis(shape.count)
    if let axis { rows.remove(at: axis) }
    switch random.below(20) {
    case 0: rows = other(rows)
    case 1...5: rows.append(1)
    case 6: rows = Array(rows.dropLast())
    default: break
    }
    let dtype = labelDtype(areIntegers: true)
    set("y_true", rows, ids(count(rows), classes: axis.map { shape[$0] } ?? 1), dtype)
  }

  /// Ids of classes, now and then some that are none.
  private mutating func ids(_ count: Int, classes: Int, from first: Int = 0) -> [Double] {
    let isOdd = random.chance(0.08)
    let odd = [-1, Double(classes), Double(classes + 3), -100, 1.7, .nan, 1e10, 0.5, -0.5]
    return (0..<count).map { _ in
      if isOdd, random.chance(0.2) { return odd[random.below(odd.count)] }
      return Double(first + random.below(max(classes - first, 1)))
    }
  }

  /// Embeddings with the class of each, and perhaps other embeddings to compare them with.
  mutating func drawEmbeddings(_ shape: [Int]) {
    let labels = random.integer(1...4)
    set("y_pred", shape, embeddings(shape), predictionDtype())
    let count = shape.first ?? 1
    let columns = random.chance(0.25) ? [count, 1] : [count]
    let labelShape = random.chance(0.03) ? other(columns) : columns
    let dtype = labelDtype(areIntegers: true)
    set("y_true", labelShape, ids(self.count(labelShape), classes: labels), dtype)
    guard choice.form == .function, random.chance(0.4), shape.count == 2 else { return }
    // Without references of its own the batch's are taken, so that one of both may be left out.
    let rows = random.chance(0.7) ? random.integer(0...12) : count
    let references = [rows, random.chance(0.03) ? shape[1] + 1 : shape[1]]
    if random.chance(0.95) {
      set("ref_embeddings", references, embeddings(references), choice.dtype)
    }
    if random.chance(0.95) {
      set("ref_labels", [rows], ids(rows, classes: labels), dtype)
    }
  }

  private mutating func embeddings(_ shape: [Int]) -> [Double] {
    let mood = TroublesomeNumbers.mood(&random)
    var embeddings = numbers.numbers(count(shape), .real, mood, &random)
    guard shape.count == 2, random.chance(0.7) else { return embeddings }
    for row in 0..<shape[0] {
      let places = row * shape[1]..<(row + 1) * shape[1]
      let length = embeddings[places].reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length.isFinite, length > 0 else { continue }
      for place in places { embeddings[place] = numbers.format.rounded(embeddings[place] / length) }
    }
    return embeddings
  }

  /// Logits of time steps, and labels that are padded with zeros.
  mutating func drawSequences(_ shape: [Int]) {
    let mood = TroublesomeNumbers.mood(&random)
    let domain: TroublesomeNumbers.Domain = random.chance(0.9) ? .real : .logit
    set("y_pred", shape, numbers.numbers(count(shape), domain, mood, &random), predictionDtype())
    let longest = isLarge ? random.integer(1...12) : random.integer(0...5)
    let classes = shape.last ?? 1
    var labels: [Double] = []
    let rows = random.chance(0.02) ? (shape.first ?? 1) + 1 : shape.first ?? 1
    for _ in 0..<rows {
      let length = random.integer(0...longest)
      labels += ids(length, classes: classes, from: random.chance(0.97) ? 1 : 0)
      labels += [Double](repeating: 0, count: longest - length)
    }
    set("y_true", [rows, longest], labels, labelDtype(areIntegers: true))
  }
}
