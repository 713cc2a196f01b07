import ArgumentParser
import LossConformance

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Compares the Swift losses with a reference on inputs that nobody wrote down.
struct Live: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "live",
    abstract: "Compares losses with the NumPy oracle on inputs that nobody wrote down.",
    discussion: """
      Questions are drawn from a seed: losses, parameters, dialects, dtypes, shapes,
      weights and masks, with numbers that prefer trouble: around clip limits and
      kinks, ties, cancellation, subnormals, huge and tiny. The oracle answers in this
      process, with a bound for each element on what rounding may do to it.

      A question that fails is made as small as it still fails, held against the exact
      oracle, diagnosed, and shown with the command that asks it again.

      "refused" counts questions that both refuse with one code, "undecided" those of
      which rounding decides the answer, and such elements: they are not compared.
      "worst" is the largest share of its tolerance that a passing element used.

      Examples:
        loss-parity live --minutes 1
        loss-parity live --cases 10000 --seed 7
        loss-parity live --loss huber --loss log_cosh --dtype float16 --minutes 1
        loss-parity live --seed 7 --case 4711
        loss-parity live --seed 7 --case 4711 --save huber_at_infinity
        loss-parity live --against keras-jax --minutes 5
      """
  )

  @OptionGroup(title: "Questions") var options: LiveOptions

  @Option(
    help: ArgumentHelp(
      "What the questions are drawn from. (default: a fresh one, which is printed)",
      valueName: "number"))
  var seed: UInt64?

  @Option(help: ArgumentHelp("Stop after so many questions.", valueName: "count"))
  var cases: UInt64?

  @Option(
    help: ArgumentHelp(
      "Stop after so many minutes. (default: 1, where --cases is not given)", valueName: "number"))
  var minutes: Double?

  @Option(help: ArgumentHelp("Stop after so many questions that failed.", valueName: "count"))
  var maxFailures = 10

  @Option(
    name: .customLong("case"),
    help: ArgumentHelp("Ask this question of the seed alone.", valueName: "index"))
  var index: UInt64?

  @Option(
    help: ArgumentHelp(
      "How many processes ask at once; the counts of --cases do not depend on it. "
        + "(default: the cores)",
      valueName: "count"))
  var jobs: Int?

  @Option(
    help: ArgumentHelp(
      "Make cases of the fixtures of the questions that failed, by this name, as tools/fixtures add "
        + "does.",
      valueName: "name"))
  var save: String?

  @Flag(help: "Write JSON, for other programs.")
  var json = false

  func validate() throws {
    if let jobs, !(1...256).contains(jobs) {
      throw ValidationError("--jobs must be from 1 to 256")
    }
    guard cases ?? 1 >= 1 else { throw ValidationError("--cases must be at least 1") }
    guard maxFailures >= 1 else { throw ValidationError("--max-failures must be at least 1") }
    if let minutes, !(minutes > 0 && minutes <= 100_000) {
      throw ValidationError("--minutes must be above 0 and at most 100000")
    }
    if index != nil {
      guard seed != nil else { throw ValidationError("--case needs the --seed that it is of") }
      guard cases == nil, minutes == nil else {
        throw ValidationError("--case asks one question: --cases and --minutes say nothing then")
      }
    }
  }

  func run() throws {
    try options.requireKnown()
    // Of 32 bits: it is to be read, and typed again.
    let seed = seed ?? UInt64(UInt32.random(in: .min ... .max))
    let start = ContinuousClock.now
    let reference = try available { try LiveReference(options) }
    let generator = options.generator(seed: seed)
    let run = LiveRun(generator, against: reference.reference)
    if !json {
      print("seed \(seed), against \(reference.title)")
      // Whatever comes of the run, with its seed it can be repeated.
      flushOutput()
    }
    let tally = try available {
      if let index { return try run.tally(index..<index + 1) }
      return try ask(generator)
    }
    let seconds = (ContinuousClock.now - start).seconds
    if !json, index == nil, !tally.failures.isEmpty {
      let some = tally.failures.prefix(maxFailures).map { "\($0)" }.joined(separator: ", ")
      print("\(tally.failures.count) failed (--case \(some)): making them smaller")
      flushOutput()
    }
    let findings = try available { try self.findings(of: tally, run) }
    let report = LiveReport(
      implementation: SwiftImplementation().name, reference: reference.title, seed: seed,
      options: options.words, tally: tally, findings: findings, seconds: seconds)
    try show(report, generator)
    if let save { try keep(report, as: save) }
    switch report.verdict {
    case .passed: return
    case .failed: throw CommandFailure(status: .mismatch)
    case .nothingChecked: throw CommandFailure(status: .nothingChecked)
    }
  }

  /// Asks in processes of this program.
  private func ask(_ generator: QuestionGenerator) throws -> LiveTally {
    let words = [Self.ownPath, "live-worker", "--seed", "\(generator.seed)"] + options.words
    let workers = LiveWorkers(
      command: "exec " + words.map(ShellCommand.word).joined(separator: " "),
      jobs: jobs ?? Verification.coreCount)
    let duration = minutes ?? (cases == nil ? 1 : nil)
    let limit = LiveWorkers.Limit(
      cases: cases, duration: duration.map { .seconds($0 * 60) }, failures: maxFailures)
    var progress = LiveProgress(limit)
    defer { progress.clear() }
    let isStopped = Interruption.watched()
    return try workers.tally(
      generator, until: limit, isStopped: isStopped, progress: { progress.update($0) })
  }

  private func findings(of tally: LiveTally, _ run: LiveRun) throws -> [LiveFinding] {
    guard !tally.failures.isEmpty else { return [] }
    let oracle = Oracle(python: "python3", tools: try toolsFolder(options.oracle))
    let isStopped = Interruption.watched()
    var findings: [LiveFinding] = []
    for index in tally.failures.prefix(maxFailures) where !tally.fatal.contains(index) {
      if isStopped() { break }
      if let finding = try run.finding(at: index, oracle: oracle) { findings.append(finding) }
    }
    return findings
  }

  private func show(_ report: LiveReport, _ generator: QuestionGenerator) throws {
    if json {
      print(String(decoding: try LiveReportJSON().data(report), as: UTF8.self), terminator: "")
      return
    }
    let text = LiveReportText(hasColor: Terminal.hasColor)
    if let index, report.verdict != .failed {
      print(text.text(generator.question(at: index)), terminator: "")
    }
    print(text.text(report), terminator: "")
  }

  private func keep(_ report: LiveReport, as name: String) throws {
    guard !report.findings.isEmpty else {
      throw CommandFailure(status: .nothingChecked, message: "no question failed: nothing is saved")
    }
    let (said, succeeded) = try LiveSaving.save(
      report, as: name, python: "python3", tools: try toolsFolder(options.oracle))
    for line in said { writeError(line + "\n") }
    guard succeeded else {
      throw CommandFailure(status: .usage, message: "the questions were not saved")
    }
  }

  /// This program, however it was found.
  private static var ownPath: String {
    let link = "/proc/self/exe"
    return (try? FileManager.default.destinationOfSymbolicLink(atPath: link))
      ?? CommandLine.arguments.first ?? "loss-parity"
  }

  /// Does something with the reference; says what to do where it does not run.
  private func available<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let failure as ReferenceFailure {
      throw CommandFailure(status: .oracleMissing, message: failure.what)
    }
  }
}

/// Asks the questions that another process hands out: see `LiveWorker`.
struct LiveWorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "live-worker", abstract: "A process of loss-parity live.", shouldDisplay: false)

  @OptionGroup var options: LiveOptions

  @Option var seed: UInt64

  func run() throws {
    let made = Result { try LiveReference(options).reference }
    try LiveWorker.serve { () throws(ReferenceFailure) in
      do {
        return LiveRun(options.generator(seed: seed), against: try made.get())
      } catch let failure as ReferenceFailure {
        throw failure
      } catch {
        throw .unavailable("\(error)")
      }
    }
  }
}

extension Duration {
  /// The duration in seconds.
  fileprivate var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
