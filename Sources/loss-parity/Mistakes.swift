import ArgumentParser
import LossConformance
import LossFixtures

/// Shows the mistakes that a diagnosis may name.
struct Mistakes: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mistakes",
    abstract: "Lists the mistakes that are recognised, with what Keras does and how to fix them.",
    discussion: """
      Examples:
        loss-parity mistakes
        loss-parity mistakes --loss categorical_crossentropy
        loss-parity mistakes --json
      """
  )

  @Option(
    help: ArgumentHelp(
      "The folder of the fixtures. \(fixturesDefault)", valueName: "folder"))
  var fixtures: String?

  @Option(
    help: ArgumentHelp(
      "Only mistakes of this loss, by Keras's name. Repeatable.", valueName: "name"))
  var loss: [String] = []

  @Flag(help: "Write JSON, for other programs.")
  var json = false

  func run() throws {
    let suite = try fixtureSuite(fixtures) { _, _ in false }
    try requireKnown(loss, "loss", known: suite.manifest.files.map(\.loss))
    let catalogue = suite.catalogue
    let mistakes = catalogue.mistakes.filter { mistake in
      loss.isEmpty || mistake.losses.contains(where: loss.contains)
    }
    let ids = Set(mistakes.map(\.id))
    let pairs = catalogue.pairs.filter { ids.isSuperset(of: [$0.first, $0.second]) }
    guard json else {
      print(lines(mistakes, pairs).joined(separator: "\n"))
      return
    }
    try printJSON(
      Listing(mistakes: mistakes.map(Listed.init), pairs: pairs.map { [$0.first, $0.second] }))
  }

  /// The mistakes, those of a kind together, then the pairs.
  private func lines(_ mistakes: [Mistake], _ pairs: [MistakeCatalogue.Pair]) -> [String] {
    var kinds: [String] = []
    for mistake in mistakes where !kinds.contains(mistake.kind) { kinds.append(mistake.kind) }
    var lines = kinds.flatMap { kind in
      [kind] + mistakes.filter { $0.kind == kind }.flatMap(entry) + [""]
    }
    if !pairs.isEmpty {
      lines += ["pairs that are recognised", ""] + pairs.map { "  \($0.id)" } + [""]
    }
    return lines.dropLast()
  }

  private func entry(_ mistake: Mistake) -> [String] {
    var texts = [mistake.explanation, "Fix: \(mistake.fix)"]
    if loss.isEmpty { texts.append("Losses: \(mistake.losses.joined(separator: ", "))") }
    texts += mistake.links
    return ["", "  \(mistake.id): \(mistake.title)"]
      + texts.flatMap { wrapped($0, width: 96).map { "    " + $0 } }
  }

  /// The catalogue as JSON shows it.
  private struct Listing: Encodable {
    let mistakes: [Listed]
    let pairs: [[String]]
  }

  /// A mistake as JSON shows it.
  private struct Listed: Encodable {
    let id: String
    let kind: String
    let title: String
    let explanation: String
    let fix: String
    let losses: [String]
    let links: [String]

    init(_ mistake: Mistake) {
      id = mistake.id
      kind = mistake.kind
      title = mistake.title
      explanation = mistake.explanation
      fix = mistake.fix
      losses = mistake.losses
      links = mistake.links
    }
  }
}
