public import ArgumentParser
public import LossConformance
import LossFixtures

/// Runs the Swift losses, or a program's, on the fixtures and reports what differs.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks losses against the golden fixtures: the Swift ones, or a program's.",
    discussion: """
      Each element has its own tolerance, derived from what rounding may do to it.
      Where cases fail, the causes come first: the mistake, or the other dialect,
      that gives these answers, and what that proves, in bits. Then failing cases are
      shown with their worst elements, sorted by error/allowed.
      The totals count cases, and the gradients and elements (those of values and
      gradients) that were compared; "median" is the share of their tolerances that
      half of the differing elements do not exceed, "worst" the largest share that a
      passing element used.

      Examples:
        loss-parity verify
        loss-parity verify --loss binary_crossentropy --worst 20
        loss-parity verify --case '*question*' --all-failures
        loss-parity verify --report html=report.html --report junit=junit.xml
        loss-parity verify --report annotations=- --report markdown=$GITHUB_STEP_SUMMARY
        loss-parity verify --command 'python3 tools/adapters/keras_adapter.py --backend jax'
        loss-parity verify --command ./port --write-expected-failures known.json
        loss-parity verify --command ./port --expected-failures known.json \\
          --require-losses all --max-tolerance-used 95%
        loss-parity verify --shard 3/8 --report json=shard3.json
      """
  )

  @OptionGroup var options: FixtureOptions

  @OptionGroup var runOptions: RunOptions

  @OptionGroup var reportOptions: ReportOptions

  @Option(
    help: ArgumentHelp(
      "Check the answers of a program: one line of JSON in, one out (see the README). It is asked "
        + "the dialect keras-3.15/jax where --dialect names no other.",
      valueName: "command line"))
  var command: String?

  @OptionGroup var patience: PatienceOptions

  @Option(
    help: ArgumentHelp(
      "Whether a case fails whose gradient a program leaves out; the Swift losses leave none out. "
        + "(default: optional)",
      valueName: "policy"))
  var gradients: GradientPolicy?

  @OptionGroup(title: "Gate") var gateOptions: GateOptions

  @Option(
    help: ArgumentHelp(
      "How many elements of a failing value or gradient to show.", valueName: "count"))
  var worst = 5

  func validate() throws {
    guard command != nil || gradients != .optional else {
      throw ValidationError("--gradients optional is for a --command")
    }
    guard worst >= 1 else { throw ValidationError("--worst must be at least 1") }
  }

  private var implementation: any Implementation {
    guard let command else { return SwiftImplementation() }
    return CommandImplementation(
      command: command, timeout: patience.timeout, gradients: gradients ?? .optional)
  }

  func run() throws {
    try reportOptions.check()
    let shard = try runOptions.assignedShard()
    var selection = options.selection
    if command != nil, selection.dialects.isEmpty {
      // No program follows all dialects at once, as the Swift losses do.
      selection.dialects = [FixtureFile.defaultDialect]
    }
    let suite = try options.suite(of: selection, whole: gateOptions.needsAllFixtures)
    let gate = try gateOptions.gate(of: suite)
    let verification = Verification(
      implementation, selection: selection, worstLimit: worst, jobs: runOptions.jobCount,
      shard: shard)
    var result = try verification.runShowingProgress(
      on: suite, rated: reportOptions.areRated)
    gateOptions.judge(&result, gate)
    try gateOptions.writeExpectations(of: result, in: suite)
    try reportOptions.show(result)
    // Where the chosen cases are all in other shards, nothing is wrong with this one.
    let isOwed = !result.cases.isEmpty || shard == nil || !selection.choosesAny(of: suite)
    try conclude(result, owesCases: isOwed)
  }
}

extension GradientPolicy: ExpressibleByArgument {}
